"""A job for each piece asked for: which files to make of it, on which stock."""

from collections.abc import Collection, Iterator
from datetime import date

from msgspec.structs import replace

from generator.errors import NOWHERE, Diagnostic, advice, error
from generator.lists.collector import collector_resting
from generator.model.edition import Edition, Finish
from generator.model.press import Press
from generator.model.product import Product
from generator.model.stock import Stock
from generator.plan.choosing import EditionChooser
from generator.plan.folded import folding_edge
from generator.plan.papers import stock_for
from generator.plan.piece import Job, Piece, Printing
from generator.plan.sheeting import as_printed, labels_for, preference, sheets_for, sheets_of_tiles, tiling_for
from generator.plan.wording import unsaid
from generator.project import Loaded, Project
from generator.request import Request
from generator.sheets.placing import Sheet
from generator.sheets.turning import Edge
from generator.source import nearest
from generator.units import Length


@collector_resting()
def plan_jobs(
    project: Project, request: Request, *, today: date, without: Collection[str] = ()
) -> tuple[tuple[Job, ...], tuple[Diagnostic, ...]]:
    """Return a job for each piece asked for, and the errors that concern no single piece.

    No pieces are planned of the editions that it is `without`; what is wrong with them is told.
    """
    found = [*_check_request(project, request)]
    if found:
        return (), tuple(found)
    jobs: list[Job] = []
    for loaded in _editions(project, request):
        chooser = EditionChooser(project, loaded.id, loaded.value, today)
        found += (*chooser.found, *_of_events(project, loaded, request))
        for language, product, size in _wanted(project, loaded.value, request) if loaded.id not in without else ():
            piece, of_piece = chooser.piece(language, product, size)
            jobs.append(job_for(project, piece, request, of_piece))
    return tuple(jobs), tuple(found)


def _check_request(project: Project, request: Request) -> Iterator[Diagnostic]:
    languages = {name for one in project.editions.values() for name in one.value.languages}
    products = (one.value for name, one in project.products.items() if name in (request.products or project.products))
    sizes = {name for product in products for name in product.sizes}
    printers = (request.printer,) if request.printer else ()
    asked = (
        ("edition", request.editions, set(project.editions)),
        ("product", request.products, set(project.products)),
        ("language", request.languages, languages),
        ("size", request.sizes, sizes),
        ("printer", printers, set(project.printers)),
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


Wanted = tuple[str, str, str | None]  # language, product and size; None for the product's usual size


def _products(project: Project, edition: Edition, request: Request) -> tuple[str, ...]:
    standard = tuple(name for name, one in project.products.items() if one.value.standard)
    return request.products or edition.products or project.settings.products or standard


def _of_events(project: Project, loaded: Loaded[Edition], request: Request) -> Iterator[Diagnostic]:
    """Yield an error for each product that only an event can have."""
    edition = loaded.value
    for index, name in enumerate(_products(project, edition, request)):
        if project.products[name].value.of_event:
            is_written = not request.products and bool(edition.products)
            steps = ("products", index) if ("products", index) in loaded.document.values else ("products",)
            place = project.roots.shown_place(loaded.document.place_of_value(steps)) if is_written else NOWHERE
            hint = f"write {{product: {name}}} among the pieces of content/events/<event>.yaml: handbill pack <event>"
            yield error("event-only", f"a {name} is made for an event, not for an edition", place=place, hint=hint)


def _wanted(project: Project, edition: Edition, request: Request) -> Iterator[Wanted]:
    products = _products(project, edition, request)
    languages = [name for name in edition.languages if not request.languages or name in request.languages]
    for language in languages:
        for product in products:
            sizes = _sizes(project.products[product].value, edition.sizes.get(product, ()), request)
            yield from ((language, product, size) for size in sizes)


def _sizes(product: Product, usual: tuple[str, ...], request: Request) -> tuple[str | None, ...]:
    """Return the sizes to make: those asked for that the product has, else those of the edition, else the usual one."""
    asked = tuple(name for name in request.sizes if name in product.sizes)
    return asked or tuple(name for name in usual if name in product.sizes) or (None,)


def job_for(project: Project, piece: Piece, request: Request, found: tuple[Diagnostic, ...]) -> Job:
    """Return the job for a piece; a stock that cannot hold it is among the job's diagnostics."""
    finishes = request.finishes or piece.edition.finishes or project.settings.finishes
    wanted: tuple[Finish, ...] = tuple(one for one in finishes if one in piece.product.finishes)
    printing = _printing(project, request)
    stock_id, stock, problems = stock_for(project, piece, request, printing)
    edge = folding_edge(piece, stock) if stock and piece.product.fold else _edge(piece.product)
    plain = Job(
        piece,
        wanted,
        sheets=(),
        stock_id=stock_id,
        duplex=preference(edge, printing),
        diagnostics=(*found, *problems),
        press=_press(project, piece, request),
        grey=request.grey,
        stock=stock,
        edge=edge,
        printing=printing,
    )
    if piece.product.fold:
        plain = replace(plain, copies=request.copies)
    elif not piece.product.faces:
        return replace(plain, diagnostics=(*plain.diagnostics, *_not_laid(plain, request)))
    return _laid(project, plain, stock, request) if stock and piece.product.faces else plain


def _laid(project: Project, job: Job, stock: Stock, request: Request) -> Job:
    """Return a job with its sheets, or with what speaks against them among its diagnostics."""
    piece = job.piece
    problems = unsaid(project, piece.language_id, labels_for(stock, piece))
    if problems:
        return replace(job, diagnostics=(*job.diagnostics, *(one.of_piece(piece.name) for one in problems)))
    try:
        return _with_sheets(replace(job, copies=request.copies), stock, request)
    except ValueError as problem:
        return replace(job, diagnostics=(*job.diagnostics, _no_sheets(job, stock, request, problem)))


def _no_sheets(job: Job, stock: Stock, request: Request, problem: ValueError) -> Diagnostic:
    if not stock.holds(job.piece.flat):
        return error("cannot-tile", str(problem), hint="name larger paper with --stock").of_piece(job.piece.name)
    option = "--used" if request.used else "--start-at"
    return error("no-such-slot", f"{option}: {problem}").of_piece(job.piece.name)


def _not_laid(job: Job, request: Request) -> Iterator[Diagnostic]:
    """Say what was asked of the printing of running text, whose pages are not laid on sheets."""
    if "office" in job.finishes and (request.copies or job.printing.printer_id or job.printing.duplex):
        message = (
            f"the pages of a {job.piece.product_id} are printed as they are: copies, printer and duplex change nothing"
        )
        yield advice("not-laid-out", message, hint="choose copies and both sides in the print window").of_piece(
            job.piece.name
        )


def _with_sheets(job: Job, stock: Stock, request: Request) -> Job:
    """Return the job with its sheets as the printer takes them. Raises ValueError."""
    tiling = tiling_for(stock, job.piece)
    sheets: tuple[Sheet, ...] = (
        sheets_of_tiles(tiling, job.piece, job.copies) if tiling else sheets_for(stock, job.piece, request, job.edge)
    )
    return replace(job, sheets=as_printed(sheets, job.edge, job.printing), tiling=tiling)


def _printing(project: Project, request: Request) -> Printing:
    """Return how the printer prints: the one asked for, else the project's."""
    name = request.printer or project.settings.printer
    loaded = project.printers.get(name) if name else None
    printer = loaded.value if loaded else None
    return Printing(name if printer else None, printer, request.duplex or (printer.duplex if printer else None))


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
