"""The glyphs of a page: which character each is said to be, and where it stands on the paper."""

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray

from generator.units import MM_PER_UNIT

MM = MM_PER_UNIT["pt"]
BBox = tuple[float, float, float, float]
# Characters that print alike, and what pdfium gives for a hyphen at a line's end.
ALIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\u00ad\u0002", "-"),
    **dict.fromkeys("\u00a0\u202f\u2009\u2007", " "),
    # Which way a bracket opens depends on the direction, and the text layer's reader guesses at it.
    **dict.fromkeys(")[]{}", "("),
}
RTL = frozenset({"R", "AL"})  # of the Unicode Bidirectional Algorithm
WORD_GAP = 0.16  # of the type size: a word space is a fifth or more in every bundled face
LEVEL = 0.999  # cosine of a baseline that counts as level
BLOCK_GAP = 1.2  # of the type size: more than this is another column


@lru_cache(maxsize=16384)
def same_characters(text: str) -> str:
    """Return a text with characters that print alike made one."""
    return "".join(ALIKE.get(char, char) for char in unicodedata.normalize("NFKC", text))


class Frame(Struct, frozen=True):
    """How user space lies on the page: the trim's left and top edge in points."""

    left: float
    top: float

    def box(self, left: float, bottom: float, right: float, top: float) -> BBox:
        """Return a rectangle of user space in millimetres from the trimmed top left corner."""
        return ((left - self.left) * MM, (self.top - top) * MM, (right - self.left) * MM, (self.top - bottom) * MM)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of user space in millimetres from the trimmed top left corner."""
        return ((x - self.left) * MM, (self.top - y) * MM)


class Run(Struct):
    """The glyphs that one instruction shows: one size, one direction, one colour, one clip."""

    size_pt: float
    direction: tuple[float, float]  # of the baseline, on paper, y growing downward
    is_mirrored: bool
    content_id: int  # marked content, -1 outside any
    clip: BBox | None
    item: int  # the text object, as pdfium knows it while the page is open
    stretch: float = 1.0  # width of a letter for its height, 1 as its maker drew it
    slant: float = 0.0  # cosine of the angle between baseline and upright, 0 as its maker drew it
    glyphs: list[int] = field(default_factory=list)

    @property
    def is_level(self) -> bool:
        """True when the text runs along the page's top edge, either way."""
        return abs(self.direction[0]) > LEVEL

    @property
    def is_upright(self) -> bool:
        """True when the text runs from left to right along the page's top edge."""
        return self.direction[0] > LEVEL

    @property
    def is_sideways(self) -> bool:
        """True when the text runs along the page's side, either way."""
        return abs(self.direction[1]) > LEVEL


class Glyph(Struct, frozen=True):
    """One character that leaves ink. `box` is its ink in mm, `origin` its place on the baseline."""

    text: str
    box: BBox
    origin: tuple[float, float]
    run: int


class Line(Struct, frozen=True):
    """Glyphs side by side on one baseline, in the order they stand on paper.

    `text` is what is seen; `at[i]` is the glyph of its character i, None for a space between words.
    """

    text: str
    at: tuple[int | None, ...]


