"""A PDF opened once for all checks: its text, its pictures, its parts, each made when first asked for."""

import io
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from msgspec import Struct
from numpy.typing import NDArray

from generator.plan import Fact
from generator.proof.expected import Expected
from generator.proof.flow import Flow, box_of, flow_of
from generator.proof.glyphs import BBox, Frame, PageText, Run, around
from generator.proof.layers import TextLayer, read_text_layer
from generator.proof.matching import Sighting, sight
from generator.proof.painted import coloured, painted_later, painted_on, without_grounds
from generator.proof.reading import read_text
from generator.proof.structure import Element, elements_of
from generator.units import MM_PER_UNIT

MM = MM_PER_UNIT["pt"]
Picture = NDArray[np.uint8]
Crop = tuple[float, float, float, float]
# Pixels of one picture: a letter page at 179 dpi, a card at the full 300. A fact that anything is painted over is
# looked at more closely besides.
PIXELS = 3_000_000
MIN_DPI, MAX_DPI = 72.0, 300.0
PRINT_DPI = 300.0  # what codes are looked at closely with
# Next to a window: what a check reads around a text, eight pixels of the coarsest picture.
BESIDE_MM = 3.0
MOST_PICTURED = 16  # pages; each takes some 20 MB, and a directory of a thousand listings has two hundred pages


def resolution(width_mm: float, height_mm: float) -> float:
    """Return the dots an inch that a page is pictured at: fine for small pieces, enough for large ones."""
    area = (width_mm / 25.4) * (height_mm / 25.4)
    return max(MIN_DPI, min(MAX_DPI, math.sqrt(PIXELS / max(area, 0.01))))


class Window(Struct, frozen=True):
    """A part of a page that is looked at by itself: its box in mm, and the facts that may stand beside it."""

    box: BBox
    facts: tuple[Fact, ...] = ()


