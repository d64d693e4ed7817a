"""The text of a whole file as a screen reader says it, with the glyph that each character stands for."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from generator.proof.glyphs import WORD_GAP, BBox, PageText, Run, around, same_characters
from generator.proof.structure import Element
from generator.units import MM_PER_UNIT

MM = MM_PER_UNIT["pt"]
Spot = tuple[int, int]  # a page, from 0, and a glyph on it


@dataclass(frozen=True)
class Flow:
    """The text in reading order. `at[i]` is the spot of its character i, None for a space between words."""

    text: str
    at: tuple[Spot | None, ...]

    @cached_property
    def _letters(self) -> tuple[str, list[int]]:
        """Letters and digits alone, which no setting changes, and where each stands in the text."""
        kept = [(char, index) for index, char in enumerate(self.text) if char.isalnum()]
        return "".join(char.casefold()[:1] for char, _ in kept), [index for _, index in kept]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a text stands, by its letters and digits: each as (start, end) in `text`."""
        flow, index = self._letters
        wanted = bare(text)
        start = flow.find(wanted) if wanted else -1
        while start >= 0:
            yield index[start], index[start + len(wanted) - 1] + 1
            start = flow.find(wanted, start + len(wanted))

    def follows(self, text: str, after: int) -> int | None:
        """Return where a text ends whose first place after a position is meant, or None when there is none."""
        flow, index = self._letters
        wanted = bare(text)
        start = flow.find(wanted, bisect_left(index, after))
        return index[start + len(wanted) - 1] + 1 if start >= 0 and wanted else None

    def spots(self, start: int, end: int) -> tuple[Spot, ...]:
        """Return the spots of a stretch of the text."""
        return tuple(dict.fromkeys(spot for spot in self.at[start:end] if spot is not None))


def bare(text: str) -> str:
    """Return the letters and digits of a text, in lower case: what stays the same however it is set."""
    return "".join(char.casefold()[:1] for char in same_characters(text) if char.isalnum())


def flow_of(elements: Sequence[Element], pages: Sequence[PageText]) -> Flow:
    """Return the flow of a tagged file: the content of its tags, in their order."""
    by_content = [_by_content(page) for page in pages]
    text: list[str] = []
    at: list[Spot | None] = []
    last: Spot | None = None
    for content in elements[0].contents if elements else ():
        for glyph in by_content[content.page].get(content.number, ()):
            spot = (content.page, glyph)
            if last is not None and _is_apart(last, spot, pages):
                text.append(" ")
                at.append(None)
            chars = same_characters(pages[content.page].glyphs[glyph].text)
            text.append(chars)
            at += [spot] * len(chars)
            last = spot
    return Flow("".join(text), tuple(at))


def _by_content(page: PageText) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for index, glyph in enumerate(page.glyphs):
        found.setdefault(page.runs[glyph.run].content_id, []).append(index)
    return found


def _is_apart(one: Spot, other: Spot, pages: Sequence[PageText]) -> bool:
    """Return whether there is a space between two glyphs: another page, another line, or a gap."""
    if one[0] != other[0]:
        return True
    page = pages[one[0]]
    first, second = page.glyphs[one[1]], page.glyphs[other[1]]
    run = page.runs[second.run]
    (dx, dy), em = run.direction, run.size_pt * MM
    rise = abs((second.origin[1] - first.origin[1]) * dx - (second.origin[0] - first.origin[0]) * dy)
    start = min(second.origin[0] * dx + second.origin[1] * dy, *_ends(second.box, run))
    gap = max(start - max(_ends(first.box, run)), min(_ends(first.box, run)) - max(_ends(second.box, run)))
    return rise > em / 2 or gap > WORD_GAP * em


def _ends(box: BBox, run: Run) -> tuple[float, float]:
    """Return where a box starts and ends along a baseline."""
    (dx, dy), (left, top, right, bottom) = run.direction, box
    along = [x * dx + y * dy for x in (left, right) for y in (top, bottom)]
    return min(along), max(along)


def box_of(spots: Sequence[Spot], pages: Sequence[PageText]) -> tuple[int | None, BBox | None]:
    """Return the page, from 1, on which some spots start, and the rectangle around those of that page."""
    if not spots:
        return None, None
    page = spots[0][0]
    return page + 1, around([pages[page].glyphs[glyph].box for at, glyph in spots if at == page])
