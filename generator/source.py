"""Strict YAML: text becomes a tree whose scalars are still text, and every key and value knows its position."""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct, field

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
_Event = Any  # what yaml's parser hands out: its types leave out tags, and say that a mark may be missing


class Document(Struct, frozen=True, eq=False):
    """One YAML file: its tree, the line and column of every key and value, and its lines of text.

    A file read is equal to itself alone, so that what is drawn from it can be kept.
    """

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
    composer = _Composer(path, text)
    tree = composer.read()
    if composer.unreadable:
        return None, invisible or (*composer.unreadable,)
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


class _Stopped(Exception):
    """Reading ends where this is raised: what follows would not be looked at."""


class _Composer:
    """Turn events into a tree of text in one pass, remembering positions and gathering what is wrong.

    What is `unreadable` keeps the whole file back; what was `found` does not.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        self.keys: dict[tuple[Step, ...], Position] = {}
        self.values: dict[tuple[Step, ...], Position] = {}
        self.unreadable: list[Diagnostic] = []
        self.found: list[Diagnostic] = []
        self.events: Iterator[_Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self.depth = 0

    def read(self) -> Tree:
        """Return the tree of the file's one document, None for a file without any or one that is unreadable."""
        try:
            return self._document()
        except _Stopped:
            pass  # and the reason is among what is unreadable
        except yaml.MarkedYAMLError as problem:
            self.unreadable.append(_syntax_error(problem, self.text, self.path))
        except yaml.YAMLError as problem:
            self.unreadable.append(error("yaml-syntax", str(problem).partition("\n")[0], place=Place(self.path)))
        return None

    def _document(self) -> Tree:
        tree: Tree = None
        starts = (event for event in self.events if isinstance(event, yaml.DocumentStartEvent))
        for count, start in enumerate(starts):
            if count:
                raise self._stop("yaml-documents", "a second document starts here; a file holds one", start)
            tree = self._compose(next(self.events), ())
        return tree

    def _stop(self, code: str, message: str, event: _Event) -> _Stopped:
        self.unreadable.append(error(code, message, place=self._place(event)))
        return _Stopped()

    def _place(self, event: _Event) -> Place:
        return Place(self.path, *_position(event))

    def _compose(self, event: _Event, steps: tuple[Step, ...]) -> Tree:
        """Return the tree that starts with an event."""
        self.values[steps] = _position(event)
        self._check(event)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value) if event.value or event.style else None
        return self._collection(event, steps) if isinstance(event, yaml.CollectionStartEvent) else None

    def _check(self, event: _Event) -> None:
        """Refuse what a plain tree of text does not hold."""
        if isinstance(event, yaml.AliasEvent):
            self._refuse("yaml-anchor", "aliases (*name)", "write the text out", event)
            return
        if event.anchor:
            self._refuse("yaml-anchor", "anchors (&name)", "write the text out", event)
        if event.tag:
            hint = "write the text without it; put quotes around text that starts with !"
            self._refuse("yaml-tag", f"tags ({event.tag})", hint, event)
        if isinstance(event, yaml.ScalarEvent):
            self._look_behind_escapes(event)

    def _refuse(self, code: str, what: str, hint: str, event: _Event) -> None:
        self.unreadable.append(error(code, f"{what} are not used here", place=self._place(event), hint=hint))

    def _collection(self, event: _Event, steps: tuple[Step, ...]) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._stop("too-deep", f"is nested deeper than {MAX_DEPTH} levels", event)
        inside = self._inside()
        if isinstance(event, yaml.MappingStartEvent):
            tree: Tree = self._mapping(inside, steps)
        else:
            tree = [self._compose(child, (*steps, index)) for index, child in enumerate(inside)]
        self.depth -= 1
        return tree

    def _inside(self) -> Iterator[_Event]:
        """Yield what starts inside a collection, up to its end; each is composed before the next is asked for."""
        for event in self.events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            yield event

    def _mapping(self, inside: Iterator[_Event], steps: tuple[Step, ...]) -> dict[str, Tree]:
        tree: dict[str, Tree] = {}
        for key in inside:
            name = self._key(key, steps)
            value = self._compose(next(inside), (*steps, name or ""))
            if name is not None:
                tree[name] = value
        return tree

    def _key(self, event: _Event, steps: tuple[Step, ...]) -> str | None:
        """Return the name that a key is, or None when it is none."""
        if not isinstance(event, yaml.ScalarEvent):
            self._compose(event, (*steps, ""))  # gone through, to come to its value
            message = "a key must be a word, not a list or a mapping"
            self.found.append(error("yaml-key", message, place=self._place(event)))
            return None
        self._check(event)
        name = str(event.value)
        first = self.keys.setdefault((*steps, name), _position(event))
        if first != _position(event):
            message = f'the key "{name}" stands here a second time; the first is on line {first[0]}'
            self.found.append(error("duplicate-key", message, place=self._place(event), hint="delete one of the two"))
        return name

    def _look_behind_escapes(self, event: _Event) -> None:
        """Find characters that cannot be seen and are not in the file either: quoted text may spell them out."""
        if event.style != '"' or not (hidden := invisible_characters(str(event.value))):
            return
        raw = self.text[event.start_mark.index : event.end_mark.index]
        for name in dict.fromkeys(name for _, name in hidden):
            if name not in {known for _, known in invisible_characters(raw)}:
                message = f"an escape stands for {name}, which changes what is printed"
                hint = "take the escape out"
                self.found.append(error("invisible-character", message, place=self._place(event), hint=hint))


def _position(event: _Event) -> Position:
    return event.start_mark.line + 1, event.start_mark.column + 1
