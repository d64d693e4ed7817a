"""Find planned facts among the lines of a page, with exactly their characters."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from generator.plan import Fact
from generator.proof.glyphs import ALIKE, PageText

_NUMBER_EDGES = (r"(?<![0-9A-Za-z+])(?<![0-9][\-.])", r"(?![0-9A-Za-z])(?![\-.][0-9])")
_ADDRESS_EDGES = (r"(?<![0-9A-Za-z@._/\-])", r"(?![0-9A-Za-z_@/=&#%])(?![\-.?:][0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A fact's text found on a page: its glyphs in the order of its characters."""

    printed: str
    kind: str
    glyphs: tuple[int, ...]


def same_characters(text: str) -> str:
    """Return a text with characters that print alike made one."""
    return "".join(ALIKE.get(char, char) for char in unicodedata.normalize("NFKC", text))


def sight(text: PageText, facts: Sequence[Fact]) -> tuple[Sighting, ...]:
    """Return every place where a fact's printed text stands, the longest first, none inside another."""
    taken: set[int] = set()
    found: list[Sighting] = []
    done: set[tuple[str, bool]] = set()
    wanted = dict.fromkeys((fact.printed, fact.is_whole, fact.kind) for fact in facts if fact.kind != "qr")
    for printed, is_whole, kind in sorted(wanted, key=lambda one: -len(one[0])):
        if (printed, is_whole) in done:
            continue
        places = on_one_line(text, printed, kind) if is_whole else _in_flow(text, printed)
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


def _in_flow(text: PageText, printed: str) -> Iterator[tuple[int, ...]]:
    """Yield the glyphs of each place where a text stands, over as many lines as it needs."""
    needle = "".join(same_characters(printed).split())
    flow, at = _flow(text)
    start = flow.find(needle)
    while start >= 0 and needle:
        yield tuple(dict.fromkeys(at[start : start + len(needle)]))
        start = flow.find(needle, start + len(needle))


def _flow(text: PageText) -> tuple[str, list[int]]:
    """Return the page's characters without spaces in the text layer's order, with the glyph of each."""
    pieces, at = [], []
    for index, glyph in enumerate(text.glyphs):
        chars = same_characters(glyph.text)
        pieces.append(chars)
        at.extend([index] * len(chars))
    return "".join(pieces), at


def keyword_of(fact: Fact) -> str | None:
    """Return the word to send with a text line (`sms:741741?body=HOME`), or None."""
    _, found, body = fact.value.partition("body=")
    return unquote(body.partition("&")[0]) if found and fact.kind == "sms" else None
