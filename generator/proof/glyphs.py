"""The glyphs of a page: which character each is said to be, and where it stands on the paper."""

import ctypes
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray

from generator.units import MM_PER_UNIT

MM = MM_PER_UNIT["pt"]
BBox = tuple[float, float, float, float]
# Characters that print alike, and what pdfium gives for a hyphen at a line's end.
ALIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\u00ad\u0002", "-"),
    **dict.fromkeys("\u00a0\u202f\u2009\u2007", " "),
    # Which way a bracket opens depends on the direction, and the text layer's reader guesses at it.
    **dict.fromkeys(")[]{}", "("),
}
RTL = frozenset({"R", "AL"})  # of the Unicode Bidirectional Algorithm
WORD_GAP = 0.16  # of the type size: a word space is a fifth or more in every bundled face
LEVEL = 0.999  # cosine of a baseline that counts as level
BLOCK_GAP = 1.2  # of the type size: more than this is another column
NEAR_MM = 1.0  # two pixels and more at the coarsest
UNMOVED = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
UNSEEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e")


@lru_cache(maxsize=16384)
def same_characters(text: str) -> str:
    """Return a text with characters that print alike made one."""
    return "".join(ALIKE.get(char, char) for char in unicodedata.normalize("NFKC", text))


class Frame(Struct, frozen=True):
    """How user space lies on the page: the trim's left and top edge in points."""

    left: float
    top: float

    def box(self, left: float, bottom: float, right: float, top: float) -> BBox:
        """Return a rectangle of user space in millimetres from the trimmed top left corner."""
        return ((left - self.left) * MM, (self.top - top) * MM, (right - self.left) * MM, (self.top - bottom) * MM)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of user space in millimetres from the trimmed top left corner."""
        return ((x - self.left) * MM, (self.top - y) * MM)


class Run(Struct):
    """The glyphs that one instruction shows: one size, one direction, one colour, one clip."""

    size_pt: float
    direction: tuple[float, float]  # of the baseline, on paper, y growing downward
    is_mirrored: bool
    content_id: int  # marked content, -1 outside any
    clip: BBox | None
    item: int  # the text object, as pdfium knows it while the page is open
    stretch: float = 1.0  # width of a letter for its height, 1 as its maker drew it
    slant: float = 0.0  # cosine of the angle between baseline and upright, 0 as its maker drew it
    glyphs: list[int] = field(default_factory=list)

    @property
    def is_level(self) -> bool:
        """True when the text runs along the page's top edge, either way."""
        return abs(self.direction[0]) > LEVEL

    @property
    def is_upright(self) -> bool:
        """True when the text runs from left to right along the page's top edge."""
        return self.direction[0] > LEVEL

    @property
    def is_sideways(self) -> bool:
        """True when the text runs along the page's side, either way."""
        return abs(self.direction[1]) > LEVEL


class Glyph(Struct, frozen=True):
    """One character that leaves ink. `box` is its ink in mm, `origin` its place on the baseline."""

    text: str
    box: BBox
    origin: tuple[float, float]
    run: int


class Line(Struct, frozen=True):
    """Glyphs side by side on one baseline, in the order they stand on paper.

    `text` is what is seen; `at[i]` is the glyph of its character i, None for a space between words.
    """

    text: str
    at: tuple[int | None, ...]


