"""Names, atomic writes and the manifest: what stands in the output folder is always whole."""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from generator.errors import Diagnostic, HandbillError, Place, error

MANIFEST = "manifest.json"
LOCK = ".build.lock"
_TEMPORARY = ".tmp"

Entry = Mapping[str, object]


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that its name holds either the old content or the new, whatever happens.

    A temporary file beside the target is written, flushed to disk and renamed. Raises HandbillError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as problem:
        message = f"cannot be written: {problem.strerror or problem}; what was there before is untouched"
        hint = "free some space or choose another folder with --output"
        raise HandbillError([error("unwritable-file", message, place=Place(path), hint=hint)]) from problem


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o644) if hasattr(os, "fchmod") else None
            os.fsync(file.fileno())
        os.replace(name, path)  # noqa: PTH105 - the name that tests make fail
        _sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def locked(output: Path) -> Iterator[None]:
    """Hold the output folder for one build. Raises HandbillError when another build holds it.

    The system drops the lock with the process, so that a killed build leaves none; what it left
    half-written is swept away.
    """
    handle = _open_lock(output)
    try:
        _take(handle, output)
        _sweep(output)
        yield
    finally:
        os.close(handle)


def _open_lock(output: Path) -> int:
    try:
        output.mkdir(parents=True, exist_ok=True)
        return os.open(output / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as problem:
        message = f"cannot be written: {problem.strerror or problem}"
        hint = "choose another folder with --output"
        raise HandbillError([error("unwritable-folder", message, place=Place(output), hint=hint)]) from problem


def _take(handle: int, output: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: a second build at once is not noticed, each file is still whole
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        message = "another build is writing here"
        hint = "wait until it ends, or choose another folder with --output"
        raise HandbillError([error("output-in-use", message, place=Place(output), hint=hint)]) from problem


def _sweep(output: Path) -> None:
    for leftover in output.rglob(f".*{_TEMPORARY}"):
        with contextlib.suppress(OSError):
            leftover.unlink()


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def read_manifest(output: Path) -> dict[str, Entry]:
    """Return path -> entry of the manifest in an output folder; empty when there is none that can be read."""
    try:
        manifest = json.loads((output / MANIFEST).read_text("utf-8"))
        return {str(entry["path"]): entry for entry in manifest["artifacts"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_manifest(output: Path, entries: Iterable[Entry], *, version: str, today: str) -> Path:
    """Write the manifest for these entries and the earlier ones whose files still stand; return its path."""
    fresh = {str(entry["path"]): entry for entry in entries}
    kept = {path: entry for path, entry in read_manifest(output).items() if (output / path).is_file()}
    artifacts = [entry for _, entry in sorted((kept | fresh).items())]
    manifest = {"schema": 1, "version": version, "today": today, "artifacts": artifacts}
    path = output / MANIFEST
    write_file(path, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode("utf-8"))
    return path


def finding_entry(diagnostic: Diagnostic) -> dict[str, object]:
    """Return a finding as the manifest and --json show it."""
    return {
        "severity": str(diagnostic.severity),
        "code": diagnostic.code,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "page": diagnostic.page,
        "bbox_mm": list(diagnostic.bbox_mm) if diagnostic.bbox_mm else None,
        "path": str(diagnostic.place.path) if diagnostic.place.path else None,
        "line": diagnostic.place.line,
        "column": diagnostic.place.column,
    }
