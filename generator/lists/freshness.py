"""Judge how long ago facts were checked, against the project's policy. Pure: today is an argument."""

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from generator.errors import Diagnostic, error, warning
from generator.keeping import OfObjects
from generator.lists.merge import CONTACT_FIELDS, Listed
from generator.model.kinds import Kind
from generator.model.resource import Contact, Email, Phone, PostalAddress, Resource, TextLine, WebAddress
from generator.model.settings import Freshness

_SHOWN = 5  # names in a summary; the rest is counted


class Dated(Struct, frozen=True):
    """One contact fact of a resource with the date that holds for it. `path` is where it stands in the resource."""

    path: tuple[str | int, ...]
    printed: str
    checked: date | None
    checked_by: str | None
    guessed: bool


_DATED = OfObjects[tuple[Dated, ...]]()  # every piece asks for those of all that it prints


def dated_facts(resource: Resource) -> tuple[Dated, ...]:
    """Return each contact fact of a resource with its own date, else the resource's."""
    return _DATED.get((resource,), lambda: tuple(_dated(resource)))


def oldest_check(listed: Iterable[Listed]) -> date | None:
    """Return the date of the oldest check among all facts, or None when any of them is unchecked."""
    dates = [fact.checked for one in listed for fact in dated_facts(one.resource)]
    known = [checked for checked in dates if checked is not None]
    return min(known) if known and len(known) == len(dates) else None


class Judged(Struct, frozen=True):
    """What was found about one resource, and its facts that nobody checked or that were guessed, by name."""

    found: tuple[Diagnostic, ...]
    unchecked: tuple[str, ...]
    guessed: tuple[str, ...]


def judge(
    listed: Iterable[Listed], policy: Freshness, *, kinds: Mapping[str, Kind], today: date
) -> tuple[Diagnostic, ...]:
    """Return an error that names each expired fact, a warning that names each ageing one, and one for the unchecked.

    Facts of one service that were checked on the same day are named together.
    """
    return verdict((judge_one(one, policy, kinds=kinds, today=today) for one in listed_once(listed)), policy)


def listed_once(listed: Iterable[Listed]) -> Iterable[Listed]:
    """Return the resources, each once."""
    return {one.id: one for one in listed}.values()


def judge_one(one: Listed, policy: Freshness, *, kinds: Mapping[str, Kind], today: date) -> Judged:
    """Return what is to be said of one resource wherever it is printed."""
    facts = dated_facts(one.resource)
    found = [*_past_its_date(one, today)]
    for checked in sorted({fact.checked for fact in facts if fact.checked is not None}):
        same_day = [fact for fact in facts if fact.checked == checked]
        found += _by_age(one, same_day, policy, kinds, today)
    unchecked = tuple(f"{one.id} {fact.printed}" for fact in facts if fact.checked is None)
    return Judged(tuple(found), unchecked, tuple(f"{one.id} {fact.printed}" for fact in facts if fact.guessed))


def verdict(judged: Iterable[Judged], policy: Freshness) -> tuple[Diagnostic, ...]:
    """Return what was found about each of some resources, then one finding for all that is unchecked, and guessed."""
    every = tuple(judged)
    # A service may have one number for each language that it answers in.
    unchecked = dict.fromkeys(fact for one in every for fact in one.unchecked)
    guessed = dict.fromkeys(fact for one in every for fact in one.guessed)
    found = (said for one in every for said in one.found)
    return (*found, *_unchecked([*unchecked], policy), *_guessed([*guessed]))


