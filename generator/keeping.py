"""What was made once and is kept: in memory while there is room for it, and behind that where other builds find it."""

import marshal
from collections import OrderedDict
from collections.abc import Callable, Hashable
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar

Value = TypeVar("Value")


class Store(Protocol[Value]):
    """Where values are kept by their key."""

    def get(self, key: str) -> Value | None:
        """Return the value of a key, None when it is not there."""

    def put(self, key: str, value: Value) -> None:
        """Keep a value."""


class Kept(Generic[Value]):
    """Values by their key, at most so many; the one that was not asked for the longest gives way.

    What lasts is kept `behind` as well, when anything is, and looked for there.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.behind: Store[Value] | None = None
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get(self, key: str) -> Value | None:
        """Return the value of a key, None when it is not there."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        found = self.behind.get(key) if self.behind else None
        if found is not None:
            self.put(key, found)
        return found

    def put(self, key: str, value: Value, *, lasts: bool = False) -> None:
        """Keep a value; one that lasts is the same for whoever asks for it next."""
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self.most:
            self._values.popitem(last=False)
        if lasts and self.behind:
            self.behind.put(key, value)

    def once(self, key: str, make: Callable[[], Value], *, lasts: bool = False) -> Value:
        """Return the value of a key; when there is none, what is made now, which may be None and is kept."""
        found = self.get(key)
        if found is not None or key in self._values:
            return self._values[key]
        made = make()
        self.put(key, made, lasts=lasts)
        return made


class OfObjects(Generic[Value]):
    """What was made of objects that never change, found again by the very same objects: comparing them takes long.

    At most so many; then all of them are let go of.
    """

    def __init__(self, most: int = 4_096) -> None:
        self.most = most
        self._values: dict[tuple[Hashable, ...], tuple[tuple[object, ...], Value]] = {}

    def get(self, objects: tuple[object, ...], find: Callable[[], Value], *plain: Hashable) -> Value:
        """Return what was made of these objects and plain values before, else what is made now."""
        key = (*map(id, objects), *plain)
        known = self._values.get(key)
        if known is None:
            if len(self._values) >= self.most:
                self._values.clear()
            known = self._values[key] = (objects, find())  # held beside it, so that their ids stay their own
        return known[1]


def plain_bytes(value: Any) -> bytes:
    """Return bytes that stand for texts, numbers and rows of them: the same for equal ones, others for different ones.

    Raises ValueError for what is not plain.
    """
    return marshal.dumps(value, _WITHOUT_REFERENCES)


# A version of marshal's format: later ones tell apart what is stored once from what is stored twice.
_WITHOUT_REFERENCES = 2


def digest_of_bytes(*parts: bytes) -> str:
    """Return what some bytes are known by."""
    whole = sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()
