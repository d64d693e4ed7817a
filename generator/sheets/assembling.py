"""The sheets that a tiled face is glued together of: the tiles with their marks, and the map that comes first."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from generator.model.language import Language
from generator.sheets.marks import EDGE_MM
from generator.sheets.placing import Label, Mark, Placement, Sheet, height_of
from generator.sheets.tiling import MARGIN_MM, Tiling
from generator.units import Box, Length, Size

OVERCUT_MM = 1.5  # of art past each trim mark: a printer or a knife that is 1 mm out leaves no white line
MARK_GAP_MM = 1.0  # from that art, so that a slightly crooked cut leaves no mark behind
ART_EDGE_MM = OVERCUT_MM + MARK_GAP_MM  # of marks and words from the tile's trim
MAP_FOOT_MM = 16.0
STEP_PT = 9.0
GLUE_WIDTH_PT = 1.5
GLUE_GREY = 0.55

STEPS: Mapping[str, tuple[str, ...]] = {
    "tiles_lay": (),
    "tiles_cut": (),
    "tiles_join": ("overlap",),
    "tiles_finish": (),
}
TILE_LABELS: Mapping[str, tuple[str, ...]] = {
    "actual_size": (),
    "sheet_size": ("inches", "millimetres"),
    "tile_name": ("row", "column"),
    "tile_line": ("tile", "rows", "columns", "title"),
    "tile_glue": (),
    "tiles_count": ("count", "paper", "poster"),
    **STEPS,
}


def tiled_sheets(tiling: Tiling, face: int, *, title: str, language: Language, bleed: float = 0.0) -> tuple[Sheet, ...]:
    """Return the map that shows how the tiles go together, then the tiles row by row.

    The words are in the language given, which has to have every one of TILE_LABELS. `bleed` is how far the face's
    ink runs past its trim, in mm: so far, at most, its outermost tiles print past their own.
    """
    words = _Words(tiling, language, title)
    places = [(row, column) for row in range(tiling.rows) for column in range(tiling.columns)]
    tiles = (_tile_sheet(tiling, face, words, row, column, bleed) for row, column in places)
    return (_map_sheet(tiling, face, words), *tiles)


class _Words(Struct, frozen=True):
    """What is said of a tiling, in one language."""

    tiling: Tiling
    language: Language
    title: str

    def tile(self, row: int, column: int) -> str:
        """Return what a tile is called, rows and columns counted from 0."""
        return self.language.said("tile_name", row=row + 1, column=column + 1)

    def line(self, row: int, column: int) -> str:
        """Return what stands at the foot of a tile."""
        counts = {"rows": self.tiling.rows, "columns": self.tiling.columns}
        return self.language.said("tile_line", tile=self.tile(row, column), title=self.title, **counts)

    @property
    def glue(self) -> str:
        """What stands beside the strips for glue."""
        return self.language.said("tile_glue")

    def count(self, paper: Size) -> str:
        """Return how many sheets make what, and how to print them."""
        sizes = {"paper": self._size(paper), "poster": self._size(self.tiling.face)}
        count = self.language.said("tiles_count", count=self.tiling.count, **sizes)
        return f"{count} {self.language.said('actual_size')}"

    def _size(self, size: Size) -> str:
        """Return a size as people of either system say it."""
        inches = " x ".join(f"{round(Length(side).inches, 2):g}" for side in (size.width, size.height))
        return self.language.said("sheet_size", inches=inches, millimetres=f"{size.width:.0f} x {size.height:.0f}")

    @property
    def steps(self) -> Iterator[str]:
        """What to do with the sheets, in order."""
        known = {"overlap": f"{self.tiling.overlap:g}"}
        return (self.language.said(name, **{part: known[part] for part in parts}) for name, parts in STEPS.items())


def _tile_sheet(tiling: Tiling, face: int, words: _Words, row: int, column: int, bleed: float) -> Sheet:
    window, part = tiling.window, tiling.part(row, column)
    box = Box(window.x - part.x, window.y - part.y, tiling.face.width, tiling.face.height)
    ink = box.inset(-min(bleed, OVERCUT_MM)).common(window.inset(-OVERCUT_MM))
    slot = row * tiling.columns + column
    has_right, has_below = column + 1 < tiling.columns, row + 1 < tiling.rows
    marks = (*_trim_marks(tiling), *_glue_marks(tiling, has_right, has_below))
    labels = (_name(tiling, words, row, column), *_glue_labels(tiling, words.glue, has_right, has_below))
    return Sheet(tiling.paper, (Placement(face, slot, box, clip=ink),), marks, labels)


def _name(tiling: Tiling, words: _Words, row: int, column: int) -> Label:
    window = tiling.window
    box = Box(window.x + 14, tiling.paper.height - EDGE_MM - 3.4, window.width - 28, 3.4)
    return Label(words.line(row, column), box, size_pt=7, is_bold=True)


def _trim_marks(tiling: Tiling) -> Iterator[Mark]:
    """Yield a mark at each end of each edge of the tile, outside the art."""
    window, paper = tiling.window, tiling.paper
    art = window.inset(-ART_EDGE_MM)
    for x in (window.x, window.right):
        yield Mark(x, art.y, x, max(EDGE_MM, window.y - 8))
        yield Mark(x, art.bottom, x, min(paper.height - EDGE_MM, window.bottom + 8))
    for y in (window.y, window.bottom):
        yield Mark(art.x, y, max(EDGE_MM, window.x - 8), y)
        yield Mark(art.right, y, min(paper.width - EDGE_MM, window.right + 8), y)


def _glue_marks(tiling: Tiling, has_right: bool, has_below: bool) -> Iterator[Mark]:
    """Yield bars beside the strips that the next sheets are glued onto: at the right edge and at the foot."""
    window, lap = tiling.window, tiling.overlap
    beside = window.inset(-ART_EDGE_MM - 0.5)
    if has_right:
        for y in (beside.y, beside.bottom):
            yield Mark(window.right - lap, y, window.right - 1, y, GLUE_WIDTH_PT, GLUE_GREY)
    if has_below:
        for x in (beside.x, beside.right):
            yield Mark(x, window.bottom - lap, x, window.bottom - 1, GLUE_WIDTH_PT, GLUE_GREY)


def _glue_labels(tiling: Tiling, words: str, has_right: bool, has_below: bool) -> Iterator[Label]:
    window, lap = tiling.window, tiling.overlap
    if has_right:
        box = Box(window.right - lap - 2, window.y - ART_EDGE_MM - 3.6, lap + 2, 2.6)
        yield Label(words, box, size_pt=6, align="center")
    if has_below:
        box = Box(window.right + ART_EDGE_MM + 1.1, window.bottom - lap / 2 - 3, 5.2, 5)
        yield Label(words, box, size_pt=5.5)


def _map_sheet(tiling: Tiling, face: int, words: _Words) -> Sheet:
    """Return the page that shows the whole face small, with every tile's edges and name, and what to do."""
    whole, paper = tiling.face, tiling.paper
    if (whole.height > whole.width) != (paper.height > paper.width):
        paper = paper.turned
    said = tuple(_instructions(paper, words))
    top = max(label.box.bottom for label in said) + 4
    room = Size(paper.width - 2 * MARGIN_MM, paper.height - top - MAP_FOOT_MM)
    scale = min(room.width / whole.width, room.height / whole.height)
    box = Box((paper.width - whole.width * scale) / 2, top, whole.width * scale, whole.height * scale)
    labels = (*said, *_map_names(tiling, words, box, scale))
    return Sheet(paper, (Placement(face, 0, box, scale=scale),), (*_frame(box), *_seams(tiling, box, scale)), labels)


