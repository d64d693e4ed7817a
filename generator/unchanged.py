"""A build of which nothing changed: it says again what it said, and reads no content, plans and draws nothing.

What a build said is noted under the digest of all that it read, with the digest of every file that it published.
Whatever differs in a byte or a name, there or here, goes the ordinary way.
"""

import hashlib
import json
import os
import platform
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from generator import native
from generator.cache import Cache
from generator.catalog import Roots
from generator.errors import Diagnostic, Place, Severity
from generator.request import Request
from generator.summary import UNFILLED, PieceSummary, Summary, Watch
from generator.write import Entry, locked, read_manifest

ABSENT = ""  # the digest of a file that is not there
Digests = Mapping[str, str]  # of files, by their paths
Told = Sequence[tuple[str, str]]  # the name and the status of each piece, in the order in which a rebuild tells them


class Rebuild(Struct, frozen=True):
    """A build as it is asked for now. The key is the digest of all that it reads."""

    cache: Cache
    roots: Roots
    output: Path
    asked: str
    key: str

    def said(self, watch: Watch, *, with_entries: bool) -> Summary | None:
        """Return what this very build said the last time, None when anything is not as it was left.

        The entries are read for those who want them. Raises HandbillError when another build is writing.
        """
        noted = _read(self.cache.get(self.key))
        if noted is None or any(digest_of(path) != digest for path, digest in noted.elsewhere.items()):
            return None
        with locked(self.output):
            if not _stand(self.output, noted.files):
                return None
            lines = read_manifest(self.output) if with_entries else {}
        for done, (name, status) in enumerate(noted.told, 1):
            watch(done, len(noted.told), name, status)
        entries = (_entry(one, lines) for one in noted.entries) if with_entries else ()
        return replace(noted.summary, entries=tuple(entries))

    def note(self, summary: Summary, told: Told, *, files: Digests, elsewhere: Iterable[Path]) -> None:
        """Note what the build said, and its files by their names in the output folder.

        `elsewhere` are the files outside content and templates that it read. When somebody changed meanwhile
        what it was reading, nothing is noted.
        """
        refused = set(summary.refused)
        entries = [one if _piece_of(one) in refused else str(one["path"]) for one in summary.entries]
        besides = {str(path): digest_of(path) for path in elsewhere}
        noted = _Noted(replace(summary, entries=()), told, files, besides, entries)
        if _key(self.roots, self.asked) == self.key:
            self.cache.put(self.key, _written(noted))


def rebuild_of(cache: Cache, roots: Roots, request: Request, *, output: Path, today: date, is_strict: bool) -> Rebuild:
    """Return a build as it is asked for, of files as they stand now."""
    asked = repr((request, str(output), today, is_strict))
    return Rebuild(cache, roots, output, asked, _key(roots, asked))


def digest_of(path: str | Path) -> str:
    """Return the SHA-256 of a file, ABSENT when there is none to be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - most of the hundreds of them come from os.scandir
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ABSENT


class _Noted(Struct, frozen=True):
    """What is kept of a build. An entry that stands in the manifest is kept by its path alone."""

    summary: Summary
    told: Told
    files: Digests
    elsewhere: Digests
    entries: Sequence[Entry | str]


def _piece_of(entry: Entry) -> str:
    return str(entry["path"]).rsplit(".", 2)[0]


def _entry(one: Entry | str, lines: Mapping[str, Entry]) -> Entry:
    return {**lines[one], **UNFILLED} if isinstance(one, str) else one


def _stand(output: Path, files: Digests) -> bool:
    """Return whether every file is there with its digest, and no link leads out of the output folder."""
    root = os.path.realpath(output)
    folders = {os.path.realpath(one) for one in {(output / name).parent for name in files}}
    inside = all(one == root or one.startswith(root + os.sep) for one in folders)
    return inside and all(digest_of(output / name) == digest for name, digest in files.items())


def _key(roots: Roots, asked: str) -> str:
    """Return the digest of what is asked for, of the programs, and of every file that a build may read."""
    read = hashlib.sha256(f"build {asked} {roots} {_programs()}".encode())
    folders = (layer / name for layer in roots.layers for name in ("content", "templates"))
    for folder in (Path(__file__).parent, *folders):
        for told in _below(str(folder), ()):
            read.update(told)
    for layer in roots.layers:
        settings = layer / "handbill.yaml"
        read.update(f"\0{os.path.realpath(settings)}\0{digest_of(settings)}".encode())
    return read.hexdigest()


def packages_here() -> tuple[str, ...]:
    """Return what tells the versions of Python and of every package that it finds, Handbill's own besides."""
    folders = [Path(folder) for folder in sys.path if Path(folder).is_dir()]
    found = (one.name for folder in folders for one in os.scandir(folder) if one.name.endswith("-info"))
    return (sys.version, *sorted(found))


def _programs() -> str:
    """Return what tells the versions of everything that plans, draws and proves, besides Handbill itself."""
    libraries = [(one.target, native.version_of(one)) for one in native.find().values()]
    return repr((platform.machine(), zlib.ZLIB_RUNTIME_VERSION, packages_here(), libraries))


def _below(folder: str, above: tuple[str, ...]) -> Iterator[bytes]:
    """Yield what tells of all that stands in a folder. Links are followed, those that lead in a circle once."""
    here = os.path.realpath(folder)
    if here in above or not Path(folder).is_dir():
        return
    for one in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if one.name == "__pycache__":
            continue
        target = os.path.realpath(one.path) if one.is_symlink() else ""
        digest = digest_of(one.path) if os.path.isfile(one.path) else ""  # noqa: PTH113 - a link in a circle is no file
        yield f"\0{one.path}\0{target}\0{digest}".encode(errors="surrogateescape")
        if os.path.isdir(one.path):  # noqa: PTH112
            yield from _below(one.path, (*above, here))


def _written(noted: _Noted) -> bytes:
    return json.dumps(_plain(noted), default=_plain).encode()


def _plain(one: object) -> object:
    """Return what JSON has for a shape of ours, and the text of anything else that it has nothing for."""
    return asdict(one) if isinstance(one, Struct) else str(one)


def _read(data: bytes | None) -> _Noted | None:
    """Return what was noted of a build; None when nothing was, or it is of another shape."""
    try:
        told: dict[str, Any] = json.loads(data or b"")
        said: dict[str, Any] = told.pop("summary")
        summary = Summary(
            written=tuple(said["written"]),
            pieces=tuple(PieceSummary(**{**one, **_tuples(one, "files", "left_out")}) for one in said["pieces"]),
            diagnostics=tuple(map(_diagnostic, said["diagnostics"])),
            tickets=tuple((name, line) for name, line in said["tickets"]),
        )
        return _Noted(summary=summary, **told)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _tuples(said: Mapping[str, Any], *names: str) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(said[name]) for name in names}


def _diagnostic(said: dict[str, Any]) -> Diagnostic:
    place, box = said["place"], said["bbox_mm"]
    known = {
        "severity": Severity(said["severity"]),
        "place": Place(Path(place["path"]) if place["path"] else None, place["line"], place["column"]),
        "bbox_mm": tuple(box) if box else None,
    }
    return Diagnostic(**{**said, **known})
