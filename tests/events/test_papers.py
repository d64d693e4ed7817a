"""The papers of a pack and what they are made of: read by screen readers, safe in spreadsheets, true to the file."""

import io
import json
import re
import subprocess
import sys
from datetime import date

import pikepdf
import pypdfium2
import pytest

from generator.catalog import Roots, builtin_root
from generator.model.event import Event
from generator.model.paper import GSM_PER_LB, Paper
from generator.model.written import validate
from generator.pack.names import length_said, size_in_name, size_said
from generator.pack.order import OrderLine, colours_said
from generator.pack.papers import Occasion, order_sheet
from generator.pack.totals import totals_of
from generator.press import press_pdf
from generator.press.order import Order
from generator.press.profile import BUILT_IN, BUILT_IN_CONDITION, read_profile
from generator.press.reading import PressPage, read_press
from generator.render.assets import Assets
from generator.source import parse_yaml
from generator.units import Size

ROOT = builtin_root()
UA = "import page, sys; print(page.validate_pdf_bytes(sys.stdin.buffer.read(), profile='ua1').to_json())"
TODAY = ("--today", "2026-11-22")
EVENT = """\
title: Fair
edition: larkin-county
date: 2026-12-12
times: 10:00-14:00
place: Library
pieces:
  - {product: wallet-card, language: en, copies: 14, spares: 0, used: "1-3", stock: avery-8371}
  - {product: poster, language: en, copies: 3, finish: press}
"""


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """A packed event and what stood in its folder before."""
    from click.testing import CliRunner

    from generator.cli import main

    root = tmp_path_factory.mktemp("papers")
    folder = root / "output/packs/fair"
    for name, text in {
        root / "content/events/fair.yaml": EVENT,
        root / "content/printers/desk.yaml": "offset: 1mm, 0mm\ntrays: {avery-5371: tray 2}\n",
        folder / "2_office/09_fair_handout_en_8.5x11in_x50_office.pdf": "of the pack before",
        folder / "2_office/note.txt": "a person's own",
    }.items():
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_text(text, encoding="utf-8")
    asked = ["pack", "fair", "--project", str(root), *TODAY, "--printer", "desk", "--json"]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return folder, json.loads(done.stdout)["pack"]


def test_both_papers_are_pdf_ua(packed):
    folder, _ = packed
    papers = [*folder.glob("*/01_*.pdf")]
    assert len(papers) == 2
    for path in papers:
        # In a process of its own: the library keeps threads, which workers forked later would wait for.
        done = subprocess.run([sys.executable, "-c", UA], input=path.read_bytes(), capture_output=True, check=True)
        told = json.loads(done.stdout)
        assert told["failures"] == [], path.name
        with pikepdf.open(path) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert str(pdf.Root.Lang) == "en"


def test_no_cell_is_taken_for_a_date_or_a_formula(packed):
    folder, _ = packed
    for path in folder.glob("*/*.csv"):
        text = path.read_bytes().decode("utf-8-sig")
        cells = [cell.strip('"') for cell in re.split(r'[\r\n]+|,(?=(?:[^"]*"[^"]*")*[^"]*$)', text)]
        assert not [one for one in cells if re.fullmatch(r"\d+[-/]\d+|[=+@-].*", one)], path.name


def test_the_run_list_names_the_tray_the_printer_and_what_stays_free(packed):
    _, said = packed
    (run,) = said["runs"]
    assert run["tray"] == "tray 2"
    assert "desk" in run["printer"]
    # Seven of the first sheet, then seven of ten.
    assert (run["sheets"], run["part_used"], run["whole_sheets"]) == (2, ["labels 1 to 3 gone"], 1)
    assert run["left"].startswith("3 of the 10 labels of the last sheet stay free")


def test_the_run_list_names_the_part_number_that_stands_on_the_pack(packed):
    folder, said = packed
    (run,) = said["runs"]
    assert (run["stock_id"], run["asked"]) == ("avery-5371", "avery-8371")
    assert "(fits Avery 5371 sheets); yours: avery-8371" in next(folder.glob("2_office/02_*")).read_text("utf-8-sig")


