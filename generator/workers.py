"""Run jobs in worker processes, each with limits on time and memory, so that a bad one costs only itself."""

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct, field

from generator.errors import OutOfTime

if TYPE_CHECKING:  # not every system has the first
    from multiprocessing.context import ForkContext, SpawnContext

Item = TypeVar("Item")
Result = TypeVar("Result")

# A piece takes about a second; ten of processor time mean that something in it never ends. It is then interrupted
# where it is, which tells what it was at; what cannot be interrupted is ended by the system soon after.
CPU_SECONDS = 10
GRACE_SECONDS = 4
# On a busy machine a second of work takes several. Who waits for so long is told after less work,
WAIT_SECONDS = 16
WAIT_CPU_SECONDS = 8
# and past this even a sleeping job is given up.
WALL_SECONDS = 60
MEMORY_BYTES = 2_000_000_000  # more than at the start: a 24x36 in poster, read back at 150 dpi, needs about 300 MB


# Made and not given back since garbage was last looked for: those of about one handout.
GARBAGE_OBJECTS = 150_000


class Done(Struct, Generic[Result], frozen=True):
    """What became of the item at an index: its result, or why there is none."""

    index: int
    result: Result | None = None
    failure: str = ""


class _Worker(Struct):
    """One process, its pipe and what it is working on."""

    process: BaseProcess
    pipe: Connection
    index: int | None = None
    deadline: float = field(default=float("inf"))


def run(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int,
    warm_up: Callable[[], None],
    allowance: Callable[[Item], float] = lambda _: 1.0,
    kind: Callable[[Item], Hashable] | None = None,
    is_ahead: bool = True,
) -> Iterator[Done[Result]]:
    """Yield what becomes of each item, in the order in which they end.

    `work` and the items are handed to the processes when they start. `warm_up` loads what all of them
    need, before the first one starts. An item that passes its limits, or whose process dies, ends as a
    failure in words; an exception inside `work` is passed on. `allowance` says how many times the usual
    limits of time an item may take. Items of a `kind` share work: while the first of them is worked on, others begin
    with something else, as long as there is anything. With `is_ahead` the next item is begun before what was
    made is taken. Every process is ended when the iterator is closed.
    """
    warm_up()
    for done in run_packed(work, items, workers=workers, allowance=allowance, kind=kind, is_ahead=is_ahead):
        yield Done(done.index, unpacked(done), done.failure)


def unpacked(done: "Done[bytes]") -> Any:
    """Return the result of an item as it was before it was packed to be sent; None when there is none."""
    return None if done.result is None else pickle.loads(done.result)


def run_packed(
    work: Callable[[Item], object],
    items: Sequence[Item],
    *,
    workers: int,
    allowance: Callable[[Item], float],
    kind: Callable[[Item], Hashable] | None,
    is_ahead: bool = True,
    own: Sequence[Connection] = (),
) -> Iterator[Done[bytes]]:
    """Yield what becomes of each item as `run` does, results packed as processes send them, to be handed on.

    `own` are pipes of this process that none of them keeps open.
    """
    team: list[_Worker] = []
    for _ in range(max(1, min(workers, len(items)))):
        team.append(_start((*own, *_pipes(team)), work, items))
    queue = _Queue([kind(item) for item in items] if kind else range(len(items)))
    try:
        while queue.waiting or any(one.index is not None for one in team):
            _assign_all(team, queue, items, allowance)
            ended = [*_collect(team, work, items, own)]
            for done in ended:
                queue.ended(done.index)
            if is_ahead:
                _assign_all(team, queue, items, allowance)
            yield from ended
    finally:
        for one in team:
            _end(one)


class _Queue:
    """The indices of items that wait for a process, by the kind of each."""

    def __init__(self, kinds: Sequence[Hashable]) -> None:
        self.waiting = list(range(len(kinds)))
        self._kinds = kinds
        self._known: set[Hashable] = set()  # kinds of which one has ended

    def take(self, at_work: Collection[int]) -> int:
        """Return the index to work on next: the first whose kind nobody is at for the first time, else the first."""
        begun = {self._kinds[index] for index in at_work} - self._known
        found = next((place for place, index in enumerate(self.waiting) if self._kinds[index] not in begun), 0)
        return self.waiting.pop(found)

    def ended(self, index: int) -> None:
        """Hear that an item of a kind has ended."""
        self._known.add(self._kinds[index])


def processes() -> "ForkContext | SpawnContext":
    """Return how processes start. Forked ones share what is loaded; where that is not to be had they start afresh."""
    can_fork = "fork" in multiprocessing.get_all_start_methods() and os.uname().sysname == "Linux"
    return multiprocessing.get_context("fork") if can_fork else multiprocessing.get_context("spawn")


def _pipes(team: Sequence[_Worker]) -> list[Connection]:
    return [one.pipe for one in team]


