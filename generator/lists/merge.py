"""Merge lists by id: a later list wins field by field, and a check never outlives the number it was made of."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeVar

from msgspec import Struct

from generator.errors import Diagnostic, error
from generator.keeping import OfObjects
from generator.lists.collector import collector_resting
from generator.model.resource import Contact, Resource, ResourceChange, ResourceList
from generator.model.written import Localized
from generator.source import nearest

CHECK_FIELDS = ("checked", "checked_by", "source")
CONTACT_FIELDS = ("phones", "texts", "chat", "url", "email", "address", "hours")
_OVERLAID = OfObjects[Resource]()


class Listed(Struct, frozen=True):
    """A resource with where it came from: the lists that wrote it, the first one's country and scope."""

    resource: Resource
    country: str
    scope: Literal["national", "local"]
    lists: tuple[str, ...]

    @property
    def id(self) -> str:
        """The resource's id."""
        return self.resource.id

    @property
    def is_local(self) -> bool:
        """True when the resource stands for less than a country."""
        area = self.resource.area
        return self.scope == "local" or bool(area and area.is_local)


@collector_resting()
def merge(named: Sequence[tuple[str, ResourceList]]) -> tuple[Listed, ...]:
    """Return every resource once, in the order of its first appearance, each field from the last list with it.

    A text in languages merges language by language, unless the later one is written once for all languages.
    A change of an id that no earlier list has is left out: `unknown_changes` names those.
    """
    merged: dict[str, Listed] = {}
    for name, part in named:
        for entry in part.entries:
            earlier = merged.get(entry.id)
            if earlier is not None:
                lists = tuple(dict.fromkeys((*earlier.lists, name)))
                resource = _overlay(earlier.resource, entry)
                merged[entry.id] = Listed(resource, earlier.country, earlier.scope, lists)
            elif isinstance(entry, Resource):
                merged[entry.id] = Listed(entry, _country(entry, part), part.scope, (name,))
    return tuple(merged.values())


def unknown_changes(named: Sequence[tuple[str, ResourceList]]) -> tuple[Diagnostic, ...]:
    """Return an error for each change of a resource that no earlier list holds."""
    return tuple(_unknown_changes(named))


def _unknown_changes(named: Sequence[tuple[str, ResourceList]]) -> Iterator[Diagnostic]:
    known: set[str] = set()
    for name, part in named:
        for entry in part.entries:
            if isinstance(entry, Resource):
                known.add(entry.id)
            elif entry.id not in known:
                message = f'the list "{name}" changes "{entry.id}", which no list before it holds'
                near = nearest(entry.id, known)
                hint = near if near.startswith("did you mean") else "write its name and kind to add it"
                yield error("unknown-resource", message, hint=hint)


def _country(resource: Resource, part: ResourceList) -> str:
    return (resource.area.country if resource.area else None) or part.country


def _overlay(earlier: Resource, later: ResourceChange) -> Resource:
    """Return a resource with what a later list says; the same two are asked for by every edition that prints both."""
    return _OVERLAID.get((earlier, later), lambda: _overlaid(earlier, later))


def _overlaid(earlier: Resource, later: ResourceChange) -> Resource:
    base, top = with_own_checks(earlier), with_own_checks(later)
    if not top.model_fields_set & set(CONTACT_FIELDS):
        base = _checked_again(base, later)
    fields: dict[str, object] = {}
    for name in top.model_fields_set:
        old, new = getattr(base, name), getattr(top, name)
        fields[name] = _join_texts(old, new) if isinstance(old, Localized) and new else new
    return base.model_copy(update=fields)


def _join_texts(old: Localized, new: Localized) -> Localized:
    return new if "" in new.texts else Localized(texts={**old.texts, **new.texts})


def _checked_again(base: Resource, later: ResourceChange) -> Resource:
    """Return the resource with each fact checked again: what a change says that only brings a date."""
    checks = {name: getattr(later, name) for name in CHECK_FIELDS if getattr(later, name) is not None}
    return _map_contacts(base, lambda fact: fact.model_copy(update=checks))


Shape = TypeVar("Shape", bound=ResourceChange)


def with_own_checks(resource: Shape) -> Shape:
    """Return the resource with its checked, checked_by and source written on each contact fact instead.

    After a merge these would speak of facts from another list, which nobody checked then.
    """
    checks = {name: getattr(resource, name) for name in CHECK_FIELDS}

    def owned(fact: Contact) -> Contact:
        missing = {name: value for name, value in checks.items() if value and getattr(fact, name) is None}
        return fact.model_copy(update=missing)

    moved = _map_contacts(resource, owned).model_copy(update=dict.fromkeys(CHECK_FIELDS))
    moved.model_fields_set.difference_update(CHECK_FIELDS)
    return moved


def with_common_checks(resource: Shape) -> Shape:
    """Return the resource with the check that all of its facts share written once, on the resource itself."""
    facts = [fact for name in CONTACT_FIELDS for fact in facts_in(getattr(resource, name))]
    common = {
        name: values.pop()
        for name in CHECK_FIELDS
        if len(values := {getattr(fact, name) for fact in facts}) == 1 and getattr(resource, name) is None
    }
    shared = {name: value for name, value in common.items() if value is not None}
    if "checked" not in shared:
        shared = {name: value for name, value in shared.items() if name == "source"}
    if not shared:
        return resource
    bare = _map_contacts(resource, lambda fact: fact.model_copy(update=dict.fromkeys(shared)))
    return bare.model_copy(update=shared)


def facts_in(value: object) -> tuple[Contact, ...]:
    """Return the contact facts that a field of a resource holds: several, one or none."""
    if isinstance(value, Contact):
        return (value,)
    return tuple(fact for fact in value if isinstance(fact, Contact)) if isinstance(value, tuple) else ()


def _map_contacts(resource: Shape, change: Callable[[Contact], Contact]) -> Shape:
    fields: dict[str, object] = {}
    for name in CONTACT_FIELDS:
        value = getattr(resource, name)
        if isinstance(value, Contact):
            fields[name] = change(value)
        elif value:
            fields[name] = tuple(change(fact) for fact in value)
    return resource.model_copy(update=fields)
