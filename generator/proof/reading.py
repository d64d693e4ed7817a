"""The text of a page as pdfium reads it, letter by letter."""

import ctypes
import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from msgspec import Struct

from generator.proof.glyphs import ALIKE, BBox, Frame, Glyph, PageText, Run, lines_of
from generator.proof.painted import UNMOVED, Affine, address_of, moved

UNSEEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e")


def read_text(page: pdfium.PdfPage, frame: Frame) -> PageText:
    """Return the text of a page."""
    reader = _Reader(page, frame)
    glyphs = tuple(reader.read())
    runs = tuple(reader.runs)
    for index, glyph in enumerate(glyphs):
        runs[glyph.run].glyphs.append(index)
    return PageText(glyphs, runs, tuple(lines_of(glyphs, runs)))


class _Letters(Struct, frozen=True):
    """What pdfium is asked of each letter of a text, by addresses and numbers as they are: in half the time."""

    character: Callable[..., int]
    is_generated: Callable[..., int]
    box: Callable[..., int]
    origin: Callable[..., int]
    item: Callable[..., int | None]


@cache
def _letters() -> _Letters:
    text, index, out = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
    return _Letters(
        _taking(raw.FPDFText_GetUnicode, ctypes.c_uint, text, index),
        _taking(raw.FPDFText_IsGenerated, ctypes.c_int, text, index),
        _taking(raw.FPDFText_GetCharBox, ctypes.c_int, text, index, out, out, out, out),
        _taking(raw.FPDFText_GetCharOrigin, ctypes.c_int, text, index, out, out),
        _taking(raw.FPDFText_GetTextObject, ctypes.c_void_p, text, index),
    )


def _taking(function: Any, result: type, *arguments: type) -> Any:
    """Return a function of pdfium that takes plain values for its arguments."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


class _Reader:
    """Ask pdfium for each character once, and for each text object once."""

    def __init__(self, page: pdfium.PdfPage, frame: Frame) -> None:
        self.frame = frame
        self.textpage = page.get_textpage()
        self.runs: list[Run] = []
        self.numbers: dict[int, int] = {}

    def read(self) -> Iterator[Glyph]:
        letters, box_at, point_at = _letters(), self.frame.box, self.frame.point
        text = ctypes.cast(self.textpage.raw, ctypes.c_void_p).value
        figures = (ctypes.c_double * 6)()
        left, right, bottom, top, x, y = range(ctypes.addressof(figures), ctypes.addressof(figures) + 48, 8)
        for index in range(self.textpage.count_chars()):
            char = chr(letters.character(text, index))
            if char == "\0" or char.isspace() or char in UNSEEN or letters.is_generated(text, index) == 1:
                continue
            letters.box(text, index, left, right, bottom, top)
            letters.origin(text, index, x, y)
            run = self._run(index, letters.item(text, index) or 0)
            edges = box_at(figures[0], figures[2], figures[1], figures[3])
            yield Glyph(ALIKE.get(char, char), edges, point_at(figures[4], figures[5]), run)

    def _run(self, index: int, key: int) -> int:
        if key not in self.numbers:
            self.numbers[key] = len(self.runs)
            self.runs.append(self._new_run(index))
        return self.numbers[key]

    def _new_run(self, index: int) -> Run:
        item = raw.FPDFText_GetTextObject(self.textpage, index)
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self.textpage, index, matrix)
        size = raw.FPDFText_GetFontSize(self.textpage, index) * math.hypot(matrix.c, matrix.d)
        length, height = math.hypot(matrix.a, matrix.b) or 1.0, math.hypot(matrix.c, matrix.d) or 1.0
        return Run(
            size_pt=size,
            direction=(matrix.a / length, -matrix.b / length),
            is_mirrored=matrix.a * matrix.d - matrix.b * matrix.c < 0,
            stretch=length / height,
            slant=(matrix.a * matrix.c + matrix.b * matrix.d) / (length * height),
            content_id=raw.FPDFPageObj_GetMarkedContentID(item),
            clip=self._clip(item, matrix),
            item=address_of(item),
        )

    def _clip(self, item: "raw.FPDF_PAGEOBJECT", shown: "raw.FS_MATRIX") -> BBox | None:
        """Return what the clip paths of an object leave open, as a rectangle, or None without any."""
        path = raw.FPDFPageObj_GetClipPath(item)
        count = raw.FPDFClipPath_CountPaths(path) if path else 0
        if count <= 0:
            return None
        outer = _outer_matrix(item, shown)
        boxes = [self._path_box(path, number, outer) for number in range(count)]
        known = [box for box in boxes if box]
        if not known:
            return None
        left, top = max(box[0] for box in known), max(box[1] for box in known)
        return (left, top, min(box[2] for box in known), min(box[3] for box in known))

    def _path_box(self, path: "raw.FPDF_CLIPPATH", number: int, outer: Affine) -> BBox | None:
        x, y = ctypes.c_float(), ctypes.c_float()
        points = []
        for index in range(max(raw.FPDFClipPath_CountPathSegments(path, number), 0)):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(path, number, index), x, y)
            points.append(self.frame.point(*moved(outer, x.value, y.value)))
        if not points:
            return None
        across, down = [one[0] for one in points], [one[1] for one in points]
        return (min(across), min(down), max(across), max(down))


def _outer_matrix(item: "raw.FPDF_PAGEOBJECT", shown: "raw.FS_MATRIX") -> Affine:
    """Return how the form that holds an object lies on the page: the shown matrix without the object's own."""
    own = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, own)
    turn = own.a * own.d - own.b * own.c
    if abs(turn) < 1e-9:
        return UNMOVED
    ia, ib, ic, id_ = own.d / turn, -own.b / turn, -own.c / turn, own.a / turn
    ie, if_ = -(own.e * ia + own.f * ic), -(own.e * ib + own.f * id_)
    return (
        ia * shown.a + ib * shown.c,
        ia * shown.b + ib * shown.d,
        ic * shown.a + id_ * shown.c,
        ic * shown.b + id_ * shown.d,
        ie * shown.a + if_ * shown.c + shown.e,
        ie * shown.b + if_ * shown.d + shown.f,
    )
