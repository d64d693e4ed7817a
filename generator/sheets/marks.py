"""Crop marks for paper without perforation, outside everything that is kept, and dashes at the ends of folds."""

from collections.abc import Iterable, Iterator

from generator.model.stock import Stock
from generator.sheets.placing import Mark
from generator.units import Size

MARK_LENGTH_MM = 4.0
MARK_OFFSET_MM = 1.5  # from the trim or the bleed, so that a slightly crooked cut leaves no ink behind
FOLD_DASH_MM = 2.8  # inside the paper it ends before the panels do
FOLD_WIDTH_PT = 0.5  # a little stronger than a cut, for it is seen in short pieces
EDGE_MM = 4.2  # what office printers leave white at the paper's edge (1/6 in, the common figure)


def crop_marks(stock: Stock, *, bleed: float) -> tuple[Mark, ...]:
    """Return a mark at each end of every cut, in the margins around the slots, none where there is no room."""
    slots = stock.slots
    left, top = min(box.x for box in slots), min(box.y for box in slots)
    right, bottom = max(box.right for box in slots), max(box.bottom for box in slots)
    offset = bleed + MARK_OFFSET_MM
    above, below = _span(top, offset, 0), _span(bottom, offset, stock.sheet.height)
    before, after = _span(left, offset, 0), _span(right, offset, stock.sheet.width)
    across = _cuts((box.x, box.right) for box in slots)
    down = _cuts((box.y, box.bottom) for box in slots)
    upright = (Mark(x, span[0], x, span[1]) for x in across for span in (above, below) if span)
    level = (Mark(span[0], y, span[1], y) for y in down for span in (before, after) if span)
    return (*upright, *level)


def fold_marks(line: Mark, paper: Size) -> tuple[Mark, ...]:
    """Return a dash at each end of a fold: outside the trim, or just inside the printable edge without room there."""
    if line.x1 == line.x2:
        ends = (_fold_span(line.y1, 0), _fold_span(line.y2, paper.height))
        return tuple(_fold(line.x1, start, line.x1, end) for start, end in ends)
    ends = (_fold_span(line.x1, 0), _fold_span(line.x2, paper.width))
    return tuple(_fold(start, line.y1, end, line.y1) for start, end in ends)


def _fold(x1: float, y1: float, x2: float, y2: float) -> Mark:
    return Mark(x1, y1, x2, y2, width_pt=FOLD_WIDTH_PT, is_dashed=True)


def _fold_span(end: float, paper: float) -> tuple[float, float]:
    outside = _span(end, MARK_OFFSET_MM, paper)
    if outside:
        return outside
    inward = 1 if paper == 0 else -1
    start = end + inward * max(0.0, EDGE_MM - abs(end - paper))
    return (start, start + inward * FOLD_DASH_MM)


def _span(edge: float, offset: float, paper: float) -> tuple[float, float] | None:
    """Return where a mark starts and ends between the slots' edge and the paper's, or None without room."""
    outward = -1 if paper < edge else 1
    room = abs(edge - paper) - offset - (EDGE_MM if abs(edge - paper) > EDGE_MM + offset + 1 else 0)
    length = min(MARK_LENGTH_MM, room)
    if length < 1:
        return None
    start = edge + outward * offset
    return (start, start + outward * length)


def _cuts(edges: Iterable[tuple[float, float]]) -> Iterator[float]:
    """Yield each cut once, sorted; edges nearer than 0.01 mm are the same cut."""
    last = float("-inf")
    for position in sorted(position for pair in edges for position in pair):
        if position - last > 0.01:
            yield position
            last = position
