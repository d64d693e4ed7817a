"""What belongs together is read in the plan's order: by a screen reader, and by the eye, down and across."""

from collections.abc import Iterator, Sequence

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.flow import Flow, Spot, box_of
from generator.proof.glyphs import BBox
from generator.proof.opened import OpenedPdf
from generator.proof.thresholds import finding

# Of the smaller text's width or height: with so much in common, two stand in one column or in one row.
IN_COMMON = 0.5


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the texts that are read, or stand, before one that the plan has first."""
    if not expected.is_tagged:
        return ()
    return tuple(one for run in expected.order for one in (*_as_tagged(pdf, run), *_as_seen(pdf, run, expected)))


def _as_tagged(pdf: OpenedPdf, run: Sequence[str]) -> Iterator[Diagnostic]:
    """Yield the first text of a run whose place in the tags is before the one that it should follow."""
    position, before = 0, ""
    for text in run:
        places = list(pdf.flow.spans(text))
        if not places:
            continue  # the facts check says so when it should be there
        end = pdf.flow.follows(text, position)
        if end is None:
            yield _finding(pdf, text, before, pdf.flow.spots(*places[0]), "a screen reader reads")
            return
        position, before = end, text


def _as_seen(pdf: OpenedPdf, run: Sequence[str], expected: Expected) -> Iterator[Diagnostic]:
    """Yield the first text of a run that stands above, or in its row before, one that it should follow."""
    earlier: list[tuple[str, int, BBox]] = []
    for text in run:
        spots = _only_place(pdf.flow, text)
        page, box = box_of(spots, pdf.texts)
        if page is None or box is None or not _is_level(pdf, spots):
            continue
        for other, other_page, other_box in earlier:
            if page < other_page or (page == other_page and _is_before(box, other_box, expected.direction)):
                yield _finding(pdf, text, other, spots, "the page shows")
                return
        earlier.append((text, page, box))


def _only_place(flow: Flow, text: str) -> tuple[Spot, ...]:
    """Return the spots of a text that stands in one place only; none where it is repeated."""
    places = list(flow.spans(text))
    return flow.spots(*places[0]) if len(places) == 1 else ()


def _is_level(pdf: OpenedPdf, spots: Sequence[Spot]) -> bool:
    page, glyph = spots[0]
    text = pdf.texts[page]
    run = text.runs[text.glyphs[glyph].run]
    return run.is_level and run.direction[0] > 0


def _is_before(one: BBox, other: BBox, direction: str) -> bool:
    """Return whether a text comes before another to the eye: above it in a column, before it in a row."""
    if _in_common(one, other, 0):
        return one[1] < other[1]
    if not _in_common(one, other, 1):
        return False
    return one[0] > other[0] if direction == "rtl" else one[0] < other[0]


def _in_common(one: BBox, other: BBox, axis: int) -> bool:
    """Return whether two boxes share most of the smaller one's width (axis 0) or height (axis 1)."""
    common = min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])
    return common > IN_COMMON * min(one[axis + 2] - one[axis], other[axis + 2] - other[axis])


def _finding(pdf: OpenedPdf, text: str, before: str, spots: Sequence[Spot], who: str) -> Diagnostic:
    page, box = box_of(spots, pdf.texts)
    message = f'{who} "{text}" before "{before}"; the plan has them the other way round'
    hint = "keep the order of the plan in the template, and do not reverse it in CSS"
    return finding("reading-order", message, page=page, bbox=box, hint=hint)
