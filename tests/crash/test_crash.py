"""Whatever stops a build, and wherever: files are old or new and whole, and the manifest is right about each."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from generator.errors import HandbillError
from generator.published import prove_published
from generator.write import Staging, locked, read_manifest, sha256
from tests.crash import faults
from tests.crash.builds import CHANGING, build, check, check_healed, content, line

ROOT = Path(__file__).resolve().parents[2]
MOST_CALLS = 60  # of one kind in one build; the tests see that there are fewer
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="kills and mounts as Linux does")


@pytest.fixture
def tmp_path(tmp_path):
    """Return a folder in memory where there is one: hundreds of builds would wait for a disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="handbill-test-", dir=memory) as folder:
        yield Path(folder)


def fail_everywhere(call, output, *, has_old, how, run):
    """Build with the first, second ... Nth call going wrong until none does; return how many there are."""
    for nth in range(1, MOST_CALLS):
        shutil.rmtree(output, ignore_errors=True)
        if has_old:
            build(output, "old")
        with faults.failing(call, nth, how=how) as made:
            went_wrong = run(output)
        check(output, ["old", "new"])
        check_healed(output, "newer")
        if not went_wrong:
            return nth - 1
        assert not made or len(made) >= nth
    raise AssertionError("the calls do not end")


def build_with_error(output):
    said = ""
    try:
        build(output, "new")
    except HandbillError as problem:
        said = str(problem)
    assert not said or "No space left" in said
    assert not list(output.rglob("*.handbill-tmp"))
    assert said or all((output / name).read_bytes() == content("new") for name in CHANGING)
    return bool(said)


def build_and_be_gone(output):
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            build(output, "new")
            os._exit(0)
        os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, faults.KILLED}
    return code == faults.KILLED


LEAST = {"open": 8, "mkdir": 0, "write": 6, "fsync": 10, "replace": 6, "fchmod": 6}


@pytest.mark.parametrize("has_old", [True, False], ids=["over-an-old-one", "the-first"])
@pytest.mark.parametrize("call", faults.CALLS)
def test_every_call_that_fails_leaves_everything_whole_and_truly_described(tmp_path, call, has_old):
    count = fail_everywhere(call, tmp_path / "o", has_old=has_old, how=faults.out_of_space, run=build_with_error)
    assert count >= LEAST[call]


@on_linux
@pytest.mark.parametrize("has_old", [True, False], ids=["over-an-old-one", "the-first"])
@pytest.mark.parametrize("call", faults.CALLS)
def test_a_build_that_is_gone_at_any_call_leaves_everything_whole_and_truly_described(tmp_path, call, has_old):
    count = fail_everywhere(call, tmp_path / "o", has_old=has_old, how=faults.vanish, run=build_and_be_gone)
    assert count >= LEAST[call]


def test_a_line_that_stays_true_is_never_taken_back(tmp_path):
    build(tmp_path, "old")
    with faults.failing("replace", 1, how=faults.out_of_space), pytest.raises(HandbillError):
        build(tmp_path, "old")
    assert set(CHANGING) <= set(read_manifest(tmp_path))


def test_a_name_that_cannot_be_taken_is_told_before_any_file_is_replaced(tmp_path):
    build(tmp_path, "old")
    (tmp_path / "mine/fr/card.screen.pdf").mkdir(parents=True)
    with Staging(tmp_path) as staging:
        staging.add(CHANGING[0], content("new"))
        with pytest.raises(HandbillError, match=r"directory.*untouched"):
            staging.add("mine/fr/card.screen.pdf", content("new"))
    check(tmp_path, ["old"])


def test_a_link_does_not_lead_a_file_out_of_the_output(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "o/mine").mkdir(parents=True)
    (tmp_path / "o/mine/en").symlink_to(tmp_path / "outside")
    with Staging(tmp_path / "o") as staging, pytest.raises(HandbillError, match="leads out"):
        staging.add("mine/en/card.screen.pdf", b"x")
    assert not list((tmp_path / "outside").iterdir())


def test_what_a_stopped_build_left_is_told_and_healed_by_the_next(tmp_path):
    build(tmp_path, "old")
    (tmp_path / "mine/en/stray.screen.pdf").write_bytes(b"x")
    with Staging(tmp_path) as staging:
        staging.add(CHANGING[0], content("new"))
        with faults.failing("replace", 3, how=faults.out_of_space), pytest.raises(HandbillError, match="unproved"):
            staging.publish([line(CHANGING[0], "new")], version="1", today="2026-11-22")
    assert (tmp_path / CHANGING[0]).read_bytes() == content("new")
    assert CHANGING[0] not in read_manifest(tmp_path)
    (tmp_path / "mine/en/stray.screen.pdf").unlink()
    check_healed(tmp_path, "newer")


