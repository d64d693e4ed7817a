"""The people who come to an event, from a spreadsheet: whatever its headings, each of them once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator.errors import Diagnostic, Place, advice, error
from generator.lists import csv, xlsx
from generator.lists.headers import plain
from generator.lists.table import Row, Table
from generator.model.event import Attendee
from generator.model.written import validate
from generator.source import Document, Position, Step, Tree, invisible_characters

SUFFIXES_READ = (*csv.SUFFIXES, *xlsx.SUFFIXES)
_ROWS_BEFORE = 25  # a title and a note may stand above the headings
# What people write over the columns, without accents, signs or capitals.
_HEADINGS: dict[str, str] = {
    "name": "name|full name|your name|preferred name|first and last name|name first last|attendee|attendee name"
    "|badge name|name on badge|name for badge|display name|participant|guest|guest name|who"
    "|nombre|nombre y apellido|nombre y apellidos|nombre completo"
    "|asistente|participante|invitado|nom|nom complet|teilnehmer",
    "first": "first name|first|given name|forename|nombre de pila|nombres|prenom|vorname",
    "last": "last name|last|surname|family name|apellido|apellidos|nom de famille|nachname",
    "pronouns": "pronouns|pronoun|pronombres|pronombre|pronoms|pronomen",
    "organisation": "organisation|organization|org|company|agency|affiliation|school|employer|group|team"
    "|organizacion|empresa|agencia|institucion|escuela|organisme|firma",
    "role": "role|title|job title|position|type|ticket|ticket type|badge type|rol|cargo|puesto|funcion|fonction|rolle",
}
_MEANING = {alias: field for field, aliases in _HEADINGS.items() for alias in aliases.split("|")}
# Words that change nothing about what a heading means, such as in `Preferred pronouns (optional)` or `Company name`.
_FILLING = frozenset(
    ("and", "de", "job", "la", "name", "nombre", "of", "optional", "or", "preferred", "the", "tu", "y", "your")
)


class _Headings(Struct, frozen=True):
    """Which column holds what, and the row that says so."""

    row: int
    columns: Mapping[str, int]
    others: tuple[str, ...]


def read_attendees(path: Path) -> tuple[tuple[Attendee, ...], tuple[Diagnostic, ...]]:
    """Return everyone in a CSV file or workbook, in its order, and what was wrong or left out."""
    table, found = _table_of(path)
    if table is None:
        return (), _for_this_list(found)
    if all(row.is_blank for row in table.rows):
        return (), (*found, _names_nobody(path))
    headings = _headings_of(table)
    if headings is None:
        message = "no column is headed name, so nobody on it can be told"
        hint = "head the columns name, pronouns, organisation and role"
        return (), (*found, error("no-names", message, place=Place(path, 1), hint=hint))
    people: dict[int, Attendee] = {}  # by their rows
    problems = [*found, *_unused(path, headings)]
    for row in (one for one in table.rows if one.number > headings.row and not one.is_blank):
        person, wrong = _person(path, row, headings)
        people |= {row.number: person} if person else {}
        problems += wrong
    if not people and not any(one.is_error for one in problems):
        problems.append(_names_nobody(path))
    return tuple(people.values()), (*problems, *_twice(path, people))


def _names_nobody(path: Path) -> Diagnostic:
    return error("empty-list", "names nobody", place=Place(path), hint="write a row for each person below the headings")


def _for_this_list(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Return what kept a list from being read; an encoding cannot be named for it as it can for a list of services."""
    return tuple(
        replace(one, hint='save it as "CSV UTF-8"') if one.code == "undecodable-byte" else one for one in found
    )


def _table_of(path: Path) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    if path.suffix.lower() in csv.SUFFIXES:
        return csv.load(path)
    if path.suffix.lower() in xlsx.SUFFIXES:
        tables, found = xlsx.load(path)
        return (tables[0] if tables else None), found
    hint = f"save it as one of {', '.join(SUFFIXES_READ)}"
    return None, (
        error("unknown-format", f'"{path.name}" is not a list that can be read', place=Place(path), hint=hint),
    )


def _headings_of(table: Table) -> _Headings | None:
    """Return the columns by the first row that heads a name, None when none does."""
    for row in table.rows[:_ROWS_BEFORE]:
        columns: dict[str, int] = {}
        others: list[str] = []
        for index, cell in enumerate(row.cells):
            field = _meaning(cell)
            if field and field not in columns:
                columns[field] = index
            elif cell.strip():
                others.append(cell.strip())
        if {"name", "first", "last"} & set(columns):
            return _Headings(row.number, columns, tuple(others))
    return None


def _meaning(heading: str) -> str | None:
    """Return the field that a heading is known for, else the one that each of its words but the filling means."""
    said = plain(heading)
    meant = {_MEANING.get(word) for word in said.split() if word not in _FILLING}
    return _MEANING.get(said) or (meant.pop() if len(meant) == 1 else None)


def _unused(path: Path, headings: _Headings) -> Iterator[Diagnostic]:
    if headings.others:
        message = f"nothing is printed of the columns {', '.join(headings.others)}"
        hint = "a badge has name, pronouns, organisation and role"
        yield advice("unused-column", message, place=Place(path, headings.row), hint=hint)


def _person(path: Path, row: Row, headings: _Headings) -> tuple[Attendee | None, tuple[Diagnostic, ...]]:
    """Return who stands in a row, or None and why nobody does."""
    cells = {field: _cell(row.cells, index) for field, index in headings.columns.items()}
    name = cells.get("name") or " ".join(part for part in (cells.get("first"), cells.get("last")) if part)
    tree: dict[str, Tree] = {"name": name, **{key: cells.get(key) for key in ("pronouns", "organisation", "role")}}
    hidden = [one for value in tree.values() for one in invisible_characters(str(value or ""))]
    if hidden or not name:
        message = f"row {row.number} holds an invisible character" if hidden else f"row {row.number} has no name"
        hint = "type the cell again" if hidden else "write the name, or delete the row"
        return None, (error("no-name" if not name else "invisible", message, place=Place(path, row.number), hint=hint),)
    at: dict[tuple[Step, ...], Position] = {(key,): (row.number, headings.columns.get(key, 0) + 1) for key in tree}
    return validate(Attendee, Document(path, {key: value or None for key, value in tree.items()}, at, at))


def _cell(cells: Sequence[str], index: int) -> str:
    return " ".join(cells[index].split()) if index < len(cells) else ""


def _twice(path: Path, people: Mapping[int, Attendee]) -> Iterator[Diagnostic]:
    """Say who stands in the list twice, word for word, and in which rows."""
    rows: defaultdict[Attendee, list[int]] = defaultdict(list)
    for number, one in people.items():
        rows[one].append(number)
    for one, numbers in rows.items():
        if len(numbers) == 1:
            continue
        rows_said = ", ".join(str(number) for number in numbers)
        message = f'"{one.name}" stands in it {len(numbers)} times (rows {rows_said}), and gets a badge each time'
        yield advice("twice", message, place=Place(path, numbers[1]), hint="delete the row when it is the same person")
