"""The process that gets ready while a build is planned: it costs nothing when it is lost, and leaves nothing behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from generator import foreman, workers
from generator.build import Options, build
from generator.cache import Cache
from generator.dispatch import in_order, work_of
from generator.errors import HandbillError, error
from generator.foreman import called, getting_ready
from generator.makeready import USUAL, make_ready_ahead
from generator.plan import Request, plan_jobs
from generator.project import load_project
from generator.proof.checks import conformance
from generator.recall import Recall
from tests.test_cache import FILES, TODAY, bytes_of
from tests.test_workers import is_running, work

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="where processes are not forked there is no foreman"),
    pytest.mark.usefixtures("in_processes"),
]
CARDS = Request(products=("wallet-card",))


def once(_):
    return 1.0


def nothing():
    pass


@contextmanager
def leading(warm_up=nothing):
    with called(warm_up) as leader:
        assert leader is not None
        yield leader


def results(items, *, count=2, warm_up=nothing, do=work):
    with leading(warm_up) as leader:
        return {one.index: one.failure or one.result for one in leader.run(do, items, count=count, allowance=once)}


@pytest.mark.parametrize("count", [1, 2, 9])
def test_every_item_is_worked_on_once_whatever_the_number_of_workers(count):
    assert results(list(range(20)), count=count) == {index: index * 2 for index in range(20)}


@pytest.mark.parametrize(("item", "said"), [("die", "code 7"), ("eat", "MB of memory"), ("deep", "too deeply")])
def test_a_bad_item_costs_only_itself(item, said):
    found = results([1, item, 3, 4])
    assert said in found.pop(1)
    assert found == {0: 2, 2: 6, 3: 8}


def test_a_bug_is_passed_on():
    with pytest.raises(KeyError, match="traceback"):
        results(["bug"])


READY: list[int] = []


def get_ready():
    READY.append(os.getpid())


def who_got_ready(_):
    return (*READY, os.getppid(), os.getpid())


def test_workers_come_from_the_one_that_got_ready():
    READY.clear()
    (said,) = results([0], warm_up=get_ready, do=who_got_ready).values()
    first, parent, worker = said
    assert first == parent
    assert len({parent, worker, os.getpid()}) == 3
    assert READY == []


def fail_to_load():
    raise HandbillError([error("missing-library", "Pango is missing", hint="install it")])


def test_what_is_missing_is_told_to_who_asks_and_to_nobody_else():
    with leading(fail_to_load):
        pass
    with leading(fail_to_load) as leader, pytest.raises(HandbillError, match="Pango") as told:
        list(leader.run(work, [1], count=1, allowance=once))
    assert [(one.code, one.hint) for one in told.value.diagnostics] == [("missing-library", "install it")]


def slow(folder, item):
    with (folder / str(item)).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(0.1)
    return item * 2


def pids_in(folder):
    return {int(pid) for path in folder.iterdir() for pid in path.read_text().split()}


@pytest.mark.parametrize("after", [0, 1, 7])
def test_a_killed_foreman_costs_no_item(tmp_path, after):
    with leading() as leader:
        run = leader.run(partial(slow, tmp_path), list(range(12)), count=2, allowance=once)
        found = [next(run) for _ in range(after)]
        leader._process.kill()
        found += [*run]
    assert sorted((one.index, one.result) for one in found) == [(index, index * 2) for index in range(12)]
    wait_until_gone(pids_in(tmp_path))


def wait_until_gone(pids):
    until = time.monotonic() + 30
    while left := [pid for pid in pids if is_running(pid)]:
        assert time.monotonic() < until, f"left behind: {left}"
        time.sleep(0.05)


def hang(folder, item):
    (folder / str(item)).write_text(str(os.getpid()))
    time.sleep(1000 if item else 0)
    return item


def test_its_workers_go_with_it_at_once_whatever_they_are_at(tmp_path):
    with leading() as leader:
        next(leader.run(partial(hang, tmp_path), [0, 1, 2], count=3, allowance=once))
        while len(pids_in(tmp_path)) < 3:
            time.sleep(0.01)
    assert not [pid for pid in pids_in(tmp_path) if is_running(pid)]
    assert not is_running(leader._process.pid)


# Whoever runs these tests in the background may pass over Ctrl-C, and so would what is started here.
PROBE = """
import signal
import sys
from functools import partial
from pathlib import Path
from generator.foreman import called
from tests.test_foreman import {work}, nothing, once
signal.signal(signal.SIGINT, signal.default_int_handler)
with called(nothing) as leader:
    print(leader._process.pid, flush=True)
    for _ in leader.run(partial({work}, Path(sys.argv[1])), list(range(500)), count=2, allowance=once): pass
