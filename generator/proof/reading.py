"""The text of a page as pdfium reads it, letter by letter."""

import ctypes
import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from msgspec import Struct

from generator.proof.glyphs import ALIKE, MM, BBox, Frame, Glyph, PageText, Run, lines_of
from generator.proof.painted import UNMOVED, Affine, address_of, moved

FIGURES = 6  # of a letter: left, right, bottom and top of its ink, and its place on the baseline, in points
UNSEEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e")


def read_text(page: pdfium.PdfPage, frame: Frame) -> PageText:
    """Return the text of a page."""
    reader = _Reader(page, frame)
    glyphs = tuple(reader.read())
    runs = tuple(reader.runs)
    for index, glyph in enumerate(glyphs):
        runs[glyph.run].glyphs.append(index)
    return PageText(glyphs, runs, tuple(lines_of(glyphs, runs)))


class _Asked(Struct, frozen=True):
    """What pdfium is asked of letters and of what they are cut by, with addresses and numbers: in half the time."""

    character: Callable[..., int]
    is_generated: Callable[..., int]
    box: Callable[..., int]
    origin: Callable[..., int]
    item: Callable[..., int | None]
    segments: Callable[..., int]
    segment: Callable[..., int]
    point: Callable[..., int]


@cache
def _asked() -> _Asked:
    number, address = ctypes.c_int, ctypes.c_void_p
    return _Asked(
        _taking(raw.FPDFText_GetUnicode, ctypes.c_uint, address, number),
        _taking(raw.FPDFText_IsGenerated, number, address, number),
        _taking(raw.FPDFText_GetCharBox, number, address, number, address, address, address, address),
        _taking(raw.FPDFText_GetCharOrigin, number, address, number, address, address),
        _taking(raw.FPDFText_GetTextObject, address, address, number),
        _taking(raw.FPDFClipPath_CountPathSegments, number, address, number),
        _taking(raw.FPDFClipPath_GetPathSegment, address, address, number, number),
        _taking(raw.FPDFPathSegment_GetPoint, number, address, address, address),
    )


def _taking(function: Any, result: type, *arguments: type) -> Any:
    """Return a function of pdfium that takes plain values, and is too short to let go of Python for."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


class _Characters(dict[int, str]):
    """What a letter is said to be by its code; nothing for what leaves no ink."""

    def __missing__(self, code: int) -> str:
        """Return what a code stands for that is met for the first time, and keep it."""
        char = chr(code)
        is_unseen = char == "\0" or char.isspace() or char in UNSEEN
        self[code] = "" if is_unseen else ALIKE.get(char, char)
        return self[code]


_characters = _Characters()


class _Reader:
    """Ask pdfium for each character once, and for each text object once."""

    def __init__(self, page: pdfium.PdfPage, frame: Frame) -> None:
        self.frame = frame
        self.textpage = page.get_textpage()
        self.runs: list[Run] = []
        self.numbers: dict[int, int] = {}

    def read(self) -> Iterator[Glyph]:
        asked, characters, numbers = _asked(), _characters, self.numbers
        text, count = address_of(self.textpage.raw), self.textpage.count_chars()
        figures = (ctypes.c_double * (FIGURES * count))()  # of each letter that is seen, one after the other
        at, letters = ctypes.addressof(figures), []
        for index in range(count):
            char = characters[asked.character(text, index)]
            if not char:
                continue
            item = asked.item(text, index) or 0
            if not item and asked.is_generated(text, index) == 1:
                continue
            asked.box(text, index, at, at + 8, at + 16, at + 24)
            asked.origin(text, index, at + 32, at + 40)
            at += 8 * FIGURES
            run = numbers.get(item)
            letters.append((char, self._run(index, item) if run is None else run))
        boxes, origins = self._places(figures, len(letters))
        return (Glyph(char, boxes[at], origins[at], run) for at, (char, run) in enumerate(letters))

    def _places(self, figures: Any, count: int) -> tuple[list[BBox], list[tuple[float, float]]]:
        """Return the boxes and the origins of so many letters as they lie on paper, all found at once."""
        left, right, bottom, top, x, y = np.frombuffer(figures, count=FIGURES * count).reshape(-1, FIGURES).T
        across, down = np.stack((left, right, x)) - self.frame.left, self.frame.top - np.stack((top, bottom, y))
        (lefts, rights, xs), (tops, bottoms, ys) = (across * MM).tolist(), (down * MM).tolist()
        return [*zip(lefts, tops, rights, bottoms, strict=True)], [*zip(xs, ys, strict=True)]

    def _run(self, index: int, key: int) -> int:
        """Return the number of a run that is met for the first time."""
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
        boxes = [self._path_box(address_of(path), number, outer) for number in range(count)]
        known = [box for box in boxes if box]
        if not known:
            return None
        left, top = max(box[0] for box in known), max(box[1] for box in known)
        return (left, top, min(box[2] for box in known), min(box[3] for box in known))

    def _path_box(self, path: int, number: int, outer: Affine) -> BBox | None:
        asked, figures = _asked(), (ctypes.c_float * 2)()
        at, points = ctypes.addressof(figures), []
        for index in range(max(asked.segments(path, number), 0)):
            asked.point(asked.segment(path, number, index), at, at + 4)
            points.append(self.frame.point(*moved(outer, figures[0], figures[1])))
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