class PageText(Struct, frozen=True, dict=True):
    """All text of a page: glyphs in the text layer's order, runs, and lines as seen."""

    glyphs: tuple[Glyph, ...]
    runs: tuple[Run, ...]
    lines: tuple[Line, ...]

    @property
    def of_a_closed_file(self) -> "PageText":
        """The same text without what pdfium knows its text objects by, which is nothing once the file is closed."""
        return replace(self, runs=tuple(replace(run, item=0) for run in self.runs))

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """The box of each glyph, a row each."""
        return np.array([glyph.box for glyph in self.glyphs], dtype=np.float64).reshape(-1, 4)

    @cached_property
    def origins(self) -> NDArray[np.float64]:
        """Where each glyph stands on its baseline, a row each."""
        return np.array([glyph.origin for glyph in self.glyphs], dtype=np.float64).reshape(-1, 2)

    @cached_property
    def lying(self) -> NDArray[np.float64]:
        """The direction and the type size in mm of each glyph, a row each."""
        of_runs = [(*run.direction, run.size_pt * MM) for run in self.runs]
        return np.array([of_runs[glyph.run] for glyph in self.glyphs], dtype=np.float64).reshape(-1, 3)

    @cached_property
    def by_content(self) -> dict[int, list[int]]:
        """The glyphs of each marked content, by its number."""
        found: dict[int, list[int]] = {}
        for index, glyph in enumerate(self.glyphs):
            found.setdefault(self.runs[glyph.run].content_id, []).append(index)
        return found

    @cached_property
    def is_rtl(self) -> bool:
        """True when some of its letters run from right to left."""
        return any(unicodedata.bidirectional(char) in RTL for glyph in self.glyphs for char in glyph.text)

    @cached_property
    def flow(self) -> tuple[str, tuple[int, ...]]:
        """The page's characters without spaces in the text layer's order, with the glyph of each."""
        pieces, at = [], []
        for index, glyph in enumerate(self.glyphs):
            chars = same_characters(glyph.text)
            pieces.append(chars)
            at.extend([index] * len(chars))
        return "".join(pieces), tuple(at)

    def box_of(self, glyphs: Sequence[int]) -> BBox:
        """Return the rectangle around some glyphs."""
        return around([self.glyphs[one].box for one in glyphs])

    def by_run(self, glyphs: Iterable[int]) -> Iterator[tuple[Run, list[int]]]:
        """Yield some glyphs run by run."""
        grouped: dict[int, list[int]] = {}
        for one in glyphs:
            grouped.setdefault(self.glyphs[one].run, []).append(one)
        yield from ((self.runs[number], members) for number, members in grouped.items())

    def words(self, glyphs: Sequence[int]) -> str:
        """Return the start of what some glyphs read, as it stands on paper and is shown to people."""
        line, start = min((self._places[one] for one in glyphs), key=lambda place: place[1])
        end = max(self._places[one][1] for one in glyphs if self._places[one][0] is line)
        return line.text[start : end + 1][:40].strip()

    @cached_property
    def _places(self) -> dict[int, tuple[Line, int]]:
        """The line and the place on it of each glyph."""
        return {at: (line, place) for line in self.lines for place, at in enumerate(line.at) if at is not None}


