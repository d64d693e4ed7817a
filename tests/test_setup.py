"""`./handbill` and `./test` set up once, one at a time, from locks that name no machine, whatever kills them.

Nothing is fetched here: a script named uv stands in for the one that would. setup/bare-debian tries the real
thing.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from generator import native

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows is set up by uv itself")

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
EVERY_LOCK = (*LOCKS, "requirements-bench.lock")
FAKE_UV = """#!/bin/sh
echo "$*" >>"$FAKE_LOG"
case $1 in
    venv)
        mkdir -p "$FAKE_VENV/bin" "$FAKE_VENV/lib/python3.11/site-packages"
        ln -sf "$FAKE_PYTHON" "$FAKE_VENV/bin/python" ;;
    pip)
        if [ -n "${FAKE_WAIT-}" ]; then touch "$FAKE_LOG.waiting" && exec sleep "$FAKE_WAIT"; fi
        if [ -n "${FAKE_ERROR-}" ]; then echo "$FAKE_ERROR" >&2 && exit 1; fi ;;
esac
"""
FAKE_PYTHON = """#!/bin/sh
[ -n "${PYTHONDONTWRITEBYTECODE-}" ] || mkdir -p "$PYTHONPYCACHEPREFIX" # as Python does for the modules that it imports
case $* in
    *os.path.realpath*) [ -z "${FAKE_NO_PYTHON-}" ] && echo "$FAKE_PYTHON" ;;
    *native.py) [ -z "${FAKE_NO_LIBRARIES-}" ] ;;
    *"-m ensurepip"*|*"-m pip"*) echo "no pip here" >&2 && exit 1 ;;
    *) for argument in "$PWD" "$@"; do echo "$argument"; done ;;
