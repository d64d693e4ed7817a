"""Resources as trees of text: the one form from which YAML, spreadsheets and HSDS are written."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from generator.lists.headers import Steps
from generator.model.resource import ResourceChange, ResourceList
from generator.model.written import Localized, Written
from generator.source import Tree


def tree_of(model: Written) -> dict[str, Tree]:
    """Return what is written of a shape, in the order of its fields, as its YAML would hold it.

    A field that was written as empty stays, since it empties the field of an earlier list.
    """
    tree: dict[str, Tree] = {}
    keeps_empty, written = isinstance(model, ResourceChange), model.model_fields_set
    for name, key, default in _keys(type(model)):
        value = getattr(model, name)
        is_written = name in written or value != default
        if is_written and value is not None and (keeps_empty or (value is not False and value != ())):
            tree[key] = _tree(value)
    return tree


@cache
def _keys(shape: type[Written]) -> tuple[tuple[str, str, object], ...]:
    """Return each field of a shape with the key that it is written under and what it is when it is not."""
    return tuple((name, field.alias or name, field.default) for name, field in shape.model_fields.items())


def tree_of_list(listed: ResourceList) -> dict[str, Tree]:
    """Return a list with all of its entries as its YAML would hold it."""
    return {**tree_about(listed), "resources": [tree_of(entry) for entry in listed.entries]}


def tree_about(listed: ResourceList) -> dict[str, Tree]:
    """Return what a list says of itself: title, country, scope and licence."""
    about: dict[str, Tree] = {"title": _tree(listed.title)} if listed.title else {}
    about |= {"country": listed.country, "scope": listed.scope}
    return about | ({"licence": listed.licence} if listed.licence else {})


def flat(tree: Tree, path: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Yield every text of a tree with the keys and numbers that lead to it."""
    if isinstance(tree, str):
        yield path, tree
    items = tree.items() if isinstance(tree, dict) else enumerate(tree if isinstance(tree, list) else ())
    for step, value in items:
        yield from flat(value, (*path, step))


def _tree(value: object) -> Tree:
    if isinstance(value, str):
        return value
    if isinstance(value, Localized):
        return dict(value.texts)
    if isinstance(value, Written):
        return tree_of(value)
    if isinstance(value, tuple | list):
        return [_tree(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
