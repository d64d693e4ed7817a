"""Moves, scales and turns of the plane: what a printer does to a sheet, and what undoes it."""

import math

from msgspec import Struct


class Affine(Struct, frozen=True):
    """Where a point goes: (xx * x + xy * y + x0, yx * x + yy * y + y0), in mm from the top left, y downward."""

    xx: float = 1.0
    xy: float = 0.0
    yx: float = 0.0
    yy: float = 1.0
    x0: float = 0.0
    y0: float = 0.0

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point goes."""
        return (self.xx * x + self.xy * y + self.x0, self.yx * x + self.yy * y + self.y0)

    def after(self, first: "Affine") -> "Affine":
        """Return this one done after another."""
        x0, y0 = self.apply(first.x0, first.y0)
        return Affine(
            self.xx * first.xx + self.xy * first.yx,
            self.xx * first.xy + self.xy * first.yy,
            self.yx * first.xx + self.yy * first.yx,
            self.yx * first.xy + self.yy * first.yy,
            x0,
            y0,
        )

    @property
    def inverse(self) -> "Affine":
        """What undoes it. Raises ZeroDivisionError for one that makes everything a line."""
        size = self.xx * self.yy - self.xy * self.yx
        xx, xy, yx, yy = self.yy / size, -self.xy / size, -self.yx / size, self.xx / size
        return Affine(xx, xy, yx, yy, -(xx * self.x0 + xy * self.y0), -(yx * self.x0 + yy * self.y0))


UNMOVED = Affine()


def moved(x: float, y: float) -> Affine:
    """Return a move to the right and down, in millimetres."""
    return Affine(x0=x, y0=y)


def stretched(x: float, y: float, *, degrees: float) -> Affine:
    """Return a scaling about the top left corner, then a turn about it, clockwise."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return Affine(cos * x, -sin * y, sin * x, cos * y)
