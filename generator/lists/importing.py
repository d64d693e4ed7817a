"""Bring a file into a list: what was understood, guessed and rejected, and what a second import changes."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from generator.errors import Diagnostic
from generator.lists.collector import collector_resting
from generator.lists.export import to_csv
from generator.lists.merge import CHECK_FIELDS, CONTACT_FIELDS, facts_in, with_common_checks, with_own_checks
from generator.lists.table import Outcome, Outcomes
from generator.lists.trees import tree_of
from generator.lists.yaml import to_yaml
from generator.model.resource import Area, Contact, Resource, ResourceChange, ResourceList
from generator.source import Tree

ROWS_IN_YAML = 2_000  # a longer list is kept as CSV: YAML that long is neither quick nor pleasant to read
Fingerprints = Mapping[str, Mapping[str, str]]
_MARKS = frozenset({*CHECK_FIELDS, "guessed"})


class Changed(Struct, frozen=True):
    """A resource that a second import changed, and in which fields."""

    id: str
    fields: tuple[str, ...]


class Kept(Struct, frozen=True):
    """A field that a person had edited: theirs stays, and the file now says something else."""

    id: str
    field: str
    offered: str


class ImportReport(Struct, frozen=True):
    """What an import did. `listed` is the list to write, `fingerprints` what to remember for the next import."""

    path: Path
    rows: tuple[Outcome, ...]
    found: tuple[Diagnostic, ...]
    listed: ResourceList
    fingerprints: str
    added: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    gone: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()

    @property
    def rejected(self) -> tuple[Outcome, ...]:
        """The rows that are not in the list."""
        return tuple(one for one in self.rows if status_of(one) == "rejected")

    @property
    def queried(self) -> tuple[Outcome, ...]:
        """The rows that are in the list and of which something was guessed or not understood."""
        return tuple(one for one in self.rows if status_of(one) == "queried")

    @property
    def understood(self) -> tuple[Outcome, ...]:
        """The rows that are in the list as they stand in the file."""
        return tuple(one for one in self.rows if status_of(one) == "understood")


def status_of(one: Outcome) -> Literal["understood", "queried", "rejected"]:
    """Return what an import did with a row: took it as it is, took it with a question, or left it out."""
    if one.resource is None:
        return "rejected"
    return "queried" if one.found else "understood"


@collector_resting()
def import_rows(
    path: Path,
    outcomes: Outcomes,
    *,
    existing: ResourceList | None = None,
    before: Fingerprints | None = None,
    area: Area | None = None,
) -> ImportReport:
    """Return the list that an import makes of the rows of a file, merged into an existing list by id.

    `before` is what the last import remembered; with it, a field that a person has edited since is told from
    one that is merely old. What a person checked stays checked as long as the fact is the same. `area` is
    given to every resource that names none.
    """
    incoming = {entry.id: entry for entry in _entries(outcomes, area)}
    rejected = {one.id for one in outcomes.rows if one.resource is None}
    old = {entry.id: entry for entry in existing.entries} if existing else {}
    came = set(before or ()) if before is not None else set()
    gone = [id_ for id_ in old if id_ not in incoming and id_ in came and id_ not in rejected]
    merged: list[ResourceChange] = []
    changed: list[Changed] = []
    kept: list[Kept] = []
    for id_, entry in old.items():
        if id_ in incoming:
            entry, fields, conflicts = _merged(entry, incoming[id_], (before or {}).get(id_))
            changed += [Changed(id_, fields)] if fields else []
            kept += conflicts
        merged += [entry] if id_ not in gone else []
    added = [entry for id_, entry in incoming.items() if id_ not in old]
    about = existing or outcomes.about
    listed = about.model_copy(update={"entries": (*merged, *added)})
    remembered = json.dumps(fingerprints(incoming.values()), indent=0, sort_keys=True)
    return ImportReport(
        path, outcomes.rows, outcomes.found, listed, remembered,
        tuple(one.id for one in added), tuple(changed), tuple(gone), tuple(kept),
    )  # fmt: skip


def fingerprints(entries: Iterable[ResourceChange]) -> dict[str, dict[str, str]]:
    """Return a short digest of every field of every resource, without who checked it and when."""
    return {entry.id: {key: _digest(value) for key, value in _fields(entry).items()} for entry in entries}


def read_fingerprints(text: str) -> Fingerprints | None:
    """Return what an import remembered, or None when the text is something else."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict) or not all(isinstance(value, dict) for value in found.values()):
        return None
    return {str(key): {str(name): str(digest) for name, digest in value.items()} for key, value in found.items()}