def around(boxes: Sequence[BBox]) -> BBox:
    """Return the rectangle around rectangles."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def read_text(page: pdfium.PdfPage, frame: Frame) -> PageText:
    """Return the text of a page."""
    reader = _Reader(page, frame)
    glyphs = tuple(reader.read())
    runs = tuple(reader.runs)
    for index, glyph in enumerate(glyphs):
        runs[glyph.run].glyphs.append(index)
    return PageText(glyphs, runs, tuple(_lines(glyphs, runs)))


def _address(item: "raw.FPDF_PAGEOBJECT") -> int:
    return ctypes.addressof(item.contents) if item else 0


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
            before[_address(item)] = len(boxes)
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


def _bounds(item: "raw.FPDF_PAGEOBJECT", outer: "_Affine", frame: Frame) -> BBox | None:
    """Return the rectangle around a thing on the page, None when pdfium knows none."""
    edges = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    if not raw.FPDFPageObj_GetBounds(item, *edges):
        return None
    left, bottom, right, top = (edge.value for edge in edges)
    if outer == UNMOVED:
        return frame.box(left, bottom, right, top)
    corners = [frame.point(*_apply(outer, x, y)) for x in (left, right) for y in (bottom, top)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return (min(across), min(down), max(across), max(down))


def _top(page: pdfium.PdfPage) -> Iterator["raw.FPDF_PAGEOBJECT"]:
    yield from (raw.FPDFPage_GetObject(page, index) for index in range(raw.FPDFPage_CountObjects(page)))


def _painted(page: pdfium.PdfPage) -> Iterator[tuple["raw.FPDF_PAGEOBJECT", "_Affine"]]:
    """Yield whatever a page paints, from the back to the front, with how the form that holds it lies."""
    yield from _within(_top(page), UNMOVED)


def _within(
    items: Iterable["raw.FPDF_PAGEOBJECT"], outer: "_Affine"
) -> Iterator[tuple["raw.FPDF_PAGEOBJECT", "_Affine"]]:
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
            item=_address(item),
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

    def _path_box(self, path: "raw.FPDF_CLIPPATH", number: int, outer: "_Affine") -> BBox | None:
        x, y = ctypes.c_float(), ctypes.c_float()
        points = []
        for index in range(max(raw.FPDFClipPath_CountPathSegments(path, number), 0)):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(path, number, index), x, y)
            points.append(self.frame.point(*_apply(outer, x.value, y.value)))
        if not points:
            return None
        across, down = [one[0] for one in points], [one[1] for one in points]
        return (min(across), min(down), max(across), max(down))


_Affine = tuple[float, float, float, float, float, float]


def _outer_matrix(item: "raw.FPDF_PAGEOBJECT", shown: "raw.FS_MATRIX") -> _Affine:
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


def _joined(inner: _Affine, outer: _Affine) -> _Affine:
    """Return the matrix that does first what the inner one does, then the outer."""
    a, b, c, d, e, f = inner
    x, y = _apply(outer, e, f)
    return (
        a * outer[0] + b * outer[2],
        a * outer[1] + b * outer[3],
        c * outer[0] + d * outer[2],
        c * outer[1] + d * outer[3],
        x,
        y,
    )


def _apply(matrix: _Affine, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)


def _lines(glyphs: Sequence[Glyph], runs: Sequence[Run]) -> Iterator[Line]:
    """Yield the lines as seen: glyphs sorted along their baseline, cut where a column ends."""
    rows: dict[tuple[int, int], list[tuple[float, int]]] = {}
    angles = [round(math.degrees(math.atan2(run.direction[1], run.direction[0]))) for run in runs]
    for index, glyph in enumerate(glyphs):
        dx, dy = runs[glyph.run].direction
        x, y = glyph.origin
        baseline = round((y * dx - x * dy) / MM)  # whole points
        rows.setdefault((angles[glyph.run], baseline), []).append((x * dx + y * dy, index))
    for row in rows.values():
        row.sort()
        yield from _cut(row, glyphs, runs)


def _cut(row: Sequence[tuple[float, int]], glyphs: Sequence[Glyph], runs: Sequence[Run]) -> Iterator[Line]:
    text: list[str] = []
    at: list[int | None] = []
    end = -math.inf
    for place, index in row:
        glyph = glyphs[index]
        run = runs[glyph.run]
        em = run.size_pt * MM
        start, reach = _span(glyph, run)
        gap = min(place, start) - end
        if at and gap > BLOCK_GAP * em:
            yield Line("".join(text), tuple(at))
            text, at = [], []
        elif at and gap > WORD_GAP * em:
            text.append(" ")
            at.append(None)
        text.append(glyph.text)
        at.extend([index] * len(glyph.text))
        end = reach
    if at:
        yield Line("".join(text), tuple(at))


def _span(glyph: Glyph, run: Run) -> tuple[float, float]:
    """Return where a glyph's ink starts and ends along its baseline."""
    dx, dy = run.direction
    left, top, right, bottom = glyph.box
    if abs(dx) > LEVEL:
        start, end = left * dx, right * dx
        return (start, end) if start <= end else (end, start)
    corners = [x * dx + y * dy for x in (left, right) for y in (top, bottom)]
    return min(corners), max(corners)
