"""Printers measured: the sheet that is printed, and the profile that readings give."""

import pypdfium2
import pytest

from generator.catalog import Roots, builtin_root
from generator.project import load_project
from generator.sheets.calibration import calibration_sheets
from generator.sheets.correcting import CROSS_MM
from generator.units import Box

TODAY = ("--today", "2026-11-22")
ROOTS = Roots(builtin_root(), builtin_root())
PROJECT = load_project(ROOTS)[0]
STOCKS = PROJECT.stocks


@pytest.fixture
def calibrate(handbill, write):
    def run(*args, code=0):
        root = write({"content/editions/mine.yaml": "title: Mine\n"})
        done = handbill("calibrate", *args, "--project", root, *TODAY)
        assert done.exit_code == code, done.stderr
        return root, done

    return run


def test_the_sheet_says_what_to_do_on_two_pages(calibrate):
    root, done = calibrate("8371")
    path = root / "output/calibration/avery-5371.pdf"
    assert done.stdout.strip() == str(path)
    assert "handbill calibrate avery-5371 --save NAME" in done.stderr
    with pypdfium2.PdfDocument(path) as pdf:
        front, back = (page.get_textpage().get_text_range() for page in pdf)
    for said in ("Actual size", "left", "top-right", "(175.9)", "(239.4)", "handbill calibrate avery-5371 --save"):
        assert said in front.replace("\r\n", " ")
    assert "back" in back


def test_the_sheet_is_in_the_language_asked_for(calibrate):
    root, _ = calibrate("letter", "--language", "es")
    with pypdfium2.PdfDocument(root / "output/calibration/letter.pdf") as pdf:
        front, back = (" ".join(page.get_textpage().get_text_range().split()) for page in pdf)
    words = PROJECT.languages["es"].value
    for said in ("calibration_left", "calibration_light", "calibration_back_down", "actual_size"):
        assert words.said(said) in front
    assert "handbill calibrate letter --save front-desk" in front
    assert words.said("calibration_back_note") in back
    _, done = calibrate("letter", "--language", "sp", code=1)
    assert 'there is no language "sp"' in done.stderr


@pytest.mark.parametrize("language", [one.value for one in PROJECT.languages.values()], ids=lambda one: one.name)
@pytest.mark.parametrize("name", [name for name in STOCKS if name != "a6"])
def test_crosses_and_words_fit_on_every_stock(name, language):
    stock = STOCKS[name].value
    front, back = calibration_sheets(stock, name, language)
    paper = Box(0, 0, stock.sheet.width, stock.sheet.height)
    for sheet in (front, back):
        assert all(paper.contains(label.box) for label in sheet.labels if label.box.width > 0)
        assert all(label.box.width > 0 for label in sheet.labels)
    crossing = [(mark.x1 + mark.x2) / 2 for mark in back.marks if mark.y1 == mark.y2 == CROSS_MM]
    assert crossing or stock.sheet.width > stock.sheet.height


def test_readings_become_a_profile_that_builds_use(calibrate, handbill):
    root, _ = calibrate(
        "letter",
        "--save",
        "front-desk",
        "--left",
        "21.2",
        "--top",
        "19.2mm",
        "--top-right",
        "19.2",
        "--across",
        "175.4",
    )
    text = (root / "content/printers/front-desk.yaml").read_text("utf-8")
    assert "offset: 1.26mm, -0.8mm" in text
    assert "scale: 0.99716, 1.00000" in text
    assert "skew: 0.000" in text
    assert "back: 0mm, 0mm" in text
    assert "measured: 2026-11-22" in text
    done = handbill("build", "-p", "wallet-card", "-f", "office", "--printer", "front-desk", "--project", root, *TODAY)
    assert done.exit_code == 0, done.stderr
    assert "+1.26 mm right, -0.8 mm down" in handbill("printers", "--project", root, "--json").stdout
    assert "corrected for the printer front-desk, which prints +1.26 mm right and -0.8 mm down" in done.stderr


def test_readings_are_asked_for_when_none_are_given(write):
    from click.testing import CliRunner

    from generator.cli import main

    root = write({"content/editions/mine.yaml": "title: Mine\n"})
    answers = "21\n\n0,8in\n\n\n0.5\n\n"
    done = CliRunner().invoke(main, ["calibrate", "a4", "--save", "desk", "--project", str(root)], input=answers)
    assert done.exit_code == 0, done.output
    text = (root / "content/printers/desk.yaml").read_text("utf-8")
    assert "offset: 1.04mm" in text  # 1 mm right, and what a turn by 0.32 mm in 170 takes from A's 20 mm
    assert "return if you printed no back" in done.output


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--left", "40"], "--left: 40 mm was read, 20 mm is true"),
        (["--across", "20"], "--across: 20 mm was read"),
        (["--back-right", "-20"], "--back-right: -20 mm was read"),
        (["--left", "nan"], "is no length"),
    ],
)
def test_silly_readings_are_refused_by_name_and_nothing_is_kept(calibrate, args, said):
    code = 2 if "nan" in args else 1
    root, done = calibrate("letter", "--save", "desk", *args, code=code)
    assert said in done.stderr
    assert not (root / "content/printers").exists()


def test_a_name_or_a_stock_that_cannot_be_is_refused(calibrate):
    _, done = calibrate("letter", "--save", "Front Desk", "--left", "20", code=1)
    assert "cannot be a printer" in done.stderr
    _, done = calibrate("a6", code=1)
    assert "a profile holds for all paper" in done.stderr
    _, done = calibrate("lettr", code=1)
    assert 'did you mean "letter"?' in done.stderr


def test_an_unknown_printer_of_the_project_is_an_error_at_its_line(handbill, write):
    printer = {"content/printers/hall.yaml": "paper: avery-5371\n"}
    root = write({"handbill.yaml": "name: Us\nprinter: desk\npaper: lettr\n"} | printer)
    done = handbill("check", "--project", root)
    assert done.exit_code == 1
    assert 'handbill.yaml:2:10: error: there is no printer "desk"' in done.stderr
    assert 'handbill.yaml:3:8: error: there is no paper "lettr"' in done.stderr
    assert 'content/printers/hall.yaml:1:8: error: there is no paper "avery-5371"' in done.stderr
