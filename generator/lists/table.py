"""Rows of a spreadsheet, whatever its file was, and what became of them."""

from pathlib import Path

from msgspec import Struct

from generator.errors import Diagnostic
from generator.model.resource import Resource, ResourceChange, ResourceList


class Row(Struct, frozen=True):
    """One row with the number that a spreadsheet shows for it."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """True when no cell holds anything."""
        return not any(cell.strip() for cell in self.cells)


class Table(Struct, frozen=True):
    """The rows of one sheet, all of it text. `title` is the sheet's name where a file has several."""

    path: Path
    rows: tuple[Row, ...]
    title: str = ""


class Outcome(Struct, frozen=True):
    """What became of one row. `resource` is None when it was rejected; `found` says every guess and problem."""

    row: int
    id: str
    resource: Resource | ResourceChange | None
    found: tuple[Diagnostic, ...] = ()


class Outcomes(Struct, frozen=True):
    """What became of every row, what the tables say of the list as a whole, and what the headings leave open."""

    about: ResourceList
    rows: tuple[Outcome, ...]
    found: tuple[Diagnostic, ...]


def list_of(outcomes: Outcomes) -> tuple[ResourceList, tuple[Diagnostic, ...]]:
    """Return the rows that were read as a list, and every guess and problem."""
    resources = tuple(one.resource for one in outcomes.rows if one.resource is not None)
    listed = outcomes.about.model_copy(update={"entries": resources})
    return listed, (*outcomes.found, *(diagnostic for one in outcomes.rows for diagnostic in one.found))