class PageText(Struct, frozen=True, dict=True):
    """All text of a page: glyphs in the text layer's order, runs, and lines as seen."""

    glyphs: tuple[Glyph, ...]
    runs: tuple[Run, ...]
    lines: tuple[Line, ...]

    @property
    def of_a_closed_file(self) -> "PageText":
        """The same text without what pdfium knows its text objects by, which is nothing once the file is closed."""
        return replace(self, runs=tuple(replace(run, item=0) for run in self.runs))

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """The box of each glyph, a row each."""
        return np.array([glyph.box for glyph in self.glyphs], dtype=np.float64).reshape(-1, 4)

    @cached_property
    def origins(self) -> NDArray[np.float64]:
        """Where each glyph stands on its baseline, a row each."""
        return np.array([glyph.origin for glyph in self.glyphs], dtype=np.float64).reshape(-1, 2)

    @cached_property
    def lying(self) -> NDArray[np.float64]:
        """The direction and the type size in mm of each glyph, a row each."""
        of_runs = [(*run.direction, run.size_pt * MM) for run in self.runs]
        return np.array([of_runs[glyph.run] for glyph in self.glyphs], dtype=np.float64).reshape(-1, 3)

    @cached_property
    def by_content(self) -> dict[int, list[int]]:
        """The glyphs of each marked content, by its number."""
        found: dict[int, list[int]] = {}
        for index, glyph in enumerate(self.glyphs):
            found.setdefault(self.runs[glyph.run].content_id, []).append(index)
        return found

    @cached_property
    def is_rtl(self) -> bool:
        """True when some of its letters run from right to left."""
        return any(unicodedata.bidirectional(char) in RTL for glyph in self.glyphs for char in glyph.text)

    @cached_property
    def flow(self) -> tuple[str, tuple[int, ...]]:
        """The page's characters without spaces in the text layer's order, with the glyph of each."""
        pieces, at = [], []
        for index, glyph in enumerate(self.glyphs):
            chars = same_characters(glyph.text)
            pieces.append(chars)
            at.extend([index] * len(chars))
        return "".join(pieces), tuple(at)

    def box_of(self, glyphs: Sequence[int]) -> BBox:
        """Return the rectangle around some glyphs."""
        return around([self.glyphs[one].box for one in glyphs])

    def by_run(self, glyphs: Iterable[int]) -> Iterator[tuple[Run, list[int]]]:
        """Yield some glyphs run by run."""
        grouped: dict[int, list[int]] = {}
        for one in glyphs:
            grouped.setdefault(self.glyphs[one].run, []).append(one)
        yield from ((self.runs[number], members) for number, members in grouped.items())

    def words(self, glyphs: Sequence[int]) -> str:
        """Return the start of what some glyphs read, as it stands on paper and is shown to people."""
        line, start = min((self._places[one] for one in glyphs), key=lambda place: place[1])
        end = max(self._places[one][1] for one in glyphs if self._places[one][0] is line)
        return line.text[start : end + 1][:40].strip()

    @cached_property
    def _places(self) -> dict[int, tuple[Line, int]]:
        """The line and the place on it of each glyph."""
        return {at: (line, place) for line in self.lines for place, at in enumerate(line.at) if at is not None}


def around(boxes: Sequence[BBox]) -> BBox:
    """Return the rectangle around rectangles."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def lines_of(glyphs: Sequence[Glyph], runs: Sequence[Run]) -> Iterator[Line]:
    """Yield the lines as seen: glyphs sorted along their baseline, cut where a column ends."""
    rows: dict[tuple[int, int], list[tuple[float, int]]] = {}
    angles = [round(math.degrees(math.atan2(run.direction[1], run.direction[0]))) for run in runs]
    for index, glyph in enumerate(glyphs):
        dx, dy = runs[glyph.run].direction
        x, y = glyph.origin
        baseline = round((y * dx - x * dy) / MM)  # whole points
        rows.setdefault((angles[glyph.run], baseline), []).append((x * dx + y * dy, index))
    for row in rows.values():
        row.sort()
        yield from _cut(row, glyphs, runs)


def _cut(row: Sequence[tuple[float, int]], glyphs: Sequence[Glyph], runs: Sequence[Run]) -> Iterator[Line]:
    text: list[str] = []
    at: list[int | None] = []
    end = -math.inf
    for place, index in row:
        glyph = glyphs[index]
        run = runs[glyph.run]
        em = run.size_pt * MM
        start, reach = _span(glyph, run)
        gap = min(place, start) - end
        if at and gap > BLOCK_GAP * em:
            yield Line("".join(text), tuple(at))
            text, at = [], []
        elif at and gap > WORD_GAP * em:
            text.append(" ")
            at.append(None)
        text.append(glyph.text)
        at.extend([index] * len(glyph.text))
        end = reach
    if at:
        yield Line("".join(text), tuple(at))


def _span(glyph: Glyph, run: Run) -> tuple[float, float]:
    """Return where a glyph's ink starts and ends along its baseline."""
    dx, dy = run.direction
    left, top, right, bottom = glyph.box
    if abs(dx) > LEVEL:
        start, end = left * dx, right * dx
        return (start, end) if start <= end else (end, start)
    corners = [x * dx + y * dy for x in (left, right) for y in (top, bottom)]
    return min(corners), max(corners)
