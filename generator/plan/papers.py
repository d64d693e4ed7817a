"""The stock that a piece is printed on: the one named, its product's own, or the paper in the printer."""

from msgspec.structs import replace

from generator.errors import NOWHERE, Diagnostic, Place, error
from generator.model.stock import Stock
from generator.plan.piece import Piece, Printing
from generator.project import Loaded, Project
from generator.request import Request
from generator.sheets.cutting import cut_stock
from generator.source import nearest
from generator.units import Size

ALIKE_MM = 20.0  # letter is 17.6 mm shorter than A4, and every printer of the one takes the other

Found = tuple[str, Stock | None, tuple[Diagnostic, ...]]  # a stock's id, the stock, and why there is none


def stock_for(project: Project, piece: Piece, request: Request, printing: Printing) -> Found:
    """Return the stock named for a piece, else its own or plain paper. What holds no face whole is to be tiled."""
    named = request.stock or piece.edition.stocks.get(piece.product_id)
    name = named or _own_stock(project, piece, printing)
    if name is None:
        return _plain_paper(project, piece)
    loaded = project.find_stock(name)
    if loaded is None:
        message = f'there is no stock "{name}"'
        place = _place(project, piece, request)
        found = error("unknown-stock", message, place=place, hint=nearest(name, project.stocks))
        return name, None, (found.of_piece(piece.name),)
    if loaded.value.holds(piece.flat):
        return loaded.id, loaded.value, ()
    if request.stock and not piece.edition.stocks.get(piece.product_id) and not request.products:
        # --stock was meant for the products that it holds; the others keep their own.
        return stock_for(project, piece, replace(request, stock=None), printing)
    return _cut_or_tiled(project, piece, loaded, _place(project, piece, request))


def _place(project: Project, piece: Piece, request: Request) -> Place:
    """Return where the edition names the stock; nowhere when the command line or the product does."""
    if request.stock or piece.product_id not in piece.edition.stocks:
        return NOWHERE
    place = project.editions[piece.edition_id].document.place_of_value(("stocks", piece.product_id))
    return project.roots.shown_place(place)


def _own_stock(project: Project, piece: Piece, printing: Printing) -> str | None:
    """Return the product's stock; where that is plain paper too small or too large, what the printer takes."""
    own = piece.product.stock
    usual = getattr(own, piece.system) if own else None
    loaded = project.find_stock(usual) if usual else None
    if loaded is None or not loaded.value.is_paper:
        return usual if not piece.size_id else _office_paper(project, piece, printing)
    limit = _limit(project, printing)
    is_too_large = limit is not None and not _takes(project.stocks[limit].value.sheet, loaded.value.sheet)
    return usual if loaded.value.holds(piece.flat) and not is_too_large else _office_paper(project, piece, printing)


def _limit(project: Project, printing: Printing) -> str | None:
    """Return the largest paper that the printer takes, None when nothing says."""
    limit = (printing.printer.paper if printing.printer else None) or project.settings.paper
    return limit if limit in project.stocks else None


def _office_paper(project: Project, piece: Piece, printing: Printing) -> str:
    return _limit(project, printing) or ("letter" if piece.system == "us" else "a4")


def _takes(paper: Size, other: Size) -> bool:
    """Return whether a printer of one paper takes another: either way round, and A4 is as good as letter."""
    room = Size(paper.width + ALIKE_MM, paper.height + ALIKE_MM)
    return other.fits(room) or other.turned.fits(room)


def _cut_or_tiled(project: Project, piece: Piece, loaded: Loaded[Stock], place: Place) -> Found:
    """Return plain paper with as many faces as it holds, or whole for tiling; other stocks have to hold the face."""
    if loaded.value.is_paper:
        cut = cut_stock(piece.flat, loaded.value.sheet, bleed=piece.bleed)
        if cut or may_be_tiled(piece):
            return loaded.id, cut or loaded.value, ()
    return loaded.id, None, (_too_small(project, piece, loaded, place).of_piece(piece.name),)


def may_be_tiled(piece: Piece) -> bool:
    """Return whether a piece can be glued together of sheets: it has one side, and is not folded."""
    return len(piece.product.faces) == 1 and not piece.product.fold


def _too_small(project: Project, piece: Piece, loaded: Loaded[Stock], place: Place) -> Diagnostic:
    fitting = sorted(one.id for one in project.stocks.values() if one.value.holds(piece.flat))
    message = f"the stock {loaded.id} has slots of {loaded.value.label}; a {piece.product_id} is {piece.flat}"
    hint = f"stocks that hold it: {', '.join(fitting)}" if fitting else "leave out the stock to print on plain paper"
    if may_be_tiled(piece):
        hint += f"; plain paper, such as {'letter' if piece.system == 'us' else 'a4'}, takes it in tiles"
    return error("stock-does-not-hold", message, place=place, hint=hint)


def _plain_paper(project: Project, piece: Piece) -> Found:
    """Return plain paper of the country for a product without a stock: the first that holds its face."""
    papers = ("letter", "tabloid") if piece.system == "us" else ("a4", "a3")
    for name in papers:
        paper = project.stocks[name].value.sheet
        stock = cut_stock(piece.flat, paper, bleed=piece.bleed)
        if stock:
            return name, stock, ()
    if may_be_tiled(piece):
        return papers[0], project.stocks[papers[0]].value, ()
    message = f"no paper of {', '.join(papers)} holds a face of {piece.flat}"
    found = error("no-paper", message, hint="name a stock in product.yaml")
    return papers[-1], None, (found.of_piece(piece.name),)
