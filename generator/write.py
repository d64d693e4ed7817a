"""Names, atomic writes and the manifest: what stands in the output folder is whole, and never described wrongly."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.json import decode as decode_json
from msgspec.json import encode as encode_json
from msgspec.json import format as format_json

from generator.errors import Diagnostic, HandbillError, Place, error, printable
from generator.keeping import OfObjects

if TYPE_CHECKING:
    from concurrent.futures import Future

MANIFEST = "manifest.json"
REPORT = "proof.html"
PACKS = "packs"  # the packs of events stand here, a folder deeper than pieces
LOCK = ".build.lock"
MOST_LINES = 100_000  # of a manifest that are held as text: a country's counties, some kilobyte each
_TEMPORARY = ".handbill-tmp"
_UNTOUCHED = "what was there before is untouched"
_HALF_DONE = "files that have been replaced count as unproved until the next build"

Entry = Mapping[str, object]
Lines = Mapping[str, Entry]  # the lines of a manifest, each by the path that it describes


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that its name holds either the old content or the new, whatever happens.

    A temporary file beside the target is written, flushed to disk and renamed. Raises HandbillError.
    """
    with _explained(path, _UNTOUCHED):
        beside = _write_beside(path, data)
        try:
            os.replace(beside, path)  # noqa: PTH105 - the name that tests make fail
            _sync_folder(path.parent)
        finally:
            _forget(beside)


class Staging:
    """The files of one build: written beside the names that they are to have, then given them all together.

    Used as a context manager, it takes away what was not published when the context ends.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        self._beside: dict[str, Path] = {}
        self._meanwhile: list[Future[None]] = []  # what is being written
        self._manifests: list[Path] = []
        self._inside: set[Path] = set()
        self._lines: OfObjects[str] = OfObjects(MOST_LINES)

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._meanwhile:
            one.exception()  # which is there when it has ended
        for beside in (*self._beside.values(), *self._manifests):
            _forget(beside)

    def add(self, name: str, data: bytes) -> None:
        """Write a file beside its name, which is relative to the output folder. Raises HandbillError."""
        path = self.output / name
        if not self._is_inside(path.parent):
            message = f"is not written: a link leads out of the output folder, to {path.parent.resolve()}"
            hint = "take the link away, or choose that folder with --output"
            raise HandbillError([error("output-leads-out", message, place=Place(path), hint=hint)])
        if _holds(path, data):  # nothing to write, and nothing to flush to disk
            self._forget(name)
            return
        with _explained(path, _UNTOUCHED):
            beside = _write_beside(path, data)
        if name in self._beside:  # a piece in two finishes has one picture of each face
            _forget(self._beside[name])
        self._beside[name] = beside

    def add_meanwhile(self, name: str, data: bytes) -> None:
        """Write a long file beside its name while the caller goes on; what `add` raises, giving names raises then."""
        from concurrent.futures import ThreadPoolExecutor

        writer = ThreadPoolExecutor(max_workers=1)
        self._meanwhile.append(writer.submit(self.add, name, data))
        writer.shutdown(wait=False)

    def _is_inside(self, folder: Path) -> bool:
        """Return whether a folder lies in the output folder, wherever links lead. Each is looked at once."""
        if folder not in self._inside and folder.resolve().is_relative_to(self.output.resolve()):
            self._inside.add(folder)
        return folder in self._inside

    def _forget(self, name: str) -> None:
        if name in self._beside:
            _forget(self._beside.pop(name))

    @cached_property
    def before(self) -> Lines:
        """The lines of the manifest as it was before this build."""
        return read_manifest(self.output)

    def line_of(self, entry: Entry) -> str:
        """Return an entry as its line of the manifest, made once; it does not change from now on."""
        return self._lines.get((entry,), lambda: line_of(entry))

    def merged(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return these entries and the earlier ones whose files still stand, by path."""
        fresh = {str(entry["path"]): entry for entry in entries}
        others = {path: entry for path, entry in self.before.items() if path not in fresh}
        return [entry for _, entry in sorted((_standing(others, self.output) | fresh).items())]

    def publish(self, entries: Iterable[Entry], *, version: str, today: str) -> Path:
        """Give the files their names, describe them in the manifest, and return its path.

        Lines about files that are about to change are taken back first; the new lines are written last. A build
        that is killed in between leaves files that no line describes, which count as unproved, and never a line
        that is wrong. All that takes room on the disk is written before the first name changes. Earlier lines
        whose files still stand are kept. Raises HandbillError.
        """
        about = {"schema": 1, "version": version, "today": today}
        fresh = {str(entry["path"]): entry for entry in entries}
        kept = _standing(self.before, self.output)
        true_throughout = {name: line for name, line in kept.items() if self._stays_true(name, line, fresh)}
        is_between = bool(self._beside) and true_throughout != self.before
        meanwhile = self._write_manifest(about, true_throughout) if is_between else None
        after = self._write_manifest(about, kept | fresh)
        self._wait()
        with _explained(self.output, _HALF_DONE):
            if meanwhile:
                self._name({MANIFEST: meanwhile})
            self._name(self._beside)
            self._name({MANIFEST: after})
        return self.output / MANIFEST

    def name_all(self) -> None:
        """Give the files their names; no manifest speaks of them. Raises HandbillError."""
        self._wait()
        with _explained(self.output, _UNTOUCHED):
            self._name(self._beside)

    def _wait(self) -> None:
        """Wait until all that is to have a name is written. Raises HandbillError."""
        for one in self._meanwhile:
            one.result()

    def _stays_true(self, name: str, line: Entry, fresh: Lines) -> bool:
        """Return whether a line holds before and after its file is replaced; it does when the bytes are the same."""
        return name not in self._beside or line.get("sha256") == fresh.get(name, {}).get("sha256")

    def _write_manifest(self, about: Entry, lines: Lines) -> Path:
        manifest = _json_of(about, [self.line_of(line) for _, line in sorted(lines.items())])
        with _explained(self.output / MANIFEST, _UNTOUCHED):
            self._manifests.append(_write_beside(self.output / MANIFEST, manifest))
        return self._manifests[-1]

    def _name(self, files: Mapping[str, Path]) -> None:
        """Rename files and make that last through a power cut, before anything else is renamed."""
        named: set[Path] = set()  # folders
        for name, beside in files.items():
            path = self.output / name
            os.replace(beside, path)  # noqa: PTH105 - the name that tests make fail
            named.add(path.parent)
        within = (above for one in named for above in one.parents if above.is_relative_to(self.output))
        for folder in sorted({*named, *within}, reverse=True):
            _sync_folder(folder)


