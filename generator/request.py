"""What a person asked to build. It loads nothing, so that a build of which nothing changed loads nothing either."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.units import Length

if TYPE_CHECKING:
    from generator.model.edition import Finish
    from generator.model.press import PdfX
    from generator.model.printer import Duplex


class Request(Struct, frozen=True):
    """What a person asked to build; an empty choice means whatever the edition or the project says."""

    editions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    finishes: tuple["Finish", ...] = ()
    stock: str | None = None
    start_at: int = 1
    pdfx: "PdfX | None" = None
    marks: bool | None = None
    bleed: Length | None = None
    grey: bool = False
    copies: int | None = None  # of each piece; None fills one sheet
    used: Sequence[frozenset[int]] = ()  # of each part-used sheet, its used slots
    sizes: tuple[str, ...] = ()
    printer: str | None = None
    duplex: "Duplex | None" = None
    together: bool = False  # pieces that fit the same sheets share them
    in_stacks: bool = False  # dealt so that cut stacks follow one another
