"""Pieces made by other machines: what is sent to them, what they must have, and what comes back."""

import io
import operator
import os
import signal
import socket
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from generator.catalog import Roots, builtin_root
from generator.cluster import engine, packing, sending, station, task
from generator.errors import Place, error
from generator.workers import Done

FILES = {
    "content/guides/mine/en.yaml": "title: Mine",
    "content/brands/logo.svg": "<svg/>",
    "content/lists/mine.yaml": "resources: []",
    "content/lists/picture.png": b"a picture",
    "content/editions/mine.yaml": "title: Mine",
    "templates/products/mine/front.html": "<p>",
    "output/mine/en/card.screen.pdf": "old",
    "content/.hidden": "",
}
PIECES = ("content/brands/logo.svg", "content/guides/mine/en.yaml", "content/lists/picture.png")


def archive_of(names):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        for name in names:
            opened.writestr(name, "text")
    return packing.Archive(sha256(target.getvalue()).hexdigest(), target.getvalue())


def test_what_pieces_are_made_from_is_packed_and_no_list(write):
    assert tuple(packing.files_of(write(FILES))) == (*PIECES, "templates/products/mine/front.html")


def test_links_are_followed_inside_the_project_alone(write, tmp_path):
    root = write(FILES)
    outside = tmp_path / "outside.svg"
    outside.write_text("secret")
    (root / "content/brands/out.svg").symlink_to(outside)
    (root / "content/brands/again.svg").symlink_to(root / "content/brands/logo.svg")
    (root / "content/circle").symlink_to(root / "content")
    names = set(packing.files_of(root))
    assert "content/brands/again.svg" in names
    assert not {one for one in names if one.endswith("out.svg") or "circle/circle" in one}


def test_the_same_files_are_the_same_archive_wherever_they_stand(write, tmp_path):
    one, two = (write(FILES, root=tmp_path / name) for name in ("one", "two"))
    os.utime(two / "content/brands/logo.svg", (10**9, 10**9))
    first, second = (packing.packed(packing.files_of(root)) for root in (one, two))
    assert first == second
    (two / "content/brands/logo.svg").write_text("<svg></svg>")
    assert packing.packed(packing.files_of(two)).digest != first.digest


class Submitting:
    """Stands in for a client; keeps what is handed to it."""

    def __init__(self):
        self.sent = []

    def submit(self, work, *arguments, key):
        self.sent.append((work, *arguments))


def test_a_print_shops_profile_outside_the_folders_is_sent_too(write):
    root = write(FILES | {"profiles/shop.icc": "a profile"})
    client: Any = Submitting()
    sending._carried(client, root, Roots(root, builtin_root()), [root / "profiles/shop.icc"])
    ((_, archive),) = client.sent
    names = zipfile.ZipFile(io.BytesIO(archive.data)).namelist()
    assert "profiles/shop.icc" in names
    assert set(PIECES) <= set(names)


def test_an_archive_is_unpacked_once_however_many_ask_at_once(write, tmp_path):
    root = write(FILES)
    files = packing.files_of(root)
    archive = packing.packed(files)
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: packing.unpacked(archive, tmp_path / "there"), range(32)))
    (folder,) = folders
    assert {name: path.read_bytes() for name, path in packing.files_of(folder).items()} == {
        name: path.read_bytes() for name, path in files.items()
    }
    assert [one.name for one in (tmp_path / "there").iterdir()] == [archive.digest]


@pytest.mark.parametrize("name", ["../out", "/out", "content/../../out", "content\\..\\out", "C:/out"])
def test_no_file_of_an_archive_leaves_its_folder(name, tmp_path):
    with pytest.raises(packing.BadArchive, match="leads out"):
        packing.unpacked(archive_of(["content/fine", name]), tmp_path / "there")
    assert not list((tmp_path / "there").iterdir())
    assert not (tmp_path / "out").exists()


def test_a_damaged_archive_is_refused(tmp_path):
    archive = archive_of(["content/fine"])
    with pytest.raises(packing.BadArchive, match="damaged"):
        packing.unpacked(replace(archive, data=archive.data[:-1]), tmp_path)


def test_the_engine_names_what_bytes_depend_on():
    here = engine.engine_here()
    assert {"Handbill", "weasyprint", "Pango", "HarfBuzz", "pikepdf", "zlib"} <= set(here)
    assert all(here[name] for name in ("Handbill", "weasyprint", "Pango"))


