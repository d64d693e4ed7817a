"""The plan of a sheet: faces placed in boxes, marks to cut by, and words beside them."""

import math
from typing import Literal

from msgspec import Struct

from generator.sheets.affine import UNMOVED, Affine
from generator.units import MM_PER_UNIT, Box, Size

Rotation = Literal[0, 90, 180, 270]
HAIRLINE_PT = 0.25  # the thinnest line that every office printer still draws


class Placement(Struct, frozen=True):
    """One face on a sheet. `box` is where its trim falls; `rotation` turns it clockwise, in degrees.

    `bleed_x` and `bleed_y` are how far its ink may run past the trim before it meets a neighbour, in mm.
    `clip` is the part of the sheet that it may print on when that is not the box with its bleed: a tile of a
    poster. `scale` makes the face smaller, on a map of tiles.
    """

    face: int
    slot: int
    box: Box
    rotation: Rotation = 0
    bleed_x: float = 0.0
    bleed_y: float = 0.0
    clip: Box | None = None
    scale: float = 1.0

    @property
    def window(self) -> Box:
        """The part of the sheet that it prints on."""
        box, x, y = self.box, self.bleed_x, self.bleed_y
        return self.clip or Box(box.x - x, box.y - y, box.width + 2 * x, box.height + 2 * y)

    @property
    def seen(self) -> Box:
        """The part of its box that it prints on: all of it but for a tile, and for a page that creeps."""
        return self.box.common(self.window)


class Mark(Struct, frozen=True):
    """A straight line, from one point to another, in millimetres from the sheet's top left.

    `width_pt` is how thick it is; `grey` how light, from 0 for black to 1. A fold
    `is_dashed`.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    width_pt: float = HAIRLINE_PT
    grey: float = 0.0
    is_dashed: bool = False

    @property
    def box(self) -> Box:
        """The part of the sheet that its ink is on, with the square ends that no pen leaves out."""
        half = self.width_pt * MM_PER_UNIT["pt"] / 2
        left, top = min(self.x1, self.x2) - half, min(self.y1, self.y2) - half
        return Box(left, top, abs(self.x2 - self.x1) + 2 * half, abs(self.y2 - self.y1) + 2 * half)


class Label(Struct, frozen=True):
    """Words for the person at the printer, set in a box of the sheet; they start where their language does."""

    text: str
    box: Box
    size_pt: float = 7.0
    align: Literal["start", "left", "center", "right"] = "start"
    is_bold: bool = False
    on_white: bool = False  # with a white ground behind the words, where they stand on art


LINE_EM = 1.25
CHARACTER_EM = 0.5  # the letters of running text are 0.47 em wide on average


def height_of(text: str, width: float, *, size_pt: float) -> float:
    """Return how high a label is at most, in mm, once it is broken into lines of so many mm."""
    em = size_pt * MM_PER_UNIT["pt"]
    return max(1, math.ceil(len(text) * CHARACTER_EM * em / width)) * LINE_EM * em


class Sheet(Struct, frozen=True):
    """One printed side of paper. `correction` moves all of it, so that a printer that errs prints it in place."""

    size: Size
    placements: tuple[Placement, ...]
    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()
    is_back: bool = False
    correction: Affine = UNMOVED

    @property
    def marks_on_faces(self) -> tuple[Mark, ...]:
        """The marks that lie on faces, such as those to fold by where a face fills the paper."""
        seen = [placement.seen for placement in self.placements]
        return tuple(mark for mark in self.marks if any(mark.box.overlaps(box) for box in seen))
