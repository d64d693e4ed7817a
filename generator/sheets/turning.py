"""Backs that meet their fronts when the paper is turned over."""

from collections.abc import Sequence
from typing import Literal

from msgspec.structs import replace

from generator.sheets.placing import Placement, Rotation, Sheet
from generator.units import Box, Size

Edge = Literal["long-edge", "short-edge"]
_ROTATIONS: dict[int, Rotation] = {0: 0, 90: 90, 180: 180, 270: 270}


def turns_sideways(size: Size, edge: Edge) -> bool:
    """Return whether turning on this edge exchanges left and right: the edge is an upright one."""
    is_portrait = size.height >= size.width
    return is_portrait == (edge == "long-edge")


def turned_point(x: float, y: float, size: Size, edge: Edge) -> tuple[float, float]:
    """Return the point of the other side that lies behind a point once the sheet is turned on an edge."""
    return (size.width - x, y) if turns_sideways(size, edge) else (x, size.height - y)


def turned_over(box: Box, size: Size, edge: Edge) -> Box:
    """Return the box that lies behind a box once the sheet is turned on an edge.

    Turning twice gives the box again. An upright edge exchanges left and right as when a page of a book
    is turned; the other edge exchanges top and bottom as in a wall calendar.
    """
    if turns_sideways(size, edge):
        return Box(size.width - box.right, box.y, box.width, box.height)
    return Box(box.x, size.height - box.bottom, box.width, box.height)


def behind(placement: Placement, face: int, *, size: Size, edge: Edge) -> Placement:
    """Return the back of a placement, so that each cut piece turns like a page of a book.

    When the sheet is turned on its upper edge the back has to stand on its head to do so.
    """
    half_turn = 0 if turns_sideways(size, edge) else 180
    # A quarter-turned face is mirrored with the sheet: clockwise seen from the front is anticlockwise behind.
    quarter = -placement.rotation if placement.rotation in {90, 270} else placement.rotation
    rotation = rotation_of(quarter + half_turn)
    return replace(placement, face=face, box=turned_over(placement.box, size, edge), rotation=rotation)


def back_of(sheet: Sheet, face: int, edge: Edge) -> Sheet:
    """Return the back of a sheet that carries one face behind each of its placements."""
    return backs_of(sheet, [face] * len(sheet.placements), edge)


def backs_of(sheet: Sheet, faces: Sequence[int | None], edge: Edge) -> Sheet:
    """Return the back of a sheet: a face behind each of its placements, nothing where there is None."""
    pairs = zip(sheet.placements, faces, strict=True)
    placed = (behind(one, face, size=sheet.size, edge=edge) for one, face in pairs if face is not None)
    return Sheet(sheet.size, tuple(placed), sheet.marks, is_back=True)


def rotation_of(degrees: int) -> Rotation:
    """Return a rotation by its degrees, of any number of whole turns."""
    return _ROTATIONS[degrees % 360]
