"""A face larger than the paper, on as few sheets as will do, to be trimmed and glued together."""

import math

from msgspec import Struct

from generator.units import EPSILON_MM, Box, Size

MARGIN_MM = 11.0  # the white edge of office printers, and room for marks and words beside the art
OVERLAP_MM = 12.7  # half an inch: enough for a glue stick, and for hands that are a little out
MOST_TILES = 200


class Tiling(Struct, frozen=True):
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
