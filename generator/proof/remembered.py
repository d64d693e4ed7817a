"""What was looked at once in this process is not looked at again, as long as all that it hangs on is the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from hashlib import sha256
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """The results that were asked for last, by a key that says all that they hang on."""

    def __init__(self, most: int = 512) -> None:
        self.most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def known(self, key: Key) -> Value | None:
        """Return what was found before, None when nothing was."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def keep(self, key: Key, value: Value) -> Value:
        """Keep a result, and return it; the one that was not asked for longest is let go of."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)
        return value

    def get(self, key: Key, find: Callable[[], Value]) -> Value:
        """Return what was found before; what is found now when nothing was."""
        if key not in self._kept:
            return self.keep(key, find())
        self._kept.move_to_end(key)
        return self._kept[key]


def digest_of_bytes(*parts: bytes) -> bytes:
    """Return what some bytes are known by."""
    whole = sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.digest()
