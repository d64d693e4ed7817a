"""Write a YAML list anew where it changed, and leave every other line as a person wrote it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from generator.lists.yaml import entry_lines, list_from, to_yaml
from generator.model.resource import ResourceChange, ResourceList
from generator.source import Document, parse_yaml

_PATH = Path("list.yaml")  # names nothing: the text is at hand


def rewritten(text: str, before: ResourceList, after: ResourceList) -> tuple[str, bool]:
    """Return the text of a list with its changes, and whether all comments and layout around them could be kept.

    Dates that hold for a whole resource are written into its own lines, a resource that changed more is
    written anew in its place, others are added at the end. Where that does not give the list that is wanted,
    the whole list is written anew below its first comments.
    """
    document, _ = parse_yaml(text.encode(), _PATH)
    if document is not None:
        for edited in (_with_dates(text, document, before, after), _with_entries(text, document, before, after)):
            if edited is not None and _reads_as(edited, after):
                return edited, True
    return to_yaml(after, heading="\n".join(line[1:].strip() for line in _leading_comments(text))), False


def _reads_as(text: str, wanted: ResourceList) -> bool:
    document, found = parse_yaml(text.encode(), _PATH)
    if document is None or found:
        return False
    listed, _ = list_from(document, country=wanted.country, kinds={})
    return listed == wanted


def _leading_comments(text: str) -> list[str]:
    lines = text.removeprefix("\ufeff").splitlines()
    end = next((index for index, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return lines[:end]


def _with_dates(text: str, document: Document, before: ResourceList, after: ResourceList) -> str | None:
    """Return the text with the lines of dates changed, or None when a resource has none of its own."""
    lines = text.splitlines()
    old = {entry.id: entry for entry in before.entries}
    pairs: list[tuple[int, int | None, str]] = []  # the line below which or on which it stands, its column, the pair
    for index, entry in enumerate(after.entries):
        below = document.keys.get(("resources", index, "id"))
        for name in ("checked", "checked_by") if entry != old.get(entry.id) else ():
            value = getattr(entry, name)
            if value is None or below is None:
                return None
            line, column = document.keys.get(("resources", index, name), (below[0], None))
            indent = "" if column else " " * (below[1] - 1)
            pairs.append((line, column, f"{indent}{name}: {_quoted(str(value))}"))
    for line, column, pair in sorted(pairs, key=lambda one: one[0], reverse=True):  # from the end: no line moves
        if column:
            lines[line - 1] = lines[line - 1][: column - 1] + pair
        else:
            lines.insert(line, pair)
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[\w .-]+", text) and not text.isdigit() else '"' + text.replace('"', '\\"') + '"'


def _with_entries(text: str, document: Document, before: ResourceList, after: ResourceList) -> str | None:
    """Return the text with the lines of changed, added and gone resources, or None when they stand in no lines."""
    lines = text.splitlines()
    starts = [document.values[("resources", index)][0] - 1 for index in range(len(before.entries))]
    if not starts or len(set(starts)) < len(starts) or not all(_starts_item(lines[start]) for start in starts):
        return None
    end = _end_of_resources(document, len(lines))
    blocks = dict(zip((entry.id for entry in before.entries), _blocks(lines, starts, end), strict=True))
    indent = len(lines[starts[0]]) - len(lines[starts[0]].lstrip())
    old = {entry.id: entry for entry in before.entries}
    done = [*lines[: starts[0]], *_entries(blocks, old, after.entries, indent), *lines[end:]]
    return "\n".join(done).rstrip("\n") + "\n"


def _starts_item(line: str) -> bool:
    return line.lstrip().startswith("- ")


def _end_of_resources(document: Document, count: int) -> int:
    """Return the index of the line after the last resource: of the next key of the list, or of the end."""
    own = document.keys[("resources",)][0]
    later = [line - 1 for steps, (line, _) in document.keys.items() if len(steps) == 1 and line > own]
    return min(later, default=count)


def _blocks(lines: Sequence[str], starts: Sequence[int], end: int) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the lines of each resource, and after them the blank lines and comments before the next one."""
    for start, following in zip(starts, (*starts[1:], end), strict=True):
        last = following
        while last > start + 1 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
            last -= 1
        yield [*lines[start:last]], [*lines[last:following]]


def _entries(
    blocks: Mapping[str, tuple[list[str], list[str]]],
    old: Mapping[str, ResourceChange],
    entries: Sequence[ResourceChange],
    indent: int,
) -> Iterator[str]:
    for entry in entries:
        own, between = blocks.get(entry.id, ([], []))
        yield from own if own and old[entry.id] == entry else entry_lines(entry, indent)
        yield from between if own else ("",)
