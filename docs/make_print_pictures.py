"""Make the pictures of docs/print-it-right.md: `.venv/bin/python docs/make_print_pictures.py`.

They come from the same plans and files that are printed; only the numbers on the cards are drawn here.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a file, beside the package

from docs.make_gallery import PAPER, ROOT, build, page, side_by_side
from generator.calibrate import write_sheet
from generator.catalog import Roots
from generator.project import load_project
from generator.sheets.grid import Leaf, place_leaves
from generator.sheets.placing import Placement, Sheet

ROOTS = Roots(ROOT, ROOT)
FONT = next((ROOT / "templates" / "base" / "fonts").rglob("AtkinsonHyperlegibleNext_600SemiBold.ttf"))
FRONT, BACK, INK = "#D0E7E8", "#FDE3B4", "#002F3C"
PX_PER_MM = 1.15


def cards(edge: str) -> tuple[Sheet, ...]:
    """Return the front and the back of one sheet of ten cards, each with a back of its own."""
    stock = load_project(ROOTS)[0].stocks["avery-5371"].value
    return place_leaves(stock, [Leaf(one, one) for one in range(10)], bleed=0, edge=edge)


def drawn(sheet: Sheet, word: str) -> Image.Image:
    """Draw a sheet with a number on each card, the way up that it is printed."""
    scale = PX_PER_MM * 2
    picture = Image.new("RGB", (round(sheet.size.width * scale), round(sheet.size.height * scale)), "white")
    for placement in sheet.placements:
        tile = card(placement, scale, BACK if sheet.is_back else FRONT, f"{word} {placement.face + 1}")
        picture.paste(tile, (round(placement.box.x * scale), round(placement.box.y * scale)))
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


def card(placement: Placement, scale: float, colour: str, text: str) -> Image.Image:
    width, height = round(placement.box.width * scale) - 3, round(placement.box.height * scale) - 3
    tile = Image.new("RGB", (width, height), colour)
    font = ImageFont.truetype(FONT, 34)
    ImageDraw.Draw(tile).text((width / 2, height / 2), text, fill=INK, font=font, anchor="mm")
    return tile.rotate(-placement.rotation)


def captioned(picture: Image.Image, text: str) -> Image.Image:
    font = ImageFont.truetype(FONT, 17)
    whole = Image.new("RGB", (picture.width, picture.height + 34), PAPER)
    whole.paste(picture, (0, 34))
    ImageDraw.Draw(whole).text((0, 6), text, fill=INK, font=font)
    return whole


def duplex() -> list[Image.Image]:
    long, short = cards("long-edge"), cards("short-edge")
    return [
        captioned(drawn(long[0], "front"), "page 1"),
        captioned(drawn(long[1], "back"), "page 2, long edge"),
        captioned(drawn(short[1], "back"), "page 2, short edge"),
    ]


def main() -> None:
    side_by_side("duplex", duplex())
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch)
        _, sheet = write_sheet(ROOTS, "letter", output)
        side_by_side("calibration", [page(sheet, 0, width=430), page(sheet, 1, width=200)])
        sizes = [part for name in ("tabloid", "18x24", "a1", "24x36") for part in ("--size", name)]
        build(ROOT, output, "larkin-county", "--product", "poster", "--language", "en", *sizes)
        made = output / "larkin-county/en"
        tiled = made / "poster-24x36.office.pdf"
        side_by_side("tiling", [page(tiled, 0, width=300), page(tiled, 1, width=300), page(tiled, 2, width=300)])
        posters = [
            page(made / f"poster-{name}.screen.pdf", width=at)
            for name, at in (("tabloid", 130), ("18x24", 213), ("24x36", 284))
        ]
        side_by_side("poster-sizes", posters)


if __name__ == "__main__":
    main()
