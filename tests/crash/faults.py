"""Make the Nth call to the system of one kind fail, or be the last thing that a process does."""

import errno
import io
import os
from contextlib import contextmanager
from unittest import mock

CALLS = ("open", "mkdir", "write", "fsync", "replace", "fchmod")
KILLED = 9


def out_of_space():
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def vanish():
    os._exit(KILLED)


@contextmanager
def failing(call, nth, *, how):
    """Let the Nth call go wrong inside the block; yields a list that grows with every call."""
    made = []

    def counted(real, half=None):
        def instead(*args, **named):
            made.append(call)
            if len(made) == nth:
                half and half(*args)
                how()
            return real(*args, **named)

        return instead

    with mock.patch(*_patched(call, counted)):
        yield made


def _patched(call, counted):
    if call == "write":
        return "os.fdopen", lambda handle, mode: _Writer(handle, counted)
    return f"os.{call}", counted(getattr(os, call))


class _Writer(io.FileIO):
    """A file that gets half of what it is given onto the disk before it fails."""

    def __init__(self, handle, counted):
        super().__init__(handle, "wb")
        self._counted = counted(super().write, lambda data: os.write(handle, data[: len(data) // 2]))

    def write(self, data):
        return self._counted(data)