def start(output, *texts):
    command = [sys.executable, "-m", "tests.crash.builds", str(output), *texts]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def kill_at_random(output, *, seed, times):
    chance = random.Random(seed)
    texts = ["a", "b"]
    running = start(output, *(texts * 2000))
    assert running.stdout is not None
    running.stdout.readline()
    for _ in range(times):
        time.sleep(chance.uniform(0.0, 0.05))
        running.send_signal(signal.SIGKILL)
        running.wait()
        running.stdout.close()
        check(output, texts)
        running = start(output, *(texts * 2000))
        assert running.stdout is not None
        assert running.stdout.readline().strip() == "a", "a killed build holds no lock"
    running.kill()
    running.wait()
    running.stdout.close()
    check_healed(output, "c")


@on_linux
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random(tmp_path, seed):
    kill_at_random(tmp_path / "o", seed=seed, times=4)


@on_linux
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 110))
def test_killed_at_random_often(tmp_path, seed):
    kill_at_random(tmp_path / "o", seed=seed, times=30)


@on_linux
@pytest.mark.slow
def test_the_command_killed_at_random(tmp_path):
    """The whole of `handbill build`, over and over with another title; each kill is followed by a proof."""
    chance, output = random.Random(7), tmp_path / "output"
    for number in range(12):
        edition = tmp_path / "content/editions/mine.yaml"
        edition.parent.mkdir(parents=True, exist_ok=True)
        edition.write_text(f"title: Mine {number}\nplace: {{country: US}}\nproducts: [wallet-card, poster]\n")
        command = [sys.executable, "-m", "generator", "build", "--project", str(tmp_path), "--today", "2026-11-22"]
        running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(chance.uniform(1.0, 9.0))
        running.kill()
        running.wait()
        for name, one in read_manifest(output).items():
            assert sha256((output / name).read_bytes()) == one["sha256"], name
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    assert {one.status for one in prove_published(output)} == {"ok"}


def test_two_builds_at_once_are_told_apart(tmp_path):
    build(tmp_path, "a")
    with locked(tmp_path):
        said, _ = start(tmp_path, "c").communicate()
    assert said.startswith("output-in-use")
    check(tmp_path, ["a"])
    check_healed(tmp_path, "c")


def in_own_mounts(script, *args):
    """Run a shell script as root of its own mounts, which go with it. Skips where that is not allowed."""
    if not shutil.which("unshare"):
        pytest.skip("mounting needs unshare")
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*unshare, "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount")
    command = [*unshare, "sh", "-ec", script, "sh", sys.executable, *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


BUILD = '"$1" -m tests.crash.builds "$2"'


@on_linux
@pytest.mark.parametrize(
    "kilobytes", [200, 340, 520, *(pytest.param(one, marks=pytest.mark.slow) for one in (280, 400, 460))]
)
def test_a_full_disk_leaves_the_old_files(tmp_path, kilobytes):
    kept = tmp_path / "kept"
    script = (
        f'mkdir "$2" "$3" && mount -t tmpfs -o size=$4k none "$2" && {BUILD} old || echo first-failed\n'
        f'{BUILD} new || true; cp -r "$2/." "$3"'
    )
    done = in_own_mounts(script, tmp_path / "o", kept, kilobytes)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert ("unwritable-file" in done.stdout) == ("new" not in done.stdout.split()), done.stdout
    check(kept, ["old", "new"])
    assert not list(kept.rglob("*.handbill-tmp"))


@on_linux
def test_a_folder_that_is_read_only_is_said_and_left_alone(tmp_path):
    build(tmp_path / "o", "old")
    script = f'mount --bind "$2" "$2" && mount -o remount,ro,bind "$2" && {BUILD} new'
    done = in_own_mounts(script, tmp_path / "o")
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.startswith("unwritable-folder")
    assert "Read-only file system" in done.stdout
    check(tmp_path / "o", ["old"])


@on_linux
@pytest.mark.parametrize("most", [100, 20_000, 59_999])
def test_a_file_that_may_not_grow_so_large_is_said(tmp_path, most):
    import resource

    build(tmp_path, "old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        with pytest.raises(HandbillError, match="File too large"):
            build(tmp_path, "new")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    check(tmp_path, ["old"])
    check_healed(tmp_path, "newer")
