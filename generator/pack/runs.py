"""The run list: how the office prints each of its files, from the sheets that were planned for it."""

from collections.abc import Iterator

from msgspec import Struct

from generator.model.stock import Stock
from generator.pack.names import finished, size_said
from generator.pack.order import FOLDS, each_said
from generator.plan import EventJob, Job, printer_line, sides
from generator.sheets.grid import parse_used
from generator.write import sha256

BY_HAND_LABELS = "Manual feed, one sheet first to see which side is printed"
PAPER_TRAY = "Paper tray"


class RunLine(Struct, frozen=True):
    """One office file, in the words of the run list. `sheets` is paper that is fed, the part-used among it."""

    number: int
    file: str
    title: str
    product: str
    language: str
    copies: int
    spares: int
    each: str
    finished: str
    stock_id: str
    stock: str
    asked: str
    paper: str
    tray: str
    sheets: int
    part_used: tuple[str, ...]
    left: str
    pages: int
    times: str
    both_sides: str
    printer: str
    then: tuple[str, ...]
    sha256: str

    @property
    def whole_sheets(self) -> int:
        """The sheets to take from a pack."""
        return self.sheets - len(self.part_used)


def run_line(one: EventJob, job: Job, stock: Stock, number: int, file: str, data: bytes, pages: int) -> RunLine:
    """Return the line of an office file. `job` is the one that was made, `stock` what its sheets are bought as."""
    piece = job.piece
    used = _part_used(one, job)
    return RunLine(
        number=number,
        file=file,
        title=piece.product.title,
        product=piece.product_id,
        language=piece.language_id,
        copies=one.copies,
        spares=one.spares,
        each=each_said(one),
        finished=size_said(finished(one), piece.system),
        stock_id=job.stock_id,
        stock=stock.title,
        asked=_asked(one, job),
        paper=one.piece.paper.said if one.piece.paper else "",
        tray=_tray(job, stock),
        sheets=sheets_fed(one, job, pages),
        part_used=used,
        left=_left(one, job),
        pages=pages,
        times=_times(one, job, pages),
        both_sides=_both_sides(job, pages),
        printer=printer_line(job.printing) if job.printing.printer_id else "",
        then=tuple(_then(job)),
        sha256=sha256(data),
    )


def _asked(one: EventJob, job: Job) -> str:
    """Return the part number that the event asks for where its stock goes by another: it stands on the pack."""
    asked = one.piece.stock or ""
    return "" if asked.lower() in job.stock_id else asked


def sheets_fed(one: EventJob, job: Job, pages: int) -> int:
    """Return how many sheets go through the printer for all copies and spares."""
    if job.tiling:
        return 1 + (len(job.sheets) - 1) * one.prints  # the map is needed once
    if job.sheets:
        return sum(not sheet.is_back for sheet in job.sheets) * one.prints
    return -(-pages // (2 if job.edge else 1)) * one.prints


def _part_used(one: EventJob, job: Job) -> tuple[str, ...]:
    """Return what is gone of each part-used sheet that is fed."""
    if not one.piece.used or not job.stock or len(job.stock.slots) == 1:
        return ()
    fed = sum(not sheet.is_back for sheet in job.sheets)
    return tuple(_gone(slots) for slots in parse_used(one.piece.used)[:fed])


def _gone(slots: frozenset[int]) -> str:
    """Return labels in words, such as `labels 1 to 3 and 7`; neighbours are said together."""
    runs: list[list[int]] = []
    for slot in sorted(slots):
        if runs and slot == runs[-1][-1] + 1:
            runs[-1].append(slot)
        else:
            runs.append([slot])
    said = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    noun = "label" if len(slots) == 1 else "labels"
    return f"{noun} {' and '.join(filter(None, (', '.join(said[:-1]), said[-1])))} gone" if said else "no label gone"


def _left(one: EventJob, job: Job) -> str:
    """Return the labels that stay free on the last sheet, to be used the next time."""
    fronts = [sheet for sheet in job.sheets if not sheet.is_back]
    if not job.stock or len(job.stock.slots) == 1 or job.stock.cut == "trim" or not fronts:
        return ""
    used = parse_used(one.piece.used) if one.piece.used else ()
    gone = used[len(fronts) - 1] if len(fronts) <= len(used) else frozenset()
    last = max(place.slot for place in fronts[-1].placements) + 1
    free = sum(label not in gone for label in range(last + 1, len(job.stock.slots) + 1))
    stay = "stays" if free == 1 else "stay"
    return f"{free} of the {len(job.stock.slots)} labels of the last sheet {stay} free: keep it" if free else ""


def _tray(job: Job, stock: Stock) -> str:
    printer = job.printing.printer
    named = printer.trays.get(job.stock_id) if printer else None
    return named or (PAPER_TRAY if stock.cut == "trim" else BY_HAND_LABELS)


def _times(one: EventJob, job: Job, pages: int) -> str:
    if one.prints == 1:
        return "Print the whole file once"
    if job.tiling:
        return f"Print page 1, the map, once, and {one.prints} copies of pages 2 to {pages}"
    if job.edge and job.printing.is_by_hand:
        return f"Print {one.prints} copies of the fronts, then {one.prints} of the backs"
    return f"Print the whole file {one.prints} times"


def _both_sides(job: Job, pages: int) -> str:
    if not job.edge or pages < 2:
        return "One side"
    said = sides(job.edge, job.printing, pages=pages)
    return f"{said[0].upper()}{said[1:]}"


def _then(job: Job) -> Iterator[str]:
    """Yield what is done with the sheets once they are printed."""
    stock = job.stock
    if job.tiling:
        yield "put the tiles together as the map shows"
    elif stock and len(stock.slots) > 1:
        yield "cut along the marks" if stock.cut == "trim" else "break apart along the perforation"
    if job.piece.product.fold:
        yield FOLDS[job.piece.product.fold]
    if job.piece.product.fold == "booklet":
        yield "staple twice in the fold"
    if not stock or len(stock.slots) == 1:
        yield from job.piece.product.finishing
