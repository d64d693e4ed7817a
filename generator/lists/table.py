"""Rows of a spreadsheet, whatever its file was, and what became of them."""

from dataclasses import dataclass
from pathlib import Path

from generator.errors import Diagnostic
from generator.model.resource import Resource, ResourceChange, ResourceList


@dataclass(frozen=True, slots=True)
class Row:
    """One row with the number that a spreadsheet shows for it."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """True when no cell holds anything."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet, all of it text. `title` is the sheet's name where a file has several."""

    path: Path
    rows: tuple[Row, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row. `resource` is None when it was rejected; `found` says every guess and problem."""

    row: int
    id: str
    resource: Resource | ResourceChange | None
    found: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of every row, what the tables say of the list as a whole, and what the headings leave open."""

    about: ResourceList
    rows: tuple[Outcome, ...]
    found: tuple[Diagnostic, ...]


def list_of(outcomes: Outcomes) -> tuple[ResourceList, tuple[Diagnostic, ...]]:
    """Return the rows that were read as a list, and every guess and problem."""
    resources = tuple(one.resource for one in outcomes.rows if one.resource is not None)
    listed = outcomes.about.model_copy(update={"entries": resources})
    return listed, (*outcomes.found, *(diagnostic for one in outcomes.rows for diagnostic in one.found))
