"""Nothing on the page looks like a number to call or an address to visit that the plan does not know."""

import re
from collections.abc import Iterable, Iterator

import pikepdf

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.glyphs import Line
from generator.proof.matching import same_characters, sight
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
    """Return the numbers, addresses and links that come from nowhere."""
    known = _Known(expected)
    found = [one for page, _ in pages_of(pdf, expected) for one in _page(page, expected, known)]
    return (*found, *_links(pdf, expected))


class _Known:
    """What the plan prints besides facts: its words, and every group of digits in them."""

    def __init__(self, expected: Expected) -> None:
        self.is_complete = expected.texts is not None
        texts = [same_characters(text) for text in expected.texts or ()]
        self.words = "\n".join(texts).casefold()
        self.digits = frozenset(digits for text in texts for digits in _numbers(text))

    def has_number(self, text: str) -> bool:
        groups = [group for group in re.findall(r"\d+", text) if len(group) >= MIN_CODE_DIGITS]
        return _bare(text) in self.digits or all(group in self.digits or _YEAR.fullmatch(group) for group in groups)

    def has_words(self, text: str) -> bool:
        return text.casefold().rstrip(".,;:!?)") in self.words


def _numbers(text: str) -> Iterator[str]:
    yield from re.findall(r"\d+", text)
    yield from (_bare(match[0]) for match in _DIGITS.finditer(text))


def _bare(text: str) -> str:
    return re.sub(r"\D", "", text)


def _page(page: PageView, expected: Expected, known: _Known) -> Iterator[Diagnostic]:
    sightings = sight(page.text, expected.facts)
    planned = frozenset(glyph for one in sightings for glyph in one.glyphs)
    for line in page.text.lines:
        for match in _unplanned(_WEB, line, planned):
            if not known.has_words(match[0]):
                message = f'"{match[0]}" looks like an address to visit, and the plan has none such'
                yield _found("web-address-unknown", message, page, line, match)
        for match in _unplanned(_DIGITS, line, planned):
            digits = len(_bare(match[0]))
            if digits >= MIN_PHONE_DIGITS and not known.has_number(match[0]):
                message = f'"{match[0].strip()}" looks like a number to call, and the plan has none such'
                yield _found("phone-unknown", message, page, line, match)
            elif known.is_complete and digits >= MIN_CODE_DIGITS and not known.has_number(match[0]):
                message = f'"{match[0].strip()}" is no number that the plan prints'
                yield _found("number-unknown", message, page, line, match)


def _unplanned(pattern: re.Pattern[str], line: Line, planned: frozenset[int]) -> Iterator[re.Match[str]]:
    """Yield the matches in what is left of a line when its planned facts are taken out."""
    rest = "".join("\u0001" if at in planned else char for char, at in zip(line.text, line.at, strict=True))
    yield from pattern.finditer(rest)


def _found(code: str, message: str, page: PageView, line: Line, match: re.Match[str]) -> Diagnostic:
    glyphs = [at for at in line.at[match.start() : match.end()] if at is not None]
    return finding(code, message, page=page.number, bbox=page.text.box_of(glyphs), hint=HINT)


def _links(pdf: OpenedPdf, expected: Expected) -> Iterator[Diagnostic]:
    """Yield the links of the file that lead anywhere but to a planned fact or an address in the plan's words."""
    targets = {_target(fact.value) for fact in expected.facts}
    texts = "\n".join(expected.texts or ())
    for page in pdf.pages:
        for link, box in _uris(page):
            if _target(link) in targets or expected.texts is None or link in texts:
                continue
            message = f"a link leads to {link}, and the plan has no such target"
            yield finding("link-unknown", message, page=page.number, bbox=box, hint=HINT)


def _target(link: str) -> str:
    return re.sub(r"^mailto:", "", link).rstrip("/").casefold()


def _uris(page: PageView) -> Iterable[tuple[str, tuple[float, float, float, float]]]:
    for annotation in page.box.obj.get("/Annots", pikepdf.Array()):
        action = annotation.get("/A", pikepdf.Dictionary())
        if "/URI" in action:
            left, bottom, right, top = (float(edge) for edge in annotation.Rect)
            yield str(action["/URI"]), page.frame.box(left, bottom, right, top)
