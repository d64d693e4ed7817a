"""The people who come to an event, from a spreadsheet: whatever its headings, each of them once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
    "name": "name|full name|attendee|attendee name|badge name|name on badge|display name|participant|guest|who"
    "|nombre|nombre completo|asistente|participante|invitado|nom|nom complet|teilnehmer",
    "first": "first name|first|given name|forename|nombre de pila|nombres|prenom|vorname",
    "last": "last name|last|surname|family name|apellido|apellidos|nom de famille|nachname",
    "pronouns": "pronouns|pronoun|pronombres|pronombre|pronoms|pronomen",
    "organisation": "organisation|organization|org|company|agency|affiliation|school|employer|group|team"
    "|organizacion|empresa|agencia|institucion|escuela|organisme|firma",
    "role": "role|title|job title|position|type|ticket|ticket type|badge type|rol|cargo|puesto|funcion|fonction|rolle",
}
_MEANING = {alias: field for field, aliases in _HEADINGS.items() for alias in aliases.split("|")}


@dataclass(frozen=True, slots=True)
class _Headings:
    """Which column holds what, and the row that says so."""

    row: int
    columns: Mapping[str, int]
    others: tuple[str, ...]


def read_attendees(path: Path) -> tuple[tuple[Attendee, ...], tuple[Diagnostic, ...]]:
    """Return everyone in a CSV file or workbook, in its order, and what was wrong or left out."""
    table, found = _table_of(path)
    if table is None:
        return (), found
    headings = _headings_of(table)
    if headings is None:
        message = "no column is headed name, so nobody on it can be told"
        hint = "head the columns name, pronouns, organisation and role"
        return (), (*found, error("no-names", message, place=Place(path, 1), hint=hint))
    people: list[Attendee] = []
    problems = [*found, *_unused(path, headings)]
    for row in (one for one in table.rows if one.number > headings.row and not one.is_blank):
        person, wrong = _person(path, row, headings)
        people += [person] if person else []
        problems += wrong
    if not people and not any(one.is_error for one in problems):
        problems.append(error("empty-list", "names nobody", place=Place(path)))
    return tuple(people), (*problems, *_twice(path, people))


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
            field = _MEANING.get(plain(cell))
            if field and field not in columns:
                columns[field] = index
            elif cell.strip():
                others.append(cell.strip())
        if {"name", "first", "last"} & set(columns):
            return _Headings(row.number, columns, tuple(others))
    return None


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


def _twice(path: Path, people: Sequence[Attendee]) -> Iterator[Diagnostic]:
    """Say who stands in the list twice, word for word: two people of one name have their organisations."""
    for one, count in Counter(people).items():
        if count == 1:
            continue
        message = f'"{one.name}" stands in it {count} times, and gets a badge each time'
        yield advice("twice", message, place=Place(path), hint="delete the row when it is the same person")