def test_both_papers_say_the_day_and_the_times_as_people_do(packed):
    folder, _ = packed
    for path in folder.glob("*/01_*.pdf"):
        with pypdfium2.PdfDocument(path) as pdf:
            text = pdf[0].get_textpage().get_text_bounded().replace("\u2009", " ")
        assert "Saturday, December 12, 2026, 10 am–2 pm, Library" in " ".join(text.split()), path.name


@pytest.mark.parametrize("count", range(1, 8))
def test_nobody_signs_on_a_sheet_that_says_nothing_of_the_order(packed, count):
    _, said = packed
    document, _ = parse_yaml(EVENT.encode(), ROOT / "fair.yaml")
    assert document
    event, _ = validate(Event, document)
    assert event
    line = OrderLine(**{**said["order"][0], "finishing": tuple(said["order"][0]["finishing"])})
    occasion = Occasion("fair", event, "Larkin", "us", date(2026, 11, 22), "Saturday")
    folders = Roots(ROOT, ROOT)
    assets = Assets(folders.folders("templates"), folders.folders("content"))
    data = order_sheet(occasion, [line] * count, totals_of([line] * count, [], {}), assets)
    with pypdfium2.PdfDocument(data) as pdf:
        last = pdf[len(pdf) - 1].get_textpage().get_text_bounded()
    assert "Received and agreed" in last
    assert "In all" in last


def test_files_of_the_pack_before_go_and_a_persons_own_stay(packed):
    folder, _ = packed
    assert not list(folder.glob("2_office/09_*"))
    assert (folder / "2_office/note.txt").read_text("utf-8") == "a person's own"
    assert not [path for path in folder.parent.rglob("*") if path.name.startswith(".")]


def test_when_every_piece_is_refused_the_pack_before_stays(write, handbill):
    root = write({"content/events/fair.yaml": EVENT, "output/packs/fair.zip": "the pack before"})
    done = handbill("pack", "fair", "--project", root, *TODAY, "--strict")
    assert done.exit_code == 1
    assert "nothing was packed: every piece was refused" in done.stderr
    assert (root / "output/packs/fair.zip").read_text("utf-8") == "the pack before"


@pytest.mark.parametrize(
    ("profile", "asked", "told"),
    [
        ("offset: 20mm, 0mm\n", "desk", "desk.yaml:1:9"),
        ("scale: 1.4\n", "desk", 'desk.yaml:1:8: error: "scale": 1.4 is further from 1 than any printer is out'),
        ("scale: nan\n", "desk", "desk.yaml:1:8"),
        ("offset: 1mm, 0mm\n", "dsek", 'did you mean "desk"'),
    ],
)
def test_a_printer_that_is_silly_or_unknown_stops_the_pack(write, handbill, profile, asked, told):
    root = write({"content/events/fair.yaml": EVENT, "content/printers/desk.yaml": profile})
    done = handbill("pack", "fair", "--project", root, *TODAY, "--printer", asked)
    assert (done.exit_code, told in done.stderr) == (1, True), done.stderr
    assert not (root / "output").exists()


def order(*, is_grey):
    profile, _ = read_profile(builtin_root() / BUILT_IN, condition=BUILT_IN_CONDITION)
    assert profile
    day = date(2026, 11, 22)
    return Order(profile=profile, title="t", language="en", made_on=day, bleed=3.0, is_grey=is_grey)


def drawn(*contents):
    """Return pages of 100 x 50 mm with 3 mm of bleed, of these content streams."""
    pdf = pikepdf.new()
    for content in contents:
        pdf.add_blank_page(page_size=(106 / 25.4 * 72, 56 / 25.4 * 72))
        edge = 3 / 25.4 * 72
        made = pdf.pages[-1]
        made.obj.TrimBox = pikepdf.Array([edge, edge, edge + 100 / 25.4 * 72, edge + 50 / 25.4 * 72])
        made.obj.Contents = pdf.make_stream(content)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


