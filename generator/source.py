"""Strict YAML: text becomes a tree whose scalars are still text, and every key and value knows its position."""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from generator.errors import Diagnostic, Place, error

MAX_BYTES = 4_000_000  # a hundred times the longest guide; the C parser reads this in seconds
MAX_DEPTH = 40
# Embeddings, overrides and isolates reorder what is printed while the text layer stays right.
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What people paste without seeing it: zero-width space, word joiner, byte-order mark.
INVISIBLE = frozenset("\u200b\u2060\ufeff")

Tree = dict[str, "Tree"] | list["Tree"] | str | None
Step = str | int
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its tree, the line and column of every key and value, and its lines of text."""

    path: Path
    tree: Tree
    keys: dict[tuple[Step, ...], Position] = field(default_factory=dict)
    values: dict[tuple[Step, ...], Position] = field(default_factory=dict)
    lines: tuple[str, ...] = ()

    def place_of_key(self, steps: Sequence[Step]) -> Place:
        """Return where the key at the end of these steps stands, else its nearest known parent."""
        return self._place(self.keys, tuple(steps))

    def place_of_value(self, steps: Sequence[Step]) -> Place:
        """Return where the value at the end of these steps stands, else its nearest known parent."""
        return self._place(self.values, tuple(steps))

    def _place(self, first: dict[tuple[Step, ...], Position], steps: tuple[Step, ...]) -> Place:
        position = first.get(steps)
        while position is None and steps:
            steps = steps[:-1]
            position = first.get(steps) or self.keys.get(steps) or self.values.get(steps)
        line, column = position or (1, 1)
        return Place(self.path, line, column)


def read_yaml(path: Path, *, max_bytes: int = MAX_BYTES) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """Return the file as a document, or None and the reasons."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)  # enough to tell that it is too long
    except OSError as problem:
        message = f"cannot be read: {problem.strerror or problem}"
        return None, (error("unreadable-file", message, place=Place(path)),)
    return parse_yaml(data, path, max_bytes=max_bytes)


