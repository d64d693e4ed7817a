"""The sheets of pieces that are folded: flat sides laid on a stock, with the pages on them."""

from generator.model.stock import Stock
from generator.plan.piece import Piece
from generator.sheets.folding import sides_of, turning_edge, unfolded
from generator.sheets.grid import Used, fill_sheets
from generator.sheets.placing import Sheet
from generator.sheets.turning import Edge


def folding_edge(piece: Piece, stock: Stock) -> Edge | None:
    """Return the edge that the sheets of a folded piece are turned on; None when they have one side."""
    product = piece.product
    if product.fold is None or (product.fold != "booklet" and len(product.faces) == 1):
        return None
    return turning_edge(product.fold, stock.sheet)


def folded_sheets(
    stock: Stock,
    piece: Piece,
    pages: int,
    *,
    edge: Edge | None,
    copies: int | None = None,
    start_at: int = 1,
    used: Used = (),
) -> tuple[Sheet, ...]:
    """Return the sheets of a folded piece with so many pages; none for a piece that is not folded.

    Copies of a booklet follow one another whole. Faces that were written for a booklet end with its back cover;
    running text ends where it ends. Raises ValueError for slots that are not there.
    """
    fold, is_rtl = piece.product.fold, piece.language.direction == "rtl"
    if fold is None:
        return ()
    ends_on_cover = bool(piece.product.faces)
    caliper = stock.caliper.mm
    sides = sides_of(fold, piece.size, pages, is_rtl=is_rtl, caliper=caliper, ends_on_cover=ends_on_cover)
    sets = -(-(copies or 1) // len(stock.slots)) if fold == "booklet" else 1
    count = None if fold == "booklet" else copies
    filled = fill_sheets(stock, len(sides), bleed=piece.bleed, edge=edge, copies=count, start_at=start_at, used=used)
    note = piece.language.said("fold_under") if fold == "tent" else ""
    return tuple(unfolded(sheet, sides, fold=fold, note=note) for sheet in filled) * sets
