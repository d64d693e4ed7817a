"""Small pages put together from a frame and regions, by hand: as a frame that many editions share is."""

import io
import re
from functools import cache

import pikepdf
import segno
from msgspec import Struct
from msgspec.structs import replace
from pikepdf import Array, Dictionary
from weasyprint import HTML

from generator.catalog import builtin_root
from generator.plan import Fact
from generator.proof.expected import Expected, ExpectedPage, Frame, Region
from generator.proof.thresholds import Limits
from generator.units import Box, Size

FONT = builtin_root() / "templates/base/fonts/atkinson-hyperlegible-next/AtkinsonHyperlegibleNext_400Regular.ttf"
TRIM = Size(100, 70)
BOX = Box(45, 20, 50, 40)
PT_PER_MM = 72 / 25.4
STYLE = """
@font-face {{ font-family: Own; src: url({font}) }}
@page {{ size: {width}mm {height}mm; margin: 0 }}
body {{ margin: 0; font: 12pt/1.3 Own; color: #111 }}
p, svg, i {{ position: absolute; margin: 0 }}
i {{ background: #fff }}
"""
NATIONAL = Fact("phone", "national", "tel:988", "988-555-0100")
LOCAL = Fact("phone", "local", "tel:+15155550142", "(515) 555-0142")
CODE = Fact("qr", "", "https://example.org/mine", "")
FRAME = '<p style="left:5mm; top:8mm">Any hour</p><p style="left:5mm; top:24mm">988-555-0100</p>'


def code_of(address: str, *, left: int, top: int) -> str:
    """Return a picture of a code, 33 mm wide with its white."""
    drawn = segno.make_qr(address).svg_inline(scale=1)
    drawn = drawn.replace("<svg ", f'<svg style="left:{left}mm; top:{top}mm; width:33mm; height:33mm" ', 1)
    return drawn.replace('width="33" height="33"', 'viewBox="0 0 33 33"', 1)


REGION = '<p style="left:3mm; top:1mm">(515) 555-0142</p>' + code_of(CODE.value, left=8, top=7)


@cache
def laid_out(body: str, width: float, height: float) -> bytes:
    """Return a page of so many millimetres."""
    style = STYLE.format(font=FONT.as_uri(), width=width, height=height)
    data: bytes = HTML(string=f"<style>{style}</style>{body}").write_pdf()
    return data


def with_operators(
    data: bytes, *, before: bytes = b"", then: bytes = b"", after: bytes = b"", bare: bool = False
) -> bytes:
    """Return a page with operators around its own, which may use the states /Veil and /Thin; a bare one sets none.

    What comes `after` stands behind a region that is laid on it.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0]
        own = page.obj.Contents.read_bytes()
        own = re.sub(rb"([0-9. ]+ rg|/\S+ gs)\n", b"", own) if bare else own
        states = page.obj.Resources.get("/ExtGState", Dictionary())
        states["/Veil"], states["/Thin"] = Dictionary(ca=0.8), Dictionary(ca=0.2)
        page.obj.Resources.ExtGState = states
        page.obj.Contents = Array([pdf.make_stream(part) for part in (before, own + then, after)])
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def composed(frame: bytes, region: bytes, *, change=None) -> bytes:
    """Return the page of a frame with a region laid on its box, as the build puts them together."""
    with pikepdf.open(io.BytesIO(frame)) as pdf, pikepdf.open(io.BytesIO(region)) as other:
        page = pdf.pages[0]
        form = pdf.copy_foreign(other.pages[0].as_form_xobject())
        form.BBox = Array([0, 0, round(BOX.width * PT_PER_MM, 4), round(BOX.height * PT_PER_MM, 4)])
        left, bottom = BOX.x * PT_PER_MM, (TRIM.height - BOX.bottom) * PT_PER_MM
        upright = f"1 0 0 -1 0 {TRIM.height * PT_PER_MM:.4f} cm"  # WeasyPrint leaves the page upside down
        last = f"q {upright} 1 0 0 1 {left:.4f} {bottom:.4f} cm /Region0 Do Q\n"
        own = page.obj.Contents
        parts = [*own] if isinstance(own, Array) else [own]
        parts.insert(2, pdf.make_stream(last.encode()))
        page.obj.Contents = Array(parts)
        if "/XObject" not in page.obj.Resources:
            page.obj.Resources.XObject = Dictionary()
        page.obj.Resources.XObject["/Region0"] = form
        if change:
            change(pdf, page)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


class Composed(Struct, frozen=True):
    """A page put together, and what is expected of it."""

    pdf: bytes
    expected: Expected

    @property
    def as_whole(self) -> Expected:
        """What is expected of the same page when nothing is known of how it was made."""
        (page,) = self.expected.pages
        return replace(self.expected, pages=(replace(page, frame=None),))


def page_of(
    frame: str = FRAME, region: str = REGION, *, coded: bool = False, change=None, operators=None, bare: bool = False
) -> Composed:
    """Return a page of a frame and a region, of which the plan has two numbers and a code.

    With `coded` the code is the frame's, else the region's. `operators` stand before and after the frame's own, the
    latter after the region. A bare region sets neither colour nor opacity.
    """
    around, inside = laid_out(frame, TRIM.width, TRIM.height), laid_out(region, BOX.width, BOX.height)
    around = with_operators(around, **operators) if operators else around
    inside = with_operators(inside, bare=True) if bare else inside
    of_frame, of_region = ((NATIONAL, CODE), (LOCAL,)) if coded else ((NATIONAL,), (LOCAL, CODE))
    page = ExpectedPage((NATIONAL, LOCAL, CODE), Frame(around, of_frame, (Region(BOX, of_region),)))
    limits = Limits(reading_distance_mm=200)
    expected = Expected("mine/en/sheet", "en", "Mine", TRIM, (page,), is_tagged=False, limits=limits)
    return Composed(composed(around, inside, change=change), expected)
