"""What a printer does to a sheet, measured on its calibration sheet, and sheets that allow for it."""

import math
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from generator.model.printer import Printer
from generator.sheets.affine import Affine, moved, stretched
from generator.sheets.placing import Sheet
from generator.sheets.turning import Edge, turned_point
from generator.units import Size

CROSS_MM = 20.0  # of the crosses A, B and C from the nearest edges of the paper


def error_of(printer: Printer, *, is_back: bool) -> Affine:
    """Return where a printer puts what should stand somewhere, on the front or on the back."""
    scale, offset, back = printer.scale, printer.offset, printer.back
    front = moved(offset.x.mm, offset.y.mm).after(stretched(scale.x, scale.y, degrees=printer.skew))
    return moved(back.x.mm, back.y.mm).after(front) if is_back else front


def corrected(sheets: Iterable[Sheet], printer: Printer) -> tuple[Sheet, ...]:
    """Return the sheets moved, scaled and turned the other way than the printer does it."""
    undo = {is_back: error_of(printer, is_back=is_back).inverse for is_back in (False, True)}
    return tuple(replace(sheet, correction=undo[sheet.is_back]) for sheet in sheets)


class Readings(Struct, frozen=True):
    """What was measured on a printed calibration sheet, in millimetres.

    `left` and `top` are from the paper's edges to cross A, `top_right` from the upper edge to cross B, `across`
    from A to B and `down` from A to C. `back_right` and `back_down` are how far the back's cross lies from the
    front's cross A, seen from the front with the sheet against the light; None when no back was printed.
    """

    left: float
    top: float
    top_right: float
    across: float
    down: float
    back_right: float | None = None
    back_down: float | None = None


def true_readings(size: Size) -> Readings:
    """Return what a sheet measures that was printed without any error."""
    across, down = size.width - 2 * CROSS_MM, size.height - 2 * CROSS_MM
    return Readings(left=CROSS_MM, top=CROSS_MM, top_right=CROSS_MM, across=across, down=down)


class Measured(Struct, frozen=True):
    """A printer's errors worked out of readings: see Printer for what the figures mean."""

    offset: tuple[float, float]
    scale: tuple[float, float]
    skew: float
    back: tuple[float, float]


def measured(readings: Readings, size: Size, edge: Edge = "long-edge") -> Measured:
    """Return a printer's errors by the readings from a sheet of this size that was turned on an edge."""
    true = true_readings(size)
    scale = (readings.across / true.across, readings.down / true.down)
    sine = (readings.top_right - readings.top) / readings.across
    skew = math.degrees(math.asin(max(-1.0, min(1.0, sine))))
    straight = stretched(*scale, degrees=skew)
    x, y = straight.apply(CROSS_MM, CROSS_MM)
    offset = (readings.left - x, readings.top - y)
    if readings.back_right is None and readings.back_down is None:
        return Measured(offset, scale, skew, (0.0, 0.0))
    # Where the back's cross came out, and where it would have without any error of its own.
    seen = (readings.left + (readings.back_right or 0), readings.top + (readings.back_down or 0))
    found = turned_point(*seen, size, edge)
    due = moved(*offset).after(straight).apply(*turned_point(CROSS_MM, CROSS_MM, size, edge))
    return Measured(offset, scale, skew, (found[0] - due[0], found[1] - due[1]))
