"""All text stands out from what is really behind it, and a fact stands on plain ground."""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from generator.errors import Diagnostic
from generator.keeping import Kept, digest_of_bytes
from generator.proof.expected import Expected
from generator.proof.glyphs import BBox, Run
from generator.proof.matching import Sighting
from generator.proof.opened import OpenedPdf, PageView, pages_of
from generator.proof.thresholds import Limits, finding

AROUND = 4  # pixels beside a text that belong to its ground
# Colour pictures soften the edges of letters by two pixels to the left and right, and set them a part of one off.
SOFT = 2
NEAR = ((0, 0), (-2, 0), (-1, 0), (1, 0), (2, 0), (0, -1), (0, 1))  # across, down
LEAST_PIXELS = 4
ENOUGH_PIXELS, FEW_PIXELS = 10_000, 500
CORE = 0.9  # of a text's fullest ink: what is taken for its colour
DARKEST, LIGHTEST = 3, 97  # percentiles of the ground: a stray pixel makes no pattern
MOST_LOOKS = 8192  # some hundred bytes each
HINT = "use a darker colour on a lighter ground, or the other way round"


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the texts that are too faint, and the facts that something runs behind or through."""
    return tuple(one for page, index in pages_of(pdf, expected) for one in _page(page, index, expected))


def _page(page: PageView, index: int, expected: Expected) -> Iterator[Diagnostic]:
    limits = expected.limits
    known: set[int] = set()
    for one in page.sightings(expected.pages[index].facts):
        known.update(one.glyphs)
        found = (_of_fact(page, one, run, glyphs, limits) for run, glyphs in page.text.by_run(one.glyphs))
        yield from islice((problem for problem in found if problem), 1)
    for run in page.runs:
        if not known.issuperset(run.glyphs):
            yield from _of_text(page, run, limits)


def _of_fact(page: PageView, one: Sighting, run: Run, glyphs: Sequence[int], limits: Limits) -> Diagnostic | None:
    box = page.text.box_of(glyphs)
    look = _look(page, run, glyphs)
    if look is None:
        return None
    wanted = _wanted(run, limits)
    if look.contrast < wanted:
        message = f'the {one.kind} "{one.printed}" has a contrast of {look.contrast:.1f} to 1; {wanted:g} is the least'
        return finding("low-contrast", message, page=page.number, bbox=box, hint=HINT)
    if look.spread > limits.ground_contrast:
        message = f'the ground of the {one.kind} "{one.printed}" is not plain: {look.spread:.1f} to 1 within it'
        hint = "take the picture, pattern or line from behind it"
        return finding("ground-busy", message, page=page.number, bbox=box, hint=hint)
    return None


def _of_text(page: PageView, run: Run, limits: Limits) -> Iterator[Diagnostic]:
    look = _look(page, run, run.glyphs)
    wanted = _wanted(run, limits)
    if look and look.contrast < wanted:
        words = page.text.words(run.glyphs)
        message = f'"{words}" has a contrast of {look.contrast:.1f} to 1; {wanted:g} is the least'
        yield finding("low-contrast", message, page=page.number, bbox=page.text.box_of(run.glyphs), hint=HINT)


def _wanted(run: Run, limits: Limits) -> float:
    return limits.large_contrast if run.size_pt >= limits.large_pt else limits.contrast


class _Look(Struct, frozen=True):
    """Contrast ratios (WCAG 2.2): of a text and the ground nearest to it in tone, and within the ground."""

    contrast: float
    spread: float


# A text that looks as one did before, to the last pixel, looks the same: most of a county's texts are any county's.
_looks = Kept[_Look | None](MOST_LOOKS)


def _look(page: PageView, run: Run, glyphs: Sequence[int]) -> _Look | None:
    """Return how a text looks on its ground; None where it leaves no ink or fills its ground."""
    # At both ends of the line there is ground in any case; above and below it there may be a rule or a neighbour.
    ends = (SOFT, AROUND + SOFT) if run.is_level else (AROUND + SOFT, SOFT)
    where = page.pixels(_above_baseline(page, run, glyphs), more=ends)
    ink, picture = page.ink[where], page.normal[where]
    pixels = digest_of_bytes(repr(ink.shape).encode(), ink.tobytes(), picture.tobytes())
    return _looks.once(pixels, lambda: _look_of(ink, picture))


def _look_of(whole: NDArray[np.uint8], coloured: NDArray[np.uint8]) -> _Look | None:
    """Return how a text looks on its ground, by its ink and the picture of both."""
    # Of large letters some of the pixels tell as much as all of them.
    some = (slice(None, None, max(1, math.isqrt(whole.size // ENOUGH_PIXELS))),) * 2
    ink, picture = whole[some], coloured[some]
    core = ink >= max(CORE * int(ink.max(initial=0)), 1)
    ground = picture[_is_ground(whole)[some]]
    if len(ground) < LEAST_PIXELS:
        ground = picture[ink == 0]
    if np.count_nonzero(core) < LEAST_PIXELS or len(ground) < LEAST_PIXELS:
        return None
    colour = _colour(picture[core], ink[core], ground)
    tones = np.sort(_luminance(_some(ground, ENOUGH_PIXELS)))
    dark, light = (float(tones[len(tones) * percent // 100]) for percent in (DARKEST, LIGHTEST))
    own = float(_luminance(colour)[0])
    return _Look(min(_ratio(own, dark), _ratio(own, light)), _ratio(dark, light))


def _is_ground(ink: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return the pixels without ink near them, as far as the edges of their neighbourhood are known."""
    free, plain = ink == 0, np.zeros(ink.shape, dtype=bool)
    height, width = (side - 2 * SOFT for side in ink.shape)
    if height > 0 and width > 0:
        shifted = (free[SOFT + down :][:height, SOFT + across :][:, :width] for across, down in NEAR)
        plain[SOFT:-SOFT, SOFT:-SOFT] = np.logical_and.reduce(tuple(shifted))
    return plain


