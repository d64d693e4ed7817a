"""Pieces that were made before, found again by everything that they are made from.

The key of a piece is the digest of its job, of every file that templates may use, and of the programs that draw.
A piece comes back with the bytes that were proved when it was made.
"""

import hashlib
import json
import os
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, cast

from msgspec import Struct, field
from msgspec.structs import replace

from generator.cache import Cache
from generator.catalog import Roots
from generator.errors import Diagnostic, advice, has_errors
from generator.keeping import OfObjects, plain_bytes
from generator.making import Made
from generator.model.written import Written
from generator.plan import Job, bound
from generator.project import ReadList, find_asset
from generator.unchanged import digest_of, packages_here
from generator.values import Shelf, as_bytes, from_bytes

# What people write as data reaches a piece through its job; everything else may be drawn as it is.
DATA = frozenset({".yaml", ".yml", ".csv", ".tsv", ".xlsx", ".json", ".zip"})


class Recall(Struct):
    """The pieces of one build in a cache. `surroundings` is the digest of all that pieces share."""

    cache: Cache
    roots: Roots
    surroundings: str
    _digests: "Digests" = field(default_factory=lambda: Digests())
    _seconds: dict[str, list[float]] = field(default_factory=dict)
    is_full: bool = False  # something could not be kept
    is_new: bool = False  # nothing was there when the build began: no key has to be made to look for it
    _names: OfObjects[tuple[str, str]] = field(default_factory=OfObjects)

    def key(self, job: Job) -> str:
        """Return the key of a piece, the same on any day. What was found while planning it is told anew each time."""
        undated = replace(job, diagnostics=(), piece=replace(job.piece, today=date.min))
        made_of = self._digests.of(undated) + _profile_digest(job.press.profile, self.roots)
        return hashlib.sha256(self.surroundings.encode("ascii") + made_of).hexdigest()

    def find(self, job: Job) -> Made | None:
        """Return the piece as it was made before, or None."""
        for key in self._keys(job):
            found = _read(self.cache.get(key))
            if found:
                made, pages = found
                return replace(made, job=bound(job, pages), diagnostics=(*job.diagnostics, *made.diagnostics))
        return None

    def is_kept(self, job: Job) -> bool:
        """Return whether there is something under a name of a piece; what it is, reading it tells."""
        return not self.is_new and any(map(self.cache.has, self._keys(job)))

    def knows(self, job: Job) -> bool:
        """Return whether a piece was made before."""
        return any(_read(self.cache.get(key)) for key in self._keys(job))

    def _keys(self, job: Job) -> tuple[str, str]:
        """Return the names that a piece may be kept under: that of any day, and that of its own."""
        return self._names.get((job,), lambda: self._keys_of(job))

    def _keys_of(self, job: Job) -> tuple[str, str]:
        key = self.key(job)
        return key, hashlib.sha256(f"{key} {job.piece.today}".encode("ascii")).hexdigest()

    def keep(self, job: Job, made: Made) -> None:
        """Keep a piece that was just made; one with errors is not, so that each of them is told at its place."""
        self._seconds.setdefault(job.piece.product_id, []).append(made.seconds)
        entry = next((one.entry for one in made.artifacts if one.entry), None)
        if has_errors(made.diagnostics) or entry is None:
            return
        pages = int(cast("Mapping[str, Any]", entry["faces"])["count"])
        own = replace(made, job=cast("Job", None), diagnostics=made.diagnostics[len(job.diagnostics) :])
        key = self._keys(job)[1 if made.is_dated else 0]
        if not self.cache.put(key, as_bytes((own, pages))):
            self.is_full = True

    def is_as_made(self, path: Path, made_of: bytes) -> bool:
        """Return whether a file holds just what came of all this, by templates as they are, the last time."""
        kept = self.cache.get(self._file_key(made_of))
        return kept is not None and kept == digest_of(path).encode()

    def note(self, digest: str, made_of: bytes) -> None:
        """Keep what comes of all this, as the SHA-256 of the file that it makes."""
        self.cache.put(self._file_key(made_of), digest.encode())

    def _file_key(self, made_of: bytes) -> str:
        return hashlib.sha256(f"file {self.surroundings} ".encode("ascii") + made_of).hexdigest()

    def close(self) -> None:
        """Keep how long pieces took, and let the cache take away what is too much."""
        if self._seconds:
            known = self.seconds() | {name: statistics.median(took) for name, took in self._seconds.items()}
            self.cache.put(self._times_key, json.dumps(known).encode())
            self.cache.trim_when_due(sum(map(len, self._seconds.values())))

    def problems(self) -> tuple[Diagnostic, ...]:
        """Return what to know when pieces could not be kept: they are all there, and next time made again."""
        if not self.is_full:
            return ()
        message = f"pieces cannot be kept in {self.cache.folder}, so the next build makes them again"
        hint = "free some space there, or name another folder in HANDBILL_CACHE"
        return (advice("cache-not-written", message, hint=hint),)

    def seconds(self) -> dict[str, float]:
        """Return the seconds of work that a piece of each product took when one was last made here."""
        try:
            known = json.loads(self.cache.get(self._times_key) or b"{}")
            return {str(name): float(took) for name, took in known.items()}
        except (ValueError, TypeError, AttributeError):
            return {}

    @property
    def _times_key(self) -> str:
        return hashlib.sha256(b"seconds").hexdigest()


