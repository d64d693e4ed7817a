"""Write the answers of a call-round into a list: dates and names, corrections, and guesses confirmed. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from generator.errors import Diagnostic, error, warning
from generator.lists.cells import parted
from generator.lists.freshness import printed_fact
from generator.lists.hours import read_hours
from generator.lists.merge import CHECK_FIELDS, CONTACT_FIELDS, facts_in, with_common_checks, with_own_checks
from generator.lists.numbers import read_numbers
from generator.lists.trees import tree_of
from generator.lists.verify import Answer
from generator.model.resource import (
    Contact,
    Email,
    Hours,
    Phone,
    PostalAddress,
    Resource,
    ResourceChange,
    ResourceList,
    TextLine,
    WebAddress,
)
from generator.model.written import Shape, validate
from generator.source import Document, Tree

WAYS = ("phones", "texts", "chat", "url", "email", "address")  # by which a service can be reached


def record(listed: ResourceList, answers: Sequence[Answer]) -> tuple[ResourceList, tuple[Diagnostic, ...]]:
    """Return the list with the answers written in, and what could not be written.

    A yes dates the fact and takes its guessed mark away. A no changes the fact to its correction; without one,
    the fact goes to the notes and a warning names it. The last way to reach a service stays, but the service
    may not be printed any more.
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
            message = f"{answer.id} {answer.fact} is wrong and nobody wrote what is right; it is not printed any more"
            found.append(warning("uncorrected-fact", message, hint="find out what is right and write it in the list"))
    named = {answer.id for answer in answers}
    done = tuple(with_common_checks(entry) if entry.id in named else entry for entry in entries.values())
    return listed.model_copy(update={"entries": done}), tuple(found)


def _answered(entry: ResourceChange, answer: Answer, country: str) -> ResourceChange:
    name, _, number = answer.fact.partition(".")
    if name in entry.guessed and name not in CONTACT_FIELDS:
        return _confirmed(entry, name, answer, country)
    own = with_own_checks(entry)
    if not answer.right and not answer.corrected:
        return _withdrawn(own, name, number, answer)
    names = [name] if name else [name for name in own.model_fields_set if facts_in(getattr(own, name))]
    update = {name: _checked(getattr(own, name, None), number, answer, country) for name in names}
    return own.model_copy(update=update)


def _withdrawn(own: ResourceChange, name: str, number: str, answer: Answer) -> ResourceChange:
    """Return the resource without a fact that is wrong; with it, but past its date, where none would be left."""
    value = getattr(own, name, None)
    facts = facts_in(value)
    wrong = _one_of(facts, number)
    note = f"{printed_fact(wrong)} was found wrong on {answer.checked} by {answer.checked_by}"
    noted = own.model_copy(update={"notes": (*own.notes, note)})
    left = tuple(fact for fact in facts if fact is not wrong)
    bare = noted.model_copy(update={name: left if isinstance(value, tuple) else None})
    is_emptied = not left and not isinstance(own, Resource)  # a change would only leave the earlier list's fact
    if is_emptied or (isinstance(own, Resource) and not any(getattr(bare, one) for one in WAYS)):
        return noted.model_copy(update={"print_until": answer.checked - timedelta(days=1)})
    return bare


def _one_of(facts: Sequence[Contact], number: str) -> Contact:
    """Return the fact of a number from 1, the only one when no number is given. Raises ValueError."""
    index = int(number) - 1 if number.isdigit() else 0
    if not 0 <= index < len(facts):
        raise ValueError("there is no such fact any more")
    return facts[index]


def _confirmed(entry: ResourceChange, name: str, answer: Answer, country: str) -> ResourceChange:
    """Return the resource with a guessed field confirmed or corrected; one that is only wrong stays guessed.

    Raises ValueError when the correction does not suit the field.
    """
    if not answer.right and not answer.corrected:
        return entry
    guessed: list[Tree] = [one for one in entry.guessed if one != name]
    tree: dict[str, Tree] = {key: value for key, value in tree_of(entry).items() if key != "guessed"}
    tree |= {"guessed": guessed} if guessed else {}
    if not answer.right:
        tree[name] = [*parted(answer.corrected)] if isinstance(tree.get(name), list) else answer.corrected
    return _read(type(entry), tree, country)


def _checked(value: object, number: str, answer: Answer, country: str) -> object:
    facts = facts_in(value)
    meant = _one_of(facts, number)
    done = [_with_answer(fact, answer, country) if not number or fact is meant else fact for fact in facts]
    return tuple(done) if isinstance(value, tuple) else done[0]


def _with_answer(fact: Contact, answer: Answer, country: str) -> Contact:
    """Return the fact as answered. Raises ValueError when the correction cannot be dialled or opened."""
    tree = {key: value for key, value in tree_of(fact).items() if key != "guessed"}
    if not answer.right:
        kept = {key: tree[key] for key in CHECK_FIELDS if key in tree}
        tree = _corrected(fact, tree, answer.corrected, country) | kept
    tree |= {"checked": answer.checked.isoformat(), "checked_by": answer.checked_by}
    return _read(type(fact), tree, country)


def _corrected(fact: Contact, tree: dict[str, Tree], text: str, country: str) -> dict[str, Tree]:
    """Return the tree of a fact with its main field as corrected; what only described the old one goes with it."""
    match fact:
        case Phone() | TextLine():
            return tree | _number(text, country, texting=isinstance(fact, TextLine))
        case WebAddress():
            return tree | {"url": text}
        case Email():
            return {"email": text}
        case PostalAddress():
            return {"text": text}
        case Hours(time_zone=zone):
            read = read_hours(text).tree
            return {**(read if isinstance(read, dict) else {}), **({"time_zone": zone} if zone else {})}
    raise ValueError("cannot be corrected here")


def _number(text: str, country: str, *, texting: bool) -> dict[str, Tree]:
    """Return the fields of one corrected number, such as `515-555-0119 ext. 4` or `text HOPE to 741741`."""
    read = read_numbers(text, country, texting=texting)
    if read.problems or len(read.found) != 1:
        raise ValueError("; ".join(read.problems) or f'"{text}" should be one number')
    (found,) = read.found
    more = {"keyword": found.keyword} if texting else {"extension": found.extension, "menu": found.menu}
    return {"number": found.number, **{key: value for key, value in more.items() if value}}


def _read(shape: type[Shape], tree: Tree, country: str) -> Shape:
    """Return the tree as a shape. Raises ValueError with the reasons in words."""
    value, found = validate(shape, Document(Path(), tree), context={"country": country})
    if value is None:
        raise ValueError("; ".join(one.message for one in found))
    return value
