"""The marks that a print shop folds by, read back: dashed lines outside the bleed, one at each end of a fold."""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat

import pikepdf
from msgspec import Struct, field
from msgspec.structs import replace

from generator.errors import Diagnostic
from generator.proof.thresholds import finding
from generator.units import MM_PER_UNIT

PLACE_MM = 0.01  # as near as the boxes that they stand beside
EXACT_PT = 0.01
MM = MM_PER_UNIT["pt"]


def prove_folds(pdf: pikepdf.Pdf, planned: Sequence[Sequence[float]]) -> Iterator[Diagnostic]:
    """Yield an error where a fold has no mark above or below the bleed, and where a mark has no fold.

    `planned` are the folds of each page, in millimetres from the left of its trim.
    """
    for number, (page, folds) in enumerate(zip(pdf.pages, chain(planned, repeat(())), strict=False), 1):
        found = sorted(_fold_marks(page))
        wanted = sorted((place, side) for place in folds for side in ("above", "below"))
        same = len(found) == len(wanted) and all(
            one[1] == other[1] and abs(one[0] - other[0]) <= PLACE_MM for one, other in zip(found, wanted, strict=True)
        )
        if not same:
            message = f"the folds are marked at {_listed(found)}; they are at {_listed(wanted)} from the left"
            yield finding("press-fold", message, page=number, hint="build it again; if it stays so, report it")


def _listed(places: Sequence[tuple[float, str]]) -> str:
    return ", ".join(f"{place:.2f} mm {side}" for place, side in places) or "no place"


def _fold_marks(page: pikepdf.Page) -> Iterator[tuple[float, str]]:
    """Yield each dashed upright line between the bleed and the page's edge: how far from the trim's left, and where."""
    media, bled = (list(map(_number, box)) for box in (page.mediabox, page.bleedbox))
    left = _number(page.trimbox[0])
    for x1, y1, x2, y2 in _dashed_lines(page):
        low, high = min(y1, y2), max(y1, y2)
        if abs(x1 - x2) < EXACT_PT and media[1] <= low and high <= media[3] and media[0] < x1 < media[2]:
            if low > bled[3]:
                yield (x1 - left) * MM, "above"
            elif high < bled[1]:
                yield (x1 - left) * MM, "below"


class _Pen(Struct, frozen=True):
    matrix: pikepdf.Matrix = field(default_factory=pikepdf.Matrix)
    is_dashed: bool = False


def _dashed_lines(page: pikepdf.Page) -> Iterator[tuple[float, float, float, float]]:
    """Yield the ends of each dashed line that a page strokes itself, in points."""
    state, kept, start = _Pen(), [], (0.0, 0.0)
    for one in pikepdf.parse_content_stream(page):
        operator, operands = str(one.operator), list(one.operands)
        if operator == "q":
            kept.append(state)
        elif operator == "Q" and kept:
            state = kept.pop()
        elif operator == "cm":
            state = replace(state, matrix=pikepdf.Matrix(*map(_number, operands)) @ state.matrix)
        elif operator == "d":
            state = replace(state, is_dashed=len(operands[0]) > 0)
        elif operator in {"m", "l"}:
            end = state.matrix.transform((_number(operands[0]), _number(operands[1])))
            if operator == "l" and state.is_dashed:
                yield (*start, *end)
            start = end


def _number(value: object) -> float:
    return float(str(value))
