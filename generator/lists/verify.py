"""The call-round: what is due, a sheet to fill in, and the answers that come back with date and person. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from generator.errors import Diagnostic, Place, error
from generator.lists import csv as csv_files
from generator.lists import xlsx
from generator.lists.cells import guarded, joined, read_date, read_flag, unguarded
from generator.lists.freshness import Dated, dated_facts, is_crisis, months_after
from generator.lists.headers import plain
from generator.lists.hours import hours_in_one_cell
from generator.lists.merge import CONTACT_FIELDS, Listed
from generator.lists.table import Table
from generator.lists.trees import tree_of
from generator.model.kinds import Kind
from generator.model.resource import Resource
from generator.model.settings import Freshness
from generator.source import Tree

HEADINGS = (
    "id", "name", "fact", "printed", "last checked", "why", "right? (yes/no)", "corrected", "checked", "checked by",
)  # fmt: skip


class Due(Struct, frozen=True):
    """One fact that a person should check. `fact` is where it stands, such as `phones.1`."""

    id: str
    name: str
    fact: str
    printed: str
    checked: date | None
    why: str
    lists: tuple[str, ...] = ()


class Answer(Struct, frozen=True):
    """What a person found out of one fact, or of a whole resource when `fact` is empty."""

    id: str
    fact: str
    right: bool
    checked: date
    checked_by: str
    corrected: str = ""


def due(
    listed: Sequence[Listed],
    policy: Freshness,
    *,
    kinds: Mapping[str, Kind],
    today: date,
    everything: bool = False,
) -> tuple[Due, ...]:
    """Return the facts to check, crisis lines first, then those never checked, then the longest unchecked.

    With `everything` those that are not due stand behind them.
    """
    found = [one for item in listed for one in _due(item, policy, kinds, today) if one.why or everything]
    crisis = {item.id for item in listed if is_crisis(item, kinds)}
    return tuple(sorted(found, key=lambda one: (one.id not in crisis, one.checked or date.min, one.id, one.fact)))


def to_sheet(facts: Iterable[Due]) -> str:
    """Return the call-round as CSV to fill in: a yes or a no, the correction, the day and the caller."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for one in facts:
        last = one.checked.isoformat() if one.checked else ""
        row = (one.id, one.name, one.fact, one.printed, last, one.why, "", "", "", "")
        writer.writerow([guarded(cell) for cell in row])
    return f"\ufeff{text.getvalue()}"


def read_sheet(
    path: Path, *, country: str, today: date, person: str = "", encoding: str | None = None
) -> tuple[tuple[Answer, ...], tuple[Diagnostic, ...]]:
    """Return the answers of a filled-in sheet (CSV, XLSX), and each row that cannot be used with its number and reason.

    Rows without a yes or a no were not reached and are passed over. `person` and `today` stand in where a row
    names nobody or no day.
    """
    table, found = _load(path, encoding)
    if table is None or not table.rows:
        return (), found
    names = {plain(name): index for index, name in enumerate(table.rows[0].cells)}
    missing = [name for name in ("id", "fact", "right? (yes/no)") if plain(name) not in names]
    if missing:
        message = f"has no column {', '.join(missing)}"
        hint = "fill in the sheet as it was written"
        return (), (error("not-a-call-round", message, place=Place(path, 1), hint=hint),)
    answers: list[Answer] = []
    problems: list[Diagnostic] = []
    for row in table.rows[1:]:
        cells = {name: unguarded(row.cells[index].strip()) for name, index in names.items() if index < len(row.cells)}
        if cells.get("right yes no"):
            answer = _answer(cells, country, today, person)
            if isinstance(answer, Answer):
                answers.append(answer)
            else:
                problems.append(error("rejected-row", f"row {row.number}: {answer}", place=Place(path, row.number)))
    return tuple(answers), tuple(problems)


def _due(item: Listed, policy: Freshness, kinds: Mapping[str, Kind], today: date) -> Iterator[Due]:
    ages = policy.ages(crisis=is_crisis(item, kinds))
    for fact in dated_facts(item.resource):
        path = ".".join(str(step + 1) if isinstance(step, int) else step for step in fact.path)
        name = item.resource.name.text("en")
        printed = _in_words(item.resource) if path == "hours" else fact.printed
        yield Due(item.id, name, path, printed, fact.checked, _why(fact, ages.warn, today), item.lists)
    yield from _guesses(item)


def _why(fact: Dated, months: int, today: date) -> str:
    """Return why a fact should be checked, or nothing when it was checked not long ago."""
    if fact.guessed:
        return "guessed by an import"
    if fact.checked is None:
        return "never checked"
    return f"older than {months} months" if today > months_after(fact.checked, months) else ""


def _in_words(resource: Resource) -> str:
    """Return the hours of a service as a cell of a spreadsheet has them."""
    hours = resource.hours
    if hours is None:
        return ""
    return f"hours {hours_in_one_cell(hours) or (hours.text.text('en') if hours.text else '')}"


def _guesses(item: Listed) -> Iterator[Due]:
    """Yield the fields besides contact facts, such as the kind, that an import guessed."""
    tree = tree_of(item.resource)
    for name in item.resource.guessed:
        if name not in CONTACT_FIELDS:
            printed = f"{name} {_as_text(tree.get(name))}".strip()
            yield Due(item.id, item.resource.name.text("en"), name, printed, None, "guessed by an import", item.lists)


def _as_text(tree: Tree) -> str:
    if isinstance(tree, dict):
        return "; ".join(_as_text(value) for value in tree.values())
    return joined(map(str, tree)) if isinstance(tree, list) else tree or ""


def _load(path: Path, encoding: str | None) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    if path.suffix.lower() in xlsx.SUFFIXES:
        tables, found = xlsx.load(path)
        return next(iter(tables), None), found
    return csv_files.load(path, encoding=encoding)


def _answer(cells: Mapping[str, str], country: str, today: date, person: str) -> Answer | str:
    """Return one row as an answer, or in words why it is none."""
    right = read_flag(cells["right yes no"])
    if right.problem:
        return right.problem
    day = read_date(cells["checked"], country) if cells.get("checked") else None
    if day and day.problem:
        return day.problem
    checked = date.fromisoformat(str(day.value)) if day else today
    if checked > today:
        return f"the day {checked} is still to come"
    by = cells.get("checked by") or person
    if not by:
        return "names nobody who checked"
    return Answer(cells["id"], cells["fact"], right.value == "true", checked, by, cells.get("corrected", ""))
