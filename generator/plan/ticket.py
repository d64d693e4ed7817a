"""The ticket of a job: what the person at the printer has to know, in one line."""

from collections.abc import Iterator

from generator.plan.piece import Job, Printing

EDGES = {"long-edge": "the long edge", "short-edge": "the short edge"}


def ticket(job: Job) -> str:
    """Return what to put into the printer and how to print on it; nothing for a piece without sheets."""
    return "; ".join(_parts(job)) if job.sheets else ""


def _parts(job: Job) -> Iterator[str]:
    if job.tiling:
        tiling = job.tiling
        each = f" for each of {job.copies}" if (job.copies or 1) > 1 else ""
        rows, columns = f"{tiling.rows} rows", f"{tiling.columns} columns"
        yield f"a map and {len(job.sheets) - 1} sheets of {job.stock_id}, in {rows} and {columns}{each}"
    else:
        sheets = sum(not sheet.is_back for sheet in job.sheets)
        yield f"{sheets} {'sheet' if sheets == 1 else 'sheets'} of {job.stock_id}"
    if job.edge:
        yield sides(job.edge, job.printing, pages=len(job.sheets))
    if job.printing.printer_id:
        yield printer_line(job.printing)


def sides(edge: str, printing: Printing, *, pages: int) -> str:
    """Return how both sides are printed."""
    if not printing.is_by_hand:
        return f"both sides, turned on {EDGES[printing.duplex or edge]}"
    half = pages // 2
    way = "turned over" if printing.duplex == "by-hand" else "as it came out"
    return (
        f"print pages 1-{half}, put the stack back {way}, the edge first that went in first, "
        f"then print pages {half + 1}-{pages}"
    )


def printer_line(printing: Printing) -> str:
    """Return which printer the sheets are corrected for, and by how much it errs."""
    printer = printing.printer
    if printer is None or not printer.errs:
        return f"for the printer {printing.printer_id}, which needs no correction"
    offset, scale, back = printer.offset, printer.scale, printer.back
    errors = [f"{offset.x.mm:+g} mm right and {offset.y.mm:+g} mm down"]
    if (scale.x, scale.y) != (1, 1):
        errors.append(f"{scale.x:.2%} by {scale.y:.2%}")
    if printer.skew:
        errors.append(f"turned {printer.skew:+g}°")
    if back.x.mm or back.y.mm:
        errors.append(f"backs {back.x.mm:+g} mm right and {back.y.mm:+g} mm down")
    return f"corrected for the printer {printing.printer_id}, which prints {', '.join(errors)}"
