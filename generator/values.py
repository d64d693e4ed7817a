"""Plain values of ours as bytes and back, and stores of them in a cache, where other builds find them."""

import copyreg
import hashlib
import io
import pickle
from datetime import date
from enum import Enum
from pathlib import PosixPath, WindowsPath
from typing import Any, Generic, TypeVar

from msgspec import Struct

from generator.cache import Cache
from generator.errors import Severity
from generator.model.phone import NumberKind
from generator.model.written import Written

Value = TypeVar("Value")


def as_bytes(value: object) -> bytes:
    """Return a plain value as bytes."""
    told = io.BytesIO()
    pickler = pickle.Pickler(told, protocol=5)
    pickler.dispatch_table = _BY_VALUE
    pickler.dump(value)
    return told.getvalue()


def _by_value(one: Enum) -> tuple[type[Enum], tuple[object]]:
    return type(one), (one.value,)


# Python before 3.11.4 says of a member of an enumeration how `getattr` finds it, which nothing read back may call.
_BY_VALUE = copyreg.dispatch_table | dict.fromkeys((Severity, NumberKind), _by_value)


def from_bytes(data: bytes) -> Any:
    """Return the value that bytes stand for. Raises whatever bytes that stand for none make it raise."""
    return _Values(io.BytesIO(data)).load()


class _Values(pickle.Unpickler):
    """Reads values of ours back, and nothing that could do anything: whoever can write to a folder can fill it."""

    def find_class(self, module: str, name: str) -> Any:
        """Return one of the shapes that values consist of. Raises UnpicklingError for anything else."""
        plain = _PLAIN.get((module, name))
        if plain is not None:
            return plain
        found = super().find_class(module, name) if module.startswith("generator.") and "." not in name else None
        is_shape = isinstance(found, type) and issubclass(found, Struct | Enum | Written)
        if is_shape and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a piece")


_PLAIN = {(one.__module__, one.__name__): one for one in (date, PosixPath, WindowsPath, set, frozenset)}


class Shelf(Struct, Generic[Value], frozen=True):
    """Values of one shape in a cache. `of` names them, and all that they depend on besides their keys."""

    cache: Cache
    of: str
    shape: type[Value]

    def get(self, key: str) -> Value | None:
        """Return the value of a key; None when it is not there or of another shape."""
        data = self.cache.get(self._name(key))
        try:
            found = from_bytes(data) if data else None
        except Exception:
            return None
        return found if isinstance(found, self.shape) else None

    def put(self, key: str, value: Value) -> None:
        """Keep a value, when it can be written."""
        self.cache.put(self._name(key), as_bytes(value))

    def _name(self, key: str) -> str:
        return hashlib.sha256(f"{self.of} {key}".encode()).hexdigest()
