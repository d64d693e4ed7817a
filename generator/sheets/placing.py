"""The plan of a sheet: faces placed in boxes, and marks to cut by."""

from dataclasses import dataclass
from typing import Literal

from generator.units import Box, Size

Rotation = Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class Placement:
    """One face on a sheet. `box` is where its trim falls; `rotation` turns it clockwise, in degrees.

    `bleed_x` and `bleed_y` are how far its ink may run past the trim before it meets a neighbour, in mm.
    """

    face: int
    slot: int
    box: Box
    rotation: Rotation = 0
    bleed_x: float = 0.0
    bleed_y: float = 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A straight line to cut by, from one point to another, in millimetres from the sheet's top left."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed side of paper."""

    size: Size
    placements: tuple[Placement, ...]
    marks: tuple[Mark, ...] = ()
