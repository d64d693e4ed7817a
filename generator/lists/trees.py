"""Resources as trees of text: the one form from which YAML, spreadsheets and HSDS are written."""

from collections.abc import Iterator, Mapping
from datetime import date

from generator.lists.headers import Steps
from generator.model.resource import ResourceChange, ResourceList
from generator.model.written import Localized, Written
from generator.source import Tree


def tree_of(model: Written) -> dict[str, Tree]:
    """Return what is written of a shape, in the order of its fields, as its YAML would hold it.

    A field that was written as empty stays, since it empties the field of an earlier list.
    """
    tree: dict[str, Tree] = {}
    keeps_empty = isinstance(model, ResourceChange)
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        is_written = name in model.model_fields_set or value not in (None, False, (), field.default)
        if is_written and value is not None and (keeps_empty or value not in (False, ())):
            tree[field.alias or name] = _tree(value)
    return tree


def tree_of_list(listed: ResourceList) -> dict[str, Tree]:
    """Return a list with all of its entries as its YAML would hold it."""
    about: dict[str, Tree] = {"title": _tree(listed.title)} if listed.title else {}
    about |= {"country": listed.country, "scope": listed.scope}
    about |= {"licence": listed.licence} if listed.licence else {}
    return {**about, "resources": [tree_of(entry) for entry in listed.entries]}


def flat(tree: Tree, path: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Yield every text of a tree with the keys and numbers that lead to it."""
    if isinstance(tree, str):
        yield path, tree
    items = tree.items() if isinstance(tree, dict) else enumerate(tree if isinstance(tree, list) else ())
    for step, value in items:
        yield from flat(value, (*path, step))


def _tree(value: object) -> Tree:
    if isinstance(value, Localized):
        return dict(value.texts)
    if isinstance(value, Written):
        return tree_of(value)
    if isinstance(value, tuple | list):
        return [_tree(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _tree(item) for key, item in value.items()}
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
