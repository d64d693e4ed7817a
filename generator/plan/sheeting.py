"""The sheets of a piece: filled, tiled, and made ready for the printer that prints them."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from generator.errors import Diagnostic, advice
from generator.model.stock import Stock
from generator.plan.folded import folded_sheets
from generator.plan.piece import Job, Piece, Printing
from generator.request import Request
from generator.sheets.assembling import TILE_LABELS, tiled_sheets
from generator.sheets.correcting import corrected
from generator.sheets.feeding import by_hand, turned_on
from generator.sheets.folding import PAGES_A_SHEET, TENT_LABELS, signatures
from generator.sheets.grid import Leaf, fill_sheets, leaves, place_leaves
from generator.sheets.placing import Sheet
from generator.sheets.tiling import Tiling, tile
from generator.sheets.turning import Edge

PREFERENCES = {"long-edge": "DuplexFlipLongEdge", "short-edge": "DuplexFlipShortEdge"}


def tiling_for(stock: Stock, piece: Piece) -> Tiling | None:
    """Return how a piece that the stock does not hold is tiled onto it. Raises ValueError when it cannot be."""
    return None if stock.holds(piece.flat) else tile(piece.size, stock.sheet)


def labels_for(stock: Stock, piece: Piece) -> Mapping[str, Sequence[str]]:
    """Return the labels of its language that a piece's sheets need beside its faces, with the {places} of each."""
    if piece.product.fold:
        return TENT_LABELS if piece.product.fold == "tent" else {}
    return {} if stock.holds(piece.flat) else TILE_LABELS


def sheets_for(stock: Stock, piece: Piece, request: Request, edge: Edge | None) -> tuple[Sheet, ...]:
    """Return the sheets of a piece on a stock that holds it. Raises ValueError for slots that are not there."""
    is_single = len(stock.slots) == 1
    start_at, used = (1, ()) if is_single else (request.start_at, request.used)
    if piece.product.fold:
        pages = len(piece.product.faces)
        return folded_sheets(stock, piece, pages, edge=edge, copies=request.copies, start_at=start_at, used=used)
    faces, copies = len(piece.product.faces), request.copies
    if piece.records:
        used = used or (frozenset(range(1, start_at)),)
        return place_leaves(stock, _for_each(piece, edge), bleed=piece.bleed, edge=edge, used=used)
    return fill_sheets(stock, faces, bleed=piece.bleed, edge=edge, copies=copies, start_at=start_at, used=used)


def _for_each(piece: Piece, edge: Edge | None) -> list[Leaf]:
    """Return the leaves of each attendee or table one after the other, as often as each is printed."""
    each = len(piece.product.faces) // len(piece.records)
    return [
        leaf
        for number, record in enumerate(piece.records)
        for leaf in leaves(each, is_two_sided=edge is not None, first=number * each)
        for _ in range(record.copies)
    ]


def sheets_of_tiles(tiling: Tiling, piece: Piece, copies: int | None) -> tuple[Sheet, ...]:
    """Return the map once, and the tiles of each copy."""
    title = f"{piece.edition.title} · {piece.product.title} · {piece.language.name}"
    tiled = tiled_sheets(tiling, 0, title=title, language=piece.language, bleed=piece.bleed)
    return (tiled[0], *(tiled[1:] * (copies or 1)))


def as_printed(sheets: Sequence[Sheet], edge: Edge | None, printing: Printing) -> tuple[Sheet, ...]:
    """Return sheets in the order in which the printer takes them, backs as it turns them, corrected for its errors."""
    printed = tuple(sheets)
    if edge and printing.is_by_hand:
        printed = by_hand(printed, planned=edge, last_first=printing.duplex == "by-hand-reversed")
    elif edge and printing.duplex in ("long-edge", "short-edge"):
        printed = turned_on(printed, printing.duplex, planned=edge)
    if printing.printer and printing.printer.errs:
        printed = corrected(printed, printing.printer)
    return printed


def preference(edge: Edge | None, printing: Printing) -> str | None:
    """Return the PDF viewer preference for the printing of both sides."""
    if edge is None:
        return None
    return "Simplex" if printing.is_by_hand else PREFERENCES[printing.duplex or edge]


def bound(job: Job, pages: int) -> Job:
    """Return the job of a piece that is laid out: a booklet of running text has its sheets only then."""
    product = job.piece.product
    if product.fold != "booklet" or not job.stock:
        return job
    sheets = job.sheets or folded_sheets(job.stock, job.piece, pages, edge=job.edge, copies=job.copies)
    printed = sheets if job.sheets else as_printed(sheets, job.edge, job.printing)
    return replace(job, sheets=printed, diagnostics=(*job.diagnostics, *_thickness(job, pages)))


def _thickness(job: Job, pages: int) -> Iterator[Diagnostic]:
    """Yield what is to be known of a booklet too thick to be folded as one."""
    counts = signatures(-(-pages // PAGES_A_SHEET))
    if "office" in job.finishes and len(counts) > 1:
        message = f"the booklet has {sum(counts)} sheets, more than are folded as one"
        hint = f"fold and staple {', '.join(map(str, counts))} sheets by themselves and bind them one behind the other"
        yield advice("several-signatures", message, hint=hint).of_piece(job.piece.name)