"""


def started(folder, work):
    """Return a build in a group of its own that is in the middle of its work, and the foreman's id."""
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-c", PROBE.format(work=work), str(folder)]
    running = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, process_group=0)
    assert running.stdout is not None
    pid = int(running.stdout.readline())
    while len(list(folder.iterdir())) < 3:
        time.sleep(0.05)
    return running, pid


def test_nothing_is_left_when_the_build_is_killed(tmp_path):
    running, pid = started(tmp_path, "slow")
    running.kill()
    running.communicate()
    wait_until_gone({pid, *pids_in(tmp_path)})


def test_ctrl_c_ends_everything_at_once(tmp_path):
    running, pid = started(tmp_path, "hang")
    os.killpg(running.pid, signal.SIGINT)
    running.communicate(timeout=30)
    assert running.returncode == -signal.SIGINT
    assert not [one for one in {pid, *pids_in(tmp_path)} if is_running(one)]


def count_on(file):
    """Do one step after the other, each a byte of a file, and end by itself after a thousand."""
    for _ in range(1_000):
        with file.open("a") as steps:
            steps.write(".")
        yield
        time.sleep(0.01)


def test_it_goes_on_as_long_as_nobody_waits(tmp_path):
    steps = tmp_path / "steps"
    with called(nothing, partial(count_on, steps)) as leader:
        assert leader is not None
        while not steps.exists() or steps.stat().st_size < 5:
            time.sleep(0.01)
        assert [one.result for one in leader.run(work, [1, 2], count=1, allowance=once)] == [2, 4]
        assert steps.stat().st_size < 1_000
    with called(nothing, lambda: iter((None, None))) as leader:
        assert leader is not None
        assert [one.result for one in leader.run(work, [1, 2], count=1, allowance=once)] == [2, 4]


def broken_on(steps):
    """Take a step and fail."""
    steps.touch()
    yield
    raise RuntimeError("reading ahead")


def test_what_is_read_ahead_in_vain_costs_nothing(tmp_path):
    steps = tmp_path / "steps"
    with called(nothing, partial(broken_on, steps)) as leader:
        assert leader is not None
        while not steps.exists():
            time.sleep(0.01)
        assert [one.result for one in leader.run(work, [1, 2], count=1, allowance=once)] == [2, 4]


def test_reading_ahead_asks_nothing_that_keeps_threads(roots, tmp_path, monkeypatch):
    asked: set[int] = set()
    monkeypatch.setattr(conformance, "_askers", asked)
    assert all(True for _ in make_ready_ahead(roots(tmp_path)))
    assert not asked


def test_all_that_is_read_ahead_is_there(roots, tmp_path):
    made = list(make_ready_ahead(roots(tmp_path)))
    assert len(made) > len(list(make_ready_ahead(roots(tmp_path), proof=False))) >= 2 * len(USUAL)


