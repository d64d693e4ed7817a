import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator import workers

pytestmark = pytest.mark.usefixtures("in_processes")


def work(item):
    if item in DEEDS:
        DEEDS[item]()
    return item * 2


def fail():
    raise KeyError("a bug keeps its traceback")


def spin():
    while True:
        be_busy()


def be_busy():
    until = time.process_time() + 1
    while time.process_time() < until:
        pass


def work_deep(depth):
    return work_deep(depth + 1)


DEEDS = {
    "die": lambda: os._exit(7),
    "hang": lambda: time.sleep(100),
    "spin": spin,
    "busy": be_busy,
    "eat": lambda: bytearray(10**12),
    "deep": lambda: work_deep(0),
    "bug": fail,
}


def results(items, *, count=2):
    done = workers.run(work, items, workers=count, warm_up=lambda: None)
    return {one.index: one.failure or one.result for one in done}


@pytest.mark.parametrize("count", [1, 2, 9])
def test_every_item_is_worked_on_once_whatever_the_number_of_workers(count):
    assert results(list(range(20)), count=count) == {index: index * 2 for index in range(20)}


def test_no_items_need_no_workers():
    assert results([]) == {}


@pytest.mark.parametrize(
    ("item", "said"),
    [("die", "code 7"), ("eat", "MB of memory"), ("deep", "too deeply"), ("spin", "took more than 1 seconds of work")],
)
def test_a_bad_item_costs_only_itself(monkeypatch, item, said):
    monkeypatch.setattr(workers, "CPU_SECONDS", 1)
    found = results([1, item, 3, 4])
    assert said in found.pop(1)
    assert found == {0: 2, 2: 6, 3: 8}


def test_a_hanging_item_is_given_up(monkeypatch):
    monkeypatch.setattr(workers, "WALL_SECONDS", 1)
    assert "took far too long" in results(["hang", 1])[0]


def test_an_item_may_be_allowed_more_time(monkeypatch):
    monkeypatch.setattr(workers, "CPU_SECONDS", 0.2)
    run = workers.run(work, ["busy"], workers=1, warm_up=lambda: None, allowance=lambda _: 20.0)
    assert [one.result for one in run] == ["busybusy"]
    run = workers.run(work, ["busy"], workers=1, warm_up=lambda: None)
    assert "seconds of work" in next(run).failure


def test_workers_end_when_the_build_is_killed(tmp_path):
    probe = (
        "import sys, time; from generator import workers\n"
        "def work(item):\n"
        "    open(sys.argv[1] + str(item), 'w').write(str(__import__('os').getpid())); time.sleep(0.2)\n"
        "    return bytes(10**6)\n"  # more than a pipe holds, so that an answer waits for its reader
        "for _ in workers.run(work, list(range(500)), workers=2, warm_up=lambda: None): pass\n"
    )
    build = subprocess.Popen([sys.executable, "-c", probe, f"{tmp_path}/"])
    while len(list(tmp_path.iterdir())) < 4:
        time.sleep(0.05)
    build.kill()
    build.wait()
    time.sleep(1.5)
    started = {int(path.read_text()) for path in tmp_path.iterdir() if path.read_text()}
    assert not [pid for pid in started if is_running(pid)]


def is_running(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_a_bug_is_passed_on():
    with pytest.raises(KeyError, match="traceback"):
        results(["bug"])


@pytest.mark.parametrize(
    ("kinds", "at_work", "ended", "taken"),
    [
        ("aab", [], [], 0),
        ("aab", [0], [], 2),  # the second of a kind waits for the first
        ("aab", [0, 2], [], 1),  # unless there is nothing else
        ("aaab", [1], [0], 2),  # or one of its kind is there
        ("aabb", [0, 2], [], 1),
    ],
)
def test_of_a_kind_the_first_is_waited_for_while_there_is_something_else(kinds, at_work, ended, taken):
    queue = workers._Queue(kinds)
    queue.waiting = [index for index in queue.waiting if index not in (*at_work, *ended)]
    for index in ended:
        queue.ended(index)
    assert queue.take(at_work) == taken


def test_every_item_of_every_kind_is_worked_on():
    done = workers.run(work, list(range(30)), workers=3, warm_up=lambda: None, kind=is_even)
    assert {one.index: one.result for one in done} == {index: index * 2 for index in range(30)}


def is_even(item):
    return item % 2 == 0


def note(item):
    folder, number = item
    (folder / str(number)).touch()
    return number


def test_the_next_is_begun_before_what_was_made_is_taken(tmp_path):
    items = [(tmp_path, number) for number in range(4)]
    done = workers.run(note, items, workers=1, warm_up=lambda: None)
    assert next(done).result == 0
    until = time.monotonic() + 30
    while not (tmp_path / "1").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    assert [one.result for one in done] == [1, 2, 3]