def _above_baseline(page: PageView, run: Run, glyphs: Sequence[int]) -> BBox:
    """Return the rectangle around some glyphs without what hangs below their line, where underlines are."""
    left, top, right, bottom = page.text.box_of(glyphs)
    x, y = page.text.glyphs[glyphs[0]].origin
    if run.is_level:
        return (left, top, right, min(bottom, y)) if run.is_upright else (left, max(top, y), right, bottom)
    if run.is_sideways:
        return (max(left, x), top, right, bottom) if run.direction[1] > 0 else (left, top, min(right, x), bottom)
    return (left, top, right, bottom)


def _colour(picture: NDArray[np.uint8], ink: NDArray[np.uint8], ground: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the colour of a text: where it is furthest from its ground, undone of what shows through thin strokes."""
    behind = _median(_some(ground, FEW_PIXELS))
    pure = behind + (_some(picture, FEW_PIXELS) - behind) / (_some(ink, FEW_PIXELS)[:, None] / 255)
    away = np.abs(pure - behind).sum(axis=1)
    furthest = np.argsort(away)[len(away) * 3 // 4 :]
    return np.asarray(np.clip(_median(pure[furthest]), 0, 255))


def _median(colours: NDArray[np.uint8] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each channel, as numpy has it, which loads its masked arrays for it."""
    ordered = np.sort(colours, axis=0).astype(np.float64)
    return np.asarray((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)


def _some(pixels: NDArray[np.uint8], enough: int) -> NDArray[np.uint8]:
    """Return about as many of the pixels as are enough, spread over all of them."""
    return pixels[:: max(1, len(pixels) // enough)]


def _luminance(colours: NDArray[np.uint8] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the relative luminance of sRGB colours, by the formula of WCAG 2.2."""
    levels = np.asarray(colours).astype(np.uint8).reshape(-1, 3)
    return np.asarray(_linear()[levels] @ np.array([0.2126, 0.7152, 0.0722]), dtype=np.float64)


@cache
def _linear() -> NDArray[np.float64]:
    """Return the light that each of the 256 levels of a channel stands for, from 0 to 1."""
    part = np.arange(256) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def _ratio(one: float, other: float) -> float:
    lighter, darker = max(one, other), min(one, other)
    return float((lighter + 0.05) / (darker + 0.05))
