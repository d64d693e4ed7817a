"""Fill the slots of a stock with the faces of a piece."""

from collections.abc import Iterator, Sequence

from generator.model.stock import Stock
from generator.sheets.marks import crop_marks
from generator.sheets.placing import Placement, Sheet
from generator.sheets.turning import Edge, back_of
from generator.units import EPSILON_MM


def fill_sheets(
    stock: Stock, faces: int, *, bleed: float, edge: Edge | None, copies: int | None = None, start_at: int = 1
) -> tuple[Sheet, ...]:
    """Return the sheets that carry a piece: fronts, each followed by its backs, in printing order.

    `copies` of None fills one sheet. `start_at` counts slots from 1 along the rows and leaves the ones
    before it free on the first sheet, for a sheet that is part used. With `edge` None, or an odd last
    face, a front has no back. Raises ValueError when `start_at` is no slot of the stock.
    """
    slots = len(stock.slots)
    if not 1 <= start_at <= slots:
        raise ValueError(f"the sheet has slots 1 to {slots}; {start_at} is none of them")
    wanted = slots - start_at + 1 if copies is None else copies
    sheets: list[Sheet] = []
    for front in range(0, faces, 2 if edge else 1):
        for free in _free_slots(slots, wanted, start_at):
            sheet = _one_face(stock, front, free, bleed)
            sheets.append(sheet)
            if edge and front + 1 < faces:
                sheets.append(back_of(sheet, front + 1, edge))
    return tuple(sheets)


def _free_slots(slots: int, copies: int, start_at: int) -> Iterator[Sequence[int]]:
    first = start_at - 1
    while copies > 0:
        taken = range(first, min(slots, first + copies))
        yield taken
        copies -= len(taken)
        first = 0


def _one_face(stock: Stock, face: int, free: Sequence[int], bleed: float) -> Sheet:
    bleed_x, bleed_y = _room_to_bleed(stock, bleed)
    boxes = stock.slots
    placed = tuple(Placement(face, slot, boxes[slot], 0, bleed_x, bleed_y) for slot in free)
    return Sheet(stock.sheet, placed, crop_marks(stock, bleed=max(bleed_x, bleed_y)) if stock.cut == "trim" else ())


def _room_to_bleed(stock: Stock, bleed: float) -> tuple[float, float]:
    """Return how far ink may run past the trim: half the gutter, or to the paper's edge when alone."""
    gap_x = stock.pitch.x.mm - stock.label.width
    gap_y = stock.pitch.y.mm - stock.label.height
    room_x = gap_x / 2 if stock.grid.columns > 1 else stock.origin.x.mm
    room_y = gap_y / 2 if stock.grid.rows > 1 else stock.origin.y.mm
    return (_clear(min(bleed, room_x)), _clear(min(bleed, room_y)))


def _clear(room: float) -> float:
    return room if room > EPSILON_MM else 0.0
