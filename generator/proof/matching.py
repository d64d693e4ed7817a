"""Find planned facts among the lines of a page, with exactly their characters."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from urllib.parse import unquote

from msgspec import Struct

from generator.plan import Fact
from generator.proof.glyphs import RTL, Line, PageText, same_characters

SAME_SIZE = 1.15
AROUND_WORDS = ".,;:·!?(\u060c\u061b\u061f"
_NUMBER_EDGES = (r"(?<![0-9A-Za-z+])(?<![0-9][\-.])", r"(?![0-9A-Za-z])(?![\-.][0-9])")
_ADDRESS_EDGES = (r"(?<![0-9A-Za-z@._/\-])", r"(?![0-9A-Za-z_@/=&#%])(?![\-.?:][0-9A-Za-z])")


class Sighting(Struct, frozen=True):
    """A fact's text found on a page: its glyphs in the order of its characters."""

    printed: str
    kind: str
    glyphs: tuple[int, ...]


def sight(text: PageText, facts: Sequence[Fact]) -> tuple[Sighting, ...]:
    """Return every place where a fact's printed text stands, the longest first, none inside another."""
    taken: set[int] = set()
    found: list[Sighting] = []
    done: set[tuple[str, bool]] = set()
    wanted = dict.fromkeys((fact.printed, fact.is_whole, fact.kind) for fact in facts if fact.kind != "qr")
    for printed, is_whole, kind in sorted(wanted, key=lambda one: -len(one[0])):
        if (printed, is_whole) in done:
            continue
        places = on_one_line(text, printed, kind) if is_whole else anywhere(text, printed)
        for glyphs in places:
            if not taken.intersection(glyphs):
                taken.update(glyphs)
                found.append(Sighting(printed, kind, glyphs))
                done.add((printed, is_whole))
    return tuple(found)


def on_one_line(text: PageText, printed: str, kind: str) -> Iterator[tuple[int, ...]]:
    """Yield the glyphs of each place where a text stands whole on one line."""
    pattern = _pattern(same_characters(printed), kind)
    for line in text.lines:
        for match in pattern.finditer(line.text):
            yield tuple(glyph for glyph in line.at[match.start() : match.end()] if glyph is not None)


@lru_cache(maxsize=512)
def _pattern(printed: str, kind: str) -> re.Pattern[str]:
    before, after = _ADDRESS_EDGES if kind in {"url", "email"} else _NUMBER_EDGES
    return re.compile(before + " ?".join(re.escape(char) for char in printed if not char.isspace()) + after)


def anywhere(text: PageText, printed: str) -> Iterator[tuple[int, ...]]:
    """Yield the glyphs of each place where a text stands, over as many lines as it needs."""
    return _in_words(text, printed) if text.is_rtl else _in_flow(text, printed)


def _in_flow(text: PageText, printed: str) -> Iterator[tuple[int, ...]]:
    needle = "".join(same_characters(printed).split())
    flow, at = text.flow
    start = flow.find(needle)
    while start >= 0 and needle:
        yield tuple(dict.fromkeys(at[start : start + len(needle)]))
        start = flow.find(needle, start + len(needle))


def _in_words(text: PageText, printed: str) -> Iterator[tuple[int, ...]]:
    """Yield the places of a text among words that run both ways: side by side, on one line or several.

    Where right-to-left words are mixed with numbers, the order in the text layer is a guess of its reader's.
    """
    wanted = [_key(word) for word in same_characters(printed).split()]
    yield from _spread(text, [_words(line) for line in text.lines], [key for key in wanted if key])


def _spread(text: PageText, rows: "Sequence[_Row]", wanted: Sequence[str]) -> list[tuple[int, ...]]:
    """Return the places of some words, as many of them as possible on the first line."""
    for cut in range(len(wanted), 0, -1):
        places = [glyphs for row in rows for glyphs in _side_by_side(row, wanted[:cut])]
        rest = _spread(text, rows, wanted[cut:]) if places and wanted[cut:] else [()]
        found = [(*one, *other) for one in places for other in rest if not other or _follows(text, one, other)]
        if found:
            return found
    return []


def _key(word: str) -> str:
    """Return what a word is known by: its characters, in any order where they run from right to left."""
    word = word.strip(AROUND_WORDS)
    return "".join(sorted(word)) if any(unicodedata.bidirectional(char) in RTL for char in word) else word


_Row = list[tuple[str, tuple[int, ...]]]  # words as they stand on a line, each by its key and with its glyphs


def _words(line: Line) -> _Row:
    """Return the words of a line."""
    words: _Row = []
    for is_gap, group in groupby(zip(line.text, line.at, strict=True), key=lambda one: one[1] is None):
        if not is_gap:
            chars = list(group)
            glyphs = tuple(dict.fromkeys(at for _, at in chars if at is not None))
            words.append((_key(same_characters("".join(char for char, _ in chars))), glyphs))
    return words


def _side_by_side(row: _Row, wanted: Sequence[str]) -> Iterator[tuple[int, ...]]:
    ordered = sorted(wanted)
    for start in range(len(row) - len(wanted) + 1):
        window = row[start : start + len(wanted)]
        if sorted(key for key, _ in window) == ordered:
            yield tuple(glyph for _, glyphs in window for glyph in glyphs)


def _follows(text: PageText, one: Sequence[int], other: Sequence[int]) -> bool:
    """Return whether a second line goes on from the first: just below it, in type of the same size."""
    first, second = text.box_of(one), text.box_of(other)
    sizes = sorted(text.runs[text.glyphs[glyphs[0]].run].size_pt for glyphs in (one, other))
    is_below = 0 <= second[1] - first[1] <= 3 * (first[3] - first[1])
    return is_below and sizes[1] <= SAME_SIZE * sizes[0] and second[0] <= first[2] and first[0] <= second[2]


def keyword_of(fact: Fact) -> str | None:
    """Return the word to send with a text line (`sms:741741?body=HOME`), or None."""
    _, found, body = fact.value.partition("body=")
    return unquote(body.partition("&")[0]) if found and fact.kind == "sms" else None
