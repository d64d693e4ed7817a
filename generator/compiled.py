"""What takes long to compile and comes out the same each time, kept beside what Python compiles of this package.

It is trusted as that is. Where nothing can be written, it is made anew each time.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path


def kept(name: str, made_of: str) -> bytes | None:
    """Return what was kept under a name, when it was made of the same and is whole; else None."""
    with suppress(OSError):
        line, _, data = _file(name).read_bytes().partition(b"\n")
        return data if line == _seal(made_of, data) else None
    return None


def keep(name: str, made_of: str, data: bytes) -> None:
    """Keep something under a name, in the place of what was there. What it is made of is told in one line."""
    if sys.dont_write_bytecode:
        return
    path = _file(name)
    beside = path.with_name(f"{name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(_seal(made_of, data) + b"\n" + data)
            beside.replace(path)  # at once: another start may be reading it
        finally:
            beside.unlink(missing_ok=True)


def once(name: str, made_of: str, make: Callable[[], bytes]) -> bytes:
    """Return what is kept under a name, made of the same, or else what is made now, which is kept from now on."""
    data = kept(name, made_of)
    if data is None:
        data = make()
        keep(name, made_of, data)
    return data


def _seal(made_of: str, data: bytes) -> bytes:
    return f"{made_of} {sha256(data).hexdigest()}".encode()


def _file(name: str) -> Path:
    return Path(cache_from_source(__file__)).with_name(name)