RED, BLACK, WHITE, EMPTY = (b"1 0 0 rg 0 0 300 150 re f", b"0 g 0 0 300 150 re f", b"1 g 0 0 9 9 re f", b"")
UNUSED = b"q 1 0 0 rg Q 1 0 0 RG 0 g 0 0 300 150 re f"  # red is chosen, and only black is painted


@pytest.mark.parametrize(
    ("pages", "is_grey", "inks", "said"),
    [
        ((RED, RED), False, [4, 4], "4/4 process colour"),
        ((RED, BLACK), False, [4, 1], "4/1 process colour over black only"),
        ((UNUSED, BLACK), False, [1, 1], "1/1 black only"),
        ((RED, EMPTY), False, [4, 0], "4/0 process colour"),
        ((BLACK, WHITE), False, [1, 0], "1/0 black only"),
        ((RED, RED), True, [1, 1], "1/1 black only"),
        ((BLACK, RED, BLACK, BLACK), False, [1, 4, 1, 1], "1/4 black only over process colour"),
    ],
)
def test_the_inks_are_those_of_the_pages_and_not_of_the_printers_marks(pages, is_grey, inks, said):
    data, found = press_pdf(drawn(*pages), order(is_grey=is_grey))
    assert found == ()
    read = read_press(data)
    assert [one.inks for one in read.pages] == inks
    assert {(one.trim, one.bleed) for one in read.pages} == {(Size(100.0, 50.0), 3.0)}
    assert colours_said(read.pages, is_two_sided=True) == said


def test_one_side_is_over_nothing():
    pages = (PressPage(Size(1, 1), 0.0, 4),)
    assert colours_said(pages, is_two_sided=False) == "4/0 process colour"


@pytest.mark.parametrize(
    ("written", "gsm", "said"),
    [
        ("100 lb cover", 270, "100 lb cover (270 gsm)"),
        ("80# gloss text", 118, "80# gloss text (118 gsm)"),
        ("20 lb bond", 75, "20 lb bond (75 gsm)"),
        ("300 gsm silk", 300, "300 gsm silk (about 110 lb cover)"),
        ("14 pt C2S, 300 gsm", 300, "14 pt C2S, 300 gsm (about 110 lb cover)"),
        ("80 lb text (118 gsm)", 118, "80 lb text (118 gsm)"),
    ],
)
def test_paper_is_said_in_pounds_and_in_grams(written, gsm, said):
    paper = Paper.parse(written)
    assert (paper.gsm, paper.said) == (gsm, said)


@pytest.mark.parametrize("written", ["nice", "80 lb", "0 gsm", "9000 gsm", "100 cover"])
def test_paper_without_a_weight_is_told(written):
    with pytest.raises(ValueError, match=r"grams|weight"):
        Paper.parse(written)


@pytest.mark.parametrize(
    ("kind", "sheet"),
    [("bond", (17, 22)), ("text", (25, 38)), ("cover", (20, 26)), ("index", (25.5, 30.5)), ("tag", (24, 36))],
)
def test_pounds_are_those_of_500_sheets(kind, sheet):
    grams, metres = 453.59237, 0.0254**2 * sheet[0] * sheet[1] * 500
    assert GSM_PER_LB[kind] == pytest.approx(grams / metres, rel=0.001)


@pytest.mark.parametrize(
    ("size", "system", "name", "said"),
    [
        (Size(88.9, 50.8), "us", "3.5x2in", "3.5 x 2 in (88.9 x 50.8 mm)"),
        (Size(609.6, 914.4), "iso", "24x36in", "24 x 36 in (609.6 x 914.4 mm)"),
        (Size(594.0, 841.0), "us", "594x841mm", "594 x 841 mm (23.3858 x 33.1102 in)"),
        (Size(85.0, 54.0), "iso", "85x54mm", "85 x 54 mm (3.3465 x 2.126 in)"),
    ],
)
def test_sizes_are_width_first_in_the_unit_that_they_were_meant_in(size, system, name, said):
    assert (size_in_name(size, system), size_said(size, system)) == (name, said)


def test_a_bleed_is_said_in_both_units():
    assert (length_said(3.175, "us"), length_said(3.0, "iso")) == ("0.125 in (3.175 mm)", "3 mm (0.118 in)")
