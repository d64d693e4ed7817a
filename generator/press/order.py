"""What is ordered of a print shop: its standard, its printing condition, how far ink may run and what is named."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field

from generator.press.profile import Profile

Standard = Literal["x-4", "x-1a", "x-3"]
# What a file calls itself, and the PDF version that the standard is written on (ISO 15930-4, -6 and -7).
NAMES: Mapping[Standard, tuple[str, str]] = {
    "x-1a": ("PDF/X-1a:2003", "1.4"),
    "x-3": ("PDF/X-3:2003", "1.4"),
    "x-4": ("PDF/X-4", "1.6"),
}


class Order(Struct, frozen=True):
    """One press file. `ink_limit` is the sum of the four inks, 1 for all of one; `bleed` is in millimetres.

    `brand` names the inks of single sRGB colours, which are printed exactly so. `made_on` is the date that the
    file carries.
    """

    profile: Profile
    title: str
    language: str
    made_on: date
    bleed: float
    standard: Standard = "x-4"
    has_marks: bool = True
    is_grey: bool = False
    ink_limit: float = 3.2
    folds: tuple[tuple[float, ...], ...] = ()  # of each page, from the left of its trim in millimetres
    brand: Mapping[tuple[int, int, int], tuple[float, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the file calls its standard."""
        return NAMES[self.standard][0]

    @property
    def version(self) -> str:
        """The PDF version that it is written in."""
        return NAMES[self.standard][1]
