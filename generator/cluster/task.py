"""What a Dask worker does: look at itself, unpack what it was sent, and have a piece made.

Its functions are named to the workers by module, so that both sides run the code that is installed there.
"""

import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from generator.catalog import Roots, builtin_root
from generator.cluster import station
from generator.cluster.engine import builtin_here, differences, engine_here
from generator.cluster.packing import Archive, unpacked
from generator.workers import Done


class Differs(Exception):
    """This worker would make other bytes: its text says why."""


class Order(Struct, frozen=True):
    """What is the same for all pieces of a build. `builtin` is the digest of the built-in files asked for."""

    work: Callable[[Roots, Any], Any]
    warm_up: Callable[[Roots], None]
    engine: Mapping[str, str]
    builtin: str
    is_builtin: bool  # the project is what is built in, and has no files besides


class Answer(Struct, frozen=True):
    """What became of a piece, and the folders that its diagnostics speak of."""

    done: Done[Any]
    roots: Roots


def looked() -> tuple[Mapping[str, str], str]:
    """Return what this worker draws with, and the digest of its built-in files."""
    return engine_here(), builtin_here()


def carried(archive: Archive) -> Archive:
    """Return an archive as it is: as a task of its own it reaches each worker once, and is there again when lost."""
    return archive


def make(order: Order, project: Archive | None, builtin: Archive | None, item: object, times: float) -> Answer:
    """Return what became of a piece. Raises Differs on a worker that joined late and is unlike the others."""
    if unlike := differences(engine_here(), order.engine):
        raise Differs(f"has {unlike}")
    roots = _roots(order, project, builtin)
    return Answer(station.make(station.Task(order.work, order.warm_up, roots, item, times)), roots)


def _roots(order: Order, project: Archive | None, builtin: Archive | None) -> Roots:
    """Return the folders to make a piece from: what was sent, over the built-in files that are here or were sent."""
    if builtin_here() == order.builtin:
        below = builtin_root()
    elif builtin:
        below = unpacked(builtin, _folder())
    else:
        raise Differs("has other built-in templates, fonts or content")
    return Roots(below if order.is_builtin or not project else unpacked(project, _folder()), below)


@cache
def _folder() -> Path:
    """Return this worker's own folder for what it is sent. Dask clears it away, after a crash too."""
    import distributed

    try:
        parent = Path(distributed.get_worker().local_directory)
    except ValueError:  # not in a worker
        parent = Path(tempfile.mkdtemp(prefix="handbill-"))
    return parent / "handbill"
