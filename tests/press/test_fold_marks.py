"""Folds on the print shop's file: dashes outside the bleed, at the places that a ruler gives, and read back."""

import io
import re
from functools import cache

import pikepdf
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from generator.cli import main
from generator.model.press import Press
from generator.press.ordering import order_of
from generator.proof.fold_marks import prove_folds
from tests.test_every_piece import ROOTS, job_of

MM = 25.4 / 72
INCH = 25.4
# What print shops give for letter: the panel that goes inside 3 5/8 in, the others 3 11/16 in.
FLAP, PANEL = 3.625 * INCH, 3.6875 * INCH
PLACES = {
    ("trifold", "US"): ((FLAP, FLAP + PANEL), (PANEL, 2 * PANEL)),
    ("half-fold", "US"): ((5.5 * INCH,), (5.5 * INCH,)),
    ("half-fold", "GB"): ((148.5,), (148.5,)),
}
LIST = (
    "resources:\n  - {id: mine-line, name: Mine line, kind: crisis, phones: ['%s'], hours: 24/7, checked: 2026-11-01}\n"
)
NUMBERS = {"US": "(515) 555-0142", "GB": "020 7946 0142"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The print shop's file of a piece, as it was built once with these options."""

    @cache
    def build(product, country, *more):
        root = tmp_path_factory.mktemp("folds")
        edition = f"title: Mine\nplace: {{country: {country}}}\nlists: [{country.lower()}-national, mine]\n"
        files = {"content/editions/mine.yaml": edition, "content/lists/mine.yaml": LIST % NUMBERS[country]}
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, "utf-8")
        asked = ("build", "--project", str(root), "-p", product, "-f", "press", "--today", "2026-11-22", "--no-cache")
        done = CliRunner().invoke(main, [*asked, *more], catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        return (root / f"output/mine/en/{product}.press.pdf").read_bytes()

    return build


def dashes(page):
    """The dashed lines of the marks, by their operators: x, lower and upper end, in mm from the trim's lower left."""
    marks = page.Contents[-1].read_bytes().decode()
    drawn = re.search(r"\[2 1\.5\] 0 d [\d.]+ w(.*?)\[\] 0 d", marks, re.S)
    trim = [float(edge) for edge in page.TrimBox]
    for x1, y1, x2, y2 in re.findall(r"([\d.-]+) ([\d.-]+) m ([\d.-]+) ([\d.-]+) l S", drawn[1] if drawn else ""):
        assert x1 == x2
        low, high = sorted(((float(y1) - trim[1]) * MM, (float(y2) - trim[1]) * MM))
        yield (float(x1) - trim[0]) * MM, low, high


@pytest.mark.parametrize(("product", "country"), PLACES)
def test_each_fold_is_marked_above_and_below_the_bleed(built, product, country):
    with pikepdf.open(io.BytesIO(built(product, country))) as pdf:
        for page, places in zip(pdf.pages, PLACES[product, country], strict=True):
            boxes = ([float(edge) * MM for edge in box] for box in (page.TrimBox, page.BleedBox, page.MediaBox))
            trim, bleed, media = boxes
            found = list(dashes(page))
            assert len(found) == 2 * len(places)
            for place in places:
                ends = sorted(one[1:] for one in found if abs(one[0] - place) < 0.01)
                (low, under), (over, high) = ends
                assert media[1] - trim[1] < low < under < bleed[1] - trim[1]
                assert bleed[3] - trim[1] < over < high < media[3] - trim[1]
                assert min(under - low, high - over) > 4


def test_what_is_not_folded_or_has_no_marks_has_none(built):
    for product, more in (("poster", ()), ("trifold", ("--no-marks",))):
        with pikepdf.open(io.BytesIO(built(product, "US", *more))) as pdf:
            assert not any(b"[2 1.5]" in part for page in pdf.pages for part in parts_of(page))


def parts_of(page):
    contents = page.obj.Contents
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    return [stream.read_bytes() for stream in streams]


def test_other_marks_make_room(built):
    """A register mark or a patch of the colour bar on a fold would hide it."""
    for product in ("trifold", "half-fold"):
        with pikepdf.open(io.BytesIO(built(product, "US"))) as pdf:
            for page, places in zip(pdf.pages, PLACES[product, "US"], strict=True):
                marks = page.Contents[-1].read_bytes().decode()
                left = float(page.TrimBox[0])
                patches = re.findall(r"k ([\d.-]+) [\d.-]+ ([\d.]+) [\d.]+ re f", marks)
                circles = re.findall(r"([\d.-]+) [\d.-]+ m [^a-z]* c", marks)
                assert len(patches) >= 7
                assert len(circles) == 4
                for place in places:
                    at = left + place / MM
                    assert not any(float(x) - 3 < at < float(x) + float(width) + 3 for x, width in patches)
                    assert all(abs(float(x) - at) > 12 for x in circles)


def test_from_right_to_left_the_flap_is_on_the_other_hand():
    job = job_of("trifold", "en")
    job = replace(job, press=Press())
    turned = replace(job.piece, language=job.piece.language.model_copy(update={"direction": "rtl"}))
    orders = [order_of(one, ROOTS)[0] for one in (job, replace(job, piece=turned))]
    assert all(orders)
    (outside, inside), (outside_rtl, inside_rtl) = (order.folds for order in orders if order)
    assert sorted(outside_rtl) == pytest.approx(sorted(11 * INCH - place for place in outside))
    assert sorted(inside_rtl) == pytest.approx(sorted(11 * INCH - place for place in inside))


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        (lambda marks: marks, False),
        (lambda marks: marks.replace(b"[2 1.5] 0 d", b"[] 0 d"), True),
        (lambda marks: re.sub(rb"q /PressAll", b"q 1 0 0 1 0.1 0 cm /PressAll", marks), True),
        (lambda marks: re.sub(rb"\[2 1\.5\] 0 d [\d.]+ w\n[^\n]+\n", b"[2 1.5] 0 d .5 w\n", marks), True),
    ],
    ids=["as made", "not dashed", "moved by 0.035 mm", "one left out"],
)
def test_a_fold_without_its_mark_is_told_when_the_file_is_read_back(built, change, is_told):
    with pikepdf.open(io.BytesIO(built("trifold", "US"))) as pdf:
        for page in pdf.pages:
            page.Contents[-1].write(change(page.Contents[-1].read_bytes()))
        found = list(prove_folds(pdf, PLACES["trifold", "US"]))
    assert {one.code for one in found} == ({"press-fold"} if is_told else set())
    assert {one.page for one in found} == ({1, 2} if is_told else set())
