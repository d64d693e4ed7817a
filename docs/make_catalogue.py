"""Picture every stock and every product: `.venv/bin/python docs/make_catalogue.py`.

Writes docs/stocks.md with a drawing of each stock, to scale, and docs/products.md with the faces of each product,
from the files in templates/ and the built-in example. A test holds both pages to what is there.
"""

import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path

from msgspec import Struct
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a file, beside the package

from docs.make_gallery import PAPER, ROOT
from generator.catalog import Roots
from generator.making import make_piece
from generator.model.product import Product
from generator.model.stock import Stock
from generator.plan import Job, Request, plan_event, plan_jobs
from generator.project import Project, load_project
from generator.sheets.marks import EDGE_MM
from generator.units import Length, Size

DOCS = ROOT / "docs"
STOCKS, PRODUCTS = DOCS / "gallery" / "stocks", DOCS / "gallery" / "products"
COMMAND = ".venv/bin/python docs/make_catalogue.py"
ROOTS = Roots(ROOT, ROOT)
EDITION, EVENT, TODAY = "larkin-county", "larkin-mental-health-fair", date(2026, 5, 20)
INK, SHEET, SLOT, SOFT = "#002F3C", "#FFFFFF", "#D0E7E8", "#7C9AA0"
LABEL_SCALE, PAPER_SCALE = 0.9, 0.3  # pixels for a millimetre
BESIDE_MM = 3.0  # around the sheet, for its shadow
ARROW_MM = 12.0  # above it
MOST_FACES, MOST_PAGES = 8, 4  # of running text the first ones are enough
ROOM = (880, 330)  # of the picture of a product, in pixels
GAP = 14
COLOURS = 64


class Picture(Struct, frozen=True):
    """The sheet of one stock, drawn to scale in millimetres."""

    stock: Stock

    @property
    def scale(self) -> float:
        """How many pixels a millimetre is: the same for all papers, and for all label sheets."""
        return PAPER_SCALE if self.stock.is_paper else LABEL_SCALE

    def svg(self, name: str) -> str:
        """Return the drawing: sheet, the edge that printers leave white, slots with their numbers, and the feed."""
        sheet = self.stock.sheet
        width, height = sheet.width + 2 * BESIDE_MM, sheet.height + ARROW_MM + BESIDE_MM
        view = f'viewBox="{-BESIDE_MM:g} {-ARROW_MM:g} {width:g} {height:g}"'
        size = f'width="{width * self.scale:.0f}" height="{height * self.scale:.0f}"'
        outline = f'width="{sheet.width:g}" height="{sheet.height:g}"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {view} {size}>',
            f"<title>{escape(name)}: {escape(self.stock.title)}</title>",
            f'<rect x="1.2" y="1.2" {outline} fill="{PAPER}"/>',
            f'<rect {outline} fill="{SHEET}" stroke="{INK}" stroke-width="{self._pen(1.2)}"/>',
            *self._slots(),
            self._edge(),
            self._arrow(),
        ]
        return "\n".join([*filter(None, parts), "</svg>", ""])

    def _pen(self, pixels: float) -> str:
        return f"{pixels / self.scale:.2f}"

    def _slots(self) -> Iterator[str]:
        if self.stock.is_paper:
            return
        radius, dash = self.stock.corner_radius.mm, self._pen(3)
        cut = f' stroke-dasharray="{dash} {dash}"' if self.stock.cut == "trim" else ""
        pen = f'fill="{SLOT}" stroke="{INK}" stroke-width="{self._pen(0.8)}"{cut}'
        letter = min(16.0, self.stock.label.height * 0.42)
        text = f'font-family="sans-serif" font-weight="700" fill="{INK}" text-anchor="middle" font-size="{letter:.1f}"'
        for number, box in enumerate(self.stock.slots, 1):
            place = f'x="{box.x:.2f}" y="{box.y:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'
            yield f'<rect {place} rx="{radius:g}" {pen}/>'
            middle = (box.x + box.width / 2, box.y + box.height / 2 + letter * 0.36)
            yield f'<text x="{middle[0]:.1f}" y="{middle[1]:.1f}" {text}>{number}</text>'

    def _edge(self) -> str:
        """Dots along the edge that office printers leave white."""
        sheet, dots = self.stock.sheet, f"{self._pen(0.8)} {self._pen(2.4)}"
        inner = f'width="{sheet.width - 2 * EDGE_MM:g}" height="{sheet.height - 2 * EDGE_MM:g}"'
        pen = f'fill="none" stroke="{SOFT}" stroke-width="{self._pen(0.9)}" stroke-dasharray="{dots}"'
        return f'<rect x="{EDGE_MM}" y="{EDGE_MM}" {inner} {pen}/>'

    def _arrow(self) -> str:
        """An arrow at the edge that goes into the printer first; none where printers differ."""
        if self.stock.sheet.width > self.stock.sheet.height:
            return ""
        x, pen = self.stock.sheet.width / 2, self._pen(1.6)
        path = f"M{x:g} -2V-10.5M{x - 3:g} -7.5L{x:g} -10.5L{x + 3:g} -7.5"
        style = f'fill="none" stroke="{INK}" stroke-linecap="round" stroke-linejoin="round" stroke-width="{pen}"'
        return f'<path d="{path}" {style}/>'


