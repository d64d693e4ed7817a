"""Crop marks for paper without perforation, outside everything that is kept."""

from collections.abc import Iterable, Iterator

from generator.model.stock import Stock
from generator.sheets.placing import Mark

MARK_LENGTH_MM = 4.0
MARK_OFFSET_MM = 1.5  # from the trim or the bleed, so that a slightly crooked cut leaves no ink behind
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
