"""Chromium printing the pages: a process for each piece, or one that stays open for all.

python -m benchmarks.chromium PROGRAM PAGES OUTPUT [kept]
"""

import base64
import ctypes
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.listed import Page, read_list

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Have processes whose parent ended become this one's, so that what they used is counted too. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def wait_for_orphans() -> None:
    """Wait until every process that this one was given has ended."""
    with suppress(ChildProcessError):
        while True:
            os.wait()


def print_each(program: str, folder: Path, pages: Sequence[Page], output: Path, profile: str) -> None:
    """Print each page with a browser of its own."""
    for one in pages:
        target, address = output / f"{one.name}.pdf", (folder / one.linked).as_uri()
        printing = ("--no-pdf-header-footer", f"--print-to-pdf={target}", address)
        subprocess.run([program, *FLAGS, f"--user-data-dir={profile}", *printing], check=True, capture_output=True)
        if not target.exists():
            raise FileNotFoundError(f"{program} printed no {target.name}")


class Browser:
    """A browser that is told over a pipe what to do."""

    def __init__(self, program: str, profile: str) -> None:
        reads, self._to = os.pipe()
        self._from, writes = os.pipe()
        start = ["sh", "-c", f'exec "$@" 3<&{reads} 4>&{writes}', "sh", program, *FLAGS]
        start += ["--remote-debugging-pipe", f"--user-data-dir={profile}"]
        self._process = subprocess.Popen(start, pass_fds=(reads, writes), stderr=subprocess.DEVNULL)
        os.close(reads)
        os.close(writes)
        self._unread, self._count = b"", 0
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Return what the browser answers to a command. Raises RuntimeError with the error it answers with."""
        self._count += 1
        session = {"sessionId": self._session} if hasattr(self, "_session") else {}
        asked = {"id": self._count, "method": method, "params": parameters, **session}
        os.write(self._to, json.dumps(asked).encode() + b"\0")
        answer = self._wait("id", self._count)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return dict(answer["result"])

    def print(self, address: str) -> bytes:
        """Return the PDF of the page at an address."""
        self.ask("Page.navigate", url=address)
        self._wait("method", "Page.loadEventFired")
        printed = self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True, generateTaggedPDF=True)
        return base64.b64decode(printed["data"])

    def close(self) -> None:
        """End the browser and wait for it."""
        self.ask("Browser.close")
        self._process.wait(timeout=30)

    def _wait(self, key: str, value: object) -> dict[str, Any]:
        while True:
            message: dict[str, Any] = json.loads(self._read())
            if message.get(key) == value:
                return message

    def _read(self) -> bytes:
        """Return the next message; each ends with a zero."""
        while b"\0" not in self._unread:
            data = os.read(self._from, 1 << 20)
            if not data:
                raise EOFError("the browser ended")
            self._unread += data
        message, _, self._unread = self._unread.partition(b"\0")
        return message


def main() -> None:
    program, folder, output, *kept = sys.argv[1:]
    pages = read_list(Path(folder))
    adopt_orphans()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        if kept:
            browser = Browser(program, profile)
            for one in pages:
                data = browser.print((Path(folder) / one.linked).as_uri())
                (Path(output) / f"{one.name}.pdf").write_bytes(data)
            browser.close()
        else:
            print_each(program, Path(folder), pages, Path(output), profile)
        wait_for_orphans()


if __name__ == "__main__":
    main()