def stock_pictures(project: Project) -> Mapping[str, str]:
    """Return the drawing of each stock, by its id."""
    return {name: Picture(one.value).svg(name) for name, one in project.stocks.items()}


def said(size: Size) -> str:
    """Return a size in millimetres, and in inches when it was made in them: a third of one or a sixteenth."""
    sides = [Length(side).inches for side in (size.width, size.height)]
    millimetres = f"{size.width:.4g} x {size.height:.4g} mm"
    if all(abs(side * 48 - round(side * 48)) < 0.02 for side in sides):
        return f"{' x '.join(f'{side:.4g}' for side in sides)} in ({millimetres})"
    return millimetres


def stocks_page(project: Project) -> str:
    """Return docs/stocks.md."""
    stocks = {name: one.value for name, one in project.stocks.items()}
    parts = [STOCKS_HEAD.format(count=len(stocks), command=COMMAND)]
    for group in GROUPS:
        rows = [stock_row(name, one) for name, one in stocks.items() if group_of(one) == group]
        parts.append(f"## {group}\n\n| | |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


GROUPS = ("Label and card sheets, letter", "Label and card sheets, A4", "Plain paper, to be cut", "Plain paper, whole")


def group_of(stock: Stock) -> str:
    """Return the part of the page that a stock stands in."""
    if stock.cut == "trim":
        return GROUPS[3] if stock.is_paper else GROUPS[2]
    return GROUPS[0] if any(abs(side - 279.4) < 0.1 for side in (stock.sheet.width, stock.sheet.height)) else GROUPS[1]


STOCKS_HEAD = """\
# Sheets that Handbill knows

<!-- Made by {command}: change the files in templates/stocks/, then run it again. -->

{count} label sheets and papers, each drawn to scale. The figures are the numbers of the slots, as `--used` and
`--start-at` count them. Dots are the edge that office printers leave white: keep text inside. The arrow is at the
edge that goes into the printer first. For sheets that lie across printers differ, so try one of plain paper first.

`handbill stocks` lists them, `--stock` takes a name or any of the part numbers. A sheet of your own is one file, as
[Print it right](print-it-right.md) says.
"""


def stock_row(name: str, stock: Stock) -> str:
    """Return the row of one stock: its picture, and what is known of it."""
    count = len(stock.slots)
    each = f"{count} to a sheet, each {said(stock.label)}" if not stock.is_paper else said(stock.sheet)
    lines = [f"**{stock.title}**", f"`{name}`: {each}"]
    lines += [f"Part numbers that fit: {', '.join(stock.aliases)}"] if stock.aliases else []
    lines += [f"Fold: {stock.fold}"] if stock.fold else []
    lines += [text for text in (stock.note, stock.conflict) if text]
    lines += [f"Confidence: {stock.confidence}. Source: {'; '.join(stock.source)}"]
    told = "<br>".join(_cell(line) for line in lines)
    return f"| ![{_cell(stock.title)}](gallery/stocks/{name}.svg) | {told} |"


def _cell(text: str) -> str:
    """Return a text for one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def products_page(project: Project) -> str:
    """Return docs/products.md."""
    parts = [product_part(name, one.value) for name, one in project.products.items()]
    return "\n".join([PRODUCTS_HEAD.format(count=len(parts), command=COMMAND), *parts])


PRODUCTS_HEAD = """\
# What Handbill prints

<!-- Made by {command}: change the files in templates/products/, then run it again. -->

{count} products, with the faces of the built-in example in English: its county, people and numbers are made up.
`handbill build --product NAME` makes one. Your own is a folder of files: [Add a product](add-a-product.md).
"""


def product_part(name: str, product: Product) -> str:
    """Return what the page says of one product."""
    facts = [
        ("Faces", ", ".join(product.faces) or "as many pages as it takes"),
        ("Size", _sizes(product)),
        ("Folded", product.fold or ""),
        ("Printed on", _own_stock(product)),
        ("Finishes", ", ".join(product.finishes)),
    ]
    rows = "\n".join(f"- {what}: {text}" for what, text in facts if text)
    about = f"{product.description}.\n\n" if product.description else ""
    only = "An [event](events.md) has it.\n\n" if product.of_event else ""
    return f"## {product.title}\n\n{about}{only}![{product.title}](gallery/products/{name}.png)\n\n`{name}`\n\n{rows}\n"


def _sizes(product: Product) -> str:
    us, iso = product.size.us, product.size.iso
    usual = said(us) if us == iso else f"{said(us)}; outside North America {said(iso)}"
    more = f"; also {', '.join(product.sizes)}" if product.sizes else ""
    return f"{usual}{' (a page)' if product.fold in {'zine', 'booklet'} else ''}{more}"


def _own_stock(product: Product) -> str:
    own = product.stock
    return "" if own is None else own.us if own.us == own.iso else f"{own.us}; outside North America {own.iso}"


def product_jobs(project: Project) -> Iterator[Job]:
    """Yield a job for each product: of the built-in county, or of its event."""
    products = tuple(name for name, one in project.products.items() if not one.value.of_event)
    request = Request(editions=(EDITION,), products=products, languages=("en",), finishes=("screen",))
    yield from {job.piece.product_id: job for job in plan_jobs(project, request, today=TODAY)[0]}.values()
    jobs, _ = plan_event(project, EVENT, today=TODAY)
    of_event = (one.job for one in jobs if one.job.piece.language_id == "en" and one.job.piece.product.of_event)
    yield from {job.piece.product_id: job for job in of_event}.values()


def product_picture(job: Job) -> Image.Image:
    """Return the faces of a piece side by side, as large as there is room for them."""
    made = make_piece(ROOTS, job)
    most = MOST_FACES if job.piece.product.faces else MOST_PAGES
    drawn = [artifact.data for artifact in made.artifacts if artifact.path.endswith(".png")][:most]
    assert drawn, [str(one) for one in made.diagnostics]
    return in_rows([Image.open(io.BytesIO(data)).convert("RGB") for data in drawn])


def in_rows(faces: Sequence[Image.Image]) -> Image.Image:
    """Return pictures of one size in one row, or in two where more than four would be too small to see."""
    columns = len(faces) if len(faces) <= 4 else -(-len(faces) // 2)
    rows = [faces[start : start + columns] for start in range(0, len(faces), columns)]
    width, height = faces[0].size
    room = (ROOM[0] - (columns + 1) * GAP) / columns, (ROOM[1] - 2 * GAP)
    scale = min(room[0] / width, room[1] / height, 1.0)
    tile = (round(width * scale), round(height * scale))
    whole = Image.new("RGB", (columns * (tile[0] + GAP) + GAP, len(rows) * (tile[1] + GAP) + GAP), PAPER)
    for down, row in enumerate(rows):
        for across, face in enumerate(row):
            small = face.resize(tile, Image.Resampling.LANCZOS)
            whole.paste(small, (GAP + across * (tile[0] + GAP), GAP + down * (tile[1] + GAP)))
    return whole


def main() -> None:
    """Write both pages and their pictures; take away those of what is no longer there."""
    project, found = load_project(ROOTS)
    assert not found, found
    for folder in (STOCKS, PRODUCTS):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
    for name, svg in stock_pictures(project).items():
        (STOCKS / f"{name}.svg").write_text(svg, "utf-8")
    for job in product_jobs(project):
        picture = product_picture(job).quantize(COLOURS)
        picture.save(PRODUCTS / f"{job.piece.product_id}.png", optimize=True)
    (DOCS / "stocks.md").write_text(stocks_page(project), "utf-8")
    (DOCS / "products.md").write_text(products_page(project), "utf-8")


if __name__ == "__main__":
    main()
