"""A process that gets ready while a build is still being planned, and then leads the workers, which it forks.

What all pieces need is loaded beside the planning, not after it, and once for all workers.
"""

import gc
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from generator import workers
from generator.workers import Done, Item, Result

LEAVE_SECONDS = 5  # for its workers and itself to be gone

Order = tuple[Callable[[Any], object], Sequence[Any], int, Callable[[Any], float]]


class Foreman:
    """A process that is getting ready, and waits to be told what is to be made."""

    def __init__(self, warm_up: Callable[[], None]) -> None:
        context = workers.processes()
        self._warm_up = warm_up
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_lead, args=(theirs, self._pipe, warm_up))
        self._process.start()
        theirs.close()

    def run(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        count: int,
        allowance: Callable[[Item], float],
    ) -> Iterator[Done[Result]]:
        """Yield what becomes of each item, as `workers.run` does with so many workers.

        All that is handed over is plain: functions of modules, and values. What was not made yet when the foreman
        is lost, is made without one. It can be asked once.
        """
        left = dict(enumerate(items))
        for done in self._led((work, items, count, allowance)):
            del left[done.index]
            yield done
        if left:
            indices, rest = list(left), list(left.values())
            for done in workers.run(work, rest, workers=count, warm_up=self._warm_up, allowance=allowance):
                yield replace(done, index=indices[done.index])

    def _led(self, order: Order) -> Iterator[Done[Any]]:
        """Yield what becomes of the items until all are done or the foreman is gone. Raises what it raised."""
        with suppress(OSError):  # when it could not get ready it is gone, and has said why
            self._pipe.send(order)
        while True:
            try:
                said = self._pipe.recv()
            except (EOFError, OSError):
                return
            if isinstance(said, Exception):
                raise said
            yield said

    def close(self) -> None:
        """End the foreman, and its workers with it."""
        self._pipe.close()
        self._process.terminate()
        self._process.join(LEAVE_SECONDS)
        self._process.kill()
        self._process.join()


@contextmanager
def called(warm_up: Callable[[], None]) -> Iterator[Foreman | None]:
    """Yield a foreman that gets ready from now on by `warm_up`; None where processes are not forked."""
    if workers.processes().get_start_method() != "fork":
        yield None
        return
    foreman = Foreman(warm_up)
    try:
        yield foreman
    finally:
        foreman.close()


def _lead(pipe: Connection, copied: Connection, warm_up: Callable[[], None]) -> None:
    """Get ready, wait for an order, and say what becomes of each item of it, or what keeps them from being made."""
    copied.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the build to handle
    gc.disable()  # all that is loaded here is used to the end
    try:
        warm_up()
        work, items, count, allowance = pipe.recv()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # an exit that ends the workers on its way
        for done in workers.run(work, items, workers=count, warm_up=_is_warm, allowance=allowance, own=(pipe,)):
            pipe.send(done)
    except EOFError:  # there was nothing to make, or the build is gone
        return
    except Exception as problem:
        with suppress(OSError):  # the build is gone
            pipe.send(problem)


def _is_warm() -> None:
    """Do nothing: all is loaded already."""
