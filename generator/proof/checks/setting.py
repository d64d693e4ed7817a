"""All text is set to be read: large enough, inside the safe area, cut by nothing, the right way round, on nothing."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.glyphs import BBox, PageText, Run, around
from generator.proof.opened import OpenedPdf, PageView, pages_of
from generator.proof.thresholds import Limits, finding
from generator.units import Box

SIZE_ROUNDING_PT = 0.02
ON_ITS_HEAD = -0.3  # cosine of a baseline that leans further back than a spine's, which a head can follow


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the texts that are set too small, too far out, cut, distorted, mirrored or over each other."""
    buried = [_buried(number) for number in pdf.layer.buried if number <= len(expected.pages)]
    found = [one for page, _ in pages_of(pdf, expected) for one in _page(page, expected)]
    return (*buried, *found)


def _page(page: PageView, expected: Expected) -> Iterator[Diagnostic]:
    safe = expected.safe_area
    for run in page.runs:
        if run.glyphs:
            yield from _run(page, run, safe, expected.limits)
    yield from _overlaps(page, expected.limits)


def _run(page: PageView, run: Run, safe: Box, limits: Limits) -> Iterator[Diagnostic]:
    box = page.text.box_of(run.glyphs)
    for code, message, hint in (*_as_drawn(run, limits), *_inside(box, run, safe, limits)):
        words = f'"{page.text.words(run.glyphs)}"'
        yield _found(code, f"{words} {message}", page, box, hint)


def _as_drawn(run: Run, limits: Limits) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with the letters themselves: a code, what is said of them, and a hint."""
    if run.is_mirrored:
        yield "text-mirrored", "is printed as in a mirror", "take the transform off it"
    elif run.direction[0] < ON_ITS_HEAD:
        yield "text-turned", "stands on its head, where 988 reads as 886", "turn it the right way up"
    if run.size_pt < limits.min_text_pt - SIZE_ROUNDING_PT:
        message = f"is set in {run.size_pt:.1f} pt; {limits.min_text_pt:g} pt is the least here"
        yield "text-small", message, "set it larger, or shorten what stands around it"
    if not 1 / limits.stretch <= run.stretch <= limits.stretch or abs(run.slant) > limits.slant:
        message = "is squeezed, stretched or slanted: its letters are not as they were drawn"
        yield "text-distorted", message, "take the transform off it"


def _inside(box: BBox, run: Run, safe: Box, limits: Limits) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with the place of a text: a code, what is said of it, and a hint."""
    past = _past(box, safe.edges)
    if past > limits.safe_tolerance_mm:
        message = f"goes {past:.1f} mm past the safe area, {limits.safe_mm:g} mm inside the trim"
        yield "text-unsafe", message, "move it inward, or shorten it"
    cut = _past(box, run.clip) if run.clip else 0.0
    if cut > limits.clip_mm:
        yield "text-clipped", f"is cut off by {cut:.2f} mm", "give it more room, or shorten it"


def _found(code: str, message: str, page: PageView, box: BBox, hint: str) -> Diagnostic:
    return finding(code, message, page=page.number, bbox=box, hint=hint)


def _past(box: BBox, limit: BBox) -> float:
    return max(limit[0] - box[0], limit[1] - box[1], box[2] - limit[2], box[3] - limit[3])


def _buried(number: int) -> Diagnostic:
    message = "text stands inside a pattern or a mask, where it cannot be read back"
    hint = "write it in the template instead of a background picture"
    return finding("text-buried", message, page=number, hint=hint)


def _overlaps(page: PageView, limits: Limits) -> Iterator[Diagnostic]:
    """Yield the pairs of runs of which letters are printed over each other, each once."""
    text, told = page.text, set()
    near = [glyph for run in page.runs for glyph in run.glyphs]
    for one, other in _overlapping(text, np.array(sorted(near), dtype=np.intp), limits.overlap_share):
        first, second = sorted((text.glyphs[one].run, text.glyphs[other].run))
        if (first, second) in told:
            continue
        told.add((first, second))
        words = [f'"{text.words(text.runs[number].glyphs)}"' for number in dict.fromkeys((first, second))]
        box = around([text.glyphs[one].box, text.glyphs[other].box])
        message = f"letters of {' and '.join(words)} are printed over each other"
        yield _found("text-overlaps", message, page, box, "give them more room, or shorten one")


def _overlapping(text: PageText, glyphs: NDArray[np.intp], share: float) -> Iterator[tuple[int, int]]:
    """Yield pairs of some glyphs that lie on each other by more than a share of the smaller one.

    Each glyph is held against those that begin further down, nearest first, all glyphs at a time, until none
    reaches as far down. Letters that are drawn together, as Arabic ones are, may touch.
    """
    order = glyphs[np.argsort(text.boxes[glyphs, 1], kind="stable")]
    boxes = text.boxes[order]
    reaching = np.arange(len(boxes))
    for step in range(1, len(boxes)):
        reaching = reaching[: np.searchsorted(reaching, len(boxes) - step)]
        reaching = reaching[boxes[reaching + step, 1] < boxes[reaching, 3]]
        if not reaching.size:
            return
        for at in reaching[_shared(boxes[reaching], boxes[reaching + step]) > share]:
            one, other = int(order[at]), int(order[at + step])
            if not _are_joined(text, one, other):
                yield one, other


def _shared(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return of each pair of boxes the area in common, in parts of the smaller one."""
    across = np.minimum(above[:, 2], below[:, 2]) - np.maximum(above[:, 0], below[:, 0])
    down = np.minimum(above[:, 3], below[:, 3]) - np.maximum(above[:, 1], below[:, 1])
    common = np.clip(across, 0, None) * np.clip(down, 0, None)
    areas = [(one[:, 2] - one[:, 0]) * (one[:, 3] - one[:, 1]) for one in (above, below)]
    shared: NDArray[np.float64] = common / np.maximum(np.minimum(*areas), 1e-6)
    return shared


def _are_joined(text: PageText, one: int, other: int) -> bool:
    """Return whether two glyphs are one drawing, as "fi" is, or are set together and not both plain characters."""
    first, second = text.glyphs[one], text.glyphs[other]
    if first.run != second.run:
        return False
    return first.box == second.box or not (_is_plain(first.text) and _is_plain(second.text))


def _is_plain(char: str) -> bool:
    return char.isascii() and char.isalnum()
