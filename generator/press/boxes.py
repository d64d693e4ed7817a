"""The boxes of a press page, and printer's marks around it."""

from collections.abc import Iterator, Sequence

import pikepdf
from msgspec import Struct
from pikepdf import Array, Dictionary, Name

from generator.units import MM_PER_UNIT

PT_PER_MM = 1 / MM_PER_UNIT["pt"]
MARK_GAP_MM = 1.0  # outside the bleed, so that no mark is ever cut into the piece
MARK_LENGTH_MM = 5.0
MARK_WIDTH_PT = 0.25
FOLD_WIDTH_PT = 0.5  # a little stronger than a cut, for it is seen in short pieces
FOLD_DASH_PT = "[2 1.5]"  # on and off, in points
SLUG_MM = 9.0  # paper around the bleed that holds the marks
TARGET_MM = 2.0  # radius of a register mark
PATCH_MM = 4.0
# Solids and the overprints that a press operator looks at, then half tones, as C M Y K.
PATCHES = (
    (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (1, 1, 0, 0), (0, 1, 1, 0), (1, 0, 1, 0),
    (0.5, 0, 0, 0), (0, 0.5, 0, 0), (0, 0, 0.5, 0), (0, 0, 0, 0.5),
)  # fmt: skip
ALL = "/PressAll"
CIRCLE = 0.5523  # of the radius: how far the handles of a quarter circle reach


class Edges(Struct, frozen=True):
    """A box on a page: left, bottom, right and top in points."""

    left: float
    bottom: float
    right: float
    top: float

    def grown(self, by_mm: float) -> "Edges":
        """Return the box made larger on each side."""
        by = by_mm * PT_PER_MM
        return Edges(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def array(self) -> pikepdf.Array:
        """Return the box as a PDF has it, to a thousandth of a point."""
        return Array([round(edge, 3) for edge in (self.left, self.bottom, self.right, self.top)])


def set_boxes(page: pikepdf.Page, *, bleed: float, has_marks: bool) -> Edges:
    """Give a page its TrimBox, a BleedBox so many millimetres around it, and a MediaBox with room for marks.

    The trim stays where it was. Returns the trim.
    """
    trim = Edges(*(float(edge) for edge in page.trimbox))
    bled = trim.grown(bleed)
    for key in ("/CropBox", "/ArtBox", "/Rotate", "/UserUnit"):
        if key in page.obj:
            del page.obj[key]
    page.obj.TrimBox, page.obj.BleedBox = trim.array(), bled.array()
    page.obj.MediaBox = (bled.grown(SLUG_MM) if has_marks else bled).array()
    return trim


def add_marks(
    pdf: pikepdf.Pdf, page: pikepdf.Page, trim: Edges, *, bleed: float, is_grey: bool, folds: Sequence[float] = ()
) -> None:
    """Draw crop marks, register marks in every ink, dashes to fold by and a colour bar outside the bleed.

    `folds` are upright, so many millimetres from the left of the trim.
    """
    every = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0, 0, 0, 0]), C1=Array([1, 1, 1, 1]), N=1)
    resources = page.obj.Resources
    if "/ColorSpace" not in resources:
        resources.ColorSpace = Dictionary()
    resources.ColorSpace[ALL] = Array([Name.Separation, Name.All, Name.DeviceCMYK, every])
    bled, across = trim.grown(bleed), [trim.left + fold * PT_PER_MM for fold in folds]
    lines = [f"q {ALL} CS 1 SCN {MARK_WIDTH_PT} w", *_crops(trim, bled), *_targets(bled, across)]
    lines += [*_folds(bled, across), *_bar(trim, bled, across, is_grey=is_grey), "Q"]
    content = "\n".join(lines).encode("ascii")
    page.obj.Contents = Array([pdf.make_stream(b"q"), page.obj.Contents, pdf.make_stream(b"Q\n" + content)])


def _crops(trim: Edges, bled: Edges) -> Iterator[str]:
    near, far = bled.grown(MARK_GAP_MM), bled.grown(MARK_GAP_MM + MARK_LENGTH_MM)
    for x in (trim.left, trim.right):
        yield _line(x, near.bottom, x, far.bottom)
        yield _line(x, near.top, x, far.top)
    for y in (trim.bottom, trim.top):
        yield _line(near.left, y, far.left, y)
        yield _line(near.right, y, far.right, y)


def _folds(bled: Edges, across: Sequence[float]) -> Iterator[str]:
    """Yield a dashed line above and below each fold."""
    near, far = bled.grown(MARK_GAP_MM), bled.grown(MARK_GAP_MM + MARK_LENGTH_MM)
    if across:
        yield f"{FOLD_DASH_PT} 0 d {FOLD_WIDTH_PT} w"
        for x in across:
            yield _line(x, near.bottom, x, far.bottom)
            yield _line(x, near.top, x, far.top)
        yield "[] 0 d"


def _targets(bled: Edges, folds: Sequence[float]) -> Iterator[str]:
    """Yield a register mark in the middle of each side, aside of a fold there."""
    middle = bled.grown(MARK_GAP_MM + MARK_LENGTH_MM / 2)
    across, up = (bled.left + bled.right) / 2, (bled.bottom + bled.top) / 2
    if any(abs(fold - across) < 2 * TARGET_MM * PT_PER_MM for fold in folds):
        across -= 4 * TARGET_MM * PT_PER_MM
    for x, y in ((across, middle.bottom), (across, middle.top), (middle.left, up), (middle.right, up)):
        reach = TARGET_MM * 1.25 * PT_PER_MM
        yield _line(x - reach, y, x + reach, y)
        yield _line(x, y - reach, x, y + reach)
        yield _circle(x, y, TARGET_MM / 2 * PT_PER_MM)


def _bar(trim: Edges, bled: Edges, folds: Sequence[float], *, is_grey: bool) -> Iterator[str]:
    """Yield the patches of a colour bar below the bleed, right of the middle, as many as there is room for."""
    side = PATCH_MM * PT_PER_MM
    start = (trim.left + trim.right) / 2 + 2 * side
    bottom = bled.grown(MARK_GAP_MM + MARK_LENGTH_MM).bottom + (MARK_LENGTH_MM - PATCH_MM) / 2 * PT_PER_MM
    end = min((fold - side for fold in folds if fold > start), default=trim.right - side / 2)
    room = max(0, int((end - start) / side))
    patches = [inks for inks in PATCHES if not is_grey or not any(inks[:3])]
    for number, inks in enumerate(patches[:room]):
        values = " ".join(_number(ink) for ink in inks)
        colour = f"{_number(1 - inks[3])} g" if is_grey else f"{values} k"
        yield f"{colour} {_number(start + number * side)} {_number(bottom)} {_number(side)} {_number(side)} re f"


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"{_number(x1)} {_number(y1)} m {_number(x2)} {_number(y2)} l S"


def _circle(x: float, y: float, radius: float) -> str:
    handle = radius * CIRCLE
    quarters = (
        ((1, 0), (0, 1)), ((0, 1), (-1, 0)), ((-1, 0), (0, -1)), ((0, -1), (1, 0)),
    )  # fmt: skip
    path = [f"{_number(x + radius)} {_number(y)} m"]
    for (from_x, from_y), (to_x, to_y) in quarters:
        points = (
            x + from_x * radius + to_x * handle, y + from_y * radius + to_y * handle,
            x + to_x * radius + from_x * handle, y + to_y * radius + from_y * handle,
            x + to_x * radius, y + to_y * radius,
        )  # fmt: skip
        path.append(" ".join(_number(point) for point in points) + " c")
    return " ".join([*path, "s"])


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"
