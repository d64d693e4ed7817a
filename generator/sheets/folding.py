"""How paper is folded: which page lies where on the flat sheet, which way up, and where it is folded or slit.

A folded piece is laid out in two steps. `sides_of` says what stands on each side of its flat sheet; the sides
then fill the slots of a stock like the faces of any piece, and `unfolded` puts the pages in their places.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

from msgspec import Struct
from msgspec.structs import replace

from generator.model.product import Fold
from generator.sheets.marks import fold_marks
from generator.sheets.placing import Label, Mark, Placement, Rotation, Sheet
from generator.sheets.turning import Edge, turns_sideways
from generator.units import Box, Size

# The panel of a trifold that is folded in first is 1/16 in narrower, so that it does not buckle in the fold: letter
# panels of 3 5/8, 3 11/16 and 3 11/16 in are the printers' usual figures (1/32 in for thin paper, 1/8 for heavy).
FLAP_SHORTER_MM = 25.4 / 16
# Each face of a tent takes 36 % of the sheet's height; the rest is two flaps that overlap into its base.
TENT_SHARE = 0.36
NOTE_ROOM_MM = 20.0  # a flap less deep has no room for words beside its folds
CLEAR_MM = 3.0  # text keeps this far from folds and slits: a fold by hand is up to 2 mm off
# Office staplers take about 20 sheets; longer booklets are folded as several signatures, one behind the other.
SHEETS_A_SIGNATURE = 20
PAGES_A_SHEET = 4
ONE_SIDED: frozenset[Fold] = frozenset({"zine", "tent", "tent-card"})
TENT_LABELS: Mapping[str, tuple[str, ...]] = {"fold_under": ()}  # what stands on a tent's flap
SHOWS_NO_MARKS: frozenset[Fold] = frozenset({"booklet"})  # a stack is folded edge to edge
# The folds of these run between pages, so that none crosses a face.
BETWEEN_PAGES = ONE_SIDED | {"booklet"}
# The pages of a zine as they lie on its sheet, from 0; those of the upper row stand on their heads.
ZINE_ROWS = ((6, 5, 4, 3), (7, 0, 1, 2))


class Side(Struct, frozen=True):
    """One side of a flat sheet before it is folded: its pages, and the lines it is folded and slit along."""

    size: Size
    pages: tuple[Placement, ...]
    folds: tuple[Mark, ...] = ()
    slits: tuple[Mark, ...] = ()
    note: Box | None = None  # where words on how to fold may stand: nobody sees it afterwards

    @property
    def mirrored(self) -> "Side":
        """The side for a language read from right to left: every page, fold and slit on the other hand."""
        width = self.size.width
        pages = (replace(one, box=replace(one.box, x=width - one.box.right)) for one in self.pages)
        return replace(self, pages=tuple(pages), folds=_mirrored(self.folds, width), slits=_mirrored(self.slits, width))


def flat_size(fold: Fold | None, page: Size) -> Size:
    """Return the paper that a piece takes before it is folded; `page` is the size that its product names."""
    width, height = page.width, page.height
    sizes = {
        "zine": Size(4 * width, 2 * height),
        "tent": Size(width, height / TENT_SHARE),
        "tent-card": Size(width, 2 * height),
        "booklet": Size(2 * width, height),
    }
    return sizes.get(fold or "", page)


def folded_size(fold: Fold | None, page: Size) -> Size:
    """Return how large a piece is once it is folded; `page` is the size that its product names."""
    return Size(max(panel_widths(fold, page, 0)), page.height)


def turning_edge(fold: Fold, sheet: Size) -> Edge | None:
    """Return the edge a folded sheet is turned on between its sides, as a page is turned; None for one side."""
    if fold in ONE_SIDED:
        return None
    return "short-edge" if turns_sideways(sheet, "short-edge") else "long-edge"


def panel_widths(fold: Fold | None, size: Size, side: int) -> tuple[float, ...]:
    """Return how wide the panels of a flat side are, in reading direction. Sides count from 0, the outside.

    The outside of a trifold begins with its flap and ends with its cover; the inside ends with the flap.
    """
    if fold == "half":
        return (size.width / 2, size.width / 2)
    if fold != "trifold":
        return (size.width,)
    wide = (size.width + FLAP_SHORTER_MM) / 3
    outside = (size.width - 2 * wide, wide, wide)
    return outside if side == 0 else outside[::-1]


def panels(fold: Fold | None, size: Size, side: int) -> tuple[tuple[float, float], ...]:
    """Return where each panel of a flat side begins, from the edge that reading begins at, and how wide it is."""
    ends = [0.0, *accumulate(panel_widths(fold, size, side))]
    return tuple((start, end - start) for start, end in pairwise(ends))


def sides_of(
    fold: Fold, page: Size, pages: int, *, is_rtl: bool = False, caliper: float = 0.0, ends_on_cover: bool = False
) -> tuple[Side, ...]:
    """Return the sides of the flat sheets of a piece with so many pages, in printing order.

    `caliper` is the paper's thickness in millimetres, by which booklets creep. With `ends_on_cover` the last page
    of a booklet stays its back cover, and blank pages come before it rather than after it.
    """
    if fold == "zine":
        made: tuple[Side, ...] = (_zine(page),)
    elif fold in {"tent", "tent-card"}:
        made = (_tent(page, flat_size(fold, page), pages),)
    elif fold == "booklet":
        made = tuple(_booklet(page, _with_blanks(pages, ends_on_cover=ends_on_cover), caliper))
    else:
        made = tuple(_flat(fold, page, side) for side in range(pages))
    return tuple(side.mirrored for side in made) if is_rtl else made


def folds_of_faces(fold: Fold | None, size: Size, faces: int, *, is_rtl: bool) -> tuple[tuple[Mark, ...], ...]:
    """Return the folds that cross each face, from its trimmed top left corner; none where they run between pages."""
    if fold is None or fold in BETWEEN_PAGES:
        return ((),) * faces
    return tuple(side.folds for side in sides_of(fold, size, faces, is_rtl=is_rtl))


def unfolded(sheet: Sheet, sides: Sequence[Side], *, fold: Fold, note: str = "") -> Sheet:
    """Return a sheet with pages in the place of the flat sides that fill its slots, and the marks to fold by.

    `note` says how to fold, to the person who does it.
    """
    placed: list[Placement] = []
    marks = list(sheet.marks)
    for slot in sheet.placements:
        side = sides[slot.face]
        placed += [_in_slot(page, side, slot) for page in side.pages]
        marks += [_line_in_slot(line, side.size, slot) for line in side.slits]
        if fold not in SHOWS_NO_MARKS:
            lines = (_line_in_slot(line, side.size, slot) for line in side.folds)
            marks += [mark for line in lines for mark in fold_marks(line, sheet.size)]
    labels = (*sheet.labels, *_notes(sheet, sides, note)) if note else sheet.labels
    return replace(sheet, placements=tuple(placed), marks=tuple(dict.fromkeys(marks)), labels=labels)


def _notes(sheet: Sheet, sides: Sequence[Side], note: str) -> Iterator[Label]:
    for slot in sheet.placements:
        side = sides[slot.face]
        if side.note and slot.rotation in {0, 180}:
            yield Label(note, _box_in_slot(side.note, side.size, slot), size_pt=8, align="center")


def _flat(fold: Fold, size: Size, side: int) -> Side:
    ends = list(accumulate(panel_widths(fold, size, side)))[:-1]
    folds = tuple(Mark(x, 0, x, size.height) for x in ends)
    return Side(size, (Placement(side, 0, Box(0, 0, size.width, size.height)),), folds)


def _zine(page: Size) -> Side:
    """Eight pages around one slit: folded lengthwise and pushed together, the leaves stand like a plus sign."""
    width, height = page.width, page.height
    rotations: tuple[Rotation, ...] = (180, 0)
    pages = tuple(
        Placement(number, 0, Box(column * width, row * height, width, height), rotations[row])
        for row, numbers in enumerate(ZINE_ROWS)
        for column, number in enumerate(numbers)
    )
    upright = tuple(Mark(column * width, 0, column * width, 2 * height) for column in (1, 2, 3))
    level = Mark(0, height, 4 * width, height)
    return Side(Size(4 * width, 2 * height), pages, (*upright, level), (Mark(width, height, 3 * width, height),))


def _tent(page: Size, flat: Size, faces: int) -> Side:
    """Two faces back to back, the far one on its head; one face alone stands on both."""
    flap = flat.height / 2 - page.height
    far = Placement(faces - 1, 0, Box(0, flap, page.width, page.height), 180)
    near = Placement(0, 0, Box(0, flap + page.height, page.width, page.height))
    heights = (flap, flat.height / 2, flat.height - flap) if flap > 0.5 else (flat.height / 2,)
    note = Box(0, flat.height - flap / 2 - 3, flat.width, 6) if flap > NOTE_ROOM_MM else None
    return Side(flat, (far, near), tuple(Mark(0, y, flat.width, y) for y in heights), note=note)


def _with_blanks(pages: int, *, ends_on_cover: bool) -> list[int | None]:
    """Return the pages of a booklet, filled up with blank ones (None) to whole sheets."""
    blanks: list[int | None] = [None] * (-pages % PAGES_A_SHEET)
    numbers: list[int | None] = list(range(pages))
    last = len(numbers) - 1 if ends_on_cover else len(numbers)
    return [*numbers[:last], *blanks, *numbers[last:]]


def signatures(sheets: int) -> tuple[int, ...]:
    """Return how many sheets each signature of a booklet has: few enough for a stapler, and as even as can be."""
    count = max(1, -(-sheets // SHEETS_A_SIGNATURE))
    return tuple(sheets // count + (number < sheets % count) for number in range(count))


def _booklet(page: Size, numbers: Sequence[int | None], caliper: float) -> Iterator[Side]:
    start = 0
    for sheets in signatures(len(numbers) // PAGES_A_SHEET):
        signature = numbers[start : start + sheets * PAGES_A_SHEET]
        for sheet in range(sheets):
            # Inner sheets are pushed outward by the paper they lie in: their pages move towards the fold as far.
            creep = sheet * caliper
            first, last = 2 * sheet, len(signature) - 1 - 2 * sheet
            yield _spread(page, signature[last], signature[first], creep)
            yield _spread(page, signature[first + 1], signature[last - 1], creep)
        start += len(signature)


def _spread(page: Size, left: int | None, right: int | None, creep: float) -> Side:
    """Two pages beside a fold, moved towards it; what would cross the fold is cut away."""
    width, height = page.width, page.height
    places = ((left, creep), (right, width - creep))
    placed = (Placement(number, 0, Box(x, 0, width, height), 0, -creep) for number, x in places if number is not None)
    return Side(Size(2 * width, height), tuple(placed), (Mark(width, 0, width, height),))


def _in_slot(page: Placement, side: Side, slot: Placement) -> Placement:
    """Return a page of a flat side where the slot puts it on the sheet."""
    turn = _ROTATIONS[(page.rotation + slot.rotation) % 360]
    bleed = (page.bleed_x, page.bleed_y)
    if page.box.size == side.size:
        bleed = (slot.bleed_x, slot.bleed_y)
    elif slot.rotation in {90, 270}:
        bleed = (page.bleed_y, page.bleed_x)
    return Placement(page.face, slot.slot, _box_in_slot(page.box, side.size, slot), turn, *bleed)


_ROTATIONS: dict[int, Rotation] = {0: 0, 90: 90, 180: 180, 270: 270}


def _box_in_slot(box: Box, flat: Size, slot: Placement) -> Box:
    """Return where a box of a flat side lies once the side is turned clockwise into its slot."""
    x, y, width, height = box.x, box.y, box.width, box.height
    turned = {
        0: Box(x, y, width, height),
        90: Box(flat.height - box.bottom, x, height, width),
        180: Box(flat.width - box.right, flat.height - box.bottom, width, height),
        270: Box(y, flat.width - box.right, height, width),
    }[slot.rotation]
    return replace(turned, x=turned.x + slot.box.x, y=turned.y + slot.box.y)


def _line_in_slot(line: Mark, flat: Size, slot: Placement) -> Mark:
    box = _box_in_slot(Box(line.x1, line.y1, line.x2 - line.x1, line.y2 - line.y1), flat, slot)
    return replace(line, x1=box.x, y1=box.y, x2=box.right, y2=box.bottom)


def _mirrored(lines: Sequence[Mark], width: float) -> tuple[Mark, ...]:
    return tuple(replace(line, x1=width - line.x2, x2=width - line.x1) for line in lines)
