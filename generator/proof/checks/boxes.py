"""The file has as many pages as planned, of the planned size, with trim and bleed where the knife expects them."""

from collections.abc import Iterator, Sequence

import numpy as np

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.opened import OpenedPdf, PageView
from generator.proof.thresholds import finding
from generator.units import MM_PER_UNIT, Size

MM = MM_PER_UNIT["pt"]
HINT = "the page's size is set by product.yaml; take @page rules out of the template"


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the pages that are too many or missing, empty, turned, or of another size than planned."""
    count = tuple(_count(len(pdf.pages), len(expected.pages)))
    return (*count, *(one for page in pdf.pages for one in _page(page, expected)))


def _count(found: int, planned: int) -> Iterator[Diagnostic]:
    if found != planned:
        yield finding("page-count", f"the file has {found} pages; {planned} are planned")


def _page(page: PageView, expected: Expected) -> Iterator[Diagnostic]:
    limit, number = expected.limits.box_mm, page.number
    bleed = expected.bleed
    media = Size(expected.trim.width + 2 * bleed, expected.trim.height + 2 * bleed)
    if int(page.box.obj.get("/Rotate", 0)) % 360 or float(page.box.obj.get("/UserUnit", 1)) != 1:
        yield finding("page-turned", "the page is turned or scaled by the file itself", page=number, hint=HINT)
    boxes = {name: [float(edge) for edge in getattr(page.box, name)] for name in ("mediabox", "cropbox", "trimbox")}
    if not _size(boxes["trimbox"]).same_as(expected.trim, within=limit):
        message = f"the trim is {_size(boxes['trimbox'])}; {expected.trim} is planned"
        yield finding("page-trim", message, page=number, hint=HINT)
    for name in ("mediabox", "cropbox"):
        if not _size(boxes[name]).same_as(media, within=limit):
            message = f"the {name.removesuffix('box')} box is {_size(boxes[name])}; {media} is planned"
            yield finding("page-size", message, page=number, hint=HINT)
            return
    yield from _bleed(page, boxes, expected)
    if not page.text.glyphs and _is_blank(page):
        yield finding("page-empty", "there is nothing on the page", page=number, hint="look at its template")


def _bleed(page: PageView, boxes: dict[str, list[float]], expected: Expected) -> Iterator[Diagnostic]:
    """Yield what is wrong with the way from the trim to the edge of the page, and with the box that says so."""
    ways = [abs(edge - trim) * MM for edge, trim in zip(boxes["mediabox"], boxes["trimbox"], strict=True)]
    if any(abs(way - expected.bleed) > expected.limits.box_mm for way in ways):
        message = f"the bleed is {min(ways):.2f} to {max(ways):.2f} mm; {expected.bleed:g} mm is planned"
        yield finding("page-bleed", message, page=page.number, hint=HINT)
    elif "/BleedBox" in page.box.obj:
        bleed = [float(edge) for edge in page.box.obj["/BleedBox"]]
        off = max(abs(one - other) * MM for one, other in zip(bleed, boxes["mediabox"], strict=True))
        if off > expected.limits.box_mm:
            yield finding("page-bleed", f"the bleed box is {off:.2f} mm off", page=page.number, hint=HINT)


def _size(box: Sequence[float]) -> Size:
    return Size(round((box[2] - box[0]) * MM, 3), round((box[3] - box[1]) * MM, 3))


def _is_blank(page: PageView) -> bool:
    return bool(np.ptp(page.normal) == 0)