def _frame(box: Box) -> tuple[Mark, ...]:
    left, top, right, bottom = box.edges
    across = (Mark(left, y, right, y) for y in (top, bottom))
    return (*across, *(Mark(x, top, x, bottom) for x in (left, right)))


def _seams(tiling: Tiling, box: Box, scale: float) -> Iterator[Mark]:
    """Yield a line where each tile but the first is cut at its left or upper edge."""
    for column in range(1, tiling.columns):
        x = box.x + tiling.part(0, column).x * scale
        yield Mark(x, box.y - 2, x, box.bottom + 2, 0.75)
    for row in range(1, tiling.rows):
        y = box.y + tiling.part(row, 0).y * scale
        yield Mark(box.x - 2, y, box.right + 2, y, 0.75)


def _map_names(tiling: Tiling, words: _Words, box: Box, scale: float) -> Iterator[Label]:
    """Yield each tile's name, in the middle of what is seen of it once all are glued."""
    for row in range(tiling.rows):
        for column in range(tiling.columns):
            seen = _seen(tiling, row, column)
            middle = box.y + (seen.y + seen.height / 2) * scale
            room = Box(box.x + seen.x * scale, middle - 1.6, seen.width * scale, 4)
            yield Label(words.tile(row, column), room, size_pt=7.5, align="center", is_bold=True, on_white=True)


def _seen(tiling: Tiling, row: int, column: int) -> Box:
    """Return the part of the face that a tile still shows when the tiles right and below are glued onto it."""
    part = tiling.part(row, column)
    right = part.right - (tiling.overlap if column + 1 < tiling.columns else 0)
    bottom = part.bottom - (tiling.overlap if row + 1 < tiling.rows else 0)
    return Box(part.x, part.y, right - part.x, bottom - part.y)


def _instructions(paper: Size, words: _Words) -> Iterator[Label]:
    width = paper.width - 2 * MARGIN_MM
    title, count = words.title, words.count(paper)
    height = height_of(title, width, size_pt=15)
    yield Label(title, Box(MARGIN_MM, MARGIN_MM, width, height), size_pt=15, is_bold=True)
    top = MARGIN_MM + height + 1.5
    height = height_of(count, width, size_pt=9.5)
    yield Label(count, Box(MARGIN_MM, top, width, height), size_pt=9.5)
    top += height + 2
    for number, step in enumerate(words.steps, 1):
        height = height_of(step, width - 5, size_pt=STEP_PT)
        at, beside = Box(MARGIN_MM, top, 5, height), Box(MARGIN_MM + 5, top, width - 5, height)
        if words.language.direction == "rtl":
            at, beside = replace(at, x=MARGIN_MM + width - 5), replace(beside, x=MARGIN_MM)
        yield Label(f"{number}.", at, size_pt=STEP_PT, is_bold=True)
        yield Label(step, beside, size_pt=STEP_PT)
        top += height + 0.8
