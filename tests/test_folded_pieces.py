"""Folded pieces as printed: the sheets of the office finish are unfolded and read back."""

import io
import math
from collections import Counter
from functools import cache

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from msgspec import Struct
from msgspec.structs import replace

from generator.errors import has_errors
from generator.impose import PT_PER_MM
from generator.making import make_piece
from generator.plan import Request, bound, gather, plan_jobs
from generator.plan.folded import folded_sheets
from generator.project import load_project
from generator.render.piece import render_piece
from generator.sheets.folding import CLEAR_MM, flat_size, sides_of
from generator.sheets.marks import EDGE_MM
from generator.units import Box
from tests.render.pieces import ASSETS
from tests.test_every_piece import TODAY, job_of, made

FOLDED = ("trifold", "half-fold", "zine", "table-tent", "directory")
WAYS = [("en", "US"), ("es", "US"), ("en", "IE"), pytest.param("es", "MX", marks=pytest.mark.slow)]
ONE_LINE_MM = 0.6  # character boxes of pdfium reach a little past their ink


class Char(Struct):
    text: str
    box: Box
    turned: float  # clockwise, in degrees


def chars_of(page):
    """Every printed character of a page, in millimetres from its upper left corner."""
    height = page.get_height()
    text = page.get_textpage()
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if letter.strip():
            left, bottom, right, top = (edge / PT_PER_MM for edge in text.get_charbox(index))
            angle = math.degrees(pdfium.FPDFText_GetCharAngle(text.raw, index))
            yield Char(letter, Box(left, height / PT_PER_MM - top, right - left, top - bottom), round(angle) % 360)


@cache
def printed(product, language, country):
    """A piece's job, its sheets, and its files of both finishes."""
    job = job_of(product, language, country=country)
    result = made(job)
    data = {one.entry["finish"]: one.data for one in result.artifacts if one.entry}
    pages = len(pypdfium2.PdfDocument(io.BytesIO(data["screen"])))
    return job, bound(job, pages).sheets, data


def lines_of(job, sheet, number, pages):
    """The folds and slits that run over a sheet, as boxes without width: the flat piece lies in its middle."""
    piece = job.piece
    is_rtl = piece.language.direction == "rtl"
    side = sides_of(piece.product.fold, piece.size, pages, is_rtl=is_rtl)[number]
    flat = flat_size(piece.product.fold, piece.size)
    across, down = (sheet.size.width - flat.width) / 2, (sheet.size.height - flat.height) / 2
    for line in (*side.folds, *side.slits):
        yield Box(line.x1 + across, line.y1 + down, line.x2 - line.x1, line.y2 - line.y1)


@pytest.mark.parametrize(("language", "country"), WAYS)
@pytest.mark.parametrize("product", FOLDED)
def test_pages_are_whole_and_upright_where_folding_expects_them(product, language, country):
    _, sheets, data = printed(product, language, country)
    screen = pypdfium2.PdfDocument(io.BytesIO(data["screen"]))
    office = pypdfium2.PdfDocument(io.BytesIO(data["office"]))
    texts = [Counter(char.text for char in chars_of(page)) for page in screen]
    seen = set()
    for sheet, page in zip(sheets, office, strict=True):
        chars = list(chars_of(page))
        for one in sheet.placements:
            here = [char for char in chars if one.box.contains(char.box, within=ONE_LINE_MM)]
            assert Counter(char.text for char in here) == texts[one.face]
            upright = [char for char in here if char.turned == one.rotation]
            # A tab or a label may stand across; whatever is read as running text stands as its page does.
            assert len(upright) >= 0.99 * len(here)
            seen.add(one.face)
        notes = [char for char in chars if any(one.box.contains(char.box, within=1) for one in sheet.labels)]
        printed_pages = sum(texts[one.face].total() for one in sheet.placements)
        assert len(chars) - len(notes) == printed_pages, "text lies between the pages"
        assert bool(notes) == (product == "table-tent")
    assert seen == set(range(len(screen)))


@pytest.mark.parametrize(("language", "country"), WAYS)
@pytest.mark.parametrize("product", FOLDED)
def test_text_keeps_clear_of_folds_cuts_and_the_edge_of_the_paper(product, language, country):
    job, sheets, data = printed(product, language, country)
    office = pypdfium2.PdfDocument(io.BytesIO(data["office"]))
    pages = len(pypdfium2.PdfDocument(io.BytesIO(data["screen"])))
    for number, (sheet, page) in enumerate(zip(sheets, office, strict=True)):
        printable = Box(0, 0, sheet.size.width, sheet.size.height).inset(EDGE_MM)
        strips = [line.inset(-CLEAR_MM) for line in lines_of(job, sheet, number, pages)]
        assert strips
        for char in chars_of(page):
            assert printable.contains(char.box), f"{char.text} stands where an office printer does not reach"
            assert not any(strip.overlaps(char.box) for strip in strips), f"{char.text} stands on a fold or cut"


@pytest.mark.parametrize("product", FOLDED)
def test_the_sheet_is_turned_so_that_pages_turn_like_those_of_a_book(product):
    job, sheets, _ = printed(product, "en", "US")
    is_two_sided = product in {"trifold", "half-fold", "directory"}
    assert job.duplex == ("DuplexFlipShortEdge" if is_two_sided else None)
    assert (len(sheets) % 2 == 0) == is_two_sided


def from_right_to_left(piece):
    """A piece in a language that runs the other way; its words stay, so that they can be found."""
    return replace(piece, language=piece.language.model_copy(update={"direction": "rtl"}))


