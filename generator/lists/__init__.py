"""Resource lists: read them from any format, merge, choose, judge their age, and write them again."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from generator.errors import Diagnostic, Place, error
from generator.lists.collector import collector_resting
from generator.model.kinds import Kind
from generator.model.resource import ResourceList

if TYPE_CHECKING:
    from generator.lists.table import Outcomes

Reading = tuple[ResourceList | None, tuple[Diagnostic, ...]]
Rows = tuple["Outcomes | None", tuple[Diagnostic, ...]]


class Format(Protocol):
    """What a module of this package offers when it can read a kind of file."""

    SUFFIXES: tuple[str, ...]

    def read(self, path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None) -> Reading:
        """Return the list in a file and what was found on the way."""

    def read_outcomes(self, path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None) -> "Rows":
        """Return what became of each row of a file, or None and the reason."""


def read_list(path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None) -> Reading:
    """Return the list in a file, by the module that reads its suffix, with everything found on the way.

    `country` says how numbers are read where the file names none. `encoding` is for text files that are
    neither UTF-8 nor marked with a byte-order mark. The list holds the rows that could be read; any error
    among the diagnostics means that rows are missing from it.
    """
    found = _format_of(path)
    if isinstance(found, Diagnostic):
        return None, (found,)
    with collector_resting():
        return found.read(path, country=country, kinds=kinds, encoding=encoding)


def read_rows(path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None) -> Rows:
    """Return what becomes of each row of a file in any format, or None and the reason."""
    found = _format_of(path)
    if isinstance(found, Diagnostic):
        return None, (found,)
    with collector_resting():
        return found.read_outcomes(path, country=country, kinds=kinds, encoding=encoding)


def _format_of(path: Path) -> "Format | Diagnostic":
    known = formats()
    suffix = ".json" if path.is_dir() else path.suffix.lower()  # a folder holds tables or records of HSDS
    if suffix in known:
        return known[suffix]
    hint = f"save it as one of {', '.join(sorted(known))}"
    return error("unknown-format", f'"{path.name}" is not a list that can be read', place=Place(path), hint=hint)


@cache
def formats() -> Mapping[str, Format]:
    """Return every module of this package that reads files, by suffix. Two for one suffix is a ValueError."""
    found: dict[str, Format] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for suffix in getattr(module, "SUFFIXES", ()):
            if suffix in found:
                raise ValueError(f"both {found[suffix]!r} and {module!r} read {suffix}")
            found[suffix] = cast(Format, module)
    return found
