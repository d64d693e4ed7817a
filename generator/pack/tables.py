"""The order sheet, the run list and the totals as tables of words, for spreadsheets and for the printed papers."""

from collections.abc import Iterator, Sequence

from generator.lists.export import csv_text
from generator.model.event import Event
from generator.pack.order import OrderLine
from generator.pack.runs import RunLine
from generator.pack.totals import Totals

Answers = tuple[tuple[str, str], ...]  # what is asked, and the answer
UNNAMED_PAPER = "Not named: ask the shop"


def order_answers(line: OrderLine) -> Answers:
    """Return what shops ask of a press file besides its name and number, in the order in which they ask."""
    return (
        ("Quantity", f"{line.quantity} ({line.each})" if line.each else str(line.quantity)),
        ("Finished size", line.finished),
        ("Flat size", line.flat),
        ("Pages", str(line.pages)),
        ("Colours", line.colours),
        ("Bleed", sentence([line.bleed])),
        ("Stock", line.paper or UNNAMED_PAPER),
        ("Fold", sentence([line.fold])),
        ("Finishing", sentence(line.finishing)),
        ("Standard", f"{line.standard}, {line.condition}"),
    )


def run_answers(line: RunLine) -> Answers:
    """Return how an office file is printed, in the order in which it is done."""
    part_used = f"{len(line.part_used)} first, on top: {'; '.join(line.part_used)}" if line.part_used else ""
    answers = (
        ("Sheets", str(line.sheets)),
        ("Copies", f"{line.copies} and {line.spares or 'no'} spare" + (f" ({line.each})" if line.each else "")),
        (
            "Put in",
            ", ".join(filter(None, (line.stock, line.paper))) + (f"; yours: {line.asked}" if line.asked else ""),
        ),
        ("Tray", line.tray),
        ("Part-used sheets", part_used),
        ("Print", line.times),
        ("Sides", line.both_sides),
        ("Scale", "Actual size, never Fit"),
        ("Printer", line.printer),
        ("Left over", line.left),
        ("Then", sentence(line.then)),
        ("Finished size", line.finished),
    )
    return tuple((label, value) for label, value in answers if value)


def sentence(parts: Sequence[str]) -> str:
    """Return several things to do as one text."""
    said = "; ".join(parts)
    return said[:1].upper() + said[1:]


def order_csv(event: Event, lines: Sequence[OrderLine]) -> str:
    """Return the order sheet as CSV: a row a file, with what holds for the whole order repeated in each."""
    about = (
        ("Event", event.title.text("en")),
        ("Due", event.due.isoformat() if event.due else ""),
        ("Deliver to", event.deliver_to or ""),
        ("Contact", event.contact or ""),
    )
    rows = [(*_of_file(line), *order_answers(line), *about, _sum(line)) for line in lines]
    return csv_text(_with_headings(rows))


def run_csv(lines: Sequence[RunLine]) -> str:
    """Return the run list as CSV: a row a file."""
    rows = [(*_of_file(line), *run_answers(line), _sum(line)) for line in lines]
    return csv_text(_with_headings(rows))


def _of_file(line: OrderLine | RunLine) -> Answers:
    about = (("No.", str(line.number)), ("File", line.file), ("Piece", line.title), ("Language", line.language))
    return (*about, ("Product", line.product))


def _sum(line: OrderLine | RunLine) -> tuple[str, str]:
    return ("SHA-256", f"sha256:{line.sha256}")  # bare digits may look like a number to a spreadsheet


def _with_headings(rows: Sequence[Answers]) -> list[list[str]]:
    """Return rows under one heading each; an answer that only some rows have is empty in the others."""
    headings = list(dict.fromkeys(label for row in rows for label, _ in row))
    return [headings, *([dict(row).get(label, "") for label in headings] for row in rows)]


def totals_csv(totals: Totals) -> str:
    """Return the totals as CSV: a row a product, a paper and a stock."""
    return csv_text([["Of", "What", "Files", "Pieces", "Spares", "Sheets to buy", "Packs"], *_total_rows(totals)])


def _total_rows(totals: Totals) -> Iterator[list[str]]:
    for product in totals.products:
        yield ["product", product.title, str(product.files), str(product.total), str(product.spares), "", ""]
    for paper in totals.papers:
        yield ["paper", paper.paper or UNNAMED_PAPER, str(paper.files), str(paper.pieces), "", "", ""]
    for stock in totals.stocks:
        packs = "" if stock.packs is None else str(stock.packs)
        yield ["stock", stock.stock, str(stock.files), "", "", str(stock.to_buy), packs]
