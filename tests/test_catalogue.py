"""The pages that picture every stock and product are of those on disk, and of no others."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from msgspec.structs import replace
from PIL import Image

from docs.make_catalogue import COMMAND, DOCS, PRODUCTS, ROOTS, STOCKS, products_page, stock_pictures, stocks_page
from generator.project import load_project

PROJECT, _ = load_project(ROOTS)
DRAWN = stock_pictures(PROJECT)
HELP = f"a stock or product is not as it is pictured; run {COMMAND}"
SVG = "{http://www.w3.org/2000/svg}"


def named(folder, suffix):
    return {path.stem for path in folder.iterdir() if path.suffix == suffix}


def test_every_stock_is_drawn_as_it_is():
    assert named(STOCKS, ".svg") == set(PROJECT.stocks), HELP
    for name, svg in DRAWN.items():
        assert (STOCKS / f"{name}.svg").read_text("utf-8") == svg, f"{name}: {HELP}"


def test_every_product_is_pictured():
    assert named(PRODUCTS, ".png") == set(PROJECT.products), HELP
    for name in PROJECT.products:
        with Image.open(PRODUCTS / f"{name}.png") as picture:
            assert picture.width <= 900


@pytest.mark.parametrize(("page", "made"), [("stocks", stocks_page), ("products", products_page)])
def test_the_pages_say_what_the_files_say(page, made):
    assert (DOCS / f"{page}.md").read_text("utf-8") == made(PROJECT), HELP


def test_a_stock_or_product_that_was_dropped_in_is_missed():
    more = replace(PROJECT, stocks={**PROJECT.stocks, "mine": PROJECT.stocks["avery-5371"]})
    assert set(stock_pictures(more)) != named(STOCKS, ".svg")
    assert stocks_page(more) != stocks_page(PROJECT)


@pytest.mark.parametrize("name", PROJECT.stocks)
def test_a_drawing_is_to_scale_and_numbers_the_slots_in_their_order(name):
    stock = PROJECT.stocks[name].value
    root = ElementTree.fromstring(DRAWN[name])
    left, top, width, height = (float(one) for one in root.attrib["viewBox"].split())
    assert left < 0 < width + left - stock.sheet.width
    assert top < 0 < height + top - stock.sheet.height
    across, down = (float(root.attrib[side]) / one for side, one in (("width", width), ("height", height)))
    assert across == pytest.approx(down, rel=0.02)
    rounds = [one for one in root.iter(f"{SVG}rect") if "rx" in one.attrib]
    numbers = [one.text for one in root.iter(f"{SVG}text")]
    slots = () if stock.is_paper else stock.slots
    assert numbers == [str(number) for number, _ in enumerate(slots, 1)]
    for drawn, slot in zip(rounds, slots, strict=True):
        place = [float(drawn.attrib[key]) for key in ("x", "y", "width", "height")]
        assert place == pytest.approx([slot.x, slot.y, slot.width, slot.height], abs=0.01)


def test_every_part_number_and_source_is_on_the_page():
    rows = re.findall(r"^\| !\[.*?\]\(gallery/stocks/(.+?)\.svg\) \| (.*) \|$", stocks_page(PROJECT), re.M)
    told = dict(rows)
    assert set(told) == set(PROJECT.stocks)
    assert len(rows) == len(told)
    for name, loaded in PROJECT.stocks.items():
        stock = loaded.value
        for said in (*stock.aliases, *stock.source, stock.confidence):
            assert " ".join(said.split()) in told[name], name