def test_a_worker_that_draws_differently_is_named_with_what_differs():
    other = {**engine.engine_here(), "Pango": "1.44.0"}
    (found,) = sending._unfit("tcp://10.0.0.7:4000", (other, ""))
    assert "tcp://10.0.0.7:4000" in found.message
    assert "Pango 1.44.0 (here: " in found.message
    assert "same Handbill" in found.hint
    assert not list(sending._unfit("tcp://10.0.0.7:4000", (engine.engine_here(), "")))
    (found,) = sending._unfit("tcp://10.0.0.8:4000", ModuleNotFoundError("No module named 'generator'"))
    assert "No module named 'generator'" in found.message


def order(**changes):
    plain = task.Order(work, warm_up, engine.engine_here(), engine.builtin_here(), False)
    return replace(plain, **changes)


def work(roots, item):
    raise AssertionError("this is never made here")


def warm_up(roots):
    return None


def test_a_worker_that_joined_late_refuses_to_draw_differently(tmp_path, monkeypatch):
    monkeypatch.setattr(task, "_folder", lambda: tmp_path)
    with pytest.raises(task.Differs, match=r"Pango .* \(here: 2\)"):
        task.make(order(engine={**engine.engine_here(), "Pango": "2"}), None, None, None, 1)
    with pytest.raises(task.Differs, match="other built-in"):
        task.make(order(builtin="unlike"), None, None, None, 1)


def test_a_worker_uses_its_own_built_in_files_when_they_are_the_same(write, tmp_path, monkeypatch):
    monkeypatch.setattr(task, "_folder", lambda: tmp_path / "there")
    project = packing.packed(packing.files_of(write(FILES)))
    sent = packing.packed({"templates/other": write({"x": "y"}) / "x"})
    assert task._roots(order(), project, sent) == Roots(tmp_path / "there" / project.digest, builtin_root())
    unlike = task._roots(order(builtin="unlike"), project, sent)
    assert unlike.builtin == tmp_path / "there" / sent.digest
    assert task._roots(order(is_builtin=True), None, None) == Roots(builtin_root(), builtin_root())


def test_findings_speak_of_the_callers_files():
    there, here = Roots(Path("/tmp/x/abc"), Path("/opt/b")), Roots(Path("/home/me/mine"), Path("/usr/b"))
    found = error("e", "/tmp/x/abc/../secret lies outside", place=Place(Path("/tmp/x/abc/content/a.svg"), 3))
    told = sending._told(found, there, here)
    assert told.message == "/home/me/mine/../secret lies outside"
    assert told.place == Place(Path("content/a.svg"), 3)


@pytest.mark.parametrize("address", ["192.168.0.10:8786", "tcp://host", "http://host:1", "tcp://:8786", "tcp://h:x"])
def test_a_wrong_address_is_told_with_a_right_one(address, handbill, write):
    done = handbill("build", "--project", write({}), "--cluster", address)
    assert done.exit_code == 2
    assert "write it like tcp://192.168.0.10:8786" in done.stderr


EDITION = {"content/editions/mine.yaml": "title: Mine\nplace: {country: US, county: Mine}\n"}