class PageView:
    """One page, counted from 1. Through a window, only what is in it or next to it is looked at."""

    def __init__(self, pdf: "OpenedPdf", number: int) -> None:
        self.pdf, self.number = pdf, number
        self.box = pdf.pike.pages[number - 1]
        media = [float(edge) for edge in self.box.cropbox]
        trim = [float(edge) for edge in self.box.trimbox]
        self.media_pt, self.trim_pt = media, trim
        self.frame = Frame(trim[0], trim[3])
        self.borrowed: PageText | None = None  # the text of the same page, read before in another file
        self.lend: Callable[[PageText], None] | None = None  # who is told the text when it had to be read
        self.window: Window | None = None
        self.reached: list[BBox] = []  # every rectangle that was pictured since it is looked at this way
        self._sightings: dict[tuple[Fact, ...], tuple[Sighting, ...]] = {}
        self.dpi = resolution((media[2] - media[0]) * MM, (media[3] - media[1]) * MM)

    @cached_property
    def sheet(self) -> pdfium.PdfPage:
        """The page as pdfium has it, as it is."""
        return self.pdf.document[self.number - 1]

    @cached_property
    def text(self) -> PageText:
        """The glyphs, runs and lines."""
        if self.borrowed:
            return self.borrowed
        text = read_text(self.sheet, self.frame)
        if self.lend:
            self.lend(text.of_a_closed_file)
        return text

    def look_through(self, window: Window | None) -> None:
        """Look at a part of the page alone; at all of it with None."""
        self.window = window
        self.reached.clear()
        self.__dict__.pop("run_numbers", None)
        self.forget_pictures()

    @cached_property
    def run_numbers(self) -> Sequence[int]:
        """The runs that are looked at, by their place among those of the page."""
        runs = range(len(self.text.runs))
        return runs if self.window is None else self.runs_near(self.window.box)

    def runs_near(self, box: BBox) -> list[int]:
        """Return the runs that stand in a rectangle or next to it, by their place among those of the page."""
        near = grown(box, BESIDE_MM)
        runs = enumerate(self.text.runs)
        return [at for at, run in runs if run.glyphs and meet(self.text.box_of(run.glyphs), near)]

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs that are looked at."""
        return tuple(self.text.runs[number] for number in self.run_numbers)

    def looks_at(self, box: BBox) -> bool:
        """Return whether any part of a rectangle is looked at."""
        return self.window is None or meet(box, self.window.box)

    def sightings(self, facts: tuple[Fact, ...]) -> tuple[Sighting, ...]:
        """Return every place where the printed text of these facts stands, of those that are looked at."""
        if self.window is None:
            return self._sighted(facts)
        near = {glyph for run in self.runs for glyph in run.glyphs}
        return tuple(one for one in self._sighted((*facts, *self.window.facts)) if near.intersection(one.glyphs))

    def _sighted(self, facts: tuple[Fact, ...]) -> tuple[Sighting, ...]:
        if facts not in self._sightings:
            self._sightings[facts] = sight(self.text, facts)
        return self._sightings[facts]

    @cached_property
    def normal(self) -> Picture:
        """The page as a reader sees it: rows, columns, red-green-blue."""
        self._picturing()
        return _render_colours(self.sheet, self.dpi, self._cut)

    def normal_of(self, box: BBox) -> Picture:
        """Return a rectangle of the page as a reader sees it, at the resolution of the page."""
        return _render_colours(self.sheet, self.dpi, self._crop(box))

    @cached_property
    def ink(self) -> Picture:
        """The ink that the text should leave: 0 for none, 255 for all."""
        self._picturing()
        return 255 - _render(self.pdf.text_document[self.number - 1], self.dpi, self._cut)

    @cached_property
    def seen(self) -> Picture:
        """The share of each pixel that text gives its colour to, whatever lies behind: 0 for none, 255 for all.

        It is what changes when all text is made white instead of black. Where nothing covers, clips or thins
        the text it is the same as the ink, to the last pixel.
        """
        self._picturing()
        return self._seen(self.dpi, self._cut)

    def _picturing(self) -> None:
        self.pdf.picturing(self)
        left, top, right, bottom = self._pictured
        self.reached.append(self.millimetres(0, 0, right - left, bottom - top))

    def forget_pictures(self) -> None:
        """Let go of the pictures; they are made again when they are asked for again."""
        for name in ("normal", "ink", "seen", "grey", "_pictured"):
            self.__dict__.pop(name, None)

    def is_under_something(self, glyphs: Sequence[int]) -> bool:
        """Return whether anything that may hide a part of some glyphs is painted after them."""
        before, boxes = self._painted_later
        for run, members in self.text.by_run(glyphs):
            box = self.text.box_of(members)
            if any(meet(box, other) for other in boxes[before.get(run.item, 0) :]):
                return True
        return False

    def close_ink(self, box: BBox, dpi: float) -> tuple[Picture, Picture]:
        """Return the ink and what is seen of it in a rectangle of the page, at a resolution of its own."""
        self.reached.append(box)
        crop = self._crop(box)
        ink = _render(self.pdf.text_document[self.number - 1], dpi, crop)
        return 255 - ink, self._seen(dpi, crop)

    def _seen(self, dpi: float, crop: Crop) -> Picture:
        page, texts, is_text_alone = self._colourable
        black = _render(coloured(page, texts, 0), dpi, crop)
        if is_text_alone:  # in white on white paper it is not seen at all
            return 255 - black
        white = _render(coloured(page, texts, 255), dpi, crop)
        return np.maximum(white, black) - black

    @cached_property
    def _colourable(self) -> tuple[pdfium.PdfPage, tuple[object, ...], bool]:
        """The page once more, its text objects, whose colours may be changed, and whether it holds nothing else.

        What is painted over no text is taken from it.
        """
        page = without_grounds(self.pdf.document[self.number - 1], self.frame)
        texts, others = painted_on(page)
        return page, texts, not others and _marks_links_alone(self.box)

    @cached_property
    def _painted_later(self) -> tuple[dict[int, int], list[BBox]]:
        return painted_later(self.sheet, self.frame)

    @cached_property
    def grey(self) -> Picture:
        """The page in green alone, for finding codes: they are dark in every colour."""
        return np.ascontiguousarray(self.normal[..., 1])

    @property
    def pixels_per_mm(self) -> float:
        """How many pixels of the pictures one millimetre takes."""
        return self.dpi / 25.4

    @property
    def origin_mm(self) -> tuple[float, float]:
        """The left and top edge of the pictures, from the trimmed corner: negative with bleed."""
        left, top = self._corner
        across, down, *_ = self._pictured
        return (left + across / self.pixels_per_mm, top + down / self.pixels_per_mm)

    @property
    def _corner(self) -> tuple[float, float]:
        """The left and top edge of the page."""
        return ((self.media_pt[0] - self.trim_pt[0]) * MM, (self.trim_pt[3] - self.media_pt[3]) * MM)

    @cached_property
    def _pictured(self) -> tuple[int, int, int, int]:
        """The pixels of the page that are pictured: the first and the one after the last, across and down."""
        scale = self.dpi / 72
        width, height = math.ceil(self.sheet.get_width() * scale), math.ceil(self.sheet.get_height() * scale)
        if self.window is None:
            return (0, 0, width, height)
        texts = [*(run.glyphs for run in self.runs), *(one.glyphs for one in self.sightings(()))]
        left, top, right, bottom = grown(around([self.window.box, *map(self.text.box_of, texts)]), BESIDE_MM)
        (x, y), scale = self._corner, self.pixels_per_mm
        return (
            min(max(math.floor((left - x) * scale), 0), width - 1),
            min(max(math.floor((top - y) * scale), 0), height - 1),
            max(min(math.ceil((right - x) * scale), width), 1),
            max(min(math.ceil((bottom - y) * scale), height), 1),
        )

    @property
    def _cut(self) -> Crop:
        """How much of each side of the page is left out of the pictures, in points."""
        left, top, right, bottom = self._pictured
        if self.window is None:
            return (0, 0, 0, 0)
        scale = self.dpi / 72
        width, height = math.ceil(self.sheet.get_width() * scale), math.ceil(self.sheet.get_height() * scale)
        # Half a pixel less, since what is left out is rounded up to whole ones.
        sides = ((side - 0.5) / scale for side in (left, height - bottom, width - right, top))
        left_out, below, beside, above = (max(side, 0.0) for side in sides)
        return (left_out, below, beside, above)

    def pixels(self, box: BBox, *, more: tuple[int, int] = (0, 0)) -> tuple[slice, slice]:
        """Return the rows and columns that cover a rectangle, with more of each on either side, within the page."""
        left, top = self.origin_mm
        scale = self.pixels_per_mm
        height, width = self.ink.shape
        rows = (math.floor((box[1] - top) * scale) - more[0], math.ceil((box[3] - top) * scale) + more[0])
        columns = (math.floor((box[0] - left) * scale) - more[1], math.ceil((box[2] - left) * scale) + more[1])
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
        self.reached.append(box)
        return _render(self.sheet, dpi, self._crop(box))

    def _crop(self, box: BBox) -> Crop:
        """Return how much of each side of the page is left out to leave a rectangle, in points."""
        left, bottom, right, top = self.media_pt
        x, y = self._corner
        return (
            max((box[0] - x) / MM, 0.0),
            max(((top - bottom) * MM - (box[3] - y)) / MM, 0.0),
            max(((right - left) * MM - (box[2] - x)) / MM, 0.0),
            max((box[1] - y) / MM, 0.0),
        )


def _marks_links_alone(page: pikepdf.Page) -> bool:
    """Return whether the annotations of a page, if any, are links that leave no ink."""
    return all(note.get("/Subtype") == "/Link" and "/AP" not in note for note in page.obj.get("/Annots", ()))


def grown(box: BBox, by: float) -> BBox:
    """Return a rectangle with so much more on every side."""
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def meet(one: BBox, other: BBox) -> bool:
    """Return whether two rectangles have any part in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _render_colours(page: pdfium.PdfPage, dpi: float, crop: Crop) -> Picture:
    picture: Picture = page.render(scale=dpi / 72, crop=crop, rev_byteorder=True).to_numpy()[..., :3]
    return picture