def test_where_processes_are_not_forked_there_is_none(monkeypatch):
    spawn = multiprocessing.get_context("spawn")
    monkeypatch.setattr(workers, "processes", lambda: spawn)
    with called(nothing) as leader:
        assert leader is None


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    """Return the folder in which builds make their temporary ones."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def made(root, roots, output, **options):
    with getting_ready(roots(root)) as leader:
        return build(roots(root), CARDS, Options(root / output, TODAY, 2, **options), leader, watch=lambda *_: None)


def test_a_build_without_a_foreman_makes_the_same(write, roots, monkeypatch, temporary):
    root = write(FILES)
    first = made(root, roots, "a")
    monkeypatch.setattr(foreman.Foreman, "_led", lambda *_: iter(()))
    assert bytes_of(made(root, roots, "b")) == bytes_of(first)
    assert len(bytes_of(first)) > 1
    assert not list(temporary.iterdir())


def test_without_a_cache_faces_are_shared_within_the_build_alone(write, roots, monkeypatch, temporary):
    root = write(FILES)
    kept: list[Any] = []
    run = foreman.Foreman.run

    def looking(self, work, jobs, **named):
        yield from run(self, work, jobs, **named)
        folder = work.keywords["before"].cache.folder
        kept.extend((folder, folder.is_relative_to(temporary), bool(Cache(folder).contents().files)))

    monkeypatch.setattr(foreman.Foreman, "run", looking)
    for options in ({}, {"proof": False}):
        kept.clear()
        made(root, roots, "a", **options)
        folder, is_temporary, has_faces = kept
        assert is_temporary
        assert has_faces
        assert not folder.exists()
        assert not list(temporary.iterdir())


def test_a_build_with_errors_leaves_no_foreman(write, roots, monkeypatch):
    leaders = []
    begin = foreman.Foreman.__init__

    def noting(self, *told):
        begin(self, *told)
        leaders.append(self)

    monkeypatch.setattr(foreman.Foreman, "__init__", noting)
    root = write(FILES | {"content/editions/spring.yaml": "title: Spring\nlanguges: [en]\n"})
    with pytest.raises(HandbillError, match="languges"):
        made(root, roots, "a")
    assert [is_running(one._process.pid) for one in leaders] == [False]


def test_a_cluster_needs_none(roots, tmp_path):
    with getting_ready(roots(tmp_path), is_needed=False) as leader:
        assert leader is None


def test_a_build_of_which_nothing_changed_calls_none(write, handbill, monkeypatch):
    root = write(FILES)
    asked = ("build", "--product", "wallet-card", "--project", root, "--today", TODAY, "--jobs", 1)
    assert handbill(*asked).exit_code == 0
    monkeypatch.setattr(foreman, "called", lambda _: pytest.fail("a foreman was called"))
    assert handbill(*asked).exit_code == 0


def test_one_of_each_kind_is_made_first_and_of_both_the_largest(write, roots):
    files = FILES | {"content/editions/summer.yaml": FILES["content/editions/spring.yaml"].replace("[en]", "[en, es]")}
    project, _ = load_project(roots(write(files)))
    jobs, _ = plan_jobs(project, Request(products=("wallet-card", "handout", "poster")), today=TODAY)
    ordered = in_order(jobs)
    assert sorted(one.piece.name for one in ordered) == sorted(one.piece.name for one in jobs)
    kinds = [(one.piece.product_id, one.piece.language_id) for one in ordered]
    assert len(set(kinds[:6])) == len(set(kinds)) == 6
    for part in (ordered[:6], ordered[6:]):
        assert [work_of(one) for one in part] == sorted(map(work_of, part), reverse=True)
    assert ordered[0].piece.product_id == "handout"
    title = jobs[0].piece.theme.title
    theme = jobs[0].piece.theme.model_copy(update={"title": f"{title} of another"})
    themed = replace(jobs[0], piece=replace(jobs[0].piece, theme=theme))
    assert themed in in_order([*jobs, themed])[:7]


def test_no_file_is_left_open_whose_position_workers_would_share(builtin):
    probe = (
        "import os, sys; from pathlib import Path; from generator.catalog import Roots, builtin_root\n"
        "from generator.makeready import make_ready; make_ready(Roots(builtin_root(), builtin_root()))\n"
        "links = [os.path.realpath(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')]\n"
        "ours = [one for one in links if one.startswith(str(builtin_root()))]\n"
        "print(ours, 'generator.proof.checks' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "[] True\n"


def loaded_by(statement):
    """Return the modules that a statement loads in a process of its own."""
    probe = f"import sys; {statement}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.split())


def test_a_foreman_is_called_before_anything_heavy_is_loaded():
    heavy = {"weasyprint", "pydantic", "jinja2", "pikepdf", "numpy", "generator.plan", "generator.build"}
    assert not heavy & loaded_by("import generator.foreman")
    assert not {"weasyprint", "pikepdf", "numpy"} & loaded_by("import generator.build")


def test_without_proof_nothing_is_loaded_that_reads_back():
    ready = (
        "from generator.catalog import Roots, builtin_root; from generator.makeready import make_ready; "
        "make_ready(Roots(builtin_root(), builtin_root()), proof={})"
    )
    read_back = {"pypdfium2", "zxingcpp", "numpy", "generator.proof.checks"}
    assert not read_back & loaded_by(ready.format(False))
    assert read_back < loaded_by(ready.format(True))


def test_work_begins_before_anybody_asks_for_what_becomes_of_it(tmp_path):
    with leading() as leader:
        run = leader.run(partial(slow, tmp_path), [1, 2, 3], count=1, allowance=once)
        until = time.monotonic() + 30
        while not leader.has_more:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert pids_in(tmp_path)
        assert sorted(one.result for one in run) == [2, 4, 6]


def test_known_pieces_are_read_while_others_are_made(write, roots, monkeypatch):
    root = write(FILES)
    cache = Cache(root / "cache")
    made(root, roots, "a", cache=cache)
    told: list[str] = []
    find, run = Recall.find, foreman.Foreman.run

    def finding(self, job):
        told.append("read")
        return find(self, job)

    def running(self, *work, **how):
        told.append("begun")
        return run(self, *work, **how)

    monkeypatch.setattr(Recall, "find", finding)
    monkeypatch.setattr(foreman.Foreman, "run", running)
    another = FILES["content/editions/spring.yaml"].replace("Spring", "Summer")
    write({"content/editions/summer.yaml": another}, root=root)
    outcome = made(root, roots, "a", cache=cache)
    assert outcome.is_fine
    assert told == ["begun", "read", "read"]


def test_what_turns_out_damaged_is_made_after_the_others(write, roots):
    root = write(FILES)
    cache = Cache(root / "cache")
    first = made(root, roots, "a", cache=cache)
    for path in cache.folder.rglob("*.kept"):
        path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)
    assert bytes_of(made(root, roots, "b", cache=cache)) == bytes_of(first)
