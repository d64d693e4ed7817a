"""The sheet that shows how far a printer is out: crosses at known places, rulers between them, and what to do."""

from collections.abc import Iterator

from generator.model.stock import Stock
from generator.sheets.correcting import CROSS_MM, true_readings
from generator.sheets.placing import Label, Mark, Sheet
from generator.sheets.turning import turned_point
from generator.units import Box, Size

ARM_MM = 8.0
FINE_PT, STRONG_PT = 0.3, 0.6
SLOT_GREY = 0.78
INDENT_MM = 16.0  # of the words from the crosses' line


def calibration_sheets(stock: Stock, name: str) -> tuple[Sheet, Sheet]:
    """Return the front, with crosses A, B and C, rulers and the words, and the back with a cross behind A."""
    size = stock.sheet
    right, foot = size.width - CROSS_MM, size.height - CROSS_MM
    corners = {"A": (CROSS_MM, CROSS_MM), "B": (right, CROSS_MM), "C": (CROSS_MM, foot)}
    slots = tuple(_slots(stock))
    marks = (*slots, *(mark for x, y in corners.values() for mark in _cross(x, y)), *_rulers(size))
    names = (Label(letter, Box(x + 3, y + 2, 8, 8), size_pt=16, is_bold=True) for letter, (x, y) in corners.items())
    front = Sheet(size, (), marks, (*names, *_ruler_figures(size), *_words(size, name)))
    return front, _back(size, name)


def _slots(stock: Stock) -> Iterator[Mark]:
    """Yield the outlines of the labels, to hold against a real sheet; plain paper has none."""
    for box in stock.slots if not stock.is_paper else ():
        left, top, right, bottom = box.edges
        yield from (Mark(left, y, right, y, FINE_PT, SLOT_GREY) for y in (top, bottom))
        yield from (Mark(x, top, x, bottom, FINE_PT, SLOT_GREY) for x in (left, right))


def _cross(x: float, y: float) -> tuple[Mark, Mark]:
    return (Mark(x - ARM_MM, y, x + ARM_MM, y, STRONG_PT), Mark(x, y - ARM_MM, x, y + ARM_MM, STRONG_PT))


def _rulers(size: Size) -> Iterator[Mark]:
    """Yield a tick for each millimetre from A to B and from A to C, away from the middle of the sheet."""
    for at in range(int(size.width - 2 * CROSS_MM) + 1):
        yield Mark(CROSS_MM + at, CROSS_MM, CROSS_MM + at, CROSS_MM - _tick(at), FINE_PT)
    for at in range(int(size.height - 2 * CROSS_MM) + 1):
        yield Mark(CROSS_MM, CROSS_MM + at, CROSS_MM - _tick(at), CROSS_MM + at, FINE_PT)
    yield Mark(CROSS_MM, CROSS_MM, size.width - CROSS_MM, CROSS_MM, FINE_PT)
    yield Mark(CROSS_MM, CROSS_MM, CROSS_MM, size.height - CROSS_MM, FINE_PT)


def _tick(at: int) -> float:
    return 4.0 if at % 10 == 0 else 3.0 if at % 5 == 0 else 2.0


def _ruler_figures(size: Size) -> Iterator[Label]:
    for at in range(20, int(size.width - 2 * CROSS_MM) - 9, 10):
        yield Label(str(at), Box(CROSS_MM + at - 5, CROSS_MM - 7, 10, 3), size_pt=6.5, align="center")
    for at in range(20, int(size.height - 2 * CROSS_MM) - 9, 10):
        yield Label(str(at), Box(CROSS_MM - 13, CROSS_MM + at - 1.4, 8, 3), size_pt=6.5, align="right")


def _back(size: Size, name: str) -> Sheet:
    """Return the back: a cross where A's back is once the sheet is turned on its long edge, with a fine scale."""
    x, y = turned_point(CROSS_MM, CROSS_MM, size, "long-edge")
    across = (Mark(x + at, y - 1, x + at, y + 1) for at in range(-8, 9))
    down = (Mark(x - 1, y + at, x + 1, y + at) for at in range(-8, 9))
    width = size.width - 2 * (CROSS_MM + INDENT_MM)
    box = Box(CROSS_MM + INDENT_MM, size.height / 2 - 10, width, 10)
    words = "The back. The other side says what to do."
    labels = (
        Label(f"Calibration sheet · {name} · back", box, size_pt=14, align="center", is_bold=True),
        Label(words, Box(box.x, box.y + 9, width, 10), size_pt=11, align="center"),
    )
    return Sheet(size, (), (*_cross(x, y), *across, *down), labels, is_back=True)


def _words(size: Size, name: str) -> Iterator[Label]:
    """Yield the instructions, one below the other, with a line to write each reading on."""
    left = CROSS_MM + INDENT_MM
    width = size.width - 2 * left + CROSS_MM - 4
    top = CROSS_MM + INDENT_MM
    yield Label(f"Calibration sheet · {name}", Box(left, top, width, 8), size_pt=16, is_bold=True)
    for text, down, indent, is_bold in _lines(size, name):
        yield Label(text, Box(left + indent, top + down, width - indent, 10), size_pt=9.5, is_bold=is_bold)


def _lines(size: Size, name: str) -> Iterator[tuple[str, float, float, bool]]:
    """Yield each line with its distance from the top, its indent and whether it is bold."""
    down = 10.0
    for kind, text in _said(size, name):
        if kind == "reading":
            reading, _, rest = text.partition("|")
            yield reading, down, 4.0, True
            yield rest, down, 27.0, False
            down += 7.4
        else:
            down += 2.0
            yield text, down, 0.0, False
            down += 10.2


def _said(size: Size, name: str) -> Iterator[tuple[str, str]]:
    true = true_readings(size)
    yield (
        "step",
        (
            "1. Print both pages on one plain sheet of this size, on both sides, turned on the long edge, "
            "at “Actual size”, never “Fit”."
        ),
    )
    yield "step", "2. Measure on this side, to half a millimetre or better; the true figure is in brackets:"
    for name_of_reading, what, figure in (
        ("left", "paper’s left edge to A", true.left),
        ("top", "paper’s upper edge to A", true.top),
        ("top-right", "paper’s upper edge to B", true.top_right),
        ("across", "A to B", true.across),
        ("down", "A to C", true.down),
    ):
        yield "reading", f"{name_of_reading}|_______ mm  {what} ({figure:g})"
    yield "step", "3. Hold the sheet against the light, this side towards you, and find the back’s cross near A:"
    yield "reading", "back-right|_______ mm  right of A (left: minus)"
    yield "reading", "back-down|_______ mm  below A (above: minus)"
    command = f"handbill calibrate {name} --save front-desk"
    yield "step", f"4. Type “{command}”, with a name of your own. It asks for these figures."
    yield "step", "From then on “handbill build --printer front-desk” prints in place on that printer."
