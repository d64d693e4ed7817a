"""Results kept by what they were made from: a bounded folder of sealed files, safe with several builds at once.

A file's name is the digest of everything that its content depends on. There is no other rule of what is stale:
whatever differs has another name.
"""

import contextlib
import hashlib
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

MOST_BYTES = 3_000_000_000  # the pieces of three thousand counties, three of each, with their pictures
LEFT_AFTER_TRIMMING = 0.8  # of the most, so that not every build has to trim
LEFT_BEHIND_SECONDS = 86_400  # nobody writes a file for a day
FEW = 20  # pieces, some ten megabytes with all that they are made of
TRIMMED_FOR_SECONDS = 3_600  # as far as few pieces go
_MAGIC = b"handbill cache 1\n"
_SUFFIX = ".kept"
_TEMPORARY = ".kept-tmp"
_TRIMMED = "trimmed"  # a file as old as the last trimming


def usual_folder() -> Path:
    """Return where this user's cache lies: HANDBILL_CACHE, else where the system keeps caches."""
    if said := os.environ.get("HANDBILL_CACHE"):
        return Path(said)
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData/Local") / "Handbill/Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/handbill"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "handbill"


class Contents(Struct, frozen=True):
    """How much a cache holds."""

    files: int
    size: int


class Cache(Struct, frozen=True):
    """A folder of results. What cannot be read is not there, and what cannot be written is not kept."""

    folder: Path
    most: int = MOST_BYTES

    def get(self, key: str) -> bytes | None:
        """Return what is kept under a key, or None; a file whose seal is broken is taken away."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        content = _opened(data, key)
        with contextlib.suppress(OSError):
            os.utime(path) if content is not None else path.unlink()
        return content

    def has(self, key: str) -> bool:
        """Return whether anything is kept under a key, whole or damaged."""
        return self._path(key).is_file()

    def put(self, key: str, content: bytes) -> bool:
        """Keep a result under its key; return whether it could be written."""
        path = self._path(key)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(suffix=_TEMPORARY, dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_sealed(content, key))
                os.replace(name, path)  # noqa: PTH105 - one call for both names
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError:
            return False
        return True

    @property
    def is_empty(self) -> bool:
        """True when nothing is kept, as before the first build of all."""
        return next(self._files(), None) is None

    def contents(self) -> Contents:
        """Return how much there is."""
        sizes = [size for _, size, _ in self._files()]
        return Contents(len(sizes), sum(sizes))

    def trim_when_due(self, kept: int) -> None:
        """Trim when more than a few pieces were kept, or when nobody has for a while: it looks at every file."""
        try:
            since = time.time() - (self.folder / _TRIMMED).stat().st_mtime
        except OSError:
            since = math.inf
        if kept > FEW or not 0 <= since <= TRIMMED_FOR_SECONDS:
            self.trim()

    def trim(self) -> None:
        """Take away what killed builds left behind, and when there is too much, what was longest not asked for."""
        with contextlib.suppress(OSError):
            (self.folder / _TRIMMED).touch()
        long_ago = time.time() - LEFT_BEHIND_SECONDS
        files = []
        for one in sorted(self._files(suffixes=(_SUFFIX, _TEMPORARY))):
            since, _, path = one
            if path.endswith(_SUFFIX):
                files.append(one)
            elif since < long_ago:
                _take_away(path)
        total = sum(size for _, size, _ in files)
        if total <= self.most:
            return
        for _, size, path in files:
            if total <= self.most * LEFT_AFTER_TRIMMING:
                break
            _take_away(path)
            total -= size

    def clear(self) -> Contents:
        """Take everything away, and return how much that was. Other files in the folder stay."""
        before = self.contents()
        for _, _, path in self._files(suffixes=(_SUFFIX, _TEMPORARY)):
            _take_away(path)
        _take_away(str(self.folder / _TRIMMED))
        return before

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}{_SUFFIX}"

    def _files(self, suffixes: tuple[str, ...] = (_SUFFIX,)) -> Iterator[tuple[float, int, str]]:
        """Yield when each file was last asked for, its size and its path."""
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            with contextlib.suppress(OSError), os.scandir(folder) as files:
                for file in files:
                    if file.name.endswith(suffixes):
                        with contextlib.suppress(OSError):  # another build may just have taken it away
                            told = file.stat()
                            yield told.st_mtime, told.st_size, file.path


def _take_away(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)  # noqa: PTH108 - there are thousands


def _sealed(content: bytes, key: str) -> bytes:
    seal = hashlib.sha256(key.encode("ascii") + content).hexdigest()
    return _MAGIC + seal.encode("ascii") + b"\n" + content


def _opened(data: bytes, key: str) -> bytes | None:
    """Return the content of a file that is whole and was kept under this very key."""
    head = len(_MAGIC) + 65
    content = data[head:]
    return content if data[:head] == _sealed(content, key)[:head] else None
