"""Lists as they were read before, found again by all that reading them depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from generator.errors import Diagnostic
from generator.keeping import OfObjects, Store
from generator.lists import read_list
from generator.model.kinds import Kind
from generator.model.resource import ResourceList


@dataclass(frozen=True, slots=True)
class ReadList:
    """What a file gave: the list, or None, and what was found in it."""

    listed: ResourceList | None
    found: tuple[Diagnostic, ...]


def read_known(path: Path, country: str, kinds: Mapping[str, Kind], known: Store[ReadList] | None) -> ReadList:
    """Return the list in a file, as `read_list` does; one that was read before is found among the known.

    It is known by the bytes of the file and its place, which findings name, and by all else that a reader is told.
    """
    key = _key(path, country, kinds) if known else ""
    if known and key and (found := known.get(key)):
        return found
    read = ReadList(*read_list(path, country=country, kinds=kinds))
    if known and key and _key(path, country, kinds) == key:  # nobody wrote to it meanwhile
        known.put(key, read)
    return read


def _key(path: Path, country: str, kinds: Mapping[str, Kind]) -> str:
    """Return what a list is known by; nothing for what is no file or cannot be read."""
    try:
        digest = sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
    told = _TOLD.get((kinds,), lambda: sha256(repr(sorted(kinds.items())).encode()).hexdigest())
    return f"{digest} {country} {told} {path}"


_TOLD = OfObjects[str](1)  # what readers are told of the kinds is the same for every list of a project
