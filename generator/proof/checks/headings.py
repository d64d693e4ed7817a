"""Headings say how a piece hangs together: the first is of level 1, and none skips a level on the way down."""

from collections.abc import Iterator

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.opened import OpenedPdf
from generator.proof.thresholds import finding


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the headings that stand at a wrong level."""
    return tuple(_headings(pdf)) if expected.is_tagged else ()


def _headings(pdf: OpenedPdf) -> Iterator[Diagnostic]:
    above = 0
    for element in pdf.elements:
        if element.level is None:
            continue
        if element.level > above + 1:
            page, box = pdf.place_of(element)
            code = "heading-skipped" if above else "heading-first"
            before = f"follows one of level {above}" if above else "is the first of the piece"
            message = f'the heading "{pdf.text_of(element)}" is of level {element.level} and {before}'
            yield finding(code, message, page=page, bbox=box, hint=f"make it an h{above + 1}; style.css sets its size")
        above = element.level
