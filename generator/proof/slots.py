"""A picture of each slot held against a picture of its face: nothing is drawn over it, under it or beside it."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from msgspec import Struct
from msgspec.structs import replace
from PIL import Image, ImageChops, ImageFilter

from generator.proof.forms import as_matrix
from generator.sheets.affine import Affine, stretched
from generator.sheets.placing import Placement, Sheet
from generator.units import MM_PER_UNIT, Box

MM = MM_PER_UNIT["pt"]
PICTURE_DPI = 72.0
PER_MM = PICTURE_DPI / 25.4


def unlike_their_faces(
    pdf: bytes, faces: bytes, sheets: Sequence[Sheet], levels: float
) -> Iterator[tuple[int, Placement]]:
    """Yield each slot that does not look like its face, with its sheet from 1; so many levels of 255 look the same."""
    with pdfium.PdfDocument(pdf) as imposed, pdfium.PdfDocument(faces) as source:
        known = _Faces(source)
        for number, sheet in enumerate(sheets, 1):
            page = imposed[number - 1]
            for placement in sheet.placements:
                if _looks_other(page, sheet, placement, known, levels):
                    yield number, placement


def _looks_other(page: pdfium.PdfPage, sheet: Sheet, placement: Placement, known: "_Faces", levels: float) -> bool:
    part = _Part.of(placement)
    there = part.on(page, sheet.correction.inverse)
    planned = known.picture(placement, part).copy()
    for picture in (there, planned):
        part.leave_out(picture, sheet)
    return _differ(there, planned, levels)


class _Faces:
    """The faces of a file, each drawn once for every way that it lies on sheets."""

    def __init__(self, source: pdfium.PdfDocument) -> None:
        self.source = source
        self.drawn: dict[tuple[float, ...], Image.Image] = {}

    def picture(self, placement: Placement, part: "_Part") -> Image.Image:
        """Return the part of a face that is seen, as it lies."""
        key = (placement.face, placement.rotation, placement.scale, *part.edges)
        if key not in self.drawn:
            self.drawn[key] = _face_picture(self.source[placement.face], placement, part)
        return self.drawn[key]


def _face_picture(page: pdfium.PdfPage, placement: Placement, part: "_Part") -> Image.Image:
    left, bottom, right, top = page.get_trimbox()
    media = page.get_cropbox()
    scale = placement.scale * MM
    trim = Box((left - media[0]) * scale, (media[3] - top) * scale, (right - left) * scale, (top - bottom) * scale)
    shrunk = stretched(placement.scale, placement.scale, degrees=0)
    return _drawn(page, trim, placement.rotation, shrunk, part)


class _Part(Struct, frozen=True):
    """The part of a placement that is seen, in whole pixels from the corner of its box."""

    box: Box
    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, placement: Placement) -> "_Part":
        """Return the part of a placement that is seen."""
        box, seen = placement.box, placement.seen
        left, top = (math.ceil(round(length * PER_MM, 3)) for length in (seen.x - box.x, seen.y - box.y))
        return cls(box, left, top, round((seen.right - box.x) * PER_MM), round((seen.bottom - box.y) * PER_MM))

    def on(self, page: pdfium.PdfPage, moved: Affine) -> Image.Image:
        """Return what a sheet shows there, once it is moved so."""
        return _drawn(page, self.box, 0, moved, self)

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """Where it begins and ends, across and down."""
        return (self.left, self.top, self.right, self.bottom)

    def leave_out(self, picture: Image.Image, sheet: Sheet) -> None:
        """Make white what is drawn over faces on purpose, with a pixel or two around it."""
        for box in (*(label.box for label in sheet.labels), *(mark.box for mark in sheet.marks_on_faces)):
            x, y = self.box.x * PER_MM + self.left, self.box.y * PER_MM + self.top
            edges = [edge * PER_MM for edge in box.edges]
            corner = (math.floor(edges[0] - x) - 2, math.floor(edges[1] - y) - 2)
            picture.paste(255, (*corner, math.ceil(edges[2] - x) + 2, math.ceil(edges[3] - y) + 2))


# How a box is turned clockwise: a, b, c and d of the matrix, and whether its width and height move the corner.
_TURNS = {
    0: (1, 0, 0, 1, (0, 0), (0, 0)),
    90: (0, 1, -1, 0, (0, 1), (0, 0)),
    180: (-1, 0, 0, -1, (1, 0), (0, 1)),
    270: (0, -1, 1, 0, (0, 0), (1, 0)),
}


def _drawn(page: pdfium.PdfPage, box: Box, rotation: int, moved: Affine, part: "_Part") -> Image.Image:
    """Return the part of a box of a page in greys, turned clockwise, whose corner falls on a corner of a pixel.

    The box is in mm from the top left of the page once it is moved. Drawn so, the same thing gives the same pixels
    wherever it lies. Nothing but the part is drawn, since a thick line that only its edge shows of may be left out
    where a page is cut.
    """
    scale = PICTURE_DPI / 72
    a, b, c, d, right, down = _TURNS[rotation]
    x = right[0] * box.width + right[1] * box.height - a * box.x - c * box.y
    y = down[0] * box.width + down[1] * box.height - b * box.x - d * box.y
    bitmap = pdfium.PdfBitmap.new_native(part.right - part.left, part.bottom - part.top, raw.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, bitmap.width, bitmap.height)
    x, y = x * PER_MM - part.left, y * PER_MM - part.top
    turn = pikepdf.Matrix(a * scale, b * scale, c * scale, d * scale, x, y)
    in_points = replace(moved, x0=moved.x0 / MM, y0=moved.y0 / MM)
    matrix = raw.FS_MATRIX(*(as_matrix(in_points) @ turn).shorthand)
    raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, raw.FS_RECTF(0, 0, bitmap.width, bitmap.height), 0)
    picture: Image.Image = bitmap.to_pil()
    return picture


def _differ(one: Image.Image, other: Image.Image, most: float) -> bool:
    """Return whether either picture has something that the other has not within a pixel, by so many levels of 255."""
    size = (min(one.width, other.width), min(one.height, other.height))
    first, second = (picture.crop((0, 0, *size)) for picture in (one, other))
    if np.asarray(ImageChops.difference(first, second)).max(initial=0) <= most:
        return False
    return _strays(first, second) > most or _strays(second, first) > most


def _strays(one: Image.Image, other: Image.Image) -> float:
    """Return by how much a picture is at most darker or lighter than all that is around the same place in another."""
    dark = np.asarray(other.filter(ImageFilter.MinFilter(3)), np.int16)
    light = np.asarray(other.filter(ImageFilter.MaxFilter(3)), np.int16)
    here = np.asarray(one, np.int16)
    inner = (slice(1, -1), slice(1, -1))
    return float(np.maximum(dark - here, here - light)[inner].max(initial=0))
