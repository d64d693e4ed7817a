"""Names of packed files and sizes as shops say them: width first, in inches or millimetres."""

from generator.model.edition import Finish
from generator.plan import EventJob, System
from generator.sheets.folding import folded_size
from generator.units import Length, Size

# What becomes of a file decides its folder; numbers keep them in this order everywhere.
FOLDERS: dict[Finish, str] = {"press": "1_print-shop", "office": "2_office", "screen": "3_screen"}
PROOF = "4_proof"
SIXTEENTH_MM = 25.4 / 16  # sizes in inches are given to this
NEAR_MM = 0.02  # a size was meant in a unit when it is this near to its whole parts


def file_name(event_id: str, one: EventJob, number: int) -> str:
    """Return a name of letters, digits, hyphens and underscores, such as 03_fair_poster_en_24x36in_x12_press.pdf."""
    piece = one.job.piece
    size = size_in_name(finished(one), piece.system)
    parts = (f"{number:02}", event_id, piece.product_id, piece.language_id, size, f"x{one.copies}", one.piece.finish)
    return f"{'_'.join(parts)}.pdf"


def finished(one: EventJob) -> Size:
    """Return how large a piece is once it is trimmed and folded."""
    return folded_size(one.job.piece.product.fold, one.job.piece.size)


def size_in_name(size: Size, system: System) -> str:
    """Return a size for the name of a file, such as 3.5x2in or 85x54mm."""
    unit = unit_of(size, system)
    return f"{_figure(size.width, unit)}x{_figure(size.height, unit)}{unit}"


def size_said(size: Size, system: System) -> str:
    """Return a size in both units, the one that it was meant in first."""
    unit = unit_of(size, system)
    return f"{_in_unit(size, unit)} ({_in_unit(size, 'mm' if unit == 'in' else 'in')})"


def length_said(millimetres: float, system: System) -> str:
    """Return a length such as a bleed in both units."""
    inches = f"{round(Length(millimetres).inches, 3):g} in"
    metric = f"{round(millimetres, 3):g} mm"
    return f"{inches} ({metric})" if system == "us" else f"{metric} ({inches})"


def unit_of(size: Size, system: System) -> str:
    """Return the unit that a size was meant in: its whole parts tell, else the system of the country does."""
    in_inches, in_mm = _is_of(size, SIXTEENTH_MM), _is_of(size, 1.0)
    if in_inches != in_mm:
        return "in" if in_inches else "mm"
    return "in" if system == "us" else "mm"


def _is_of(size: Size, part: float) -> bool:
    return all(abs(side - round(side / part) * part) < NEAR_MM for side in (size.width, size.height))


def _in_unit(size: Size, unit: str) -> str:
    return f"{_figure(size.width, unit)} x {_figure(size.height, unit)} {unit}"


def _figure(millimetres: float, unit: str) -> str:
    return f"{round(Length(millimetres).inches, 4):g}" if unit == "in" else f"{round(millimetres, 1):g}"
