"""Pages are laid out taller than they are, to see what overflows; here each gets the boxes it has in print."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.units import MM_PER_UNIT, Size

if TYPE_CHECKING:
    import pydyf
    from weasyprint import Document

PX_PER_MM = 1 / MM_PER_UNIT["px"]
PT_PER_MM = 1 / MM_PER_UNIT["pt"]


class Sheet(Struct, frozen=True):
    """The trimmed size of a page and the bleed around it, in millimetres on paper.

    It is laid out smaller and drawn magnified: so that one style sheet serves a poster of any size.
    """

    size: Size
    bleed: float
    magnify: float = 1.0

    @property
    def layout(self) -> "Sheet":
        """The page as it is laid out."""
        return Sheet(Size(self.size.width / self.magnify, self.size.height / self.magnify), self.bleed / self.magnify)

    @property
    def px_per_mm(self) -> float:
        """How many pixels of the layout make a millimetre on paper."""
        return PX_PER_MM / self.magnify

    @property
    def media(self) -> Size:
        """The size of the page with its bleed."""
        return Size(self.size.width + 2 * self.bleed, self.size.height + 2 * self.bleed)


def cut_to_media(document: "Document", sheet: Sheet) -> None:
    """Give each page of a laid-out document the height of its media, so that it is written at that size."""
    for page in document.pages:
        page.height = sheet.media.height * sheet.px_per_mm


def finisher(sheet: Sheet, ids: str = "") -> Callable[["Document", "pydyf.PDF"], None]:
    """Return the last step of writing: MediaBox and BleedBox the whole page, TrimBox inside the bleed.

    Figures are in points, rounded to a thousandth, so that the same size is the same text on every machine. The names
    by which cells refer to their headings begin with `ids`, so that faces that are joined keep them apart.
    """

    def finish(document: "Document", pdf: "pydyf.PDF") -> None:
        import pydyf

        media = [0, 0, _pt(sheet.media.width), _pt(sheet.media.height)]
        bleed = sheet.bleed
        trim = [_pt(bleed), _pt(bleed), _pt(bleed + sheet.size.width), _pt(bleed + sheet.size.height)]
        for page in (thing for thing in pdf.objects if isinstance(thing, dict) and thing.get("Type") == "/Page"):
            page["MediaBox"] = page["BleedBox"] = pydyf.Array(media)
            page["TrimBox"] = pydyf.Array(trim)
        for name in _heading_names(pdf) if ids else ():
            name.string = f"{ids}{name.string}"

    return finish


def _heading_names(pdf: "pydyf.PDF") -> Iterable["pydyf.String"]:
    """Return each name of a table's heading once; it is the same object where cells refer to it."""
    return [thing["ID"] for thing in pdf.objects if isinstance(thing, dict) and "ID" in thing]


def _pt(millimetres: float) -> float:
    return round(millimetres * PT_PER_MM, 3)