def months_after(start: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(start: date, end: date) -> int:
    """Return how many months have fully passed between two dates."""
    return (end.year - start.year) * 12 + end.month - start.month - (start.day > end.day)


def is_crisis(one: Listed, kinds: Mapping[str, Kind]) -> bool:
    """Return whether the stricter ages for crisis lines hold for a resource."""
    kind = kinds.get(one.resource.kind)
    return bool(kind and kind.is_held_stricter)


def _dated(resource: Resource) -> Iterator[Dated]:
    for name in CONTACT_FIELDS:
        value = getattr(resource, name)
        if isinstance(value, Contact):
            yield _fact(resource, value, (name,))
        for index, fact in enumerate(value if isinstance(value, tuple) else ()):
            yield _fact(resource, fact, (name, index))


def _fact(resource: Resource, fact: Contact, path: tuple[str | int, ...]) -> Dated:
    checked = fact.checked or resource.checked
    checked_by = fact.checked_by or (None if fact.checked else resource.checked_by)
    return Dated(path, printed_fact(fact), checked, checked_by, fact.guessed)


def printed_fact(fact: Contact) -> str:
    """Return a fact as people name it, such as `phone 515-555-0142` or `hours`."""
    match fact:
        case Phone():
            return f"phone {fact.number}"
        case TextLine():
            return f"text {fact.keyword or ''} to {fact.number}".replace("  ", " ")
        case WebAddress() | PostalAddress():
            return fact.printed
        case Email():
            return fact.email
    return "hours"


def _past_its_date(one: Listed, today: date) -> Iterator[Diagnostic]:
    until = one.resource.print_until
    if until and today > until:
        message = f"{_named(one)} may be printed until {until}, and today is {today}"
        hint = "ask the service whether all still holds, then write a later print_until, or hide it"
        yield error("expired-resource", message, hint=hint)


def _by_age(
    one: Listed, facts: Sequence[Dated], policy: Freshness, kinds: Mapping[str, Kind], today: date
) -> Iterator[Diagnostic]:
    """Yield what the policy says of facts of one service that were checked on one day."""
    checked = facts[0].checked or today
    ages = policy.ages(crisis=is_crisis(one, kinds))
    were = "was" if len(facts) == 1 else "were"
    said = f"{_named(one)}: {', '.join(fact.printed for fact in facts)} {were} last checked on {checked}"
    age = whole_months(checked, today)
    if checked > today:
        hint = f"today is {today}; write the day on which it was checked"
        yield error("checked-in-the-future", f"{said}, which is still to come", hint=hint)
    elif today > months_after(checked, ages.refuse):
        yield error(
            "expired-fact", f"{said}, {age} months ago; {ages.refuse} is the most allowed", hint=_how_to_clear(one)
        )
    elif today > months_after(checked, ages.warn):
        yield warning(
            "ageing-fact", f"{said}, {age} months ago; after {ages.refuse} it is refused", hint=_how_to_clear(one)
        )


def _named(one: Listed) -> str:
    return f'"{one.resource.name.text("en")}" ({one.id} in {", ".join(one.lists)})'


def _how_to_clear(one: Listed) -> str:
    return f"call and make sure, then write checked: and checked_by: beside {one.id} in content/lists/{one.lists[-1]}"


def _unchecked(named: list[str], policy: Freshness) -> Iterator[Diagnostic]:
    if named:
        message = f"{_counted(named, 'fact')} never been checked by a person: {_shown(named)}"
        hint = (
            "call or open each one, then write checked: and checked_by: beside it; handbill lists show --due lists them"
        )
        make = error if policy.unchecked == "refuse" else warning
        yield make("unchecked-facts", message, hint=hint)


def _guessed(named: list[str]) -> Iterator[Diagnostic]:
    if named:
        message = f"{_counted(named, 'fact')} been guessed by an import and not confirmed: {_shown(named)}"
        hint = "compare each with what the service says, correct it, and delete its guessed mark"
        yield warning("guessed-facts", message, hint=hint)


def _counted(named: list[str], noun: str) -> str:
    return f"1 {noun} has" if len(named) == 1 else f"{len(named)} {noun}s have"


def _shown(named: list[str]) -> str:
    rest = len(named) - _SHOWN
    return "; ".join(named[:_SHOWN]) + (f"; and {rest} more" if rest > 0 else "")
