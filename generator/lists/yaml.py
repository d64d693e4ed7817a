"""Lists kept as YAML: read with every mistake located, written for people to edit."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from generator.errors import Diagnostic, error
from generator.lists.table import Outcome, Outcomes
from generator.lists.trees import tree_of, tree_of_list
from generator.model.kinds import Kind
from generator.model.resource import ResourceChange, ResourceList
from generator.model.written import validate
from generator.source import Document, Tree, nearest, read_yaml

SUFFIXES = (".yaml", ".yml")
# Texts that need no quotes, whatever reads them: they start with a letter and hold no sign that YAML uses.
_PLAIN = re.compile(r"[^\W\d_][\w ,.:()/'’+&–-]*")
_WORDS_OF_YAML = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
_BARE = frozenset({"priority", "checked", "print_until", "source_date"})  # no reader takes these for a phone number
_WIDE = 100  # a line of words that is longer goes over several lines
_SHORT_FORMS = {"phones": "number", "texts": "number", "url": "url", "chat": "url", "email": "email", "address": "text"}


def read(
    path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None
) -> tuple[ResourceList | None, tuple[Diagnostic, ...]]:
    """Return the list, or None and every reason. YAML is always UTF-8, so `encoding` is not asked."""
    document, found = read_yaml(path)
    if document is None:
        return None, found
    listed, more = list_from(document, country=country, kinds=kinds)
    return listed, (*found, *more)


def read_outcomes(
    path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None
) -> tuple[Outcomes | None, tuple[Diagnostic, ...]]:
    """Return every entry of a list as understood, or None and every reason."""
    listed, found = read(path, country=country, kinds=kinds)
    if listed is None or any(one.is_error for one in found):
        return None, found
    rows = tuple(Outcome(number, entry.id, entry) for number, entry in enumerate(listed.entries, 1))
    return Outcomes(listed.model_copy(update={"entries": ()}), rows, found), ()


def list_from(
    document: Document, *, country: str, kinds: Mapping[str, Kind]
) -> tuple[ResourceList | None, tuple[Diagnostic, ...]]:
    """Return the list that a document holds, or None and every reason."""
    tree = document.tree
    own_country = tree.get("country") if isinstance(tree, dict) else None
    context = {"country": own_country if isinstance(own_country, str) else country}
    if isinstance(tree, dict) and own_country is None:
        tree["country"] = country
    listed, found = validate(ResourceList, document, context=context)
    if listed is None:
        return None, found
    return listed, tuple(_unknown_kinds(document, listed, kinds))


def _unknown_kinds(document: Document, listed: ResourceList, kinds: Mapping[str, Kind]) -> Iterator[Diagnostic]:
    for index, resource in enumerate(listed.entries):
        if resource.kind is not None and resource.kind not in kinds:
            place = document.place_of_value(("resources", index, "kind"))
            yield error(
                "unknown-kind", f'unknown kind "{resource.kind}"', place=place, hint=nearest(resource.kind, kinds)
            )


def to_yaml(listed: ResourceList, *, heading: str = "") -> str:
    """Return a list as YAML for people; reading it gives the same list. `heading` becomes comments at the top."""
    tree = tree_of_list(listed)
    entries = tree.pop("resources")
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    lines += [line for key, value in tree.items() for line in _pair(key, value, 0)]
    lines.append("resources:" if entries else "resources: []")
    for entry in entries if isinstance(entries, list) else ():
        lines += [*_item(_entry(entry), 2, is_flat=False), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def entry_lines(entry: ResourceChange, indent: int) -> list[str]:
    """Return one resource as the lines of its item, so far from the edge."""
    return _item(_entry(tree_of(entry)), indent, is_flat=False)


def _entry(entry: Tree) -> dict[str, Tree]:
    """Return a resource with single facts and texts in their short form."""
    tree = entry if isinstance(entry, dict) else {}
    return {key: _shortened(key, value) for key, value in tree.items()}


def _shortened(key: str, value: Tree) -> Tree:
    if isinstance(value, list):
        return [_shortened(key, item) if key in _SHORT_FORMS else item for item in value]
    if isinstance(value, dict):
        if set(value) == {""} or (key in _SHORT_FORMS and set(value) == {_SHORT_FORMS[key]}):
            return next(iter(value.values()))
        if value == {"always": "true"}:
            return "24/7"
        return {name: _shortened(name, item) for name, item in value.items()}
    return value


def _pair(key: str, value: Tree, indent: int) -> list[str]:
    """Return `key: value` as lines: on one line where it is short, else one line a value."""
    start = " " * indent + f"{_scalar(key)}:"
    if not isinstance(value, dict | list):
        is_bare = value == "true" or (key in _BARE and bool(re.fullmatch(r"-?[\d-]+", value or "")))
        return [f"{start} {value if is_bare else _scalar(value or '')}"]
    inline = f"{start} {_flow(value)}"
    if not value or len(inline) <= _WIDE:
        return [inline]
    if isinstance(value, dict):
        return [start, *(line for name, item in value.items() for line in _pair(name, item, indent + 2))]
    return [start, *(line for item in value for line in _item(item, indent + 2))]


def _item(value: Tree, indent: int, *, is_flat: bool = True) -> list[str]:
    start = " " * indent + "- "
    if not isinstance(value, dict) or (is_flat and len(start + _flow(value)) <= _WIDE):
        return [start + _flow(value)]
    lines = [line for name, item in value.items() for line in _pair(name, item, indent + 2)]
    return [start + lines[0][indent + 2 :], *lines[1:]]


def _flow(value: Tree) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value or "", in_flow=True)


def _scalar(text: str, *, in_flow: bool = False) -> str:
    """Return a text bare where every YAML reads it as this text, else in double quotes."""
    is_word = bool(_PLAIN.fullmatch(text)) and text.lower() not in _WORDS_OF_YAML and text.isprintable()
    if is_word and ": " not in text and not text.endswith((":", " ")) and not (in_flow and "," in text):
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char == "\n":
        return "\\n"
    return char if char.isprintable() else f"\\u{ord(char):04X}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08X}"
