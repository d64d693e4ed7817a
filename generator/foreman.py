"""A process that gets ready while a build is still being planned, and then leads the workers, which it forks.

What all pieces need is loaded beside the planning, not after it, and once for all workers.
"""

import gc
import signal
import sys
import tempfile
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from generator import workers
from generator.catalog import Roots
from generator.makeready import make_ready, make_ready_ahead
from generator.workers import Done, Item, Result

LEAVE_SECONDS = 5  # for its workers and itself to be gone
# What both the build and what is forked from it use: loaded once, before they part.
SHARED = ("generator.build", "generator.report.page")


class Order(Struct, frozen=True):
    """What is to be made, and how, as `workers.run` is told."""

    work: Callable[[Any], object]
    items: Sequence[Any]
    count: int
    allowance: Callable[[Any], float]
    kind: Callable[[Any], Hashable] | None


GoOn = Callable[[], Iterator[None]]  # what to do step by step as long as nobody waits


class Foreman:
    """A process that is getting ready, and waits to be told what is to be made."""

    def __init__(self, warm_up: Callable[[], None], go_on: GoOn) -> None:
        context = workers.processes()
        self._warm_up = warm_up
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_lead, args=(theirs, self._pipe, warm_up, go_on))
        self._process.start()
        theirs.close()

    def run(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        count: int,
        allowance: Callable[[Item], float],
        kind: Callable[[Item], Hashable] | None = None,
    ) -> Iterator[Done[Result]]:
        """Return what will become of each item, as `workers.run` yields it with so many workers. They begin at once.

        All that is handed over is plain: functions of modules, and values. What was not made yet when the foreman
        is lost, is made without one. It can be asked once.
        """
        order = Order(work, items, count, allowance, kind)
        with suppress(OSError):  # when it could not get ready it is gone, and has said why
            self._pipe.send(order)
        return self._results(order)

    @property
    def has_more(self) -> bool:
        """True when something is known by now that was not asked for yet. Nothing goes on until it is taken."""
        with suppress(OSError):
            return self._pipe.poll()
        return True

    def _results(self, order: Order) -> Iterator[Done[Any]]:
        left = dict(enumerate(order.items))
        for done in self._led():
            del left[done.index]
            yield done
            if not left:  # what it has to put away, it puts away by itself
                return
        if left:
            indices, rest = list(left), list(left.values())
            self._warm_up()
            for done in _run(replace(order, items=rest)):
                yield Done(indices[done.index], workers.unpacked(done), done.failure)

    def _led(self) -> Iterator[Done[Any]]:
        """Yield what becomes of the items until all are done or the foreman is gone. Raises what it raised."""
        while True:
            try:
                said = self._pipe.recv()
            except (EOFError, OSError):
                return
            if isinstance(said, Exception):
                raise said
            yield Done(said.index, workers.unpacked(said), said.failure)

    def close(self) -> None:
        """End the foreman, and its workers with it."""
        self._pipe.close()
        self._process.terminate()
        self._process.join(LEAVE_SECONDS)
        self._process.kill()
        self._process.join()


@contextmanager
def getting_ready(roots: Roots, *, is_needed: bool = True, proof: bool = True) -> Iterator[Foreman | None]:
    """Yield what makes pieces here: a process that loads all else it needs beside whatever the caller does meanwhile.

    It is gone when the context ends, with the temporary folder of the build. None when it is not needed, as on a
    cluster, or the system does not fork processes. Without proof, it does not load what reads pieces back.
    """
    with scratch():
        if is_needed:
            for name in SHARED:
                import_module(name)
            go_on = partial(make_ready_ahead, roots, proof=proof)
            with called(partial(make_ready, roots, proof=proof), go_on) as foreman:
                yield foreman
        else:
            yield None


@contextmanager
def scratch() -> Iterator[None]:
    """Give workers a temporary folder that goes with the build: forked ones never clean up their own."""
    with tempfile.TemporaryDirectory(prefix="handbill-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = None


@contextmanager
def called(warm_up: Callable[[], None], go_on: GoOn = lambda: iter(())) -> Iterator[Foreman | None]:
    """Yield a foreman that gets ready from now on by `warm_up`; None where processes are not forked.

    As long as it is told nothing then, it goes on with what only may be needed.
    """
    if workers.processes().get_start_method() != "fork":
        yield None
        return
    foreman = Foreman(warm_up, go_on)
    try:
        yield foreman
    finally:
        foreman.close()


def _lead(pipe: Connection, copied: Connection, warm_up: Callable[[], None], go_on: GoOn) -> None:
    """Get ready, wait for an order, and say what becomes of each item of it, or what keeps them from being made."""
    copied.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the build to handle
    gc.disable()  # all that is loaded here is used to the end
    try:
        warm_up()
        with suppress(Exception):  # what only may be needed is nothing to fail for
            _go_on(go_on(), pipe)
        order = pipe.recv()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # an exit that ends the workers on its way
        for done in _run(order, own=(pipe,)):
            pipe.send(done)
    except EOFError:  # there was nothing to make, or the build is gone
        return
    except Exception as problem:
        with suppress(OSError):  # the build is gone
            pipe.send(problem)


def _go_on(steps: Iterator[None], pipe: Connection) -> None:
    """Take step after step until somebody waits."""
    for _ in steps:
        if pipe.poll():
            return


def _run(order: Order, own: Sequence[Connection] = ()) -> Iterator[Done[bytes]]:
    return workers.run_packed(
        order.work, order.items, workers=order.count, allowance=order.allowance, kind=order.kind, own=own
    )