def _start(open_here: Sequence[Connection], work: Callable[[Item], object], items: Sequence[Item]) -> _Worker:
    context = processes()
    ours, theirs = context.Pipe()
    # A forked process gets a copy of every open pipe; holding our ends, it would never learn that we are gone.
    copied = (ours, *open_here) if context.get_start_method() == "fork" else ()
    arguments = (theirs, copied, work, items)
    process = context.Process(target=_serve, args=arguments, daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _assign_all(
    team: Sequence[_Worker], queue: "_Queue", items: Sequence[Item], allowance: Callable[[Item], float]
) -> None:
    """Give each process without work an item, as long as there is any."""
    for one in team:
        if one.index is None and queue.waiting:
            index = queue.take([other.index for other in team if other.index is not None])
            _assign(one, index, allowance(items[index]))


def _assign(one: _Worker, index: int, times: float) -> None:
    one.index, one.deadline = index, time.monotonic() + WALL_SECONDS * times
    with contextlib.suppress(OSError):  # a process that just died is noticed when its pipe is read
        one.pipe.send((index, times))


def _collect(
    team: list[_Worker], work: Callable[[Item], object], items: Sequence[Item], own: Sequence[Connection]
) -> Iterator[Done[bytes]]:
    """Yield what ended within the next tenth of a second, and replace the processes that were lost."""
    ready = wait([one.pipe for one in team if one.index is not None], timeout=0.1)
    now = time.monotonic()
    for place, one in enumerate(team):
        if one.index is None:
            continue
        done: Done[bytes]
        if one.pipe in ready:
            done = _receive(one)
        elif now > one.deadline:
            done = Done(one.index, failure="took far too long and was stopped")
        else:
            continue
        one.index = None
        if done.failure:
            _end(one)
            others = [other for other in team if other is not one]
            team[place] = _start((*own, *_pipes(others)), work, items)
        yield done


def _receive(one: _Worker) -> Done[bytes]:
    index = -1 if one.index is None else one.index
    try:
        result, problem = one.pipe.recv()
    except (EOFError, OSError):
        one.process.join(1)
        return Done(index, failure=_why_dead(one.process.exitcode))
    if isinstance(problem, MemoryError):
        return Done(index, failure=f"needed more than {MEMORY_BYTES // 1_000_000:,} MB of memory")
    if isinstance(problem, RecursionError):
        return Done(index, failure="is nested too deeply to be laid out")
    if isinstance(problem, OutOfTime):
        return Done(index, failure=f"{problem} and was stopped")
    if problem is not None:
        raise problem
    return Done(index, result=result)


def _why_dead(exitcode: int | None) -> str:
    if exitcode == -signal.SIGXCPU:
        return f"took more than {CPU_SECONDS} seconds of work and was stopped"
    if exitcode == -signal.SIGKILL:
        return "was stopped by the system, most likely for want of memory"
    return f"ended its process with code {exitcode}"


def _end(one: _Worker) -> None:
    with contextlib.suppress(OSError):
        one.pipe.close()
    if one.process.is_alive():
        one.process.kill()
    one.process.join(1)


def _serve(
    pipe: Connection, copied: Sequence[Connection], work: Callable[[Item], object], items: Sequence[Item]
) -> None:
    """Work on items by index until the build is gone. Ctrl-C is the parent's to handle."""
    for copy in copied:
        copy.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # who forked it may want to end differently
    _limit_memory()
    # Layouts are made of a million small objects that hold one another; looking for garbage among them while
    # they grow takes as long as the layout itself. It is looked for between items.
    gc.freeze()
    gc.disable()
    while True:
        try:
            index, times = pipe.recv()
        except (EOFError, OSError):
            return
        _limit_time(times)
        answer: tuple[bytes | None, BaseException | None]
        try:
            with _interrupted(times):
                made = work(items[index])
            answer = (pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL), None)
            del made
        except (Exception, OutOfTime) as problem:
            answer = (None, problem)
        try:
            pipe.send(answer)
        except OSError:
            return
        del answer
        if gc.get_count()[0] > GARBAGE_OBJECTS:
            gc.collect()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit holds there too
        return
    most = MEMORY_BYTES + _addresses_in_use(resource.getpagesize())
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _addresses_in_use(page: int) -> int:
    """Return how many bytes this process has mapped: a forked one starts with all that its parent had."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * page
    except (OSError, ValueError):  # only Linux says so
        return 0


def _limit_time(times: float) -> None:
    """Allow so many times the usual processor time from now on; past it the system ends the process."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    allowed = int(used.ru_utime + used.ru_stime + CPU_SECONDS * times) + GRACE_SECONDS
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


@contextlib.contextmanager
def _interrupted(times: float) -> Iterator[None]:
    """Raise OutOfTime inside the block when it works for too long, and again when that was passed over."""
    if not hasattr(signal, "setitimer"):  # Windows has no such timer; the limit of the clock holds there too
        yield
        return
    started, worked = time.monotonic(), time.process_time()

    def look(*_: object) -> None:
        used, waited = time.process_time() - worked, time.monotonic() - started
        if used > CPU_SECONDS * times or (waited > WAIT_SECONDS * times and used > WAIT_CPU_SECONDS * times):
            signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS / 2, _LOOKS_EVERY)
            raise OutOfTime(f"took more than {int(used)} seconds of work")

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _LOOKS_EVERY, _LOOKS_EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


_LOOKS_EVERY = 0.2  # seconds
