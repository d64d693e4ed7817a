"""A build of which nothing changed: it says again what it said, and reads no content, plans and draws nothing.

What a build said is noted with the digest of all that it read, and of every file that it published. Whatever differs in
a byte or a name, there or here, goes the ordinary way. Where nothing differs but lists, only the editions that print
them do: the pieces of the others stand as they are.
"""

import hashlib
import os
import platform
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import MsgspecError, Struct
from msgspec.json import decode as decode_json
from msgspec.json import encode as encode_json
from msgspec.structs import replace

from generator import native
from generator.cache import Cache
from generator.catalog import Roots
from generator.errors import Diagnostic
from generator.request import Request
from generator.summary import UNFILLED, Said, Summary, Watch, summary_of
from generator.write import MANIFEST, Entry, locked, read_manifest

ABSENT = ""  # the digest of a file that is not there
Digests = Mapping[str, str]  # of files, by their paths
Told = Sequence[tuple[str, str]]  # the name and the status of each piece, in the order in which a rebuild tells them


class Read(Struct, frozen=True):
    """Digests of all that a build reads: each list by its name, whatever layers it has files in, and all the rest."""

    rest: str
    lists: Mapping[str, str]

    def differing_lists(self, other: "Read") -> frozenset[str]:
        """Return the names of the lists that are not the same in both."""
        names = self.lists.keys() | other.lists.keys()
        return frozenset(name for name in names if self.lists.get(name) != other.lists.get(name))


class Standing(Struct, frozen=True):
    """The editions of which nothing changed since the last build of the same, and what it said of their pieces.

    `manifest` is the digest that the manifest has as long as this is true, `files` are those of their files.
    """

    editions: frozenset[str] = frozenset()
    said: tuple[Said, ...] = ()
    manifest: str = ""
    files: Digests = {}


NOTHING_STANDS = Standing()


class Rebuild(Struct, frozen=True, dict=True):
    """A build as it is asked for now, with all that it reads."""

    cache: Cache
    roots: Roots
    output: Path
    asked: str
    read: Read

    @property
    def key(self) -> str:
        """What the build is noted under: who asks the same is told what was said last."""
        return hashlib.sha256(f"build {self.asked} {self.roots}".encode()).hexdigest()

    @property
    def reads_the_same(self) -> bool:
        """True when nobody has changed what the build reads since it was asked for."""
        return _read_now(self.roots) == self.read

    def said(self, watch: Watch, *, with_entries: bool) -> Summary | None:
        """Return what this very build said the last time, None when anything is not as it was left.

        The entries are read for those who want them. Raises HandbillError when another build is writing.
        """
        noted = self._noted
        if noted is None or noted.read != self.read:
            return None
        with locked(self.output):
            if not _stand(self.output, noted.files):
                return None
            lines = read_manifest(self.output) if with_entries else {}
        for done, (name, status) in enumerate(noted.told, 1):
            watch(done, len(noted.told), name, status)
        said = (_with_lines(one, lines) if with_entries else replace(one, entries=()) for one in noted.said)
        return summary_of(said, found=noted.found, besides=noted.besides)

    def standing(self, lists: Mapping[str, Iterable[str]]) -> Standing:
        """Return what stands of the last build of the same, when nothing but lists changed since.

        `lists` has the names of the lists that each edition prints. An edition stands when none of them changed, no
        piece of it was refused, and each of its files is there as it was published.
        """
        noted = self._noted
        if noted is None or noted.read.rest != self.read.rest:
            return NOTHING_STANDS
        manifest = noted.files.get(MANIFEST, ABSENT)
        if manifest == ABSENT or digest_of(self.output / MANIFEST) != manifest:
            return NOTHING_STANDS
        differing = self.read.differing_lists(noted.read)
        refused = {one.edition_id for one in noted.said if one.is_refused}
        same = (name for name, printed in lists.items() if name not in refused and differing.isdisjoint(printed))
        files = noted.files_by_edition
        editions = frozenset(name for name in same if _stand(self.output, files.get(name, {})))
        standing = {path: digest for name in editions for path, digest in files.get(name, {}).items()}
        lines = read_manifest(self.output)
        said = tuple(_with_lines(one, lines) for one in noted.said if one.edition_id in editions)
        return Standing(editions, said, manifest, standing)

    @cached_property
    def _noted(self) -> "_Noted | None":
        """What was noted last, as far as what was read elsewhere is still the same."""
        noted = _read(self.cache.get(self.key))
        if noted is None or any(digest_of(path) != digest for path, digest in noted.elsewhere.items()):
            return None
        return noted

    def note(
        self,
        said: Sequence[Said],
        told: Told,
        *,
        found: Sequence[Diagnostic],
        besides: Sequence[str],
        files: Digests,
        elsewhere: Iterable[Path],
    ) -> None:
        """Note what the build said of its pieces and found of none, and its files by their names in the output folder.

        `besides` are the files that are of no piece, `elsewhere` those outside content and templates that it read. It
        is for a build that still `reads_the_same`.
        """
        noted = _Noted(
            said=tuple(map(_without_lines, said)),
            told=told,
            found=found,
            besides=besides,
            files=files,
            elsewhere={str(path): digest_of(path) for path in elsewhere},
            read=self.read,
        )
        self.cache.put(self.key, _written(noted))


