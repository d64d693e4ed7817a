"""Every glyph of a fact is seen: its ink is on the paper, whole, and stands out from what is behind it.

The page is pictured as it is and without its text; the difference is what the text adds for a reader. It is
compared, glyph by glyph, with the ink that the text alone would leave, which nothing clips or covers.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.glyphs import BBox
from generator.proof.matching import Sighting, sight
from generator.proof.opened import OpenedPdf, PageView, pages_of
from generator.proof.thresholds import Limits, finding

FULL_INK = 200  # of 255: the core of a stroke, past the soft edge that the raster gives it
SEEN = 24  # of 255 in any of red, green and blue: less is what two rasters of one page differ by
EDGE_PIXELS = 2
MARGIN = 2  # pixels
LEAST_PIXELS = 3  # a full stop in small type still has as many at its core


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the facts of which a part is hidden, clipped, or too faint to read."""
    return tuple(
        problem
        for page, index in pages_of(pdf, expected)
        for one in sight(page.text, expected.pages[index].facts)
        for problem in _judge(page, one, expected.limits)
    )


def _judge(page: PageView, one: Sighting, limits: Limits) -> Iterator[Diagnostic]:
    box = page.text.box_of(one.glyphs)
    if any(page.text.runs[page.text.glyphs[glyph].run].is_mirrored for glyph in one.glyphs):
        message = f'the {one.kind} "{one.printed}" is printed as in a mirror'
        yield finding("text-mirrored", message, page=page.number, bbox=box, hint="take the transform off it")
        return
    worst = min((_share(page, page.text.glyphs[glyph].box) for glyph in one.glyphs), default=1.0)
    if worst < limits.visible_share:
        message = f'the {one.kind} "{one.printed}" is partly hidden: {worst:.0%} of one of its characters shows'
        hint = "something covers it, cuts it off, or has its colour; move one of the two"
        yield finding("ink-hidden", message, page=page.number, bbox=box, hint=hint)
        return
    contrast, wanted = _contrast(page, box), _wanted(page, one, limits)
    if contrast is not None and contrast < wanted:
        message = f'the {one.kind} "{one.printed}" has a contrast of {contrast:.1f} to 1; {wanted:g} is the least'
        hint = "use a darker colour on a lighter ground, or the other way round"
        yield finding("low-contrast", message, page=page.number, bbox=box, hint=hint)


def _share(page: PageView, box: BBox) -> float:
    """Return how much of the planned ink in a rectangle is to be seen, from 0 to 1.

    Ink within a pixel of what is seen counts as seen unless more than a few pixels are missing besides:
    two pictures of one outline differ by as much at its edge.
    """
    # Pixels around it are looked at too: ink of a neighbour at its edge may be seen just outside.
    where = page.pixels(box, margin=MARGIN)
    planned = np.zeros_like(page.ink[where], dtype=bool)
    planned[MARGIN:-MARGIN, MARGIN:-MARGIN] = page.ink[where][MARGIN:-MARGIN, MARGIN:-MARGIN] >= FULL_INK
    if np.count_nonzero(planned) < LEAST_PIXELS:
        return 1.0
    seen = _seen(page, where)
    gone = np.count_nonzero(planned & ~_spread(seen))
    return 1.0 if gone < EDGE_PIXELS else 1.0 - float(np.count_nonzero(planned & ~seen) / np.count_nonzero(planned))


def _spread(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels that are set or have one set beside, above or below them."""
    padded = np.pad(mask, 1)
    rows, columns = slice(1, -1), slice(1, -1)
    return mask | padded[:-2, columns] | padded[2:, columns] | padded[rows, :-2] | padded[rows, 2:]


def _seen(page: PageView, where: tuple[slice, slice]) -> NDArray[np.bool_]:
    difference = np.abs(page.normal[where].astype(np.int16) - page.art[where].astype(np.int16))
    seen: NDArray[np.bool_] = difference.max(axis=2) >= SEEN
    return seen


def _contrast(page: PageView, box: BBox) -> float | None:
    """Return the contrast (WCAG 2.2) of a text's ink and what is really behind it; None without ink."""
    where = page.pixels(box)
    core = page.ink[where] >= FULL_INK
    if np.count_nonzero(core) < LEAST_PIXELS:
        return None
    ink, ground = (np.median(picture[where][core], axis=0) for picture in (page.normal, page.art))
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: NDArray[np.float64]) -> float:
    """Return the relative luminance of an sRGB colour, by the formula of WCAG 2.2."""
    part = colour / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def _wanted(page: PageView, one: Sighting, limits: Limits) -> float:
    sizes = [page.text.runs[page.text.glyphs[glyph].run].size_pt for glyph in one.glyphs]
    return limits.large_contrast if sizes and min(sizes) >= limits.large_pt else limits.contrast
