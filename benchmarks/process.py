"""What a command costs as a whole process: time, the processor's time, memory, and the files it leaves."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

LOOKS_EVERY = 0.5  # seconds between two looks at the processes that a command started


class Failed(Exception):
    """A command that ended with an error; the text is the command with the last lines that it said."""


class Cost(Struct, frozen=True):
    """What one run took. `cpu` is user and system, of the command and of all processes that it waited for.

    Memory is resident, at its largest, in megabytes (10^6 bytes): of the largest process, and of the largest of those
    that the command started, which is 0 where it started none for long enough to be seen. The first counts a process as
    large as the one that started it, at least: so what measures has to be small itself.
    """

    wall: float
    cpu: float
    peak_mb: float
    worker_mb: float = 0.0
    files: int = 0
    size: int = 0


def run(
    command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str], output: Path | None = None
) -> Cost:
    """Run a command in a folder and return its cost, with the PDF files that stand in `output` afterwards.

    Raises Failed when it ends with an error.
    """
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command], cwd=folder, env=dict(environment), stdout=subprocess.DEVNULL, stderr=said
        )
        with _Watch(process.pid) as watch:
            _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").splitlines()[-12:]
            raise Failed("\n".join((f"{' '.join(map(str, command))} ended with {process.returncode}", *lines)))
    files = [path.stat().st_size for path in output.rglob("*.pdf")] if output else []
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6
    return Cost(wall, cpu, peak, watch.largest_mb, len(files), sum(files))


class _Watch:
    """Looks at the processes that a process started, now and then, and keeps the most memory that one of them had."""

    def __init__(self, pid: int) -> None:
        self.largest_mb = 0.0
        self._pid, self._is_over = pid, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(LOOKS_EVERY):
            self.largest_mb = max(self.largest_mb, *(high_water_mb(pid) for pid in descendants(self._pid)), 0.0)


def descendants(pid: int) -> Iterator[int]:
    """Yield the processes that a process started, and those that they started; none where Linux is not asked."""
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, listed.read_text().split()):
                yield child
                yield from descendants(child)


def high_water_mb(pid: int) -> float:
    """Return the most memory that a process has had resident, in megabytes; 0 when it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0
