"""Where a Dask worker has its pieces made: a process of its own that keeps to the limits of any other build.

A task of Dask runs in a thread beside others, where no timer and no limit on memory can be set, and its process
may start none of ours. So each thread keeps a station, an ordinary process that is warm after its first piece and
makes pieces in a worker that it forks. It ends with the process that started it, whatever ended that.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, overload

from msgspec import Struct
from msgspec.structs import replace

from generator import workers
from generator.errors import HandbillError

_PACKAGES = Path(__file__).resolve().parents[2]
PIECES_A_PROCESS = 100  # then a new one is forked, so that what libraries keep does not grow for ever
_idle: list["Station"] = []
_turn = Lock()


class Task(Struct, frozen=True):
    """A piece to be made: what makes it, of which folders, and how many times the usual limits it may take."""

    work: Callable[[Any, Any], Any]
    warm_up: Callable[[Any], Any]
    roots: object
    item: object
    times: float


class Broken(Exception):
    """A station cannot work at all, or met a bug: its text says what."""


class Station:
    """A process that makes one piece after another."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(_PACKAGES)}
        command = [sys.executable, "-P", "-c", "from generator.cluster import station; station.serve()"]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    def make(self, task: Task) -> workers.Done[Any]:
        """Return what became of a piece. Raises Broken, and EOFError or OSError when the process is gone."""
        assert self._process.stdin
        assert self._process.stdout
        pickle.dump(task, self._process.stdin)
        self._process.stdin.flush()
        done, problem = pickle.load(self._process.stdout)
        if problem:
            raise Broken(problem)
        answer: workers.Done[Any] = done
        return answer

    def end(self) -> str:
        """End the process and return how it ended, in words."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        self._process.kill()
        return f"ended its process with code {self._process.wait()}"


def make(task: Task) -> workers.Done[Any]:
    """Return what became of a piece, made by an idle station or a new one. Raises Broken."""
    with _turn:
        station = _idle.pop() if _idle else Station()
    try:
        done = station.make(task)
    except (EOFError, OSError, pickle.UnpicklingError):
        return workers.Done(0, failure=station.end())
    except BaseException:
        station.end()
        raise
    with _turn:
        _idle.append(station)
    return done


def end_all() -> None:
    """End the stations that wait for work."""
    with _turn:
        while _idle:
            _idle.pop().end()


def serve() -> None:
    """Make the pieces that come in on stdin, until it is closed. What anything prints goes to stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(os.dup(1), "wb") as answers, _scratch() as folder:
        os.dup2(2, 1)
        with contextlib.suppress(_Over):
            while True:
                for answer in _answers(_Incoming(folder / "task")):
                    pickle.dump(answer, answers)
                    answers.flush()


class _Over(Exception):
    """No more tasks will come."""


class _Incoming(Sequence[Task]):
    """Tasks as they come in on stdin, each asked for once here, and then read by the worker that was forked before."""

    def __init__(self, path: Path) -> None:
        self.path, self.reader, self.first = path, os.getpid(), _incoming()

    def __len__(self) -> int:
        return PIECES_A_PROCESS

    @overload
    def __getitem__(self, index: int) -> Task: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Task]: ...
    def __getitem__(self, index: int | slice) -> Task | Sequence[Task]:
        if os.getpid() != self.reader:
            task: Task = pickle.loads(self.path.read_bytes())
            return task
        task = _incoming() if index else self.first
        self.path.write_bytes(pickle.dumps(task))
        return task


def _incoming() -> Task:
    try:
        task: Task = pickle.load(sys.stdin.buffer)
    except EOFError as problem:
        raise _Over from problem
    return task


def _answers(tasks: _Incoming) -> Iterator[tuple[workers.Done[Any] | None, str]]:
    """Yield what became of each piece, or what keeps all of them from being made."""
    warm_up = partial(tasks.first.warm_up, tasks.first.roots)
    try:
        # The next piece comes in after what became of this one has gone out.
        made = workers.run(_make, tasks, workers=1, warm_up=warm_up, allowance=lambda task: task.times, is_ahead=False)
        for done in made:
            yield replace(done, index=0), ""
    except _Over:
        raise
    except HandbillError as problem:
        yield None, "; ".join(f"{one.message} ({one.hint})" for one in problem.diagnostics)
    except Exception:
        yield None, traceback.format_exc()


def _make(task: Task) -> object:
    return task.work(task.roots, task.item)


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    """Give what is forked a temporary folder that goes with the station."""
    with tempfile.TemporaryDirectory(prefix="handbill-") as folder:
        tempfile.tempdir = folder
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = None
