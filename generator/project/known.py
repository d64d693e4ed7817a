"""Lists as they were read before, found again by all that reading them depends on."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from generator.errors import Diagnostic
from generator.keeping import OfObjects, Store
from generator.lists import read_list
from generator.lists.retired import find_retired, passages_of_resource
from generator.model.kinds import Kind
from generator.model.phone import Asked, Telephone, remember
from generator.model.resource import ResourceList
from generator.model.retired import RetiredText


class ReadList(Struct, frozen=True):
    """What a file gave: the list, or None; what was found in it; what of it services have given up; and its numbers."""

    listed: ResourceList | None
    found: tuple[Diagnostic, ...]
    retired: tuple[Diagnostic, ...]
    numbers: Mapping[Asked, Telephone]


class Told(Struct, frozen=True):
    """What a reader of lists is told besides the country: the kinds of services, and what they have given up."""

    kinds: Mapping[str, Kind]
    retired: tuple[RetiredText, ...] = ()


def read_known(path: Path, country: str, told: Told, known: Store[ReadList] | None) -> ReadList:
    """Return the list in a file, as `read_list` does; one that was read before is found among the known.

    It is known by the bytes of the file and its place, which findings name, and by all else that a reader is told.
    """
    key = _key(path, country, told) if known else ""
    if known and key and (found := known.get(key)):
        remember(found.numbers)
        return found
    read = _read(path, country, told)
    if known and key and _key(path, country, told) == key:  # nobody wrote to it meanwhile
        known.put(key, read)
    return read


def _read(path: Path, country: str, told: Told) -> ReadList:
    listed, found = read_list(path, country=country, kinds=told.kinds)
    if listed is None:
        return ReadList(None, found, (), {})
    passages = (passage for one in listed.resources for passage in passages_of_resource(one))
    return ReadList(listed, found, find_retired(passages, told.retired), dict(_numbers(listed, country)))


def _numbers(listed: ResourceList, country: str) -> Iterator[tuple[Asked, Telephone]]:
    """Yield each number to call, as it is read for the country of its list."""
    dialled_from = listed.country or country
    for phone in (phone for one in listed.resources for phone in one.phones):
        with suppress(ValueError):  # it is told where it is used
            yield (phone.number, dialled_from, phone.short), phone.telephone(dialled_from)


def _key(path: Path, country: str, told: Told) -> str:
    """Return what a list is known by; nothing for what is no file or cannot be read."""
    try:
        digest = sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
    kinds, retired = told.kinds, told.retired
    by = _TOLD.get((kinds, retired), lambda: sha256(repr((sorted(kinds.items()), retired)).encode()).hexdigest())
    return f"{digest} {country} {by} {path}"


_TOLD = OfObjects[str](1)  # it is the same for every list of a project
