"""Every glyph is seen whole: nothing covers it, cuts it off, thins it or takes its ink away.

What text adds to the page (`PageView.seen`) is compared, pixel by pixel, with the ink that the text alone would
leave. The two are drawn by one renderer from the same outlines, so that any difference is ink that is lost.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.glyphs import BBox
from generator.proof.matching import Sighting
from generator.proof.opened import OpenedPdf, PageView, Picture, pages_of
from generator.proof.thresholds import finding

CLOSE_DPI = 1200.0  # 0.1 mm is five pixels
CLOSE_PIXELS = 1_000_000
CLOSE_MARGIN_MM = 0.2
ROUNDING = 4  # of 255: what the blending of a translucent text is rounded by
HINT = "something covers it, cuts it off, or takes its ink away; move one of the two"


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the facts and other texts of which a part is hidden."""
    return tuple(one for page, index in pages_of(pdf, expected) for one in _page(page, index, expected))


def _page(page: PageView, index: int, expected: Expected) -> Iterator[Diagnostic]:
    whole = _Patch(page.ink, page.seen, page.origin_mm, page.pixels_per_mm)
    lost = {number: _lost(whole, page, page.text.runs[number].glyphs) for number in page.run_numbers}
    known: set[int] = set()
    for one in page.sightings(expected.pages[index].facts):
        known.update(one.glyphs)
        gone = {glyph: lost.get(page.text.glyphs[glyph].run, {}).get(glyph, 0.0) for glyph in one.glyphs}
        yield from _of_fact(page, one, gone | _lost_close(page, one.glyphs), expected.limits.visible_share)
    for number, gone in lost.items():
        others = [glyph for glyph in page.text.runs[number].glyphs if glyph not in known]
        yield from _of_text(page, others, gone, expected.limits.text_visible_share)


def _of_fact(page: PageView, one: Sighting, gone: dict[int, float], least: float) -> Iterator[Diagnostic]:
    shown = 1 - max(gone.values(), default=0.0)
    if shown < least:
        message = f'the {one.kind} "{one.printed}" is partly hidden: {shown:.0%} of one of its characters shows'
        yield finding("ink-hidden", message, page=page.number, bbox=page.text.box_of(one.glyphs), hint=HINT)


def _of_text(page: PageView, glyphs: Sequence[int], lost: dict[int, float], least: float) -> Iterator[Diagnostic]:
    hidden = [glyph for glyph in glyphs if 1 - lost.get(glyph, 0.0) < least]
    if hidden:
        message = f'of "{page.text.words(hidden)}" only a part shows'
        yield finding("ink-hidden", message, page=page.number, bbox=page.text.box_of(hidden), hint=HINT)


class _Patch(Struct, frozen=True):
    """A part of a page: its ink, what is seen of it, where its corner lies in mm, and its pixels a millimetre."""

    ink: Picture
    seen: Picture
    corner: tuple[float, float]
    scale: float

    def at(self, box: BBox) -> tuple[slice, slice]:
        """Return the rows and columns that cover a rectangle."""
        left, top = self.corner
        rows = slice(max(math.floor((box[1] - top) * self.scale), 0), max(math.ceil((box[3] - top) * self.scale), 0))
        columns = max(math.floor((box[0] - left) * self.scale), 0), max(math.ceil((box[2] - left) * self.scale), 0)
        return rows, slice(*columns)


def _lost_close(page: PageView, glyphs: Sequence[int]) -> dict[int, float]:
    """Return what is lost of a fact that something is painted over, looked at so closely that a hair is wide."""
    if not page.is_under_something(glyphs):
        return {}
    box = page.text.box_of(glyphs)
    left, top, right, bottom = (edge + side * CLOSE_MARGIN_MM for edge, side in zip(box, (-1, -1, 1, 1), strict=True))
    area = (right - left) * (bottom - top) / 25.4**2
    dpi = min(CLOSE_DPI, math.sqrt(CLOSE_PIXELS / area))
    left, top = max(left, page.origin_mm[0]), max(top, page.origin_mm[1])
    patch = _Patch(*page.close_ink((left, top, right, bottom), dpi), (left, top), dpi / 25.4)
    return {key: share for _, members in page.text.by_run(glyphs) for key, share in _lost(patch, page, members).items()}


def _lost(patch: _Patch, page: PageView, glyphs: Sequence[int]) -> dict[int, float]:
    """Return for each glyph of a run that is not seen whole the share of its ink that is lost.

    A run that is translucent as a whole is seen whole here: its contrast is looked at by another check.
    """
    where = patch.at(page.text.box_of(glyphs))
    ink, seen = patch.ink[where], patch.seen[where]
    if np.array_equal(ink, seen):
        return {}
    strength = _strength(ink, seen)
    gone = np.clip(ink * strength - seen - ROUNDING, 0, None) if strength else ink.astype(np.float32)
    if not gone.any():
        return {}
    origin = where[0].start, where[1].start
    return {index: _share(patch.at(page.text.glyphs[index].box), origin, ink, gone) for index in glyphs}


def _strength(ink: Picture, seen: Picture) -> float:
    """Return how opaque a text is at its most opaque, from 0 to 1."""
    core = ink >= ink.max(initial=1)
    return float(seen[core].max(initial=0)) / float(ink.max(initial=1))


def _share(at: tuple[slice, slice], origin: tuple[int, int], ink: Picture, gone: NDArray[np.float32]) -> float:
    rows, columns = at
    where = (
        slice(rows.start - origin[0], rows.stop - origin[0]),
        slice(columns.start - origin[1], columns.stop - origin[1]),
    )
    whole = float(ink[where].sum())
    return float(gone[where].sum()) / whole if whole else 0.0
