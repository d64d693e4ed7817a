"""Fill the slots of a stock with the faces of pieces."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from msgspec import Struct

from generator.keeping import OfObjects
from generator.model.stock import Stock
from generator.sheets.marks import crop_marks
from generator.sheets.placing import Placement, Sheet
from generator.sheets.turning import Edge, backs_of
from generator.units import EPSILON_MM

Used = Sequence[frozenset[int]]  # of each part-used sheet, its used slots, counted from 1 along the rows


class Leaf(Struct, frozen=True):
    """What fills one slot: a face, and the face behind it, if there is one."""

    front: int
    back: int | None = None


def fill_sheets(
    stock: Stock,
    faces: int,
    *,
    bleed: float,
    edge: Edge | None,
    copies: int | None = None,
    start_at: int = 1,
    used: Used = (),
) -> tuple[Sheet, ...]:
    """Return the sheets that carry a piece: fronts, each followed by its backs, in printing order.

    `copies` of None fills one sheet. `start_at` counts slots from 1 along the rows and leaves the ones before it
    free on the first sheet, as if they were `used`. With `edge` None a front has no back; with an edge each has
    one, a blank where the faces run out. Raises ValueError when a slot is none of the stock's.
    """
    make = partial(_filled, stock, faces, bleed=bleed, edge=edge, copies=copies, start_at=start_at, used=used)
    return _FILLED.get((stock,), make, faces, bleed, edge, copies, start_at, tuple(used))


_FILLED = OfObjects[tuple[Sheet, ...]](64)  # those of one product are the same in every edition


def _filled(
    stock: Stock, faces: int, *, bleed: float, edge: Edge | None, copies: int | None, start_at: int, used: Used
) -> tuple[Sheet, ...]:
    used = used or (frozenset(range(1, start_at)),)
    first = _free(len(stock.slots), used, start_at)[0]
    wanted = len(first) if copies is None else copies
    sheets: list[Sheet] = []
    for leaf in leaves(faces, is_two_sided=edge is not None):
        sheets += place_leaves(stock, [leaf] * wanted, bleed=bleed, edge=edge, used=used)
    return tuple(sheets)


def leaves(faces: int, *, is_two_sided: bool, first: int = 0) -> Iterator[Leaf]:
    """Yield the leaves that so many faces make, numbered from `first`."""
    last = first + faces
    for front in range(first, last, 2 if is_two_sided else 1):
        yield Leaf(front, front + 1 if is_two_sided and front + 1 < last else None)


def place_leaves(
    stock: Stock, wanted: Sequence[Leaf], *, bleed: float, edge: Edge | None, used: Used = (), in_stacks: bool = False
) -> tuple[Sheet, ...]:
    """Return the sheets that carry these leaves, in order along the slots, used slots left free.

    `in_stacks` deals them so that once the whole pile is cut, the pile of the first slot laid on that of the
    second and so on has them in order. Raises ValueError when a slot is none of the stock's.
    """
    places = list(_places(len(wanted), _free(len(stock.slots), used, None), len(stock.slots)))
    order = sorted(places, key=lambda place: (place[1], place[0])) if in_stacks else places
    on_sheet: dict[int, list[tuple[int, Leaf]]] = {}
    for (number, slot), leaf in zip(order, wanted, strict=True):
        on_sheet.setdefault(number, []).append((slot, leaf))
    return tuple(side for number in sorted(on_sheet) for side in _sides(stock, on_sheet[number], bleed, edge))


def _free(slots: int, used: Used, start_at: int | None) -> list[tuple[int, ...]]:
    """Return the free slots (from 0) of each part-used sheet, and of at least one. Raises ValueError."""
    if start_at is not None and not 1 <= start_at <= slots:
        raise ValueError(f"the sheet has slots 1 to {slots}; {start_at} is none of them")
    for number, taken in enumerate(used, 1):
        if taken - set(range(1, slots + 1)):
            raise ValueError(f"the sheet has slots 1 to {slots}; {max(taken)} is none of them")
        if len(taken) == slots:
            raise ValueError(f"all {slots} slots of sheet {number} are used; leave that sheet out")
    return [tuple(slot for slot in range(slots) if slot + 1 not in taken) for taken in used or (frozenset(),)]


def _places(count: int, part_used: Sequence[Sequence[int]], slots: int) -> Iterator[tuple[int, int]]:
    """Yield so many places as (sheet, slot): those free on part-used sheets, then whole sheets."""
    number = 0
    while count > 0:
        free = part_used[number] if number < len(part_used) else range(slots)
        for slot in free[:count]:
            yield number, slot
        count -= len(free)
        number += 1


def _sides(stock: Stock, placed: Iterable[tuple[int, Leaf]], bleed: float, edge: Edge | None) -> Iterator[Sheet]:
    """Yield the front of a sheet and, when it is printed on both sides, its back, be it blank."""
    filled = sorted(placed, key=lambda one: one[0])
    bleed_x, bleed_y = _room_to_bleed(stock, bleed)
    boxes = stock.slots
    fronts = tuple(Placement(leaf.front, slot, boxes[slot], 0, bleed_x, bleed_y) for slot, leaf in filled)
    marks = crop_marks(stock, bleed=max(bleed_x, bleed_y)) if stock.cut == "trim" else ()
    front = Sheet(stock.sheet, fronts, marks)
    yield front
    if edge:
        yield backs_of(front, [leaf.back for _, leaf in filled], edge)


def _room_to_bleed(stock: Stock, bleed: float) -> tuple[float, float]:
    """Return how far ink may run past the trim: half the gutter, or to the paper's edge when alone."""
    gap_x = stock.pitch.x.mm - stock.label.width
    gap_y = stock.pitch.y.mm - stock.label.height
    room_x = gap_x / 2 if stock.grid.columns > 1 else stock.origin.x.mm
    room_y = gap_y / 2 if stock.grid.rows > 1 else stock.origin.y.mm
    return (_clear(min(bleed, room_x)), _clear(min(bleed, room_y)))


def _clear(room: float) -> float:
    return room if room > EPSILON_MM else 0.0


_RANGE = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?", re.ASCII)


def parse_used(text: str) -> tuple[frozenset[int], ...]:
    """Return the used slots of each sheet, written like "1-3,7; 1": a semicolon between sheets. Raises ValueError."""
    return tuple(_parse_sheet(part.strip()) for part in text.split(";"))


def _parse_sheet(text: str) -> frozenset[int]:
    slots: set[int] = set()
    for part in text.split(",") if text else ():
        match = _RANGE.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last:
            raise ValueError(
                f'"{part.strip()}" is no slot; write slots like 1-3,7 and a semicolon between sheets, like "1-3,7; 1"'
            )
        slots |= set(range(first, last + 1))
    return frozenset(slots)
