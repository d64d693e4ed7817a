"""What a page paints, as pdfium knows it: its objects from the back to the front, and where they lie."""

import ctypes
from collections.abc import Iterable, Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from generator.proof.glyphs import BBox, Frame

Affine = tuple[float, float, float, float, float, float]
UNMOVED = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
NEAR_MM = 1.0  # two pixels and more at the coarsest


def painted_on(page: pdfium.PdfPage) -> tuple[tuple["raw.FPDF_PAGEOBJECT", ...], int]:
    """Return every text object of a page, those inside forms too, and how many other things it paints."""
    items = [item for item, _ in _painted(page)]
    texts = tuple(item for item in items if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_TEXT)
    return texts, len(items) - len(texts)


def painted_later(page: pdfium.PdfPage, frame: Frame) -> tuple[dict[int, int], list[BBox]]:
    """Return for each text object how many other things were painted before it, and the boxes of all of them."""
    before: dict[int, int] = {}
    boxes: list[BBox] = []
    for item, outer in _painted(page):
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_TEXT:
            before[address_of(item)] = len(boxes)
        elif box := _bounds(item, outer, frame):
            boxes.append(box)
    return before, boxes


def without_grounds(page: pdfium.PdfPage, frame: Frame) -> pdfium.PdfPage:
    """Return the page after taking away what is painted over no text, so that what hides text is left with it.

    Text that lets through what is below it keeps the whole page.
    """
    for item in _grounds(page, frame):
        raw.FPDFPage_RemoveObject(page, item)
        raw.FPDFPageObj_Destroy(item)
    return page


def _grounds(page: pdfium.PdfPage, frame: Frame) -> list["raw.FPDF_PAGEOBJECT"]:
    """Return the things on a page that hold no text and meet none that is painted before them."""
    texts: list[BBox | None] = []
    found = []
    for item in _top(page):
        parts = list(_within((item,), UNMOVED))
        own = [part for part in parts if raw.FPDFPageObj_GetType(part[0]) == raw.FPDF_PAGEOBJ_TEXT]
        if own and _is_see_through(item):
            return []
        texts += [_bounds(*part, frame) for part in own]
        boxes = [_bounds(*part, frame) for part in parts]
        if not own and not any(_may_meet(box, text) for box in boxes for text in texts):
            found.append(item)
    return found


def _is_see_through(item: "raw.FPDF_PAGEOBJECT") -> bool:
    """Return whether a thing, or any within it, is blended with what is below it."""
    is_form = raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_FORM
    inner = (raw.FPDFFormObj_GetObject(item, index) for index in range(raw.FPDFFormObj_CountObjects(item)))
    return bool(raw.FPDFPageObj_HasTransparency(item)) or (is_form and any(_is_see_through(one) for one in inner))


def _may_meet(one: BBox | None, other: BBox | None) -> bool:
    """Return whether two things may share a pixel; without a box they may."""
    if one is None or other is None:
        return True
    return (
        one[0] < other[2] + NEAR_MM
        and other[0] < one[2] + NEAR_MM
        and one[1] < other[3] + NEAR_MM
        and other[1] < one[3] + NEAR_MM
    )


def _bounds(item: "raw.FPDF_PAGEOBJECT", outer: Affine, frame: Frame) -> BBox | None:
    """Return the rectangle around a thing on the page, None when pdfium knows none."""
    edges = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    if not raw.FPDFPageObj_GetBounds(item, *edges):
        return None
    left, bottom, right, top = (edge.value for edge in edges)
    if outer == UNMOVED:
        return frame.box(left, bottom, right, top)
    corners = [frame.point(*moved(outer, x, y)) for x in (left, right) for y in (bottom, top)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return (min(across), min(down), max(across), max(down))


def _top(page: pdfium.PdfPage) -> Iterator["raw.FPDF_PAGEOBJECT"]:
    yield from (raw.FPDFPage_GetObject(page, index) for index in range(raw.FPDFPage_CountObjects(page)))


def _painted(page: pdfium.PdfPage) -> Iterator[tuple["raw.FPDF_PAGEOBJECT", Affine]]:
    """Yield whatever a page paints, from the back to the front, with how the form that holds it lies."""
    yield from _within(_top(page), UNMOVED)


def _within(items: Iterable["raw.FPDF_PAGEOBJECT"], outer: Affine) -> Iterator[tuple["raw.FPDF_PAGEOBJECT", Affine]]:
    own = raw.FS_MATRIX()
    for item in items:
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_FORM:
            yield item, outer
            continue
        raw.FPDFPageObj_GetMatrix(item, own)
        inner = (raw.FPDFFormObj_GetObject(item, index) for index in range(raw.FPDFFormObj_CountObjects(item)))
        yield from _within(inner, _joined((own.a, own.b, own.c, own.d, own.e, own.f), outer))


def coloured(page: pdfium.PdfPage, items: Iterable["raw.FPDF_PAGEOBJECT"], level: int) -> pdfium.PdfPage:
    """Return the page after giving its text objects one grey, 0 for black and 255 for white."""
    for item in items:
        raw.FPDFPageObj_SetFillColor(item, level, level, level, 255)
        raw.FPDFPageObj_SetStrokeColor(item, level, level, level, 255)
    return page


def address_of(item: "raw.FPDF_PAGEOBJECT") -> int:
    """Return what pdfium knows an object by as long as its file is open, 0 for none."""
    return ctypes.addressof(item.contents) if item else 0


def _joined(inner: Affine, outer: Affine) -> Affine:
    """Return the matrix that does first what the inner one does, then the outer."""
    a, b, c, d, e, f = inner
    x, y = moved(outer, e, f)
    return (
        a * outer[0] + b * outer[2],
        a * outer[1] + b * outer[3],
        c * outer[0] + d * outer[2],
        c * outer[1] + d * outer[3],
        x,
        y,
    )


def moved(matrix: Affine, x: float, y: float) -> tuple[float, float]:
    """Return where a matrix takes a point."""
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)
