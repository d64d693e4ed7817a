"""A PDF opened once for all checks: its text, its pictures, its parts, each made when first asked for."""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray

from generator.proof.expected import Expected
from generator.proof.flow import Flow, box_of, flow_of
from generator.proof.glyphs import BBox, Frame, PageText, read_text
from generator.proof.layers import Layers, take_apart
from generator.proof.structure import Element, elements_of
from generator.units import MM_PER_UNIT

MM = MM_PER_UNIT["pt"]
Picture = NDArray[np.uint8]
# Pixels of one picture: a letter page at 230 dpi, a card at the full 300.
PIXELS = 5_000_000
MIN_DPI, MAX_DPI = 100.0, 300.0


def resolution(width_mm: float, height_mm: float) -> float:
    """Return the dots an inch that a page is pictured at: fine for small pieces, enough for large ones."""
    area = (width_mm / 25.4) * (height_mm / 25.4)
    return max(MIN_DPI, min(MAX_DPI, math.sqrt(PIXELS / max(area, 0.01))))


class PageView:
    """One page, counted from 1."""

    def __init__(self, pdf: "OpenedPdf", number: int) -> None:
        self.pdf, self.number = pdf, number
        self.box = pdf.pike.pages[number - 1]
        media = [float(edge) for edge in self.box.cropbox]
        trim = [float(edge) for edge in self.box.trimbox]
        self.media_pt, self.trim_pt = media, trim
        self.frame = Frame(trim[0], trim[3])
        self.dpi = resolution((media[2] - media[0]) * MM, (media[3] - media[1]) * MM)

    @cached_property
    def text(self) -> PageText:
        """The glyphs, runs and lines."""
        return read_text(self.pdf.document[self.number - 1], self.frame)

    @cached_property
    def normal(self) -> Picture:
        """The page as a reader sees it: rows, columns, red-green-blue."""
        return self._picture(self.pdf.document)

    @cached_property
    def art(self) -> Picture:
        """The page without its text."""
        return self._picture(self.pdf.art_document)

    @cached_property
    def ink(self) -> Picture:
        """The ink that the text should leave: 0 for none, 255 for all."""
        page = self.pdf.text_document[self.number - 1]
        bitmap = page.render(scale=self.dpi / 72, grayscale=True)
        return 255 - _plain(bitmap.to_numpy())

    @cached_property
    def grey(self) -> Picture:
        """The page in greys, for reading codes."""
        weighted = self.normal @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
        return np.ascontiguousarray(weighted.astype(np.uint8))

    @property
    def pixels_per_mm(self) -> float:
        """How many pixels of the pictures one millimetre takes."""
        return self.dpi / 25.4

    @property
    def origin_mm(self) -> tuple[float, float]:
        """The left and top edge of the pictures, from the trimmed corner: negative with bleed."""
        return ((self.media_pt[0] - self.trim_pt[0]) * MM, (self.trim_pt[3] - self.media_pt[3]) * MM)

    def pixels(self, box: BBox, *, margin: int = 0) -> tuple[slice, slice]:
        """Return the rows and columns that cover a rectangle, kept within the page."""
        left, top = self.origin_mm
        scale = self.pixels_per_mm
        height, width = self.normal.shape[:2]
        rows = (math.floor((box[1] - top) * scale) - margin, math.ceil((box[3] - top) * scale) + margin)
        columns = (math.floor((box[0] - left) * scale) - margin, math.ceil((box[2] - left) * scale) + margin)
        return (
            slice(min(max(rows[0], 0), height), max(min(rows[1], height), 0)),
            slice(min(max(columns[0], 0), width), max(min(columns[1], width), 0)),
        )

    def millimetres(self, left: float, top: float, right: float, bottom: float) -> BBox:
        """Return a rectangle of pixels in millimetres from the trimmed corner."""
        x, y = self.origin_mm
        scale = self.pixels_per_mm
        return (left / scale + x, top / scale + y, right / scale + x, bottom / scale + y)

    def close_up(self, box: BBox, dpi: float) -> Picture:
        """Return a rectangle of the page in greys, at a resolution of its own."""
        page = self.pdf.document[self.number - 1]
        left, bottom, right, top = self.media_pt
        x, y = self.origin_mm
        sides = (
            (box[0] - x) / MM,
            ((top - bottom) * MM - (box[3] - y)) / MM,
            ((right - left) * MM - (box[2] - x)) / MM,
            (box[1] - y) / MM,
        )
        crop = tuple(max(side, 0.0) for side in sides)
        return _plain(page.render(scale=dpi / 72, grayscale=True, crop=crop).to_numpy())

    def _picture(self, document: pdfium.PdfDocument) -> Picture:
        bitmap = document[self.number - 1].render(scale=self.dpi / 72, rev_byteorder=True)
        return np.array(bitmap.to_numpy()[..., :3])


def _plain(picture: Picture) -> Picture:
    return np.array(picture.reshape(picture.shape[0], picture.shape[1]))


class OpenedPdf:
    """The finished PDF, opened by the two libraries that the checks ask."""

    def __init__(self, data: bytes, pike: pikepdf.Pdf, document: pdfium.PdfDocument) -> None:
        self.data, self.pike, self.document = data, pike, document
        self.pages = tuple(PageView(self, number) for number in range(1, len(pike.pages) + 1))
        self._opened: list[pdfium.PdfDocument] = [document]

    @cached_property
    def layers(self) -> Layers:
        """The text alone, the rest alone, and the fonts with the codes shown in them."""
        return take_apart(self.pike, self.data)

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """The tag tree, in reading order; empty when the file is not tagged."""
        return elements_of(self.pike)

    @cached_property
    def flow(self) -> Flow:
        """The text in the order of the tags."""
        return flow_of(self.elements, self.texts)

    @cached_property
    def texts(self) -> tuple[PageText, ...]:
        """The text of each page."""
        return tuple(page.text for page in self.pages)

    def text_of(self, element: Element) -> str:
        """Return the text of an element of the tag tree."""
        return flow_of((element,), self.texts).text

    def place_of(self, element: Element) -> tuple[int | None, BBox | None]:
        """Return the page, from 1, on which an element starts, and where its text stands there."""
        spots = [spot for spot in flow_of((element,), self.texts).at if spot]
        page = None if element.page is None else element.page + 1
        return box_of(spots, self.texts) if spots else (page, None)

    @cached_property
    def text_document(self) -> pdfium.PdfDocument:
        """The text alone."""
        return self._open(self.layers.text)

    @cached_property
    def art_document(self) -> pdfium.PdfDocument:
        """Everything but the text."""
        return self._open(self.layers.art)

    def _open(self, data: bytes) -> pdfium.PdfDocument:
        document = pdfium.PdfDocument(data)
        self._opened.append(document)
        return document

    def close(self) -> None:
        """Close what was opened by pdfium."""
        for document in reversed(self._opened):
            document.close()


@contextmanager
def open_pdf(data: bytes) -> Iterator[OpenedPdf]:
    """Open a PDF for the checks. Raises pikepdf.PdfError or pdfium.PdfiumError when it cannot be read."""
    with pikepdf.open(io.BytesIO(data)) as pike:
        opened = OpenedPdf(data, pike, pdfium.PdfDocument(data))
        try:
            yield opened
        finally:
            opened.close()


def pages_of(pdf: OpenedPdf, expected: Expected) -> Iterator[tuple[PageView, int]]:
    """Yield the pages that the plan knows, each with its index from 0."""
    for index, page in enumerate(pdf.pages[: len(expected.pages)]):
        yield page, index
