"""Every QR code is read back from the picture of the page, to exactly what the plan put into it."""

import math
from collections.abc import Iterator

import zxingcpp

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.opened import OpenedPdf, PageView, pages_of
from generator.proof.thresholds import finding

ROUNDING = 0.97  # a pixel at either edge of the smallest code


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the codes that cannot be read, lead elsewhere than planned, or are too small for their distance."""
    return tuple(
        problem
        for page, index in pages_of(pdf, expected)
        for problem in _page(page, [fact.value for fact in expected.pages[index].facts if fact.kind == "qr"], expected)
    )


def _page(page: PageView, planned: list[str], expected: Expected) -> Iterator[Diagnostic]:
    codes = zxingcpp.read_barcodes(page.grey)
    read = {code.text for code in codes}
    for payload in sorted(set(planned) - read):
        message = f'no QR code on the page reads as "{payload}"'
        hint = "place it with the qr macro, larger or with more white around it"
        yield finding("qr-missing", message, page=page.number, hint=hint)
    for payload in sorted(read - set(planned)):
        message = f'a QR code on the page reads as "{payload}", which the plan does not know'
        yield finding("qr-unknown", message, page=page.number, hint="place codes with the qr macro only")
    for code in codes:
        yield from _too_small(page, code, expected)


def _too_small(page: PageView, code: zxingcpp.Barcode, expected: Expected) -> Iterator[Diagnostic]:
    """Yield what is wrong with a code narrower than a tenth of the distance that it is read from."""
    corner, next_corner = code.position.top_left, code.position.top_right
    width = math.hypot(next_corner.x - corner.x, next_corner.y - corner.y) / page.pixels_per_mm
    limits = expected.limits
    least = limits.reading_distance_mm / limits.distance_per_width
    if width < least * ROUNDING:
        message = f"a QR code is {width:.1f} mm wide; {least:.1f} mm is the least to be read from where it is read"
        yield finding("qr-small", message, page=page.number, hint="give the qr macro a larger size")
