"""The call-round: what is due, a sheet to fill in, and the answers written back with date and person. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.errors import Diagnostic, Place, error, warning
from generator.lists.cells import guarded, read_date, read_flag, unguarded
from generator.lists.csv import parse
from generator.lists.freshness import dated_facts, is_crisis, months_after
from generator.lists.headers import plain
from generator.lists.merge import Listed, facts_in, with_common_checks, with_own_checks
from generator.lists.yaml import list_from, to_yaml
from generator.model.kinds import Kind
from generator.model.resource import Contact, Email, Phone, ResourceChange, ResourceList, TextLine, WebAddress
from generator.model.settings import Freshness
from generator.source import parse_yaml

HEADINGS = (
    "id", "name", "fact", "printed", "last checked", "why", "right? (yes/no)", "corrected", "checked", "checked by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """One fact that a person should check. `fact` is where it stands, such as `phones.1`."""

    id: str
    name: str
    fact: str
    printed: str
    checked: date | None
    why: str
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person found out of one fact, or of a whole resource when `fact` is empty."""

    id: str
    fact: str
    right: bool
    checked: date
    checked_by: str
    corrected: str = ""


def due(listed: Iterable[Listed], policy: Freshness, *, kinds: Mapping[str, Kind], today: date) -> tuple[Due, ...]:
    """Return the facts to check, crisis lines first, then those never checked, then the longest unchecked."""
    found = [one for item in listed for one in _due(item, policy, kinds, today)]
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
    text: str, path: Path, *, country: str, today: date, person: str = ""
) -> tuple[tuple[Answer, ...], tuple[Diagnostic, ...]]:
    """Return the answers of a filled-in sheet, and each row that cannot be used with its number and reason.

    Rows without a yes or a no were not reached and are passed over. `person` and `today` stand in where a row
    names nobody or no day.
    """
    table, found = parse(text.removeprefix("\ufeff"), path)
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


def record(listed: ResourceList, answers: Sequence[Answer]) -> tuple[ResourceList, tuple[Diagnostic, ...]]:
    """Return the list with the answers written in, and what could not be written.

    A yes dates the fact and takes its guessed mark away. A no changes the fact to its correction; without
    one, the fact stays as it was, unchecked, and a warning names it.
    """
    found: list[Diagnostic] = []
    entries = {entry.id: entry for entry in listed.entries}
    for answer in answers:
        entry = entries.get(answer.id)
        if entry is None:
            found.append(warning("unknown-resource", f'the list holds no "{answer.id}"'))
            continue
        try:
            entries[answer.id] = _answered(entry, answer, listed.country)
        except ValueError as problem:
            found.append(error("rejected-answer", f"{answer.id} {answer.fact}: {problem}"))
            continue
        if not answer.right and not answer.corrected:
            message = f"{answer.id} {answer.fact} is wrong, and nobody wrote what is right"
            found.append(warning("uncorrected-fact", message, hint="correct it in the list, or hide the resource"))
    named = {answer.id for answer in answers}
    done = tuple(with_common_checks(entry) if entry.id in named else entry for entry in entries.values())
    return listed.model_copy(update={"entries": done}), tuple(found)


def record_in_yaml(text: str, listed: ResourceList, done: ResourceList) -> tuple[str, bool]:
    """Return the text of a YAML list with new dates, and whether its comments and layout could be kept.

    Dates that hold for a whole resource are written into its own lines; anything more is written anew.
    """
    edited = _with_dates(text, listed, done)
    if edited is not None:
        return edited, True
    heading = [line[1:].strip() for line in _leading_comments(text)]
    return to_yaml(done, heading="\n".join(heading)), False


def _due(item: Listed, policy: Freshness, kinds: Mapping[str, Kind], today: date) -> Iterator[Due]:
    ages = policy.ages(crisis=is_crisis(item, kinds))
    for fact in dated_facts(item.resource):
        why = ""
        if fact.guessed:
            why = "guessed by an import"
        elif fact.checked is None:
            why = "never checked"
        elif today > months_after(fact.checked, ages.warn):
            why = f"older than {ages.warn} months"
        if why:
            path = ".".join(str(step + 1) if isinstance(step, int) else step for step in fact.path)
            name = item.resource.name.text("en")
            yield Due(item.id, name, path, fact.printed, fact.checked, why, item.lists)


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


def _answered(entry: ResourceChange, answer: Answer, country: str) -> ResourceChange:
    own = with_own_checks(entry)
    name, _, number = answer.fact.partition(".")
    names = [name] if name else [name for name in own.model_fields_set if facts_in(getattr(own, name))]
    update = {name: _checked(getattr(own, name, None), number, answer, country) for name in names}
    return own.model_copy(update=update)


def _checked(value: object, number: str, answer: Answer, country: str) -> object:
    facts = facts_in(value)
    index = int(number) - 1 if number.isdigit() else -1
    if not facts or (number and not 0 <= index < len(facts)):
        raise ValueError("there is no such fact any more")
    done = [
        _with_answer(fact, answer, country) if not number or place == index else fact
        for place, fact in enumerate(facts)
    ]
    return tuple(done) if isinstance(value, tuple) else done[0]


def _with_answer(fact: Contact, answer: Answer, country: str) -> Contact:
    """Return the fact as answered. Raises ValueError when the correction cannot be dialled or opened."""
    if not answer.right and not answer.corrected:
        return fact.model_copy(update={"checked": None, "checked_by": None})
    tree = fact.model_dump(exclude_none=True, by_alias=True, exclude={"guessed"})
    tree |= {"checked": answer.checked, "checked_by": answer.checked_by}
    if not answer.right:
        tree[_main_field(fact)] = answer.corrected
    return type(fact).model_validate(tree, context={"country": country})


def _main_field(fact: Contact) -> str:
    match fact:
        case Phone() | TextLine():
            return "number"
        case WebAddress():
            return "url"
        case Email():
            return "email"
    return "text"


def _leading_comments(text: str) -> list[str]:
    lines = text.removeprefix("\ufeff").splitlines()
    end = next((index for index, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return lines[:end]


def _with_dates(text: str, listed: ResourceList, done: ResourceList) -> str | None:
    """Return the text with the lines of dates changed, or None when that does not give the list that is wanted."""
    document, _ = parse_yaml(text.encode(), Path("list.yaml"))
    if document is None:
        return None
    lines = text.splitlines()
    before = {entry.id: entry for entry in listed.entries}
    for index, entry in reversed(list(enumerate(done.entries))):
        if entry == before.get(entry.id):
            continue
        for name in ("checked_by", "checked"):
            value = getattr(entry, name)
            place = document.keys.get(("resources", index, name))
            after = document.keys.get(("resources", index, "id"))
            if value is None or after is None:
                return None
            _write_line(lines, place, after, f"{name}: {_quoted(str(value))}")
    edited = "\n".join(lines) + "\n"
    again, _ = parse_yaml(edited.encode(), Path("list.yaml"))
    if again is None:
        return None
    result, _ = list_from(again, country=listed.country, kinds={})
    return edited if result == done else None


def _write_line(lines: list[str], place: tuple[int, int] | None, after: tuple[int, int], pair: str) -> None:
    """Put a pair on the line where its key stands, else on a new line below the id."""
    if place:
        lines[place[0] - 1] = lines[place[0] - 1][: place[1] - 1] + pair
    else:
        lines.insert(after[0], " " * (after[1] - 1) + pair)


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[\w .-]+", text) and not text.isdigit() else '"' + text.replace('"', '\\"') + '"'