def _render(page: pdfium.PdfPage, dpi: float, crop: Crop = (0, 0, 0, 0)) -> Picture:
    picture: Picture = page.render(scale=dpi / 72, grayscale=True, crop=crop).to_numpy()
    return picture.reshape(picture.shape[:2])


class OpenedPdf:
    """The finished PDF, opened by the two libraries that the checks ask."""

    def __init__(self, data: bytes, pike: pikepdf.Pdf, document: pdfium.PdfDocument) -> None:
        self.data, self.pike, self.document = data, pike, document
        self.pages = tuple(PageView(self, number) for number in range(1, len(pike.pages) + 1))
        self._opened: list[pdfium.PdfDocument] = [document]
        self._pictured: dict[int, PageView] = {}

    def picturing(self, page: PageView) -> None:
        """Take note that a page is being pictured, and have the one that was pictured first forget its pictures."""
        self._pictured[page.number] = page
        if len(self._pictured) > MOST_PICTURED:
            self._pictured.pop(next(iter(self._pictured))).forget_pictures()

    @cached_property
    def layer(self) -> TextLayer:
        """The text alone, and the fonts with the codes shown in them."""
        return read_text_layer(self.pike, self.data)

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
        return self._open(self.layer.pdf)

    def _open(self, data: bytes) -> pdfium.PdfDocument:
        document = pdfium.PdfDocument(data)
        self._opened.append(document)
        return document

    def close(self) -> None:
        """Close what was opened by pdfium."""
        # Pages and files hold one another: pictures would stay until somebody looks for garbage.
        for page in self.pages:
            page.forget_pictures()
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
