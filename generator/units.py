"""Lengths on paper: written with their unit, kept in millimetres."""

import re

from msgspec import Struct

# Exact by definition: 1 in = 25.4 mm; 1 pt = 1/72 in (the PDF and CSS point); 1 px = 1/96 in (CSS).
MM_PER_UNIT = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96}
MOST_BLEED_MM = 25.0  # wider than any print shop asks for; more is a slip of the pen
LONGEST_MM = 100_000.0  # no paper roll is longer; past it arithmetic ends in infinities
EPSILON_MM = 1e-6  # a rounding error, far below what any printer can place
_LENGTH = re.compile(r"\s*(-?(?:\d+(?:\.\d*)?|\.\d+))\s*(mm|cm|in|pt|px)\s*", re.ASCII)


class Length(Struct, frozen=True, order=True):
    """A length in millimetres, which can be read in other units."""

    mm: float

    @classmethod
    def parse(cls, text: str) -> "Length":
        """Return the length written like `3.5in`, `85mm` or `7pt`. Raises ValueError."""
        match = _LENGTH.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is not a length; write a number and a unit, such as 3mm, 0.25in or 8pt")
        length = float(match[1]) * MM_PER_UNIT[match[2]]
        if abs(length) > LONGEST_MM:
            raise ValueError(f"{text[:40]!r} is longer than {LONGEST_MM / 1000:g} metres")
        return cls(round(length, 9))  # 3.5in is 88.9mm, not 88.899...

    @property
    def pt(self) -> float:
        """The length in points."""
        return self.mm / MM_PER_UNIT["pt"]

    @property
    def inches(self) -> float:
        """The length in inches."""
        return self.mm / MM_PER_UNIT["in"]

    def __str__(self) -> str:
        return f"{self.mm:g}mm"


class Size(Struct, frozen=True):
    """Width and height in millimetres."""

    width: float
    height: float

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Return the size written like `3.5in x 2in`. Raises ValueError."""
        sides = re.split(r"\s*[x×]\s*", text.strip())
        if len(sides) != 2:
            raise ValueError(f"{text!r} is not a size; write width x height, such as 3.5in x 2in")
        width, height = (Length.parse(side).mm for side in sides)
        if width <= 0 or height <= 0:
            raise ValueError(f"{text!r} is not a size; both sides must be above zero")
        return cls(width, height)

    @property
    def turned(self) -> "Size":
        """The same size, width and height exchanged."""
        return Size(self.height, self.width)

    def fits(self, other: "Size") -> bool:
        """Return whether this size, not turned, lies within the other."""
        return self.width <= other.width + EPSILON_MM and self.height <= other.height + EPSILON_MM

    def same_as(self, other: "Size", *, within: float = 0.05) -> bool:
        """Return whether both sides agree within so many millimetres."""
        return abs(self.width - other.width) <= within and abs(self.height - other.height) <= within

    def __str__(self) -> str:
        return f"{self.width:g} x {self.height:g} mm"


class Box(Struct, frozen=True):
    """A rectangle in millimetres from the top left corner of what it lies on, y growing downward."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the bottom edge."""
        return self.y + self.height

    @property
    def size(self) -> Size:
        """Width and height."""
        return Size(self.width, self.height)

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        return (self.x, self.y, self.right, self.bottom)

    def inset(self, by: float) -> "Box":
        """Return the box made smaller on each side; a negative figure makes it larger."""
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def common(self, other: "Box") -> "Box":
        """Return the part that both share; without width or height when they share none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Box(x, y, max(0.0, min(self.right, other.right) - x), max(0.0, min(self.bottom, other.bottom) - y))

    def contains(self, other: "Box", *, within: float = EPSILON_MM) -> bool:
        """Return whether the other box lies inside this one, to so many millimetres."""
        return (
            other.x >= self.x - within
            and other.y >= self.y - within
            and other.right <= self.right + within
            and other.bottom <= self.bottom + within
        )

    def overlaps(self, other: "Box", *, by_more_than: float = EPSILON_MM) -> bool:
        """Return whether the two share an area deeper than so many millimetres both ways."""
        shared_width = min(self.right, other.right) - max(self.x, other.x)
        shared_height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return shared_width > by_more_than and shared_height > by_more_than
