"""The files that pieces are made from, in one archive that its digest names, and unpacked again elsewhere."""

import hashlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct

from generator.catalog import LIST_SUFFIXES, Roots

FOLDERS = ("templates", "content")
# The plan has read these; a job holds what it needs of them. The rest of a list stays at home.
_READ_BY_THE_PLAN = (("content", "lists"), ("content", "editions"), ("content", "events"))
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date of a zip file
MOST_UNPACKED = 2_000_000_000  # bytes


class BadArchive(Exception):
    """An archive is not what its digest says, or holds a file that it should not."""


class Archive(Struct, frozen=True):
    """The packed files and the SHA-256 that names them."""

    digest: str
    data: bytes


def files_of(layer: Path, roots: Roots | None = None) -> Mapping[str, Path]:
    """Return relative path -> file for all that a piece may be made from in one layer, sorted.

    Links are followed as drawing follows them: where they end inside the folders of some layer.
    """
    layers = roots.layers if roots else (layer,)
    allowed = tuple((one / name).resolve() for one in layers for name in FOLDERS)
    found = {
        path.relative_to(layer).as_posix(): path
        for name in FOLDERS
        if (layer / name).is_dir()
        for path in _files_in(layer / name, allowed, ())
    }
    return {name: path for name, path in sorted(found.items()) if not _is_read_by_the_plan(PurePosixPath(name))}


def _files_in(folder: Path, allowed: tuple[Path, ...], above: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files below a folder; `above` holds the folders that lead to it, so that circles end."""
    for path in sorted(folder.iterdir()):
        resolved = path.resolve()
        if path.name.startswith(".") or not any(resolved.is_relative_to(one) for one in allowed):
            continue
        if resolved.is_file():
            yield path
        elif resolved.is_dir() and resolved not in above and path.name != "__pycache__":
            yield from _files_in(path, allowed, (*above, resolved))


def _is_read_by_the_plan(name: PurePosixPath) -> bool:
    return name.parts[:2] in _READ_BY_THE_PLAN and name.suffix.lower() in LIST_SUFFIXES


def digest_of(files: Mapping[str, Path]) -> str:
    """Return a digest of names and bytes, the same on every machine."""
    total = hashlib.sha256()
    for name, path in sorted(files.items()):
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def packed(files: Mapping[str, Path]) -> Archive:
    """Return the files in an archive: the same files are the same bytes, whenever and wherever they were saved."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    data = target.getvalue()
    return Archive(hashlib.sha256(data).hexdigest(), data)


def unpacked(archive: Archive, folder: Path) -> Path:
    """Return the folder, below another one, with an archive's files in it; unpacked on the first call only.

    Several may call at once: each unpacks beside the name, and the first to finish gives it. Raises BadArchive.
    """
    if hashlib.sha256(archive.data).hexdigest() != archive.digest:
        raise BadArchive(f"the archive {archive.digest[:8]} was damaged on its way")
    target = folder / archive.digest
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix="unpacking-", dir=folder))
    try:
        _unpack(archive, beside)
        beside.rename(target)
    except OSError:
        if not target.is_dir():  # else another was first, with the same files
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


def _unpack(archive: Archive, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive.data)) as opened:
        if sum(entry.file_size for entry in opened.infolist()) > MOST_UNPACKED:
            raise BadArchive(f"the archive {archive.digest[:8]} holds more than {MOST_UNPACKED:,} bytes")
        for entry in opened.infolist():
            path = folder / _safe(entry.filename)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(opened.read(entry))


def _safe(name: str) -> str:
    """Return the name of a file that stays in its folder on every system. Raises BadArchive."""
    path = PurePosixPath(name)
    leads_out = path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name
    if leads_out or not path.parts:
        raise BadArchive(f'the archive holds "{name}", which leads out of it')
    return name
