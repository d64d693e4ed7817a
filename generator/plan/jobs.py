"""A job for each piece asked for: which files to make of it, on which stock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from generator.errors import Diagnostic, error
from generator.model.edition import Edition, Finish
from generator.model.press import Press
from generator.model.product import Product
from generator.model.stock import Stock
from generator.plan.choosing import EditionChooser
from generator.plan.piece import Job, Piece, Request
from generator.project import Loaded, Project
from generator.sheets.cutting import cut_stock
from generator.sheets.grid import fill_sheets
from generator.sheets.placing import Sheet
from generator.sheets.turning import Edge
from generator.source import nearest
from generator.units import Length


def plan_jobs(project: Project, request: Request, *, today: date) -> tuple[tuple[Job, ...], tuple[Diagnostic, ...]]:
    """Return a job for each piece asked for, and the errors that concern no single piece."""
    found = [*_check_request(project, request)]
    if found:
        return (), tuple(found)
    jobs: list[Job] = []
    for loaded in _editions(project, request):
        chooser = EditionChooser(project, loaded.id, loaded.value, today)
        found += chooser.found
        for language, product in _wanted(project, loaded.value, request):
            piece, of_piece = chooser.piece(language, product)
            jobs.append(_job(project, piece, request, of_piece))
    return tuple(jobs), tuple(found)


def _check_request(project: Project, request: Request) -> Iterator[Diagnostic]:
    languages = {name for one in project.editions.values() for name in one.value.languages}
    asked = (
        ("edition", request.editions, set(project.editions)),
        ("product", request.products, set(project.products)),
        ("language", request.languages, languages),
    )
    for noun, names, known in asked:
        for name in names:
            if name not in known:
                yield error(f"unknown-{noun}", f'there is no {noun} "{name}"', hint=nearest(name, known))
    if request.stock and project.find_stock(request.stock) is None:
        message = f'there is no stock "{request.stock}"'
        yield error("unknown-stock", message, hint=nearest(request.stock, project.stocks))


def _editions(project: Project, request: Request) -> Iterator[Loaded[Edition]]:
    """Yield the editions asked for, else the project's defaults, else its own, else the built-in ones."""
    own = tuple(name for name, one in project.editions.items() if project.roots.is_project_file(one.path))
    names = request.editions or project.settings.editions or own or tuple(project.editions)
    return (project.editions[name] for name in names if name in project.editions)


def _wanted(project: Project, edition: Edition, request: Request) -> Iterator[tuple[str, str]]:
    standard = tuple(name for name, one in project.products.items() if one.value.standard)
    products = request.products or edition.products or project.settings.products or standard
    languages = [name for name in edition.languages if not request.languages or name in request.languages]
    return ((language, product) for language in languages for product in products)


def _job(project: Project, piece: Piece, request: Request, found: tuple[Diagnostic, ...]) -> Job:
    """Return the job for a piece; a stock that cannot hold it is among the job's diagnostics."""
    finishes = request.finishes or piece.edition.finishes or project.settings.finishes
    wanted: tuple[Finish, ...] = tuple(one for one in finishes if one in piece.product.finishes)
    stock_id, stock, problems = _stock_for(project, piece, request)
    sheets: tuple[Sheet, ...] = ()
    edge = _edge(piece.product)
    if stock and piece.product.faces:
        try:
            sheets = _impose(stock, piece, request, edge)
        except ValueError as problem:
            problems = (error("no-such-slot", f"--start-at: {problem}").of_piece(piece.name),)
    duplex = {"long-edge": "DuplexFlipLongEdge", "short-edge": "DuplexFlipShortEdge"}.get(edge or "")
    press = _press(project, piece, request)
    return Job(piece, wanted, sheets, stock_id, duplex, (*found, *problems), press, request.grey)


US_BLEED = Length(3.175)  # 1/8 in is what North American print shops ask for where others ask for 3 mm


def _press(project: Project, piece: Piece, request: Request) -> Press:
    """Return what the print shop asks for: the command's word before the edition's before the project's.

    A product that does not bleed is given bleed only when it is asked for, and then it is paper.
    """
    asked = {"pdfx": request.pdfx, "marks": request.marks, "bleed": request.bleed}
    answers = project.settings.press.with_those_of(piece.edition.press)
    answers = answers.model_copy(update={key: value for key, value in asked.items() if value is not None})
    if answers.bleed is not None:
        return answers
    own = Length(piece.bleed)
    return answers.model_copy(update={"bleed": max(own, US_BLEED) if own.mm and piece.system == "us" else own})


def _edge(product: Product) -> Edge | None:
    one_sided = product.duplex == "none" or len(product.faces) == 1
    return None if one_sided or product.duplex == "none" else product.duplex


def _impose(stock: Stock, piece: Piece, request: Request, edge: Edge | None) -> tuple[Sheet, ...]:
    start_at = request.start_at if len(stock.slots) > 1 else 1
    return fill_sheets(stock, len(piece.product.faces), bleed=piece.bleed, edge=edge, start_at=start_at)


def _stock_for(project: Project, piece: Piece, request: Request) -> tuple[str, Stock | None, tuple[Diagnostic, ...]]:
    """Return the stock named for a piece, else plain paper cut to its size; a named one has to hold it."""
    own = piece.product.stock
    usual = getattr(own, piece.system) if own else None
    name = request.stock or piece.edition.stocks.get(piece.product_id) or usual
    if name is None:
        return _plain_paper(project, piece)
    loaded = project.find_stock(name)
    if loaded is None:
        message = f'there is no stock "{name}"'
        found = error("unknown-stock", message, hint=nearest(name, project.stocks))
        return name, None, (found.of_piece(piece.name),)
    if loaded.value.holds(piece.size):
        return loaded.id, loaded.value, ()
    if request.stock and not piece.edition.stocks.get(piece.product_id) and not request.products:
        # --stock was meant for the products that it holds; the others keep their own.
        return _stock_for(project, piece, replace(request, stock=None))
    return loaded.id, None, (_too_small(project, piece, loaded.id, loaded.value).of_piece(piece.name),)


def _too_small(project: Project, piece: Piece, name: str, stock: Stock) -> Diagnostic:
    fitting = sorted(one.id for one in project.stocks.values() if one.value.holds(piece.size))
    message = f"the stock {name} has slots of {stock.label}; a {piece.product_id} is {piece.size}"
    hint = f"stocks that hold it: {', '.join(fitting)}" if fitting else "leave out the stock to print on plain paper"
    return error("stock-does-not-hold", message, hint=hint)


def _plain_paper(project: Project, piece: Piece) -> tuple[str, Stock | None, tuple[Diagnostic, ...]]:
    """Return plain paper of the country for a product without a stock: the first that holds its face."""
    papers = ("letter", "tabloid") if piece.system == "us" else ("a4", "a3")
    for name in papers:
        paper = project.stocks[name].value.sheet
        stock = cut_stock(piece.size, paper, bleed=piece.bleed)
        if stock:
            return name, stock, ()
    message = f"no paper of {', '.join(papers)} holds a face of {piece.size}"
    found = error("no-paper", message, hint="name a stock in product.yaml")
    return papers[-1], None, (found.of_piece(piece.name),)
