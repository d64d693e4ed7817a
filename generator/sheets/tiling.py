"""A face larger than the paper, on as few sheets as will do, to be trimmed and glued together."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from generator.sheets.marks import EDGE_MM
from generator.sheets.placing import Label, Mark, Placement, Sheet
from generator.units import EPSILON_MM, Box, Length, Size

MARGIN_MM = 11.0  # the white edge of office printers, and room for marks and words beside the art
OVERLAP_MM = 12.7  # half an inch: enough for a glue stick, and for hands that are a little out
MARK_GAP_MM = 1.5  # from the art, so that a slightly crooked cut leaves no mark behind
MOST_TILES = 200
MAP_TOP_MM = 62.0  # of the map page, for its words
MAP_FOOT_MM = 16.0


@dataclass(frozen=True, slots=True)
class Tiling:
    """How a face is cut into tiles of one size, each of which shares a strip, `overlap` wide, with the next."""

    face: Size
    paper: Size
    columns: int
    rows: int
    overlap: float

    @property
    def count(self) -> int:
        """How many sheets there are, the map not counted."""
        return self.columns * self.rows

    @property
    def tile(self) -> Size:
        """The size of every tile: the same for all, so that all are trimmed alike."""
        return Size(self._even(self.face.width, self.columns), self._even(self.face.height, self.rows))

    def _even(self, length: float, count: int) -> float:
        return (length + (count - 1) * self.overlap) / count

    def part(self, row: int, column: int) -> Box:
        """Return the part of the face that a tile shows, rows and columns counted from 0."""
        tile = self.tile
        return Box(column * (tile.width - self.overlap), row * (tile.height - self.overlap), tile.width, tile.height)

    @property
    def window(self) -> Box:
        """Where on its sheet a tile stands: in the middle."""
        tile = self.tile
        return Box((self.paper.width - tile.width) / 2, (self.paper.height - tile.height) / 2, tile.width, tile.height)


def tile(face: Size, paper: Size, *, overlap: float = OVERLAP_MM) -> Tiling:
    """Return the tiling with the fewest sheets, of the paper upright or turned. Raises ValueError when none will do."""
    found = [one for sheet in (paper, paper.turned) if (one := _tiling(face, sheet, overlap))]
    if not found:
        raise ValueError(f"paper of {paper} is too small to tile {face} with an overlap of {overlap:g} mm")
    best = min(found, key=lambda one: one.count)
    if best.count > MOST_TILES:
        raise ValueError(f"{face} would take {best.count} sheets of {paper}; at most {MOST_TILES} make sense")
    return best


def _tiling(face: Size, sheet: Size, overlap: float) -> Tiling | None:
    across, down = (
        _count(length, room - 2 * MARGIN_MM, overlap)
        for length, room in ((face.width, sheet.width), (face.height, sheet.height))
    )
    return Tiling(face, sheet, across, down, overlap) if across and down else None


def _count(length: float, room: float, overlap: float) -> int:
    """Return how many tiles that fill the room cover a length; 0 when they never do."""
    if length <= room + EPSILON_MM:
        return 1
    return math.ceil((length - overlap) / (room - overlap) - EPSILON_MM) if room > 2 * overlap else 0


def tiled_sheets(tiling: Tiling, face: int, *, title: str) -> tuple[Sheet, ...]:
    """Return the map that shows how the tiles go together, then the tiles row by row."""
    places = [(row, column) for row in range(tiling.rows) for column in range(tiling.columns)]
    tiles = (_tile_sheet(tiling, face, title, row, column) for row, column in places)
    return (_map_sheet(tiling, face, title), *tiles)


def _tile_sheet(tiling: Tiling, face: int, title: str, row: int, column: int) -> Sheet:
    window, part = tiling.window, tiling.part(row, column)
    box = Box(window.x - part.x, window.y - part.y, tiling.face.width, tiling.face.height)
    slot = row * tiling.columns + column
    has_right, has_below = column + 1 < tiling.columns, row + 1 < tiling.rows
    marks = (*_trim_marks(tiling), *_glue_marks(tiling, has_right, has_below))
    labels = (_name(tiling, title, row, column), *_glue_labels(tiling, has_right, has_below))
    return Sheet(tiling.paper, (Placement(face, slot, box, clip=window),), marks, labels)


def name_of(row: int, column: int) -> str:
    """Return what a tile is called, rows and columns counted from 0."""
    return f"row {row + 1}, column {column + 1}"


def _name(tiling: Tiling, title: str, row: int, column: int) -> Label:
    window = tiling.window
    text = f"{name_of(row, column)}  ·  of {tiling.rows} rows and {tiling.columns} columns  ·  {title}"
    box = Box(window.x + 14, tiling.paper.height - EDGE_MM - 3.4, window.width - 28, 3.4)
    return Label(text, box, size_pt=7, is_bold=True)


def _trim_marks(tiling: Tiling) -> Iterator[Mark]:
    """Yield a mark at each end of each edge of the tile, outside the art."""
    window, paper = tiling.window, tiling.paper
    for x in (window.x, window.right):
        yield Mark(x, window.y - MARK_GAP_MM, x, max(EDGE_MM, window.y - 8))
        yield Mark(x, window.bottom + MARK_GAP_MM, x, min(paper.height - EDGE_MM, window.bottom + 8))
    for y in (window.y, window.bottom):
        yield Mark(window.x - MARK_GAP_MM, y, max(EDGE_MM, window.x - 8), y)
        yield Mark(window.right + MARK_GAP_MM, y, min(paper.width - EDGE_MM, window.right + 8), y)


GLUE_WIDTH_PT = 1.5
GLUE_GREY = 0.55


def _glue_marks(tiling: Tiling, has_right: bool, has_below: bool) -> Iterator[Mark]:
    """Yield bars beside the strips that the next sheets are glued onto: at the right edge and at the foot."""
    window, lap = tiling.window, tiling.overlap
    if has_right:
        for y in (window.y - MARK_GAP_MM - 1, window.bottom + MARK_GAP_MM + 1):
            yield Mark(window.right - lap, y, window.right - 1, y, GLUE_WIDTH_PT, GLUE_GREY)
    if has_below:
        for x in (window.x - MARK_GAP_MM - 1, window.right + MARK_GAP_MM + 1):
            yield Mark(x, window.bottom - lap, x, window.bottom - 1, GLUE_WIDTH_PT, GLUE_GREY)


def _glue_labels(tiling: Tiling, has_right: bool, has_below: bool) -> Iterator[Label]:
    window, lap = tiling.window, tiling.overlap
    if has_right:
        box = Box(window.right - lap - 2, window.y - MARK_GAP_MM - 4.6, lap + 2, 3)
        yield Label("glue here", box, size_pt=6, align="center")
    if has_below:
        box = Box(window.right + MARK_GAP_MM + 1.6, window.bottom - lap / 2 - 3, 6, 5)
        yield Label("glue here", box, size_pt=5.5)


def _map_sheet(tiling: Tiling, face: int, title: str) -> Sheet:
    """Return the page that shows the whole face small, with every tile's edges and name, and what to do."""
    whole, paper = tiling.face, tiling.paper
    if (whole.height > whole.width) != (paper.height > paper.width):
        paper = paper.turned
    room = Size(paper.width - 2 * MARGIN_MM, paper.height - MAP_TOP_MM - MAP_FOOT_MM)
    scale = min(room.width / whole.width, room.height / whole.height)
    box = Box((paper.width - whole.width * scale) / 2, MAP_TOP_MM, whole.width * scale, whole.height * scale)
    labels = (*_instructions(tiling, paper, title), *_map_names(tiling, box, scale))
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


