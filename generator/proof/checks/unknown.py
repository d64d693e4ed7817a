"""Nothing on the page looks like a number to call or an address to visit that the plan does not know."""

import re
from collections.abc import Iterator
from functools import lru_cache

from generator.errors import Diagnostic
from generator.proof.expected import Expected, ExpectedPage
from generator.proof.glyphs import Line, same_characters
from generator.proof.opened import OpenedPdf, PageView, pages_of
from generator.proof.thresholds import finding

MIN_PHONE_DIGITS = 7  # the shortest subscriber numbers
MIN_CODE_DIGITS = 3  # the shortest numbers that are dialled or texted: 988, 911, 116 123
_DIGITS = re.compile(r"\+?\(?\d(?:[\d\s().\-/·]{0,3}\d)*")
_WEB = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+\-]+@[\w\-]+\.[\w.\-]+|(?<![\w.@])(?:[a-z0-9\-]+\.)+(?:[a-z]{2,6})\b(?:/\S*)?", re.I
)
_YEAR = re.compile(r"(?:19|20)\d\d")
HINT = "write it in a list and place it with its macro, or take it out of the template"


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the numbers and addresses that come from nowhere."""
    known = _Known(expected)
    pages = pages_of(pdf, expected)
    return tuple(one for page, index in pages for one in _page(page, expected.pages[index], known))


class _Known:
    """What the plan prints: its words with every group of digits in them, and the facts of every page, whole."""

    def __init__(self, expected: Expected) -> None:
        self.is_complete = expected.texts is not None
        texts = [same_characters(text) for text in expected.texts or ()]
        self.words = "\n".join(texts).casefold()
        self.addresses = frozenset(same_characters(fact.printed).casefold() for fact in expected.facts)
        self.facts = frozenset(_bare(fact.printed) for fact in expected.facts)
        self.digits = frozenset().union(*map(_numbers, texts))

    def has_number(self, text: str) -> bool:
        groups = [group for group in re.findall(r"\d+", text) if len(group) >= MIN_CODE_DIGITS]
        bare = _bare(text)
        return (
            bare in self.facts
            or bare in self.digits
            or all(group in self.digits or _YEAR.fullmatch(group) for group in groups)
        )

    def has_words(self, text: str) -> bool:
        bare = text.casefold().rstrip(".,;:!?(")
        return bare in self.addresses or bare in self.words


@lru_cache(maxsize=16384)
def _numbers(text: str) -> frozenset[str]:
    return frozenset((*re.findall(r"\d+", text), *(_bare(match[0]) for match in _DIGITS.finditer(text))))


def _bare(text: str) -> str:
    return re.sub(r"\D", "", text)


def _page(page: PageView, planned: ExpectedPage, known: _Known) -> Iterator[Diagnostic]:
    placed = frozenset(glyph for one in page.sightings(planned.facts) for glyph in one.glyphs)
    for line in page.text.lines:
        rest = _unplanned(line, placed)
        for match in _WEB.finditer(rest):
            if not known.has_words(match[0]):
                message = f'"{match[0]}" looks like an address to visit, and the plan has none such'
                yield _found("web-address-unknown", message, page, line, match)
        for match in _DIGITS.finditer(rest):
            digits = len(_bare(match[0]))
            if digits >= MIN_PHONE_DIGITS and not known.has_number(match[0]):
                message = f'"{match[0].strip()}" looks like a number to call, and the plan has none such'
                yield _found("phone-unknown", message, page, line, match)
            elif known.is_complete and digits >= MIN_CODE_DIGITS and not known.has_number(match[0]):
                message = f'"{match[0].strip()}" is no number that the plan prints'
                yield _found("number-unknown", message, page, line, match)


def _unplanned(line: Line, planned: frozenset[int]) -> str:
    """Return what is left of a line when its planned facts are taken out."""
    if planned.isdisjoint(line.at):
        return line.text
    return "".join("\u0001" if at in planned else char for char, at in zip(line.text, line.at, strict=True))


def _found(code: str, message: str, page: PageView, line: Line, match: re.Match[str]) -> Diagnostic:
    glyphs = [at for at in line.at[match.start() : match.end()] if at is not None]
    return finding(code, message, page=page.number, bbox=page.text.box_of(glyphs), hint=HINT)
