"""Folded pieces in languages read from right to left, built as files, unfolded by hand and read in their order.

Nothing of the plan is asked here: what lies where, and which way up, is taken from the text of the printed sheets.
"""

import io
import re
from collections import Counter
from functools import cache

import pikepdf
import pypdfium2
import pytest
from msgspec import Struct

from generator.catalog import Roots, builtin_root
from generator.impose import PT_PER_MM
from generator.making import make_piece
from generator.plan import Request, plan_jobs
from generator.project import load_project
from tests.proof import spoiled
from tests.test_every_piece import TODAY
from tests.test_folded_pieces import Char, chars_of

LANGUAGE = "content/languages/{0}.yaml"
GUIDE = "content/guides/mental-health-ally/{0}.yaml"
EDITION = "title: Mine\nguide: mental-health-ally\nlanguages: [he]\nplace: {country: US}\nlists: [us-national, mine]\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project in a language from right to left. Its words are English ones, so that each fits as it does there."""
    root = tmp_path_factory.mktemp("right-to-left")
    language = (builtin_root() / LANGUAGE.format("en")).read_text("utf-8")
    guide = (builtin_root() / GUIDE.format("en")).read_text("utf-8")
    files = {
        LANGUAGE.format("he"): language.replace("direction: ltr", "direction: rtl"),
        GUIDE.format("he"): guide,
        "content/editions/mine.yaml": EDITION,
        "content/lists/mine.yaml": spoiled.LIST,
    }
    assert "direction: rtl" in files[LANGUAGE.format("he")]
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


class Printed(Struct):
    """The pages in reading order, as the letters on each, and the sheets that were printed."""

    pages: list[Counter[str]]
    sheets: list[list[Char]]
    width: float
    height: float
    office: bytes

    def page_at(self, sheet, left, top, right, bottom):
        """Return the number of the page that lies in a part of a sheet, in parts of its size, and its rotation."""
        edges = (left * self.width, top * self.height, right * self.width, bottom * self.height)
        here = [one for one in self.sheets[sheet] if _is_inside(one.box, edges)]
        if not here:
            return None, 0
        letters = Counter(one.text for one in here)
        (number,) = [number for number, page in enumerate(self.pages, 1) if page == letters]
        (turned, count), *_ = Counter(one.turned for one in here).most_common()
        assert count >= 0.99 * len(here)
        return number, turned


def _is_inside(box, edges):
    across, down = box.x + box.width / 2, box.y + box.height / 2
    return edges[0] < across < edges[2] and edges[1] < down < edges[3]


@cache
def printed(root, product, language="he"):
    loaded, found = load_project(Roots(root.resolve(), builtin_root()))
    assert not found
    request = Request(editions=("mine",), products=(product,), languages=(language,))
    (job,), _ = plan_jobs(loaded, request, today=TODAY)
    made = make_piece(loaded.roots, job)
    assert not [one for one in made.diagnostics if one.is_error]
    data = {one.entry["finish"]: one.data for one in made.artifacts if one.entry}
    screen, office = (pypdfium2.PdfDocument(io.BytesIO(data[finish])) for finish in ("screen", "office"))
    pages = [Counter(one.text for one in chars_of(page)) for page in screen]
    sheets = [list(chars_of(page)) for page in office]
    width, height = (length / PT_PER_MM for length in office[0].get_size())
    return Printed(pages, sheets, width, height, data["office"])