def write_together(output: Path, files: Mapping[str, bytes], *, old: Iterable[str] = ()) -> tuple[Path, ...]:
    """Write files under an output folder, all of them beside their names first, then take old ones away.

    Names are relative to the folder. A disk that is full leaves everything as it was. Raises HandbillError.
    """
    with Staging(output) as staging:
        for name, data in files.items():
            staging.add(name, data)
        staging.name_all()
    with _explained(output, _HALF_DONE):
        for name in set(old) - set(files):
            (output / name).unlink(missing_ok=True)
    return tuple(output / name for name in files)


@contextlib.contextmanager
def _explained(path: Path, state: str) -> Iterator[None]:
    """Turn a failure of the system into an error at a path that says in which state things were left."""
    try:
        yield
    except OSError as problem:
        message = f"cannot be written: {problem.strerror or problem}; {state}"
        hint = "free some space or choose another folder with --output"
        raise HandbillError([error("unwritable-file", message, place=Place(path), hint=hint)]) from problem


def _write_beside(path: Path, data: bytes) -> Path:
    """Return a temporary file beside a path that holds the data, flushed to disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():  # said now, before any file has taken its name
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o644) if hasattr(os, "fchmod") else None
            os.fsync(file.fileno())
    except BaseException:
        _forget(Path(name))
        raise
    return Path(name)


def line_of(entry: Entry) -> str:
    """Return an entry as its line of the manifest."""
    return format_json(encode_json(entry), indent=0).decode()


def _json_of(about: Entry, lines: Iterable[str]) -> bytes:
    """Return a manifest as JSON with a line for each artefact: to be read, compared and searched by line."""
    head, artifacts = line_of(about), ",\n".join(lines)
    return f'{head[:-1]}, "artifacts": [\n{artifacts}\n]}}\n'.encode()


def _holds(path: Path, data: bytes) -> bool:
    """Return whether a file is there with just this content."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _forget(beside: Path) -> None:
    with contextlib.suppress(OSError):
        beside.unlink()


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
    except OSError:  # some network folders have no locks: a second build at once is not noticed there
        return


def _sweep(output: Path) -> None:
    """Take away what a killed build left beside its files, and nothing that stands deeper than they do."""
    for level in ("", "*/", "*/*/", f"{PACKS}/*/*/"):
        for leftover in output.glob(f"{level}.*{_TEMPORARY}"):
            _forget(leftover)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def read_manifest(output: Path) -> dict[str, Entry]:
    """Return path -> entry of the manifest in an output folder; empty when there is none that can be read."""
    try:
        manifest = decode_json((output / MANIFEST).read_bytes())
        return {str(entry["path"]): entry for entry in manifest["artifacts"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _standing(lines: Lines, output: Path) -> dict[str, Entry]:
    """Return the lines of a manifest whose files still stand."""
    return {path: entry for path, entry in lines.items() if os.path.isfile(f"{output}/{path}")}  # noqa: PTH113 - hundreds


def finding_entry(diagnostic: Diagnostic) -> dict[str, object]:
    """Return a finding as the manifest and --json show it."""
    return {
        "severity": str(diagnostic.severity),
        "code": diagnostic.code,
        "message": printable(diagnostic.message),
        "hint": printable(diagnostic.hint),
        "page": diagnostic.page,
        "bbox_mm": list(diagnostic.bbox_mm) if diagnostic.bbox_mm else None,
        "path": printable(str(diagnostic.place.path)) if diagnostic.place.path else None,
        "line": diagnostic.place.line,
        "column": diagnostic.place.column,
    }
