"""The sheet that shows how far a printer is out: crosses at known places, rulers between them, and what to do."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from generator.model.language import Language
from generator.model.stock import Stock
from generator.sheets.correcting import CROSS_MM, true_readings
from generator.sheets.placing import Label, Mark, Sheet, height_of
from generator.sheets.turning import turned_point
from generator.units import Box, Size

ARM_MM = 8.0
FINE_PT, STRONG_PT = 0.3, 0.6
SLOT_GREY = 0.78
TEXT_PT = 9.5
INDENT_MM = 16.0  # of the words from the crosses' line

CALIBRATION_LABELS: Mapping[str, tuple[str, ...]] = {
    "actual_size": (),
    "calibration_title": ("stock",),
    "calibration_back": ("stock",),
    "calibration_back_note": (),
    "calibration_print": ("actual_size",),
    "calibration_measure": (),
    "calibration_left": (),
    "calibration_top": (),
    "calibration_top_right": (),
    "calibration_across": (),
    "calibration_down": (),
    "calibration_light": (),
    "calibration_back_right": (),
    "calibration_back_down": (),
    "calibration_save": ("command",),
    "calibration_use": ("command",),
}


def calibration_sheets(stock: Stock, name: str, words: Language) -> tuple[Sheet, Sheet]:
    """Return the front, with crosses A, B and C, rulers and the words, and the back with a cross behind A.

    The words are in the language given, which has to have every one of CALIBRATION_LABELS.
    """
    size = stock.sheet
    right, foot = size.width - CROSS_MM, size.height - CROSS_MM
    corners = {"A": (CROSS_MM, CROSS_MM), "B": (right, CROSS_MM), "C": (CROSS_MM, foot)}
    slots = tuple(_slots(stock))
    marks = (*slots, *(mark for x, y in corners.values() for mark in _cross(x, y)), *_rulers(size))
    names = (
        Label(letter, Box(x + 3, y + 2, 8, 8), size_pt=16, align="left", is_bold=True)
        for letter, (x, y) in corners.items()
    )
    front = Sheet(size, (), marks, (*names, *_ruler_figures(size), *_words(size, words, name)))
    return front, _back(size, words, name)


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


def _back(size: Size, words: Language, name: str) -> Sheet:
    """Return the back: a cross where A's back is once the sheet is turned on its long edge, with a fine scale."""
    x, y = turned_point(CROSS_MM, CROSS_MM, size, "long-edge")
    across = (Mark(x + at, y - 1, x + at, y + 1) for at in range(-8, 9))
    down = (Mark(x - 1, y + at, x + 1, y + at) for at in range(-8, 9))
    width = size.width - 2 * (CROSS_MM + INDENT_MM)
    box = Box(CROSS_MM + INDENT_MM, size.height / 2 - 10, width, 10)
    note = Box(box.x, box.y + 9, width, 10)
    labels = (
        Label(words.said("calibration_back", stock=name), box, size_pt=14, align="center", is_bold=True),
        Label(words.said("calibration_back_note"), note, size_pt=11, align="center"),
    )
    return Sheet(size, (), (*_cross(x, y), *across, *down), labels, is_back=True)


def _words(size: Size, words: Language, name: str) -> Iterator[Label]:
    """Yield the instructions, one below the other, with a line to write each reading on."""
    left = CROSS_MM + INDENT_MM
    room = Box(left, left, size.width - 2 * left + CROSS_MM - 4, 8)
    yield Label(words.said("calibration_title", stock=name), room, size_pt=16, is_bold=True)
    for line in _lines(size, words, name, room.width):
        box = Box(left + line.indent, left + line.down, room.width - line.indent, 7)
        if words.direction == "rtl":
            box = replace(box, x=left)
        yield Label(line.text, box, size_pt=TEXT_PT, is_bold=line.is_bold)


class _Line(Struct, frozen=True):
    """A line of the instructions: how far below their top, and how far in from where reading begins, in mm."""

    text: str
    down: float
    indent: float = 0.0
    is_bold: bool = False


def _lines(size: Size, words: Language, name: str, width: float) -> Iterator[_Line]:
    down = 9.0
    for step, readings in _said(size, words, name):
        down += 4.0
        yield _Line(step, down)
        down += height_of(step, width, size_pt=TEXT_PT) + 2.5
        for reading, what in readings:
            yield _Line(reading, down, 4.0, is_bold=True)
            yield _Line(f"_______ mm  {what}", down, 27.0)
            down += 7.4


def _said(size: Size, words: Language, name: str) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Yield each step with the readings that are taken at it, by their names on the command line."""
    true = true_readings(size)
    on_front = tuple(
        (reading.replace("_", "-"), f"{words.said(f'calibration_{reading}')} ({getattr(true, reading):g})")
        for reading in ("left", "top", "top_right", "across", "down")
    )
    on_back = tuple((f"back-{way}", words.said(f"calibration_back_{way}")) for way in ("right", "down"))
    command = f"handbill calibrate {name} --save front-desk"
    yield f"1. {words.said('calibration_print', actual_size=words.said('actual_size'))}", ()
    yield f"2. {words.said('calibration_measure')}", on_front
    yield f"3. {words.said('calibration_light')}", on_back
    yield f"4. {words.said('calibration_save', command=command)}", ()
    yield words.said("calibration_use", command="handbill build --printer front-desk"), ()
