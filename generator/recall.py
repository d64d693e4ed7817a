"""Pieces that were made before, found again by everything that they are made from.

The key of a piece is the digest of its job, of every file that templates may use, and of the programs that draw.
A piece comes back with the bytes that were proved when it was made.
"""

import hashlib
import pickle
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from generator.cache import Cache
from generator.catalog import Roots
from generator.errors import has_errors
from generator.making import Made
from generator.model.written import Written
from generator.plan import Job, bound

if TYPE_CHECKING:
    pass

# What people write as data reaches a piece through its job; everything else may be drawn as it is.
DATA = frozenset({".yaml", ".yml", ".csv", ".tsv", ".xlsx", ".json", ".zip"})


@dataclass(slots=True)
class Recall:
    """The pieces of one build in a cache. `surroundings` is the digest of all that pieces share."""

    cache: Cache
    surroundings: str
    _digests: "Digests" = field(default_factory=lambda: Digests())
    _seconds: dict[str, list[float]] = field(default_factory=dict)
    is_full: bool = False  # something could not be kept

    def key(self, job: Job) -> str:
        """Return the key of a piece. What was found while planning it is told anew each time."""
        made_of = self._digests.of(replace(job, diagnostics=()))
        return hashlib.sha256(self.surroundings.encode("ascii") + made_of).hexdigest()

    def find(self, job: Job) -> Made | None:
        """Return the piece as it was made before, or None."""
        data = self.cache.get(self.key(job))
        try:
            made, pages = pickle.loads(data) if data else (None, 0)
        except Exception:
            return None
        return replace(made, job=bound(job, pages), diagnostics=(*job.diagnostics, *made.diagnostics)) if made else None

    def keep(self, job: Job, made: Made) -> None:
        """Keep a piece that was just made; one with errors is not, so that each of them is told at its place."""
        self._seconds.setdefault(job.piece.product_id, []).append(made.seconds)
        entry = next((one.entry for one in made.artifacts if one.entry), None)
        if has_errors(made.diagnostics) or entry is None:
            return
        pages = int(cast("Mapping[str, Any]", entry["faces"])["count"])
        own = replace(made, job=cast("Job", None), diagnostics=made.diagnostics[len(job.diagnostics) :])
        if not self.cache.put(self.key(job), pickle.dumps((own, pages), protocol=5)):
            self.is_full = True

    def close(self) -> None:
        """Keep how long pieces took, and let the cache take away what is too much."""
        if self._seconds:
            known = self.seconds() | {name: statistics.median(took) for name, took in self._seconds.items()}
            self.cache.put(self._times_key, pickle.dumps(known, protocol=5))
            self.cache.trim()

    def seconds(self) -> dict[str, float]:
        """Return the seconds of work that a piece of each product took when one was last made here."""
        data = self.cache.get(self._times_key)
        return cast("dict[str, float]", pickle.loads(data)) if data else {}

    @property
    def _times_key(self) -> str:
        return hashlib.sha256(b"seconds").hexdigest()


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a build would do. `seconds` is None while nothing is known of how long a piece takes here."""

    pieces: int
    faces: int
    distinct: int
    known: int
    seconds: float | None

    @property
    def to_make(self) -> int:
        """The pieces that have to be laid out."""
        return self.distinct - self.known


def forecast(recall: Recall, jobs: Sequence[Job], *, workers: int) -> Forecast:
    """Return what building these jobs would take, as far as it can be told without drawing."""
    by_key = {recall.key(job): job for job in jobs}
    unknown = [job for key, job in by_key.items() if recall.cache.get(key) is None]
    times = recall.seconds()
    usual = statistics.median(times.values()) if times else None
    work = None if usual is None else sum(times.get(job.piece.product_id, usual) for job in unknown)
    return Forecast(
        pieces=len(jobs),
        faces=sum(len(job.piece.product.faces) or 1 for job in jobs),
        distinct=len(by_key),
        known=len(by_key) - len(unknown),
        seconds=None if work is None else work / max(1, min(workers, len(unknown))),
    )


def recall_in(cache: Cache, roots: Roots) -> Recall:
    """Return what a cache knows of the pieces of a project as it stands now."""
    return Recall(cache, _surroundings(roots))


def _surroundings(roots: Roots) -> str:
    """Return the digest of the programs that draw, and of every file that templates may use."""
    from generator.cluster.engine import engine_here

    told = hashlib.sha256(repr(sorted(engine_here().items())).encode())
    for folder in (*roots.folders("templates"), *roots.folders("content")):
        told.update(f"\0{folder}\0".encode())
        for path in _drawn_from(folder):
            told.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
            told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()


def _drawn_from(folder: Path) -> Iterator[Path]:
    is_data = DATA if folder.name == "content" else frozenset[str]()
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() not in is_data and path.is_file())


class Digests:
    """Digests of plain values. What many jobs share, such as a guide, is gone through once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, bytes]] = {}  # the value is held, so that its id stays its own

    def of(self, value: object) -> bytes:
        """Return what stands for a value: the text of a small one, the digest of a composed one.

        It is the same for equal values, and different for different ones. Raises TypeError for what is not plain.
        """
        if value is None or isinstance(value, str | int | float | bool | bytes | date):
            said = str(value).encode()
            return b"%s %d %s" % (type(value).__name__.encode(), len(said), said)
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = (value, self._composed(value))
        return known[1]

    def _composed(self, value: object) -> bytes:
        told = hashlib.sha256(type(value).__name__.encode())
        for part in self._parts(value):
            told.update(part)
        return told.digest()

    def _parts(self, value: object) -> Iterable[bytes]:
        if isinstance(value, Path):
            return (str(value).encode(),)
        if isinstance(value, Mapping):
            return (self.of(part) for pair in value.items() for part in pair)
        if isinstance(value, tuple | list):
            return (self.of(part) for part in value)
        if isinstance(value, set | frozenset):
            return sorted(self.of(part) for part in value)
        if isinstance(value, Written):
            return (self.of(getattr(value, name)) for name in type(value).model_fields)
        if is_dataclass(value):
            return (self.of(getattr(value, one.name)) for one in fields(value))
        raise TypeError(f"no digest is made of a {type(value).__name__}")