def test_a_booklet_opens_at_the_right_and_reads_in_order(project):
    read = printed(project, "directory")
    halves = [[read.page_at(sheet, x, 0, x + 0.5, 1) for x in (0, 0.5)] for sheet in range(len(read.sheets))]
    fronts, backs = halves[::2], halves[1::2]
    assert len(fronts) == len(backs) > 1
    assert all(turned == 0 for sheet in halves for _, turned in sheet)
    # The pile is folded with the spine at the right of the cover. A leaf is turned to the right: behind the left half
    # of a front lies the right half of its back, since the sheets are turned like the page of a book.
    leaves = [page for front, back in zip(fronts, backs, strict=True) for page in (front[0], back[1])]
    leaves += [page for front, back in reversed([*zip(fronts, backs, strict=True)]) for page in (back[0], front[1])]
    numbers = [number for number, _ in leaves]
    written = [number for number in numbers if number is not None]
    assert written == list(range(1, len(read.pages) + 1))
    assert numbers[: len(written)] == written  # blank pages come last


def test_a_zine_opens_at_the_right_and_reads_in_order(project):
    read = printed(project, "zine")
    cells = [[read.page_at(0, n / 4, row / 2, (n + 1) / 4, (row + 1) / 2) for n in range(4)] for row in (0, 1)]
    # Going around the slit: the cover beside the back page, from right to left, then back along the upper row.
    assert cells[1] == [(3, 0), (2, 0), (1, 0), (8, 0)]
    assert cells[0] == [(4, 180), (5, 180), (6, 180), (7, 180)]


def dashes_of(data):
    """Return where each sheet is folded, in millimetres from its left, by the dashes at its upper edge."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            drawn = re.search(r"\[2 1\.5\] 0 d\n(.*?)Q", page.Contents.read_bytes().decode(), re.S)
            ends = re.findall(r"([\d.]+) [\d.]+ m \1 [\d.]+ l S", drawn[1] if drawn else "")
            yield sorted({round(float(x) / PT_PER_MM, 2) for x in ends})


@pytest.fixture(scope="module")
def arabic(tmp_path_factory):
    return spoiled.write_project(tmp_path_factory.mktemp("arabic"))


def test_an_arabic_brochure_has_its_cover_left_and_its_flap_folds_in_first(arabic):
    read = printed(arabic, "trifold", "ar")
    outside, inside = dashes_of(read.office)
    (left, middle, right), (left_in, middle_in, right_in) = (
        (one[0], one[1] - one[0], 279.4 - one[1]) for one in (outside, inside)
    )
    # The flap is the narrow panel: at the right of the outside, and behind it, at the left of the inside.
    assert right == pytest.approx(left_in, abs=0.02)
    assert right == pytest.approx(left - 25.4 / 16, abs=0.02)
    assert [left, middle, middle_in, right_in] == pytest.approx([left] * 4, abs=0.02)
    # The cover, with the largest words, is what shows once all is folded: the left panel of the outside.
    words = [one for one in read.sheets[0] if one.text not in "0123456789"]
    tallest = max(one.box.height for one in words)
    title = [one for one in words if one.box.height > 0.9 * tallest]
    assert all(one.box.right < outside[0] for one in title)
    # The list of help is on the flap, read last: at the left of the inside.
    numbers = [one for one in read.sheets[1] if one.text in "0123456789"]
    assert Counter(one.box.right < inside[0] for one in numbers).most_common(1)[0][0]
    upright = Counter(one.turned for sheet in read.sheets for one in sheet)
    assert upright[0] >= 0.99 * upright.total()


def test_an_arabic_leaflet_has_its_cover_left(arabic):
    read = printed(arabic, "half-fold", "ar")
    assert list(dashes_of(read.office)) == [[139.7], [139.7]]
    words = [one for one in read.sheets[0] if one.text not in "0123456789"]
    tallest = max(one.box.height for one in words)
    assert all(one.box.right < 139.7 for one in words if one.box.height > 0.9 * tallest)


@pytest.mark.parametrize("product", ["trifold", "half-fold"])
def test_no_arabic_letter_stands_within_3_mm_of_a_fold(arabic, product):
    read = printed(arabic, product, "ar")
    for sheet, folds in zip(read.sheets, dashes_of(read.office), strict=True):
        for one in sheet:
            assert all(one.box.right < fold - 3 or one.box.x > fold + 3 for fold in folds), one.text