def _map_names(tiling: Tiling, box: Box, scale: float) -> Iterator[Label]:
    """Yield each tile's name, in the middle of what is seen of it once all are glued."""
    for row in range(tiling.rows):
        for column in range(tiling.columns):
            seen = _seen(tiling, row, column)
            middle = box.y + (seen.y + seen.height / 2) * scale
            room = Box(box.x + seen.x * scale, middle - 1.6, seen.width * scale, 4)
            yield Label(name_of(row, column), room, size_pt=7.5, align="center", is_bold=True, on_white=True)


def _seen(tiling: Tiling, row: int, column: int) -> Box:
    """Return the part of the face that a tile still shows when the tiles right and below are glued onto it."""
    part = tiling.part(row, column)
    right = part.right - (tiling.overlap if column + 1 < tiling.columns else 0)
    bottom = part.bottom - (tiling.overlap if row + 1 < tiling.rows else 0)
    return Box(part.x, part.y, right - part.x, bottom - part.y)


def _instructions(tiling: Tiling, paper: Size, title: str) -> Iterator[Label]:
    width = paper.width - 2 * MARGIN_MM
    yield Label(title, Box(MARGIN_MM, MARGIN_MM, width, 7), size_pt=15, is_bold=True)
    count = f"{tiling.count} sheets of {_said(paper)} make a poster of {_said(tiling.face)}. "
    how = "Print them at “Actual size”, never “Fit”."
    yield Label(count + how, Box(MARGIN_MM, MARGIN_MM + 8.5, width, 5), size_pt=9.5)
    for number, step in enumerate(_steps(tiling)):
        top = MARGIN_MM + 15.5 + number * 8.4
        yield Label(f"{number + 1}.", Box(MARGIN_MM, top, 5, 5), size_pt=9, is_bold=True)
        yield Label(step, Box(MARGIN_MM + 5, top, width - 5, 8), size_pt=9)


def _said(size: Size) -> str:
    """Return a size as people of either system say it."""
    inches = " x ".join(f"{round(Length(side).inches, 2):g}" for side in (size.width, size.height))
    return f"{inches} in ({size.width:.0f} x {size.height:.0f} mm)"


def _steps(tiling: Tiling) -> tuple[str, ...]:
    return (
        "Lay the sheets out as below. Each one says its row and column at its foot.",
        "Cut off the left margin of every sheet that is not in column 1, along the marks at its corners, "
        "and the upper margin of every sheet that is not in row 1.",
        f"Glue each row together, from the left: put glue on the strip of {tiling.overlap:g} mm beside the grey bars, "
        "and lay the next sheet over it, picture on picture.",
        "Glue the rows together in the same way, from the top down. Last, cut off the white margins all around.",
    )