@collector_resting()
def list_file(listed: ResourceList, *, heading: str = "") -> tuple[str, str]:
    """Return the suffix and the text of the file that keeps a list: YAML for people, CSV when it is long."""
    if len(listed.entries) > ROWS_IN_YAML:
        return ".csv", to_csv(listed)
    return ".yaml", to_yaml(listed, heading=heading)


def read_area(text: str, country: str) -> Area:
    """Return an area as typed: `Larkin County, IA`, `IA`, or postal codes. Raises ValueError for nothing."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ValueError("an area needs a county, a region or postal codes, such as Larkin County, IA")
    codes = tuple(part for part in parts if any(char.isdigit() for char in part))
    names = [part for part in parts if part not in codes]
    county = next((name for name in names if re.search(r"\bcounty$|^county\b", name, re.I)), None)
    if county is None and len(names) > 1:
        county = names[0]
    region = next((name for name in names if name != county), None)
    bare = re.sub(r"\s*\bcounty\b\s*", "", county, flags=re.I) if county else None
    return Area(country=country, region=region, county=bare, postal_codes=codes)


def _entries(outcomes: Outcomes, area: Area | None) -> Iterator[ResourceChange]:
    for one in outcomes.rows:
        entry = one.resource
        if entry is not None:
            needs_area = area is not None and entry.area is None and isinstance(entry, Resource)
            yield entry.model_copy(update={"area": area}) if needs_area else entry


def _fields(entry: ResourceChange) -> dict[str, Tree]:
    """Return the fields of a resource without the marks of checking and guessing."""
    return {key: _unmarked(value) for key, value in tree_of(entry).items() if key not in {*_MARKS, "id"} and value}


def _unmarked(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {key: _unmarked(value) for key, value in tree.items() if key not in _MARKS}
    return [_unmarked(item) for item in tree] if isinstance(tree, list) else tree


def _digest(tree: Tree) -> str:
    return hashlib.blake2b(repr(tree).encode(), digest_size=6).hexdigest()


def _merged(
    old: ResourceChange, new: ResourceChange, before: Mapping[str, str] | None
) -> tuple[ResourceChange, tuple[str, ...], list[Kept]]:
    """Return a resource after a second import, the fields that changed, and the person's edits that stay."""
    old, new = with_own_checks(old), with_own_checks(new)
    mine, theirs = _fields(old), _fields(new)
    update: dict[str, object] = {}
    taken: list[str] = []
    kept: list[Kept] = []
    for name in dict.fromkeys((*mine, *theirs)):
        if _digest(mine.get(name)) == _digest(theirs.get(name)):
            if name in CONTACT_FIELDS:
                update[name] = _later_checks(getattr(old, name), getattr(new, name))
        elif _is_edited(old, name, mine, before):
            is_news = before is None or _digest(theirs.get(name)) != before.get(name, _digest(None))
            kept += [Kept(old.id, name, _shown(theirs.get(name)))] if is_news and name in theirs else []
        else:
            update[name] = getattr(new, name)
            taken.append(name)
    still = [field for field in old.guessed if field.partition(".")[0] not in taken]
    fresh = [field for field in new.guessed if field.partition(".")[0] in taken]
    update["guessed"] = tuple(dict.fromkeys((*still, *fresh)))
    if not update["guessed"] and not old.guessed:
        del update["guessed"]
    return with_common_checks(old.model_copy(update=update)), tuple(taken), kept


def _is_edited(old: ResourceChange, name: str, mine: Mapping[str, Tree], before: Mapping[str, str] | None) -> bool:
    """Return whether a person wrote a field. Without a memory, it is what only they have, or have checked."""
    if before is not None:
        return _digest(mine.get(name)) != before.get(name, _digest(None))
    if name not in CONTACT_FIELDS:
        return False
    return any(fact.checked for fact in facts_in(getattr(old, name)))


def _later_checks(old: object, new: object) -> object:
    """Return the old fact or facts, each with the later of the two checks."""
    if isinstance(old, tuple):
        return tuple(_later_check(mine, theirs) for mine, theirs in zip(old, facts_in(new), strict=True))
    return _later_check(old, new) if isinstance(old, Contact) else old


def _later_check(old: Contact, new: object) -> Contact:
    if not isinstance(new, Contact) or not new.checked or (old.checked and old.checked >= new.checked):
        return old
    return old.model_copy(update={"checked": new.checked, "checked_by": new.checked_by, "guessed": False})


def _shown(tree: Tree) -> str:
    return json.dumps(tree, ensure_ascii=False)[:200]
