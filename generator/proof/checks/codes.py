"""Every QR code is read back from the picture of the page, to exactly what the plan put into it."""

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
import zxingcpp
from msgspec import Struct
from PIL import Image, ImageFilter

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.glyphs import BBox
from generator.proof.opened import PRINT_DPI, OpenedPdf, PageView, Picture, pages_of
from generator.proof.symbol import is_mirrored
from generator.proof.thresholds import Limits, finding

ROUNDING = 0.97  # a pixel at either edge of the smallest code
SIGMA_PER_WIDTH = 1 / 2.3548  # of a normal curve: its spread for its full width at half maximum
MARGIN_MM = 0.5  # beyond the quiet zone: what the box of a code, found in a coarser picture, may be off by
EDGE_PIXELS = 2
HINT = "place it with the qr macro, larger or with more white around it"


class _Code(Struct, frozen=True):
    """A code as it was read: what it says, its corners and its size in modules and millimetres."""

    payload: str
    box: BBox
    width_mm: float
    modules: int
    is_level: bool

    @property
    def module_mm(self) -> float:
        """The side of one module."""
        return self.width_mm / self.modules


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the codes that cannot be read, lead elsewhere than planned, or are too small for their distance."""
    return tuple(
        problem
        for page, index in pages_of(pdf, expected)
        for problem in _page(page, [fact.value for fact in expected.pages[index].facts if fact.kind == "qr"], expected)
    )


def _page(page: PageView, planned: list[str], expected: Expected) -> Iterator[Diagnostic]:
    codes = [code for code in _codes(page) if page.looks_at(code.box)]
    wanted, read = Counter(planned), Counter(code.payload for code in codes)
    for payload, count in sorted(wanted.items()):
        if read[payload] < count:
            times = f"{read[payload]} of {count} QR codes" if count > 1 else "no QR code"
            yield finding("qr-missing", f'{times} on the page reads as "{payload}"', page=page.number, hint=HINT)
    for code in codes:
        if code.payload not in wanted:
            message = f'a QR code on the page reads as "{code.payload}", which the plan does not know'
            hint = "place codes with the qr macro only"
            yield finding("qr-unknown", message, page=page.number, bbox=code.box, hint=hint)
        else:
            yield from _judged(page, code, expected)


def _codes(page: PageView) -> Iterator[_Code]:
    yield from (_code(page, found) for found in _read(page.grey))


def places_of_codes(pdf: OpenedPdf, limits: Limits) -> tuple[BBox, ...]:
    """Return the rectangle of each code of a file of one page, with all around it that has to be left white."""
    codes = [(code, limits.quiet_modules * code.module_mm + MARGIN_MM) for code in _codes(pdf.pages[0])]
    boxes = [(code.box, more) for code, more in codes]
    return tuple((box[0] - more, box[1] - more, box[2] + more, box[3] + more) for box, more in boxes)


def _read(picture: Picture) -> list[zxingcpp.Barcode]:
    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    return [one for one in zxingcpp.read_barcodes(np.ascontiguousarray(picture), formats=kinds) if one.valid]


def _code(page: PageView, found: zxingcpp.Barcode) -> _Code:
    at = found.position
    points = [(one.x, one.y) for one in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
    (ax, ay), (bx, by), *_ = points
    across, down = [x for x, _ in points], [y for _, y in points]
    # The pixels of the corners belong to the code.
    box = page.millimetres(min(across), min(down), max(across) + 1, max(down) + 1)
    width = (math.dist(points[0], points[1]) + 1) / page.pixels_per_mm
    off = min(abs(bx - ax), abs(by - ay))
    return _Code(found.text, box, width, _modules(found), off <= 2)


def _modules(found: zxingcpp.Barcode) -> int:
    """Return how many modules wide a code is, by its version (ISO/IEC 18004)."""
    extra = found.extra
    return 17 + 4 * int(extra["Version"] if isinstance(extra, dict) else 1)


def _judged(page: PageView, code: _Code, expected: Expected) -> Iterator[Diagnostic]:
    limits = expected.limits
    least = limits.reading_distance_mm / limits.distance_per_width
    if code.width_mm < least * ROUNDING:
        message = f"a QR code is {code.width_mm:.1f} mm wide; {least:.1f} mm is the least to be read from its distance"
        yield _found("qr-small", message, page, code, "give the qr macro a larger size")
    if code.module_mm < limits.module_mm * ROUNDING:
        message = f"the squares of a QR code are {code.module_mm:.2f} mm; {limits.module_mm:g} mm is the least"
        yield _found("qr-module-small", message, page, code, "give it a larger size, or a shorter address")
    if not _is_inside(code.box, expected.safe_area.inset(-ROUND_MM).edges):
        message = "a QR code goes past the safe area"
        yield _found("qr-unsafe", message, page, code, "move it inward")
    yield from _print(page, code, limits)


ROUND_MM = 0.15  # a pixel of the picture


def _is_inside(box: BBox, other: BBox) -> bool:
    return box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3]


def _print(page: PageView, code: _Code, limits: Limits) -> Iterator[Diagnostic]:
    """Yield what is wrong with a code at the resolution of a print: unread there, faint, or with things too near."""
    margin = limits.quiet_modules * code.module_mm + MARGIN_MM
    left, top, right, bottom = code.box
    around = page.close_up((left - margin, top - margin, right + margin, bottom + margin), PRINT_DPI)
    sigma = limits.blur_mm * SIGMA_PER_WIDTH * PRINT_DPI / 25.4
    soft = np.asarray(Image.fromarray(around).filter(ImageFilter.GaussianBlur(sigma)))
    sharp = next((one for one in _read(around) if one.text == code.payload), None)
    if sharp is None or code.payload not in {one.text for one in _read(soft)}:
        how = "at 300 dots an inch" if sharp is None else f"when it is blurred by {limits.blur_mm:g} mm"
        yield _found("qr-fragile", f"a QR code cannot be read {how}", page, code, HINT)
        return
    at = _pixels_of(sharp)
    dark, light = np.percentile(around[at], (10, 90))
    ratio = (_luminance(float(light)) + 0.05) / (_luminance(float(dark)) + 0.05)
    if ratio < limits.qr_contrast:
        message = f"a QR code has a contrast of {ratio:.1f} to 1; {limits.qr_contrast:g} is the least"
        yield _found("qr-faint", message, page, code, "print it dark on white")
    if code.is_level and is_mirrored(around[at], code.modules):
        yield _found("qr-mirrored", "a QR code is printed as in a mirror", page, code, "take the transform off it")
    quiet = limits.quiet_modules * (at[1].stop - at[1].start) / code.modules
    near = _band(around, at, quiet)
    if code.is_level and near.size and (near < (dark + light) / 2).mean() > limits.quiet_dark_share:
        message = f"something stands within {limits.quiet_modules:g} squares of a QR code"
        yield _found("qr-quiet-zone", message, page, code, "leave more white around it")


def _pixels_of(found: zxingcpp.Barcode) -> tuple[slice, slice]:
    """Return the rows and columns that a code covers."""
    at = found.position
    across = [one.x for one in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
    down = [one.y for one in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
    return slice(min(down), max(down) + 1), slice(min(across), max(across) + 1)


def _band(around: Picture, at: tuple[slice, slice], quiet: float) -> Picture:
    """Return the pixels of the quiet zone on the four sides, without the corners: a tile may be rounded there.

    The soft edge of the code itself, and of what may stand just outside, are left out.
    """
    rows, columns = at
    far, near = round(quiet) - EDGE_PIXELS, EDGE_PIXELS
    parts = (
        around[max(rows.start - far, 0) : rows.start - near, columns],
        around[rows.stop + near : rows.stop + far, columns],
        around[rows, max(columns.start - far, 0) : columns.start - near],
        around[rows, columns.stop + near : columns.stop + far],
    )
    return np.concatenate([part.ravel() for part in parts])


def _luminance(level: float) -> float:
    part = level / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _found(code: str, message: str, page: PageView, at: _Code, hint: str) -> Diagnostic:
    return finding(code, message, page=page.number, bbox=at.box, hint=hint)
