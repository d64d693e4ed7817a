"""The text of a whole file as a screen reader says it, with the glyph that each character stands for."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from generator.proof.glyphs import WORD_GAP, BBox, PageText, around, same_characters
from generator.proof.structure import Element
from generator.units import MM_PER_UNIT

MM = MM_PER_UNIT["pt"]
Numbers = NDArray[np.float64]
Spot = tuple[int, int]  # a page, from 0, and a glyph on it


class Flow(Struct, frozen=True, dict=True):
    """The text in reading order. `at[i]` is the spot of its character i, None for a space between words."""

    text: str
    at: tuple[Spot | None, ...]

    @cached_property
    def _letters(self) -> tuple[str, list[int]]:
        """Letters and digits alone, which no setting changes, and where each stands in the text."""
        kept = [index for index, char in enumerate(self.text) if char.isalnum()]
        return "".join(self.text[index].casefold()[:1] for index in kept), kept

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


@lru_cache(maxsize=16384)
def bare(text: str) -> str:
    """Return the letters and digits of a text, in lower case: what stays the same however it is set."""
    return "".join(char.casefold()[:1] for char in same_characters(text) if char.isalnum())


def flow_of(elements: Sequence[Element], pages: Sequence[PageText]) -> Flow:
    """Return the flow of a tagged file: the content of its tags, in their order."""
    contents = elements[0].contents if elements else ()
    spots = [(one.page, glyph) for one in contents for glyph in pages[one.page].by_content.get(one.number, ())]
    text: list[str] = []
    at: list[Spot | None] = []
    for spot, is_apart in zip(spots, _are_apart(spots, pages), strict=True):
        if is_apart:
            text.append(" ")
            at.append(None)
        chars = same_characters(pages[spot[0]].glyphs[spot[1]].text)
        text.append(chars)
        at += [spot] * len(chars)
    return Flow("".join(text), tuple(at))


def _are_apart(spots: Sequence[Spot], pages: Sequence[PageText]) -> list[bool]:
    """Return for each spot whether there is a space before it: another page, another line, or a gap."""
    if len(spots) < 2:
        return [False] * len(spots)
    starts = np.cumsum([0, *(len(page.glyphs) for page in pages)])
    at, of_page = np.array([starts[page] + glyph for page, glyph in spots]), np.array([page for page, _ in spots])
    boxes, origins, lying = (
        np.concatenate([getattr(page, name) for page in pages])[at] for name in ("boxes", "origins", "lying")
    )
    dx, dy, em = lying[1:].T
    (x, y), (next_x, next_y) = origins[:-1].T, origins[1:].T
    rise = np.abs((next_y - y) * dx - (next_x - x) * dy)
    (first_start, first_end), (second_start, second_end) = _ends(boxes[:-1], dx, dy), _ends(boxes[1:], dx, dy)
    start = np.minimum(next_x * dx + next_y * dy, second_start)
    gap = np.maximum(start - first_end, first_start - second_end)
    apart = (of_page[1:] != of_page[:-1]) | (rise > em / 2) | (gap > WORD_GAP * em)
    return [False, *apart.tolist()]


def _ends(boxes: Numbers, dx: Numbers, dy: Numbers) -> tuple[Numbers, Numbers]:
    """Return where boxes start and end along their baselines."""
    left, top, right, bottom = boxes.T
    along = np.stack([x * dx + y * dy for x in (left, right) for y in (top, bottom)])
    return along.min(axis=0), along.max(axis=0)


def box_of(spots: Sequence[Spot], pages: Sequence[PageText]) -> tuple[int | None, BBox | None]:
    """Return the page, from 1, on which some spots start, and the rectangle around those of that page."""
    if not spots:
        return None, None
    page = spots[0][0]
    return page + 1, around([pages[page].glyphs[glyph].box for at, glyph in spots if at == page])
