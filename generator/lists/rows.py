"""Tables read from top to bottom: what their columns mean, which group a row stands in, which ids are taken."""

import re
from collections.abc import Iterator, Mapping, Sequence

from generator.errors import Diagnostic, Place, error, warning
from generator.lists.cells import read_kind, says_nothing, unguarded
from generator.lists.headers import Column, find_heading_row, read_headings
from generator.lists.paths import plant
from generator.lists.row import RowReader
from generator.lists.table import Outcome, Outcomes, Row, Table
from generator.model.kinds import Kind
from generator.model.resource import ResourceList
from generator.model.written import validate
from generator.source import Document, Position, Step, Tree

_COUNTRY = re.compile(r"[A-Z]{2}")


def outcomes_of_tables(tables: Sequence[Table], *, country: str, kinds: Mapping[str, Kind]) -> Outcomes:
    """Return what became of each row of one sheet or several.

    Blank rows are passed over. A row that is only the title of a group gives its kind to the rows below.
    """
    about: ResourceList | None = None
    rows: list[Outcome] = []
    found: list[Diagnostic] = []
    ids: dict[str, int] = {}
    for table in tables:
        reading = _Reading(table, country, kinds, ids)
        rows += [outcome for row in reading.rows if (outcome := reading.row(row)) is not None]
        about = about or reading.about()
        found += reading.found
    return Outcomes(about or ResourceList(country=country), tuple(rows), tuple(found))


class _Reading:
    """One pass over a table: what its columns mean, which ids are taken, which group the rows stand in."""

    def __init__(self, table: Table, country: str, kinds: Mapping[str, Kind], ids: dict[str, int]) -> None:
        self.table, self.country, self.kinds, self.ids = table, country, kinds, ids
        self.found: list[Diagnostic] = []
        self.group = str(read_kind(table.title, kinds).value or "") if table.title else ""
        start = find_heading_row([row.cells for row in table.rows])
        self.headings = table.rows[start] if table.rows else Row(1, ())
        self.columns = read_headings(self.headings.cells) if not self.headings.is_blank else ()
        self.rows = [row for row in table.rows[start + 1 :] if not row.is_blank]
        if not self.columns:
            self.found.append(error("empty-list", "holds no rows", place=Place(table.path)))
        own = next((cell for row in self.rows[:1] for column, cell in _cells(row, self.columns)
                    if column.path == ("list", "country") and _COUNTRY.fullmatch(cell)), None)  # fmt: skip
        self.country = own or country
        self._judge_headings()

    def _judge_headings(self) -> None:
        for column in self.columns:
            place = Place(self.table.path, self.headings.number, column.index + 1)
            if column.guess:
                self.found.append(
                    warning("guessed-heading", column.guess, place=place, hint="confirm it, or rename it")
                )
            elif not column.path and column.heading.strip():
                message = f'the heading "{column.heading.strip()}" is not known; its cells are kept as notes'
                self.found.append(warning("unknown-heading", message, place=place))

    def about(self) -> ResourceList:
        """Return the list without its resources: title, country, scope and licence, where columns tell them."""
        tree: dict[str, Tree] = {"country": self.country}
        places: dict[tuple[Step, ...], Position] = {}
        for row in self.rows[:1]:
            for column, cell in _cells(row, self.columns):
                if column.path[:1] == ("list",) and cell:
                    plant(tree, column.path[1:], unguarded(cell))
                    places[column.path[1:]] = (row.number, column.index + 1)
        listed, found = validate(ResourceList, Document(self.table.path, tree, {}, places))
        self.found += found
        return listed or ResourceList(country=self.country)

    def row(self, row: Row) -> Outcome | None:
        """Return what becomes of a row, or None when it only titles a group or speaks of the list."""
        cells = [(column, cell) for column, cell in _cells(row, self.columns) if column.path[:1] != ("list",)]
        filled = [cell for _, cell in cells if cell]
        if not filled:
            return None
        if len(filled) == 1 and self._is_group(row, filled[0]):
            return None
        reader = RowReader(row, self)
        for column, cell in cells:
            if cell and not says_nothing(cell):
                reader.take(column, cell)
        reader.overflow(row.cells[len(self.columns) :])
        return reader.outcome()

    def _is_group(self, row: Row, title: str) -> bool:
        kind = read_kind(title, self.kinds)
        if not isinstance(kind.value, str) or len(title) > 60:
            return False
        self.group = kind.value
        message = (
            f'row {row.number}, "{title}", is taken for the title of a group; the rows below are of kind {kind.value}'
        )
        self.found.append(warning("guessed-group", message, place=Place(self.table.path, row.number)))
        return True

    def claim(self, id_: str, row: int) -> int | None:
        """Take an id for a row; return the row that has it already, if one does."""
        return first if (first := self.ids.setdefault(id_, row)) != row else None


def _cells(row: Row, columns: Sequence[Column]) -> Iterator[tuple[Column, str]]:
    for column in columns:
        cell = row.cells[column.index] if column.index < len(row.cells) else ""
        yield column, cell.strip().replace("\r\n", "\n").replace("\r", "\n")