def parse_yaml(
    data: bytes, path: Path, *, max_bytes: int = MAX_BYTES
) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """Return the bytes of one YAML file as a document, and what is wrong with it.

    What is wrong inside an otherwise readable file (duplicate keys, invisible characters) does not keep the
    document back, so that everything else wrong with it can be told at the same time.
    """
    if len(data) > max_bytes:
        message = f"is longer than the {max_bytes:,} bytes that are read"
        return None, (error("file-too-large", message, place=Place(path), hint="split it into several files"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        return None, (not_utf8(data, path, problem),)
    invisible = (*_forbidden_characters(text, path),)
    unreadable = (*_forbidden_events(text, path),)
    if unreadable:
        return None, invisible or unreadable
    composer = _Composer(path, text)
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    tree = composer.compose(node, ()) if node is not None else None
    document = Document(path, tree, composer.keys, composer.values, tuple(text.splitlines()))
    return document, (*invisible, *composer.found)


def invisible_characters(text: str) -> tuple[tuple[int, str], ...]:
    """Return the index and the name of every character that changes what is read without being seen."""
    if text.isprintable():  # no control and no format character is; asked of every cell of a long list
        return ()
    return tuple((index, character_name(char)) for index, char in enumerate(text) if _is_forbidden(char))


def character_name(char: str) -> str:
    """Return a character's code point and Unicode name, such as `U+202E RIGHT-TO-LEFT OVERRIDE`."""
    return f"U+{ord(char):04X} {unicodedata.name(char, 'control character')}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the hint `did you mean "..."?`, or the list of what is known when nothing is near."""
    known = sorted(known)
    lowered = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    if near:
        return f'did you mean "{lowered[near[0]]}"?'
    return f"known here: {', '.join(known)}" if known else ""


def _is_forbidden(char: str) -> bool:
    if char in "\n\r\t":
        return False
    return char in BIDI_CONTROLS or char in INVISIBLE or unicodedata.category(char) == "Cc"


def not_utf8(data: bytes, path: Path, problem: UnicodeDecodeError) -> Diagnostic:
    """Return the error of a file whose bytes are not UTF-8, at the first byte that is not."""
    before = data[: problem.start]
    line = before.count(b"\n") + 1
    column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
    message = f"byte 0x{data[problem.start]:02X} is not UTF-8"
    hint = 'save the file again as "UTF-8"'
    return error("not-utf8", message, place=Place(path, line, column), hint=hint)


def _forbidden_characters(text: str, path: Path) -> Iterator[Diagnostic]:
    for number, line in enumerate(text.splitlines(), 1):
        for index, name in invisible_characters(line):
            message = f"{name} cannot be seen and changes what is printed"
            hint = "delete it and type the text again"
            yield error("invisible-character", message, place=Place(path, number, index + 1), hint=hint)


def _forbidden_events(text: str, path: Path) -> Iterator[Diagnostic]:
    """Yield what a plain tree of text must not hold: broken syntax, tags, anchors, too much depth."""
    depth = documents = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            place = _place_of(event, path)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if depth > MAX_DEPTH:
                yield error("too-deep", f"is nested deeper than {MAX_DEPTH} levels", place=place)
                return
            if documents > 1:
                yield error("yaml-documents", "a second document starts here; a file holds one", place=place)
                return
            yield from _forbidden_event(event, place)
    except yaml.MarkedYAMLError as problem:
        yield _syntax_error(problem, text, path)
    except yaml.YAMLError as problem:
        yield error("yaml-syntax", str(problem).partition("\n")[0], place=Place(path))


def _forbidden_event(event: yaml.Event, place: Place) -> Iterator[Diagnostic]:
    if isinstance(event, yaml.AliasEvent):
        yield error("yaml-anchor", "aliases (*name) are not used here", place=place, hint="write the text out")
    elif getattr(event, "anchor", None):
        yield error("yaml-anchor", "anchors (&name) are not used here", place=place, hint="write the text out")
    if getattr(event, "tag", None):
        hint = "write the text without it; put quotes around text that starts with !"
        yield error("yaml-tag", f"tags ({getattr(event, 'tag', '')}) are not used here", place=place, hint=hint)


def _place_of(event: yaml.Event, path: Path) -> Place:
    mark = event.start_mark
    return Place(path, mark.line + 1, mark.column + 1) if mark else Place(path)


def _syntax_error(problem: yaml.MarkedYAMLError, text: str, path: Path) -> Diagnostic:
    mark = problem.problem_mark or problem.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    found = lines[line] if line < len(lines) else ""
    place = Place(path, line + 1, column + 1)
    if "\t" in found[: column + 1]:
        column = found.index("\t")
        place = Place(path, line + 1, column + 1)
        return error("yaml-tab", "a tab stands where spaces are expected", place=place, hint="use two spaces a level")
    message = problem.problem or "is not YAML"
    return error("yaml-syntax", message, place=place, hint=_syntax_hint(message, found))


def _syntax_hint(message: str, line: str) -> str:
    if "mapping values are not allowed" in message:
        return "put quotes around text that holds a colon and a space"
    if "could not find expected ':'" in message:
        return 'write "key: text", with a colon and a space'
    if "cannot start any token" in message:
        return "put quotes around text that starts with a sign such as @ or %"
    if "did not find expected" in message and line.lstrip()[:1] not in {"", "#"}:
        return "check the indentation, and the quotes and brackets of this line and the one before"
    return ""


class _Composer:
    """Turn nodes into a tree of text, remembering positions and gathering duplicate keys."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        self.keys: dict[tuple[Step, ...], Position] = {}
        self.values: dict[tuple[Step, ...], Position] = {}
        self.found: list[Diagnostic] = []

    def compose(self, node: yaml.Node, steps: tuple[Step, ...]) -> Tree:
        """Return the tree below one node."""
        self.values[steps] = _position(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, steps)
        if isinstance(node, yaml.SequenceNode):
            return [self.compose(child, (*steps, index)) for index, child in enumerate(node.value)]
        self._look_behind_escapes(node)
        is_empty = node.value == "" and not getattr(node, "style", None)
        return None if is_empty else str(node.value)

    def _look_behind_escapes(self, node: yaml.Node) -> None:
        """Find characters that cannot be seen and are not in the file either: quoted text may spell them out."""
        if getattr(node, "style", None) != '"' or not (hidden := invisible_characters(str(node.value))):
            return
        raw = self.text[node.start_mark.index : node.end_mark.index]
        line, column = _position(node)
        for name in dict.fromkeys(name for _, name in hidden):
            if name not in {known for _, known in invisible_characters(raw)}:
                message = f"an escape stands for {name}, which changes what is printed"
                place = Place(self.path, line, column)
                self.found.append(error("invisible-character", message, place=place, hint="take the escape out"))

    def _mapping(self, node: yaml.MappingNode, steps: tuple[Step, ...]) -> Tree:
        tree: dict[str, Tree] = {}
        for key, value in node.value:
            line, column = _position(key)
            place = Place(self.path, line, column)
            if not isinstance(key, yaml.ScalarNode):
                self.found.append(error("yaml-key", "a key must be a word, not a list or a mapping", place=place))
                continue
            name = str(key.value)
            self._look_behind_escapes(key)
            if name in tree:
                first = self.keys[(*steps, name)][0]
                message = f'the key "{name}" stands here a second time; the first is on line {first}'
                self.found.append(error("duplicate-key", message, place=place, hint="delete one of the two"))
            self.keys.setdefault((*steps, name), (line, column))
            tree[name] = self.compose(value, (*steps, name))
        return tree


def _position(node: yaml.Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1