esac
"""


FAKE_ROOT = """#!/bin/sh
echo "$(basename "$0") $*" >>"$FAKE_LOG"
exit 1
"""


class Checkout:
    """A copy of what the launchers need, with stand-ins for uv and Python."""

    def __init__(self, folder):
        self.root = folder / "a checkout"
        shutil.copytree(ROOT / "setup", self.root / "setup")
        for name in ("handbill", "test", "handbill-bench", *EVERY_LOCK):
            shutil.copy(ROOT / name, self.root)
        self.log = folder / "uv.log"
        programs = folder / "programs"
        programs.mkdir()
        fakes = {"uv": FAKE_UV, "python": FAKE_PYTHON}
        fakes |= dict.fromkeys(("apt-get", "apt-cache", "sudo", "env"), FAKE_ROOT)
        # None of this machine's own Pythons is to be found either.
        fakes |= {f"python3{minor}": "#!/bin/sh\nexit 1\n" for minor in ("", ".11", ".12", ".13", ".14")}
        for name, text in fakes.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self.environment = {
            "PATH": f"{programs}:/usr/sbin:/usr/bin:/sbin:/bin",
            "HANDBILL_PYTHON": str(programs / "python"),
            "FAKE_PYTHON": str(programs / "python"),
            "FAKE_VENV": str(self.root / ".venv"),
            "FAKE_LOG": str(self.log),
        }

    def start(self, *command, cwd=None, **environment):
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd or self.root,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *command, **options):
        started = self.start(*command, **options)
        out, err = started.communicate(timeout=30)
        return subprocess.CompletedProcess(command, started.returncode, out, err)

    def calls(self, word):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(word)]

    def stamps(self):
        return sorted(file.name.rpartition("-")[0] for file in (self.root / ".venv").glob("ready-*"))


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_the_first_use_sets_up_and_the_second_does_not(checkout):
    first = checkout.run("./handbill", "build")
    assert first.returncode == 0, first.stderr
    assert "handbill: first use" in first.stderr
    assert checkout.stamps() == ["ready-run"]
    second = checkout.run("./handbill", "build")
    assert (second.returncode, second.stderr) == (0, "")
    assert len(checkout.calls("venv")) == 1


def test_a_fresh_checkout_has_no_environment_to_put_aside(checkout):
    assert "kept as" not in checkout.run("./handbill", "build").stderr
    assert list(checkout.root.glob(".venv.kept-*")) == []


def test_stdout_belongs_to_the_command(checkout):
    assert checkout.run("./handbill", "build").stdout.splitlines()[1:] == ["-P", "-m", "generator", "build"]


def test_arguments_and_folder_reach_the_command_as_they_are(checkout, tmp_path):
    project = tmp_path / "my project"
    project.mkdir()
    ran = checkout.run(checkout.root / "handbill", "build", "two words", "", "*", cwd=project)
    assert ran.stdout.split("\n")[:-1] == [
        str(project),
        "-P",
        "-m",
        "generator",
        "build",
        "two words",
        "",
        "*",
    ]


def test_a_link_to_the_launcher_will_do(checkout, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "handbill").symlink_to("../a checkout/handbill")
    (tmp_path / "hb").symlink_to(tmp_path / "bin" / "handbill")
    assert checkout.run("../hb", "themes").stdout.splitlines()[-1] == "themes"


@pytest.fixture
def environment(checkout):
    """Return the environment variables that the launcher starts Python with."""

    def started(**variables):
        checkout.run("./handbill")
        (checkout.root / ".venv" / "bin" / "python").unlink()
        (checkout.root / ".venv" / "bin" / "python").symlink_to("/usr/bin/env")
        script = '. "$root/setup/ready.sh"; "$python"'
        ran = checkout.run("sh", "-c", script, root=str(checkout.root), **variables)
        return dict(line.split("=", 1) for line in ran.stdout.splitlines())

    return started


def test_another_pythons_variables_are_not_passed_on(environment):
    variables = environment(PYTHONPATH="x", PYTHONHOME="y")
    assert "FAKE_LOG" in variables
    assert {"PYTHONPATH", "PYTHONHOME"}.isdisjoint(variables)


def test_compiled_python_is_kept_within_the_environment_though_others_forbid_it(environment, checkout):
    variables = environment(PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX="elsewhere")
    assert variables["PYTHONPYCACHEPREFIX"] == str(checkout.root / ".venv" / "compiled")
    assert "PYTHONDONTWRITEBYTECODE" not in variables


def test_the_tests_need_both_locks_and_run_from_the_root(checkout, tmp_path):
    ran = checkout.run(checkout.root / "test", "-k", "a or b", cwd=tmp_path)
    assert ran.stdout.splitlines() == [str(checkout.root), "-P", "-m", "pytest", "-k", "a or b"]
    assert checkout.stamps() == ["ready-run", "ready-test"]
    assert [line.rpartition("/")[2] for line in checkout.calls("pip install")] == list(LOCKS)


def test_the_benchmarks_need_their_own_lock_besides_and_run_from_the_root(checkout, tmp_path):
    ran = checkout.run(checkout.root / "handbill-bench", "--editions", "1", cwd=tmp_path)
    assert ran.stdout.splitlines() == [str(checkout.root), "-P", "-m", "benchmarks", "--editions", "1"]
    assert checkout.stamps() == ["ready-bench", "ready-run"]
    locks = [line.rpartition("/")[2] for line in checkout.calls("pip install")]
    assert locks == ["requirements.lock", "requirements-bench.lock"]


def test_a_built_environment_is_only_added_to_by_the_tests(checkout):
    checkout.run("./handbill")
    assert checkout.run("./test").returncode == 0
    assert len(checkout.calls("venv")) == 1


@pytest.mark.parametrize(("lock", "made"), [("requirements.lock", 2), ("requirements-dev.lock", 1)])
def test_a_changed_lock_is_installed(checkout, lock, made):
    checkout.run("./test")
    with (checkout.root / lock).open("a") as file:
        file.write("# changed\n")
    assert "ready" in checkout.run("./test").stderr
    assert len(checkout.calls("venv")) == made


def test_an_environment_whose_python_is_gone_is_made_again(checkout):
    checkout.run("./handbill")
    python = checkout.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert checkout.run("./handbill", "build").returncode == 0


def test_packages_are_checked_against_their_hashes_and_never_compiled(checkout):
    checkout.run("./test")
    for line in checkout.calls("pip install"):
        assert "--require-hashes" in line
        assert "--only-binary :all:" in line


def test_the_package_is_found_wherever_the_checkout_stands(checkout):
    checkout.run("./handbill")
    (path,) = (checkout.root / ".venv").rglob("handbill.pth")
    assert (path.parent / path.read_text().strip()).resolve() == checkout.root.resolve()


def test_a_failed_fetch_leaves_no_stamp_and_shows_why(checkout):
    failed = checkout.run("./handbill", "build", FAKE_ERROR="hash mismatch")
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "hash mismatch" in failed.stderr
    assert "handbill: " in failed.stderr.splitlines()[-1]
    assert checkout.stamps() == []
    assert checkout.run("./handbill", "build").returncode == 0


def wait_for(file):
    for _ in range(200):
        if file.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{file.name} did not appear")


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_setup_starts_over(checkout, blow):
    killed = checkout.start("./handbill", FAKE_WAIT="20")
    wait_for(Path(f"{checkout.log}.waiting"))
    os.killpg(killed.pid, blow)
    killed.communicate(timeout=10)
    assert checkout.stamps() == []
    ran = checkout.run("./handbill", "build")
    assert ran.returncode == 0, ran.stderr
    assert "waiting" not in ran.stderr
    assert len(checkout.calls("venv")) == 2
    assert not list((checkout.root / ".setup").glob("turn*"))


def test_of_two_setups_at_once_the_second_waits_and_finds_it_done(checkout):
    first = checkout.start("./handbill", "one", FAKE_WAIT="1")
    wait_for(Path(f"{checkout.log}.waiting"))
    second = checkout.run("./handbill", "two")
    assert first.wait(timeout=10) == 0
    first.communicate()
    assert second.returncode == 0
    assert "waiting for another setup" in second.stderr
    assert second.stdout.splitlines()[-1] == "two"
    assert len(checkout.calls("venv")) == 1


def test_a_turn_held_by_a_number_that_now_means_another_process_is_over(checkout):
    (checkout.root / ".setup").mkdir()
    (checkout.root / ".setup" / "turn").symlink_to(f"{os.getpid()}.1.some-other-boot")
    assert checkout.run("./handbill").returncode == 0


def test_an_environment_that_someone_else_made_is_kept(checkout):
    (checkout.root / ".venv").mkdir()
    (checkout.root / ".venv" / "precious").touch()
    ran = checkout.run("./handbill")
    assert "kept as .venv.kept-" in ran.stderr
    assert len(list(checkout.root.glob(".venv.kept-*/precious"))) == 1


def test_the_scripts_are_executable_and_parse():
    programs = ("handbill", "test", "handbill-bench", "setup/lock", "setup/bare-debian", ".ci/run")
    assert [name for name in programs if not os.access(ROOT / name, os.X_OK)] == []
    for script in (*(ROOT / "setup").glob("*.sh"), *(ROOT / name for name in programs[:-1])):
        subprocess.run(["sh", "-n", script], check=True)


def locked(name):
    """Return each locked package with its lines: name -> [(version, number of hashes)]."""
    packages: dict[str, list[tuple[str, int]]] = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / name).read_text()):
        match = re.match(r"([\w.-]+)==([^ ]+)", entry)
        if match:
            packages.setdefault(match[1], []).append((match[2], entry.count("--hash=sha256:")))
    return packages


@pytest.mark.parametrize("name", EVERY_LOCK)
def test_locks_pin_everything_by_hash_and_name_no_machine(name):
    assert all(hashes for lines in locked(name).values() for _, hashes in lines)
    assert not re.search(r"://|--index|--find-links|^/", (ROOT / name).read_text(), re.MULTILINE)


def test_the_two_locks_agree():
    run, test = (locked(name) for name in LOCKS)
    for name in run.keys() & test.keys():
        assert [version for version, _ in run[name]] == [version for version, _ in test[name]]


def test_every_dependency_is_locked_in_a_version_it_allows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted_of = (project["project"]["dependencies"], groups["dev"], groups["bench"])
    for lock, wanted in zip(EVERY_LOCK, wanted_of, strict=True):
        packages = locked(lock)
        for requirement in map(Requirement, wanted):
            versions = [version for version, _ in packages[requirement.name.lower()]]
            assert any(requirement.specifier.contains(version) for version in versions), requirement


def test_the_oldest_python_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert SpecifierSet(project["project"]["requires-python"]).contains("3.11.0")
    assert "version_info >= (3, 11)" in (ROOT / "setup" / "system.sh").read_text()


def test_the_setup_and_the_doctor_name_the_same_packages():
    setup = (ROOT / "setup" / "system.sh").read_text()
    names = re.search(r"^apt_libraries='(.+?)'", setup, re.MULTILINE)
    assert names
    assert native._REMEDIES["debian"] == f"sudo apt-get install -y {names[1]}"


@pytest.mark.slow
def test_a_ready_launcher_costs_little(checkout):
    checkout.run("./handbill")
    began = time.perf_counter()
    for _ in range(20):
        checkout.run("./handbill")
    assert (time.perf_counter() - began) / 20 < 0.05


linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is installed on the system")


@linux
@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="asks Debian's package manager")
def test_without_python_or_rights_the_line_to_ask_for_is_shown(checkout):
    (checkout.root.parent / "programs" / "id").write_text("#!/bin/sh\necho 1000\n")
    (checkout.root.parent / "programs" / "id").chmod(0o755)
    ran = checkout.run("./handbill", FAKE_NO_PYTHON="yes")
    assert ran.returncode == 1
    assert "    sudo apt-get update && sudo apt-get install -y python3 python3-venv libpango" in ran.stderr
    assert checkout.calls("apt-get") == []


@linux
@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="asks Debian's package manager")
def test_what_the_system_lacks_is_said_before_it_is_installed(checkout):
    (checkout.root.parent / "programs" / "id").write_text("#!/bin/sh\necho 0\n")
    (checkout.root.parent / "programs" / "id").chmod(0o755)
    ran = checkout.run("./handbill", FAKE_NO_LIBRARIES="yes")
    assert ran.returncode == 1
    assert "running: env DEBIAN_FRONTEND=noninteractive apt-get" in ran.stderr
    assert checkout.calls("env")
    assert checkout.stamps() == []