def rebuild_of(cache: Cache, roots: Roots, request: Request, *, output: Path, today: date, is_strict: bool) -> Rebuild:
    """Return a build as it is asked for, of files as they stand now."""
    return Rebuild(cache, roots, output, repr((request, str(output), today, is_strict)), _read_now(roots))


def digest_of(path: str | Path) -> str:
    """Return the SHA-256 of a file, ABSENT when there is none to be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - most of the hundreds of them come from os.scandir
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ABSENT


class _Noted(Struct, frozen=True):
    """What is kept of a build."""

    said: Sequence[Said]
    told: Told
    found: Sequence[Diagnostic]
    besides: Sequence[str]
    files: Digests
    elsewhere: Digests
    read: Read

    @property
    def files_by_edition(self) -> Mapping[str, Digests]:
        """The files of each edition's pieces, and of others that stand in folders."""
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for name, digest in self.files.items():
            found[name.partition("/")[0]][name] = digest
        return found


def _without_lines(said: Said) -> Said:
    """Return what was said of a piece as it is kept: of an entry that stands in the manifest, its path alone."""
    if said.is_refused:
        return said
    return replace(said, entries=tuple({"path": one["path"]} for one in said.entries))


def _with_lines(said: Said, lines: Mapping[str, Entry]) -> Said:
    """Return what was said of a piece with its entries, those of published files by their lines of the manifest."""
    if said.is_refused:
        return said
    return replace(said, entries=tuple({**lines.get(str(one["path"]), one), **UNFILLED} for one in said.entries))


def _stand(output: Path, files: Digests) -> bool:
    """Return whether every file is there with its digest, and no link leads out of the output folder."""
    root = os.path.realpath(output)
    folders = {os.path.realpath(output / one) for one in {name.rpartition("/")[0] for name in files}}
    inside = all(one == root or one.startswith(root + os.sep) for one in folders)
    return inside and all(digest_of(f"{output}/{name}") == digest for name, digest in files.items())


def _read_now(roots: Roots) -> Read:
    """Return the digests of the programs, and of every file that a build may read."""
    rest = hashlib.sha256(f"{roots} {_programs()}".encode())
    lists: defaultdict[str, Any] = defaultdict(hashlib.sha256)
    folders = (layer / name for layer in roots.layers for name in ("content", "templates"))
    kept_lists = tuple(str(layer / "content" / "lists") for layer in roots.layers)
    for folder in (Path(__file__).parent, *folders):
        for path, told in _below(str(folder), ()):
            above, name = os.path.split(path)
            (lists[Path(name).stem] if above in kept_lists else rest).update(told)
    for layer in roots.layers:
        settings = layer / "handbill.yaml"
        rest.update(f"\0{os.path.realpath(settings)}\0{digest_of(settings)}".encode())
    return Read(rest.hexdigest(), {name: one.hexdigest() for name, one in lists.items()})


def packages_here() -> tuple[str, ...]:
    """Return what tells the versions of Python and of every package that it finds, Handbill's own besides."""
    folders = [Path(folder) for folder in sys.path if Path(folder).is_dir()]
    found = (one.name for folder in folders for one in os.scandir(folder) if one.name.endswith("-info"))
    return (sys.version, *sorted(found))


def _programs() -> str:
    """Return what tells the versions of everything that plans, draws and proves, besides Handbill itself."""
    libraries = [(one.target, native.version_of(one)) for one in native.find().values()]
    return repr((platform.machine(), zlib.ZLIB_RUNTIME_VERSION, packages_here(), libraries))


def _below(folder: str, above: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield all that stands in a folder, each with what tells of it. Links are followed, one in a circle once."""
    here = os.path.realpath(folder)
    if here in above or not Path(folder).is_dir():
        return
    for one in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if one.name == "__pycache__":
            continue
        target = os.path.realpath(one.path) if one.is_symlink() else ""
        digest = digest_of(one.path) if os.path.isfile(one.path) else ""  # noqa: PTH113 - a link in a circle is no file
        yield one.path, f"\0{one.path}\0{target}\0{digest}".encode(errors="surrogateescape")
        if os.path.isdir(one.path):  # noqa: PTH112
            yield from _below(one.path, (*above, here))


def _written(noted: _Noted) -> bytes:
    return encode_json(noted, enc_hook=str)


def _read(data: bytes | None) -> _Noted | None:
    """Return what was noted of a build; None when nothing was, or it is of another shape."""
    try:
        return decode_json(data or b"", type=_Noted, dec_hook=_of_kind)
    except (MsgspecError, ValueError, TypeError):
        return None


def _of_kind(kind: type, value: Any) -> Any:
    """Return what JSON has no kind of its own for: a path from its text, and what may be anything as it is."""
    return Path(value) if kind is Path else value
