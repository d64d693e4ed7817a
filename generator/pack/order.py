"""The order: what a print shop has to know of each press file, read from the file wherever it can be."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from generator.model.paper import Paper
from generator.pack.names import finished, length_said, size_said
from generator.plan import EventJob, Piece
from generator.press.reading import PressFile, PressPage, read_press
from generator.sheets.folding import ONE_SIDED, flat_size, panel_widths
from generator.units import Size
from generator.write import sha256

INKS = {4: "process colour", 1: "black only", 0: "blank"}
FOLDS = {
    "trifold": "letter fold (C-fold): three panels",
    "half": "half fold: four pages",
    "zine": "folded to eight pages, with one slit",
    "tent": "folded to stand as a tent",
    "tent-card": "half fold, to stand as a tent",
    "booklet": "folded sheets, one inside the other",
}


class OrderLine(Struct, frozen=True):
    """One press file, every answer in the words of the order sheet. `quantity` counts finished pieces."""

    number: int
    file: str
    title: str
    product: str
    language: str
    quantity: int
    each: str
    flat: str
    finished: str
    pages: int
    colours: str
    bleed: str
    paper: str
    fold: str
    finishing: tuple[str, ...]
    standard: str
    condition: str
    sha256: str


def order_line(one: EventJob, number: int, file: str, data: bytes) -> OrderLine:
    """Return the line of a press file; its pages, sizes, bleed and colours are those of the file."""
    piece, read = one.job.piece, read_press(data)
    paper = paper_of(one)
    system, trim = piece.system, read.pages[0].trim
    return OrderLine(
        number=number,
        file=file,
        title=piece.product.title,
        product=piece.product_id,
        language=piece.language_id,
        quantity=one.copies,
        each=each_said(one),
        flat=size_said(flat_size(piece.product.fold, trim), system),
        finished=size_said(finished(one), system),
        pages=len(read.pages),
        colours=colours_said(read.pages, is_two_sided=is_two_sided(piece)),
        bleed=_bleed(read, piece),
        paper=paper.said if paper else "",
        fold=FOLDS.get(piece.product.fold or "", "no fold"),
        finishing=tuple(_finishing(piece, trim, paper)),
        standard=read.standard,
        condition=read.condition,
        sha256=sha256(data),
    )


def paper_of(one: EventJob) -> Paper | None:
    """Return the paper that the event asks for a piece, else the product's own."""
    usual = one.job.piece.product.paper
    return one.piece.paper or (getattr(usual, one.job.piece.system) if usual else None)


def each_said(one: EventJob) -> str:
    """Return how the copies divide among those that a piece has a face for each of; nothing when all are alike."""
    records = one.job.piece.records
    named, blank = [record for record in records if record.title], sum(not record.title for record in records)
    spares = f", and {one.spares} to write on" if blank else ""
    return f"{len(named)} different ones, {one.piece.copies} of each{spares}" if named else ""


def is_two_sided(piece: Piece) -> bool:
    """Return whether its faces are printed back to back."""
    product = piece.product
    return product.duplex != "none" and product.fold not in ONE_SIDED and len(product.faces) != 1


def colours_said(pages: Sequence[PressPage], *, is_two_sided: bool) -> str:
    """Return the inks of fronts over those of backs, such as `4/4 process colour`; one side alone is over 0."""
    fronts, backs = (pages[::2], pages[1::2]) if is_two_sided else (pages, ())
    front, back = (max((page.inks for page in side), default=0) for side in (fronts, backs))
    words = INKS[front] if back in (front, 0) else f"{INKS[front]} over {INKS[back]}"
    return f"{front}/{back} {words}"


def _bleed(read: PressFile, piece: Piece) -> str:
    bleeds = {page.bleed for page in read.pages}
    return f"{length_said(max(bleeds), piece.system)} on every side" if any(bleeds) else "no bleed"


def _finishing(piece: Piece, trim: Size, paper: Paper | None) -> Iterator[str]:
    product = piece.product
    yield f"trim to {size_said(trim, piece.system)}"
    if product.fold and paper and paper.is_scored:
        yield "score before folding"
    if product.fold == "trifold":
        flap = length_said(min(panel_widths("trifold", piece.size, 0)), piece.system)
        yield f"fold the panel of {flap} in first"
    if product.fold == "booklet":
        yield f"saddle stitch, two staples, bound on the {'right' if piece.language.direction == 'rtl' else 'left'}"
    yield from product.finishing
