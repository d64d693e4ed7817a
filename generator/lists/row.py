"""One row of a spreadsheet becomes a resource; each of its cells is found again by row and column."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec.structs import replace

from generator.errors import Diagnostic, Place, error, warning
from generator.lists.cells import (
    Cell,
    guess_kind,
    parted,
    read_date,
    read_flag,
    read_kind,
    read_languages,
    read_slugs,
    slug_of,
    spoilt_by_spreadsheet,
    unguarded,
)
from generator.lists.headers import Column, Steps
from generator.lists.hours import read_hours
from generator.lists.numbers import Found, read_numbers
from generator.lists.paths import as_lists, in_words, listed, numbered, plant
from generator.lists.table import Outcome, Row, Table
from generator.model.kinds import Kind
from generator.model.resource import Resource, ResourceChange
from generator.model.written import validate
from generator.source import Document, Position, Step, Tree, invisible_characters

_APART = 100  # room between two phone columns for the numbers that one cell may hold
_DATES = frozenset({"checked", "print_until", "source_date"})
_FLAGS = frozenset({"guessed", "short"})


class Around(Protocol):
    """The table that a row stands in, as far as the row has to know."""

    table: Table
    country: str
    kinds: Mapping[str, Kind]
    ids: dict[str, int]
    group: str
    columns: tuple[Column, ...]

    def claim(self, id_: str, row: int) -> int | None:
        """Take an id for a row; return the row that has it already, if one does."""


class RowReader:
    """Gather what the cells of one row say, then make a resource of it."""

    def __init__(self, row: Row, reading: Around) -> None:
        self.number, self.reading = row.number, reading
        self.country, self.kinds = reading.country, reading.kinds
        self.values: dict[Steps, Tree] = {}
        self.columns: dict[Steps, Column] = {}
        self.loose: set[Steps] = set()  # paths whose heading was not our own
        self.notes: list[str] = []
        self.guessed: list[str] = []
        self.found: list[Diagnostic] = []

    def take(self, column: Column, cell: str) -> None:
        """Put one cell where its column belongs."""
        spoilt = spoilt_by_spreadsheet(cell)
        if spoilt:
            self._refuse(column, cell, spoilt)
            return
        cell = self._visible(column, unguarded(cell))
        if not column.path:
            self.notes.append(f"{column.heading.strip() or f'Column {column.index + 1}'}: {cell}")
        elif column.path[0] in {"phones", "texts"} and column.path[-1] == "number":
            self._numbers(column, cell)
        elif column.path == ("hours", "openings"):
            self._hours(column, cell)
        elif column.path == ("kind",):
            self._kind(column, cell)
        else:
            self._plain(column, cell)

    def overflow(self, cells: Iterable[str]) -> None:
        """Refuse cells that stand beyond the last heading: a delimiter too many shifts a row."""
        extra = [cell.strip() for cell in cells if cell.strip()]
        if extra:
            message = f"row {self.number} has cells beyond the last heading: {'; '.join(extra)}"
            self._problem(len(self.reading.columns), message, "put quotes around a cell that holds the delimiter")
            self.notes += extra

    def _visible(self, column: Column, cell: str) -> str:
        """Return the cell without characters that cannot be seen, unless someone may dial or type it."""
        hidden = {name for _, name in invisible_characters(cell)}
        is_contact = column.path[:1] and column.path[0] in {"phones", "texts", "url", "chat", "email"}
        if not hidden or is_contact:
            return cell
        self._guess(column.index, f"{', '.join(sorted(hidden))} cannot be seen and was taken out")
        return "".join(char for char in cell if not invisible_characters(char))

    def _numbers(self, column: Column, cell: str) -> None:
        is_texting = column.path[0] == "texts"
        read = read_numbers(cell, self.country, texting=is_texting)
        if column.exact and not read.found and not (read.web or read.email):
            self._put(column, column.path, cell)
            return
        for index, found in enumerate(read.found):
            self._number(column, index, replace(found, purpose=found.purpose or column.purpose), cell)
        for problem in read.problems:
            self._refuse(column, cell, problem)
        self._besides(column, read.web, read.email, cell)
        if read.always and ("hours", "always") not in self.values and len(read.found) == 1:
            self._put(column, ("hours", "always"), "true")
            self._put(column, ("hours", "guessed"), "true")
            self._guess(column.index, f'"{cell}" is taken to be open around the clock')
        if read.left and not read.problems:
            self.notes.append(f"{column.heading.strip()}: {read.left}")
            self._guess(column.index, f'"{read.left}" is not understood; it is kept as a note')

    def _number(self, column: Column, index: int, found: Found, cell: str) -> None:
        own = column.path[0]
        wanted = [name for name, is_so in (("phones", found.calling), ("texts", found.texting)) if is_so]
        for name in wanted:
            number = (int(column.path[1]) if name == own else 50 + column.index) * _APART + index
            self._one_line((name, number), column, found)
        if found.guessed:
            self._guess(column.index, f'"{cell}" is taken for: {found}')

    def _one_line(self, base: Steps, column: Column, found: Found) -> None:
        """Write one number below its place; `_put` is not asked, since the place is numbered already."""
        fields: dict[str, Tree] = {"number": found.number, "guessed": "true" if found.guessed else ""}
        fields |= {"languages": [found.language] if found.language else "", "for": found.purpose}
        if base[0] == "phones":
            fields |= {"extension": found.extension, "menu": found.menu}
        else:
            fields |= {"keyword": found.keyword}
        for name, value in fields.items():
            if value:
                self._set((*base, name), value, column)

    def _besides(self, column: Column, web: str, email: str, cell: str) -> None:
        for path, value in ((("url", "url"), web), (("email", "email"), email)):
            if value and path not in self.values:
                self._put(column, path, value)
                self._put(column, (path[0], "guessed"), "true")
                self._guess(column.index, f'"{cell}" holds {value}')

    def _hours(self, column: Column, cell: str) -> None:
        read = read_hours(cell)
        if not isinstance(read.tree, dict):
            return
        for name, value in read.tree.items():
            self._set(("hours", name), value, column)
        if read.guessed:
            self._put(column, ("hours", "guessed"), "true")
            self._guess(column.index, f'"{cell}" is read as hours')

    def _kind(self, column: Column, cell: str) -> None:
        read = read_kind(cell, self.kinds)
        if read.problem:
            self.guessed.append("kind")
            self._guess(column.index, f'{read.problem}; the row is put under "other" and tagged')
            self._set(("kind",), "other" if "other" in self.kinds else cell, column)
            self._set(("tags",), [slug_of(cell)], column)
            return
        self._accept(column, column.path, read, cell)

    def _plain(self, column: Column, cell: str) -> None:
        read = _read_plain(column.path, cell, self.country)
        self._accept(column, column.path, read, cell)
        if read.problem:
            self._refuse(column, cell, read.problem)

    def _accept(self, column: Column, path: Steps, read: Cell, cell: str) -> None:
        if read.value:
            self._put(column, path, read.value)
        if read.guess:
            self._guess(column.index, read.guess)
            self.guessed.append(str(path[0]) if len(path) == 1 else ".".join(str(step) for step in path))

    def _put(self, column: Column, path: Steps, value: str | list[str]) -> None:
        spread = tuple(step * _APART if isinstance(step, int) else step for step in path)
        tree: Tree = [*value] if isinstance(value, list) else value
        self._set(spread, tree, column)

    def _set(self, path: Steps, value: Tree, column: Column) -> None:
        if path[0] == "tags" and isinstance(old := self.values.get(path), list) and isinstance(value, list):
            value = [*old, *value]
        self.values[path] = value
        self.columns[path] = column
        if not column.exact:
            self.loose.add(path)

    def _guess(self, column: int, message: str) -> None:
        place = Place(self.reading.table.path, self.number, column + 1)
        self.found.append(warning("guessed-cell", message, place=place, hint="confirm it, or correct the cell"))

    def _problem(self, column: int, message: str, hint: str = "") -> None:
        place = Place(self.reading.table.path, self.number, column + 1)
        self.found.append(error("rejected-cell", message, place=place, hint=hint))

    def _refuse(self, column: Column, cell: str, problem: str) -> None:
        self._problem(
            column.index, f"{column.heading.strip() or 'cell'}: {problem}", "correct the cell; it is kept as a note"
        )
        self.notes.append(f"{column.heading.strip()} (not understood): {cell}")

    def outcome(self) -> Outcome:
        """Return the row as a resource, or as rejected with the reasons."""
        self._complete()
        name = str(self.values.get(("name", ""), "")) or next(
            (str(value) for path, value in self.values.items() if path[0] == "name"), ""
        )
        id_ = self._id(name)
        is_change = ("id",) in self.values and not name and ("kind",) not in self.values
        if not name and not is_change:
            return self._rejected(id_ or "", "has no name")
        if not id_:
            return self._rejected("", "has an id or a name without letters or digits")
        first = self.reading.claim(id_, self.number)
        if first is not None:
            return self._rejected(id_, f'has the id "{id_}", which row {first} has already')
        if is_change:
            return self._validated(id_, ResourceChange)
        self._choose_kind(name)
        return self._validated(id_, Resource)

    def _complete(self) -> None:
        """Make a street of an address whose town stands in columns of its own."""
        text, street = ("address", "text"), ("address", "street")
        parts = [path for path in self.values if path[0] == "address" and path[-1] in {"city", "region", "postal_code"}]
        if text in self.values and street not in self.values and any(path in self.loose for path in parts):
            self.values[street], self.columns[street] = self.values.pop(text), self.columns.pop(text)

    def _id(self, name: str) -> str:
        given = self.values.get(("id",))
        if given:
            return slug_of(str(given))
        id_, taken = slug_of(name), self.reading.ids
        if id_ in taken:
            self._guess(0, f'has the same name as row {taken[id_]}, "{name}"; it is kept as one of its own')
            id_ = next(f"{id_}-{number}" for number in range(2, 10_000) if f"{id_}-{number}" not in taken)
        return id_

    def _choose_kind(self, name: str) -> None:
        """Give a row without a kind that of its group, else one guessed from its words, else "other"."""
        if ("kind",) in self.values:
            return
        described = f"{name} {self.values.get(('description', ''), '')}"
        kind = self.reading.group or guess_kind(described, self.kinds) or ("other" if "other" in self.kinds else "")
        if kind:
            self.values["kind",] = kind
            self.guessed.append("kind")
            self._guess(0, f'has no kind; "{kind}" is taken')

    def _rejected(self, id_: str, reason: str) -> Outcome:
        said = "; ".join(f"{path[0]}: {in_words(value)}" for path, value in list(self.values.items())[:4])
        message = f"row {self.number} {reason}" + (f" ({said[:200]})" if said else "")
        place = Place(self.reading.table.path, self.number)
        return Outcome(self.number, id_, None, (*self.found, error("rejected-row", message, place=place)))

    def _validated(self, id_: str, shape: type[ResourceChange]) -> Outcome:
        """Return the resource, without the cells that its model refuses; each of them is an error and a note."""
        for _ in range(len(self.reading.columns) + 1):
            document = self._document(id_)
            resource, found = validate(shape, document, context={"country": self.country})
            if resource is not None:
                return Outcome(self.number, id_, resource, tuple(self.found))
            bad = {one.place.column - 1 for one in found if one.place.column}
            if not bad:
                return self._rejected(id_, "; ".join(one.message.removeprefix("the file: ") for one in found))
            self.found += [replace(one, code="rejected-cell") for one in found if one.place.column]
            self._drop(bad)
        return self._rejected(id_, "cannot be read")

    def _drop(self, bad: set[int]) -> None:
        """Take everything that came from some columns out of the row, and keep it as notes."""
        for path in [path for path, column in self.columns.items() if column.index in bad]:
            value, column = self.values.pop(path), self.columns.pop(path)
            if isinstance(value, str) and value != "true":
                self.notes.append(f"{column.heading.strip()} (not understood): {value}")

    def _document(self, id_: str) -> Document:
        """Return the row as a document whose lines are rows and whose columns are columns."""
        tree: dict[str, Tree] = {}
        values: dict[tuple[Step, ...], Position] = {}
        places = numbered(self.values)
        for path, value in self.values.items():
            plant(tree, places[path], value)
            position = (self.number, self.columns[path].index + 1 if path in self.columns else 0)
            for length in range(1, len(places[path]) + 1):
                values.setdefault(places[path][:length], position)
            values[places[path]] = position
        tree["id"] = id_
        if self.notes:
            tree["notes"] = [*listed(tree.get("notes")), *self.notes]
        if self.guessed:
            tree["guessed"] = [*dict.fromkeys((*listed(tree.get("guessed")), *self.guessed))]
        return Document(self.reading.table.path, as_lists(tree), {}, {(): (self.number, 0), **values})


def _read_plain(path: Steps, cell: str, country: str) -> Cell:
    """Return what a cell says in a field that holds a text, a date, a yes, or several words."""
    if path[-1] in _DATES:
        return read_date(cell, country)
    if path[-1] in _FLAGS and len(path) > 1:
        return read_flag(cell)
    if path[-1] == "languages":
        return read_languages(cell)
    if path in {("tags",), ("audience",)}:
        return read_slugs(cell)
    if path in {("area", "postal_codes"), ("guessed",)}:
        return Cell(parted(cell))
    return Cell(cell)
