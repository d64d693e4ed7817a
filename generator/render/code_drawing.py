"""A QR code drawn as a tagged PDF of its own: a hundred codes are drawn in the time that one takes as SVG."""

import io
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.render.code import Code

if TYPE_CHECKING:
    import pydyf


class CodeDrawing(Struct, frozen=True):
    """A QR code that fills its region: its modules, its colour (`#RRGGBB`), and the words that stand for it."""

    code: Code
    ink: str
    title: str


def draw_code(drawing: CodeDrawing, *, side: float, pixel: float) -> bytes:
    """Return a code as the only figure of an article on a page of its size.

    `side` is in pixels of the layout, a pixel has so many points. The drawing is the one that WeasyPrint makes of the
    same code as SVG, to the last pixel.
    """
    import pydyf

    pdf = pydyf.PDF()
    content = pydyf.Stream(_content(drawing, side, pixel), compress=True)
    pdf.add_object(content)
    size = _number(side * pixel, places=3)
    page = pydyf.Dictionary(
        {
            "Type": "/Page",
            "Parent": pdf.pages.reference,
            "MediaBox": pydyf.Array([0, 0, size, size]),
            "Contents": content.reference,
            "Resources": pydyf.Dictionary({}),
            "StructParents": 0,
        }
    )
    pdf.add_page(page)
    _tag(pdf, page, drawing.title, side)
    out = io.BytesIO()
    pdf.write(out)
    return out.getvalue()


def _content(drawing: CodeDrawing, side: float, pixel: float) -> list[bytes]:
    red, green, blue = (_number(int(drawing.ink[at : at + 2], 16) / 255) for at in (1, 3, 5))
    module = _number(side / drawing.code.side)
    scale = _number(pixel)
    lines = [
        f"1 0 0 -1 0 {_number(side * pixel)} cm",
        f"{scale} 0 0 {scale} 0 0 cm",
        "/Figure <</MCID 0>> BDC",
        f"q {module} 0 0 {module} 0 0 cm",
        f"{red} {green} {blue} rg",
        *(f"{x} {y} {run} 1 re" for x, y, run in drawing.code.runs),
        "f",
        "Q",
        "EMC",
    ]
    return [line.encode("ascii") for line in lines]


def _tag(pdf: "pydyf.PDF", page: "pydyf.Dictionary", title: str, side: float) -> None:
    """Put the figure into a tag tree: a document, an article, the figure."""
    import pydyf

    root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(root)
    pdf.catalog["StructTreeRoot"] = root.reference
    above = root
    for name in ("Document", "Art", "Figure"):
        one = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{name}", "P": above.reference, "Pg": page.reference})
        pdf.add_object(one)
        above["K"] = pydyf.Array([one.reference])
        above = one
    above["K"] = pydyf.Array([0])
    above["Alt"] = pydyf.String(title)
    box = pydyf.Array([0, 0, _number(side), _number(side)])
    above["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": box})
    owners = pydyf.Array([0, pydyf.Array([above.reference])])
    root["ParentTree"] = pydyf.Dictionary({"Nums": owners})


def _number(value: float, *, places: int = 6) -> str:
    return f"{value:.{places}f}".rstrip("0").rstrip(".")