@pytest.mark.parametrize("product", [name for name in FOLDED if name != "directory"])
def test_the_other_hand_folds_as_well(product):
    job = job_of(product, "en")
    piece = from_right_to_left(job.piece)
    rendered = render_piece(piece, ASSETS)
    assert not [one for one in rendered.diagnostics if one.is_error]
    sheets = folded_sheets(job.stock, piece, rendered.pages, edge=job.edge)
    before = {one.face: one.box for one in job.sheets[0].placements}
    for one in sheets[0].placements:
        assert one.box.x == pytest.approx(sheets[0].size.width - before[one.face].right)
    if product == "trifold":
        # The cover is the last panel of the outside: on the left now.
        page = pypdfium2.PdfDocument(rendered.pdf)[0]
        title = [char for char in chars_of(page) if char.box.height > 7]
        assert max(char.box.right for char in title if char.box.x < 90) < 93


def test_a_text_that_reaches_a_fold_is_refused(write, roots):
    files = {
        "templates/products/flyer/product.yaml": "title: F\nfold: half\nfaces: [out]\nsize: 200mm x 100mm\n",
        "templates/products/flyer/out.html": '<p class="wide">{{ guide.title }} {{ phone(piece.lead.call) }}</p>',
        "templates/products/flyer/layout.css": ".wide { font-size: 2rem; left: 60mm; position: absolute; top: 40mm; }",
    }
    (job,), _ = plan_for(roots(write(files)), "flyer")
    made = make_piece(roots(write(files)), job)
    (found, *_) = [one for one in made.diagnostics if one.code == "on-fold"]
    assert "within 3 mm" in found.message
    assert found.page == 1
    assert found.bbox_mm
    assert found.bbox_mm[0] < 100 + CLEAR_MM
    assert found.bbox_mm[2] > 100 - CLEAR_MM


def plan_for(roots, product, **asked):
    project, found = load_project(roots)
    assert not has_errors(found)
    request = Request(editions=("us-national",), products=(product,), languages=("en",), **asked)
    return plan_jobs(project, request, today=TODAY)


TENT = "title: T\nfold: tent-card\nfaces: [a]\nsize: 11in x 3.5in\nstock: avery-5309\n"


def test_a_dropped_in_product_is_folded_on_its_own_stock(write, roots):
    folder = write({"templates/products/sign/product.yaml": TENT, "templates/products/sign/a.html": "x"})
    (job,), found = plan_for(roots(folder), "sign")
    assert not has_errors((*found, *job.diagnostics))
    (sheet,) = job.sheets
    assert job.stock_id == "avery-5309"
    assert [(one.face, one.rotation) for one in sheet.placements] == [(0, 180), (0, 0)]
    far, near = (one.box for one in sheet.placements)
    assert far.bottom == near.y == pytest.approx(0.75 * 25.4 + 3.5 * 25.4)
    assert (far.width, far.height) == pytest.approx((11 * 25.4, 3.5 * 25.4))


@pytest.mark.parametrize(("product", "stock"), [("trifold", "letter"), ("zine", "letter"), ("table-tent", "letter")])
def test_plain_paper_may_be_named_either_way_round(builtin, product, stock):
    (job,), _ = plan_for(builtin, product, stock=stock)
    assert not has_errors(job.diagnostics)
    assert job.stock_id == stock
    assert {round(edge, 1) for edge in (job.sheets[0].size.width, job.sheets[0].size.height)} == {279.4, 215.9}


def test_a_stock_too_small_is_named_with_those_that_hold_the_flat_sheet(builtin):
    (job,), _ = plan_for(builtin, "table-tent", stock="avery-5371")
    (found,) = [one for one in job.diagnostics if one.is_error]
    assert found.code == "stock-does-not-hold"
    assert "215.9 x 279.4" in found.message
    assert "letter" in found.hint


@pytest.mark.parametrize(("pages", "says"), [(80, False), (81, True)])
def test_a_booklet_too_thick_to_fold_says_how_its_sheets_go_together(pages, says):
    job = job_of("directory", "en")
    found = [one for one in bound(job, pages).diagnostics if one.code == "several-signatures"]
    assert bool(found) == says
    if says:
        assert "21 sheets" in found[0].message
        assert "11, 10" in found[0].hint


def test_copies_of_a_booklet_follow_one_another_whole(builtin):
    (job,), _ = plan_for(builtin, "directory", copies=3)
    one = [[face.face for face in sheet.placements] for sheet in bound(replace(job, copies=None), 7).sheets]
    assert [[face.face for face in sheet.placements] for sheet in bound(job, 7).sheets] == one * 3
    (zines,), _ = plan_for(builtin, "zine", copies=3)
    assert len(zines.sheets) == 3


def test_what_is_folded_shares_no_sheet_with_others(builtin):
    jobs = [plan_for(builtin, name)[0][0] for name in ("zine", "trifold", "half-fold")]
    batches, found = gather(jobs, Request(together=True))
    assert batches == ()
    assert [one.code for one in found] == ["nothing-shared"]


def test_backs_of_a_booklet_are_turned_for_the_printer_that_turns_on_the_other_edge(builtin):
    (job,), _ = plan_for(builtin, "directory", duplex="long-edge")
    assert job.duplex == "DuplexFlipLongEdge"
    assert [{one.rotation for one in sheet.placements} for sheet in bound(job, 8).sheets] == [{0}, {180}] * 2
