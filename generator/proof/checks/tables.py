"""A table says in its headers what its columns or rows are."""

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.opened import OpenedPdf
from generator.proof.thresholds import finding


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the tables that have no header cell."""
    if not expected.is_tagged:
        return ()
    bare = [one for one in pdf.elements if one.role == "Table" and "TH" not in one.roles]
    return tuple(_bare(pdf, *pdf.place_of(one)) for one in bare)


def _bare(pdf: OpenedPdf, page: int | None, box: tuple[float, float, float, float] | None) -> Diagnostic:
    message = "a table has no header cells, so a screen reader cannot say what a cell belongs to"
    hint = "write th for the cells that name columns or rows; lay out without tables"
    return finding("table-without-header", message, page=page, bbox=box, hint=hint)