def _read(data: bytes | None) -> tuple[Made, int] | None:
    """Return a piece and its pages from an entry; None when it is not there or of another shape."""
    try:
        found = from_bytes(data) if data else None
        made, pages = found if isinstance(found, tuple) else (None, 0)
    except Exception:
        return None
    return (made, pages) if isinstance(made, Made) and isinstance(pages, int) else None


class Forecast(Struct, frozen=True):
    """What a build would do. `seconds` is None while nothing is known of how long a piece takes here.

    `distinct_faces` are those of the pieces that have to be made, `drawn_faces` those of them that were drawn before.
    """

    pieces: int
    faces: int
    distinct: int
    known: int
    seconds: float | None
    distinct_faces: int
    drawn_faces: int

    @property
    def to_make(self) -> int:
        """The pieces that have to be laid out."""
        return self.distinct - self.known


Faces = Iterable[tuple[str, bool]]  # what each face is known by, and whether it was drawn before


def forecast(
    recall: Recall, jobs: Sequence[Job], *, workers: int, faces_of: Callable[[Sequence[Job]], Faces]
) -> Forecast:
    """Return what building these jobs would take, as far as it can be told without drawing."""
    by_key = {recall.key(job): job for job in jobs}
    unknown = [job for job in by_key.values() if not recall.knows(job)]
    times = recall.seconds()
    usual = statistics.median(times.values()) if times else None
    work = None if usual is None else sum(times.get(job.piece.product_id, usual) for job in unknown)
    faces = dict(faces_of(unknown)) if unknown else {}
    return Forecast(
        pieces=len(jobs),
        faces=sum(len(job.piece.product.faces) or 1 for job in jobs),
        distinct=len(by_key),
        known=len(by_key) - len(unknown),
        seconds=None if work is None else work / max(1, min(workers, len(unknown))),
        distinct_faces=len(faces),
        drawn_faces=sum(faces.values()),
    )


def recall_in(cache: Cache, roots: Roots, *, is_new: bool = False) -> Recall:
    """Return what a cache knows of the pieces of a project as it stands now."""
    return Recall(cache, roots, _surroundings(roots), is_new=is_new)


def known_lists(cache: Cache | None) -> Shelf[ReadList] | None:
    """Return where lists that the same programs read before are found again; None without a cache."""
    if cache is None:
        return None
    from generator.cluster.engine import handbill_here

    programs = (handbill_here(), *packages_here())
    return Shelf(cache, f"list {programs}", ReadList)


def _surroundings(roots: Roots) -> str:
    """Return the digest of the programs that draw, and of every file that templates may use."""
    from generator.cluster.engine import engine_here

    told = hashlib.sha256(repr(sorted(engine_here().items())).encode())
    for folder in (*roots.folders("templates"), *roots.folders("content")):
        told.update(f"\0{folder}\0".encode())
        for path in _drawn_from(folder):
            told.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
            # What is reached through a link stands elsewhere; that it is reached from here, only its target says.
            told.update(os.path.realpath(path).encode() if path.is_symlink() else b"")
            told.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"")
    return told.hexdigest()


def _drawn_from(folder: Path) -> Iterator[Path]:
    is_data = DATA if folder.name == "content" else frozenset[str]()
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() not in is_data and _counts(path))


def _counts(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def _profile_digest(name: str | None, roots: Roots) -> bytes:
    """Return the digest of a print shop's profile, which may stand anywhere in the project; nothing without one."""
    path = find_asset(roots, name) if name else None
    return hashlib.sha256(path.read_bytes()).digest() if path else b""


Reader = Callable[[Any], Iterable[object]]
# What `marshal` writes the same way each time, without anything of ours being asked.
_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


class Digests:
    """Digests of plain values. What many jobs share, such as a guide, is gone through once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, tuple[bytes]]] = {}  # the value is held, so that its id stays its own
        self._readers: dict[type, Reader] = {}

    def of(self, value: object) -> bytes:
        """Return the digest of a value: the same for equal ones, and different for different ones.

        Raises TypeError for what is not plain.
        """
        return self._of(value)[0]

    def _of(self, value: object) -> tuple[bytes]:
        """Return a digest as what stands for a value among the parts of another, where no plain value is a tuple."""
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        kind = type(value)
        if kind not in self._readers:
            self._readers[kind] = _reader(kind)
        parts = [one if type(one) in _PLAIN else self._of(one) for one in self._readers[kind](value)]
        if isinstance(value, set | frozenset):
            parts.sort(key=repr)
        told = plain_bytes([kind.__name__, *parts])
        digest = (hashlib.sha256(told).digest(),)
        self._known[id(value)] = (value, digest)
        return digest


def _reader(kind: type) -> Reader:
    """Return what reads all that a value of a kind consists of. Raises TypeError for what is not plain."""
    if issubclass(kind, Written):
        return _fields([*kind.model_fields])
    if issubclass(kind, Struct):
        return _fields(kind.__struct_fields__)
    if issubclass(kind, tuple | list | set | frozenset):
        return lambda value: value
    if issubclass(kind, Mapping):
        return lambda value: chain.from_iterable(value.items())
    if issubclass(kind, (str, int, float, bool, bytes, date, Path, type(None))):
        return lambda value: (str(value),)
    raise TypeError(f"no digest is made of a {kind.__name__}")


def _fields(names: Sequence[str]) -> Reader:
    """Return what reads these fields at once; attrgetter makes no tuple of a single one."""
    return attrgetter(*names) if len(names) > 1 else lambda value: [getattr(value, name) for name in names]