def test_a_missing_package_is_told(handbill, write, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = handbill("build", "--project", write(EDITION), "--cluster", "tcp://127.0.0.1:1", "--today", "2026-11-22")
    assert done.exit_code == 1
    assert 'pip install "handbill[cluster]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_stations_make_a_piece_and_tell_of_a_bug_and_of_a_lost_process(builtin):
    try:
        asked = station.Task(operator.eq, repr, builtin, builtin, 1.0)
        assert station.make(asked) == Done(0, result=True)
        with pytest.raises(station.Broken, match="not subscriptable"):
            station.make(replace(asked, work=operator.getitem))
        ends_itself = station.Task(operator.call, repr, os._exit, 7, 1.0)
        assert station.make(ends_itself).failure == "ended its process with code 7"
        assert station.make(asked) == Done(0, result=True)
        # A station leads a group of its own, which is all that 0 stands for.
        ends_all = station.Task(os.kill, repr, 0, signal.SIGKILL, 1.0)
        assert station.make(ends_all).failure == "ended its process with code -9"
        assert station.make(asked) == Done(0, result=True)
    finally:
        station.end_all()


# In a process of its own, like all that loads distributed: it changes how exceptions are pickled ever after.
@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_told(write, tmp_path):
    address = f"tcp://127.0.0.1:{free_port()}"
    build = handbill_process(write(EDITION), tmp_path / "out", "--cluster", address)
    _, said = build.communicate(timeout=60)
    assert build.returncode == 1
    assert said.startswith(f"error: no scheduler answers at {address}\n  hint: start one with: dask scheduler")
    assert "Traceback" not in said


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Cluster:
    """A scheduler and its workers on this machine, each in a folder of its own, none in the project."""

    def __init__(self, folder):
        self.folder, self.address = folder, f"tcp://127.0.0.1:{free_port()}"
        self.started = []
        self.run("scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2])

    def run(self, *command):
        here = self.folder / f"machine-{len(self.started)}"
        here.mkdir(parents=True)
        words = [sys.executable, "-P", "-m", "dask", *command, "--no-dashboard"]
        with (here / "log").open("w") as log:
            environment = {**os.environ, "PYTHONPATH": str(builtin_root()), "PYTHONWARNINGS": ""}
            one = subprocess.Popen(words, cwd=here, stdout=log, stderr=log, env=environment)
        self.started.append(one)
        return one

    def worker(self):
        alone = ("--no-nanny", "--nthreads", "1", "--local-directory", ".")
        return self.run("worker", self.address, *alone)

    def end(self):
        for one in reversed(self.started):
            one.kill()
            one.wait()


@pytest.fixture
def cluster(tmp_path):
    one = Cluster(tmp_path / "cluster")
    yield one
    one.end()


def handbill_process(root, output, *args):
    words = [sys.executable, "-P", "-m", "generator", "build", "--project", root, "--output", output, *args]
    environment = {**os.environ, "PYTHONPATH": str(builtin_root())}
    return subprocess.Popen(
        [str(one) for one in (*words, "--today", "2026-11-22")],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Whoever runs these tests in the background may pass over Ctrl-C, and so would what is started here.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def digests(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4h-4z" fill="#00505a"/></svg>'
BRANDED = {
    **{f"content/editions/mine-{n}.yaml": f"title: Mine {n}\nplace: {{country: US}}\nbrand: mine\n" for n in range(4)},
    "content/brands/mine.yaml": "name: Mine\nlogo: logo.svg\n",
    "content/brands/logo.svg": LOGO,
    "templates/products/wallet-card/style.css": ".back { background: #D0E7E8; } h2 { color: #002F3C; }",
}


@pytest.mark.slow
def test_two_workers_without_a_shared_folder_one_killed_midway_make_the_same_bytes(cluster, write, tmp_path):
    root = write(BRANDED)
    cluster.worker()
    lost = cluster.worker()
    build = handbill_process(root, tmp_path / "far", "--cluster", cluster.address)
    first = build.stderr.readline()
    assert first.startswith("[1/"), first
    lost.send_signal(signal.SIGKILL)
    _, said = build.communicate(timeout=300)
    assert build.returncode == 0, first + said
    assert "distributed" not in said
    near = handbill_process(root, tmp_path / "near")
    _, said = near.communicate(timeout=300)
    assert near.returncode == 0, said
    assert digests(tmp_path / "far") == digests(tmp_path / "near")
    assert len(digests(tmp_path / "far")) > 40


@pytest.mark.slow
def test_a_scheduler_without_workers_is_told(cluster, write, tmp_path):
    build = handbill_process(write(EDITION), tmp_path / "out", "--cluster", cluster.address)
    _, said = build.communicate(timeout=60)
    assert build.returncode == 1
    assert "has no workers" in said
    assert f"dask worker {cluster.address}" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_ctrl_c_calls_the_rest_off_and_leaves_the_output_as_it_was(cluster, write, tmp_path):
    cluster.worker()
    output = tmp_path / "out"
    build = handbill_process(write(BRANDED), output, "--cluster", cluster.address)
    assert build.stderr.readline().startswith("[1/")
    build.send_signal(signal.SIGINT)
    _, said = build.communicate(timeout=20)
    assert build.returncode == 1
    assert "Traceback" not in said
    assert digests(output) == {}
