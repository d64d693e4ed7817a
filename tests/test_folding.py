"""Sheets folded by simulation: pages come in order and upright, and backs, folds and slits lie where they should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.product import FACES_OF_FOLD, Product
from generator.sheets.cutting import cut_stock
from generator.sheets.folding import (
    FLAP_SHORTER_MM,
    SHEETS_A_SIGNATURE,
    flat_size,
    panel_widths,
    panels,
    sides_of,
    signatures,
    turning_edge,
    unfolded,
)
from generator.sheets.grid import fill_sheets
from generator.sheets.marks import EDGE_MM
from generator.sheets.placing import Placement, Sheet
from generator.sheets.turning import turned_over
from generator.units import Box, Size

LETTER, A4 = Size.parse("8.5in x 11in"), Size(210, 297)
PAGES = {
    "trifold": {"us": LETTER.turned, "iso": A4.turned},
    "half": {"us": LETTER.turned, "iso": A4.turned},
    "zine": {"us": Size.parse("2.75in x 4.25in"), "iso": Size(74.25, 105)},
    "tent": {"us": Size.parse("8.5in x 3.96in"), "iso": Size(210, 106.92)},
    "tent-card": {"us": Size.parse("7in x 2.5in"), "iso": Size(180, 60)},
    "booklet": {"us": Size.parse("5.5in x 8.5in"), "iso": Size(148, 210)},
}
SYSTEMS = st.sampled_from(["us", "iso"])


def sheets_for(fold, page, pages, *, paper, is_rtl=False, caliper=0.1, ends_on_cover=False):
    """The sheets of a folded piece on plain paper, as the plan makes them."""
    stock = cut_stock(flat_size(fold, page), paper, bleed=0)
    assert stock
    sides = sides_of(fold, page, pages, is_rtl=is_rtl, caliper=caliper, ends_on_cover=ends_on_cover)
    edge = turning_edge(fold, stock.sheet) if len(sides) > 1 else None
    return [unfolded(sheet, sides, fold=fold) for sheet in fill_sheets(stock, len(sides), bleed=0, edge=edge)]


def top_of(placement):
    """The middle of the edge of the sheet's box at which the face's own top lies."""
    box = placement.box
    middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
    ends = {0: (middle_x, box.y), 90: (box.right, middle_y), 180: (middle_x, box.bottom), 270: (box.x, middle_y)}
    return ends[placement.rotation]


# ---------------------------------------------------------------- zine


def read_zine(sheet):
    """Fold a sheet of eight panels in two lengthwise, push its ends together, and read it: pages in order.

    The upper half goes behind, so that it is seen upside down and from behind. The slit opens: the folds in the
    middle of both halves become outer edges, the two other folds meet in the spine, and the ends of the paper
    are outer edges too. A page is followed by the other face of its leaf, then by its neighbour across the spine.
    """
    width, height = sheet.size.width, sheet.size.height
    shown = {}
    for one in sheet.placements:
        middle = one.box.x + one.box.width / 2, one.box.y + one.box.height / 2
        top = top_of(one)
        behind = middle[1] < height / 2
        # Folding turns the upper half over (y), looking at it from behind exchanges left and right (x).
        seen_middle = (width - middle[0], height - middle[1]) if behind else middle
        seen_top = (width - top[0], height - top[1]) if behind else top
        assert seen_top[1] < seen_middle[1] - 1, f"page {one.face} stands on its head"
        assert seen_top[0] == pytest.approx(seen_middle[0])
        shown["behind" if behind else "before", int(seen_middle[0] // (width / 4))] = one.face
    leaf = {}
    for side in ("before", "behind"):
        leaf[side, 1], leaf[side, 2] = (side, 2), (side, 1)
    for end, far in ((0, 3), (3, 0)):
        leaf["before", end], leaf["behind", far] = ("behind", far), ("before", end)
    spine = {(side, a): (side, b) for side in ("before", "behind") for a, b in ((0, 1), (1, 0), (2, 3), (3, 2))}
    place, read = next(place for place, face in shown.items() if face == 0), []
    for turn in range(8):
        read.append(shown[place])
        place = leaf[place] if turn % 2 == 0 else spine[place]
    assert place == next(place for place, face in shown.items() if face == 0)
    return read, shown


@pytest.mark.parametrize("is_rtl", [False, True])
@pytest.mark.parametrize(("system", "paper"), [("us", LETTER), ("iso", A4)])
def test_a_zine_reads_in_order_and_upright(system, paper, is_rtl):
    (sheet,) = sheets_for("zine", PAGES["zine"][system], 8, paper=paper, is_rtl=is_rtl)
    read, shown = read_zine(sheet)
    assert read == list(range(8))
    # The cover lies on the right of its spine, on the left where one reads from right to left.
    assert shown["before", 2 if is_rtl else 1] == 0


def test_the_slit_of_a_zine_runs_between_its_middle_panels():
    (sheet,) = sheets_for("zine", PAGES["zine"]["us"], 8, paper=LETTER)
    (slit,) = [mark for mark in sheet.marks if not mark.is_dashed]
    assert (slit.x1, slit.x2) == pytest.approx((69.85, 3 * 69.85))
    assert slit.y1 == slit.y2 == pytest.approx(107.95)


# ---------------------------------------------------------------- booklet


def read_booklet(sheets, *, is_rtl):
    """Fold each pair of sheet sides, lay the folded sheets into each other, and read: pages in order, None if blank."""
    right_leaves, left_leaves = [], []
    for front, back in zip(sheets[::2], sheets[1::2], strict=True):
        halves = {}
        edge = turning_edge("booklet", front.size)
        assert edge
        for name, side in (("front", front), ("back", back)):
            for one in side.placements:
                assert one.rotation == 0
                # What lies behind is seen where it is when the sheet is turned like a page.
                box = one.box if name == "front" else turned_over(one.box, side.size, edge)
                half = "left" if box.x + box.width / 2 < side.size.width / 2 else "right"
                halves[name, half] = one.face
        right_leaves.append((halves.get(("front", "right")), halves.get(("back", "right"))))
        left_leaves.append((halves.get(("back", "left")), halves.get(("front", "left"))))
    first, last = (left_leaves, right_leaves) if is_rtl else (right_leaves, left_leaves)
    if is_rtl:
        first = [leaf[::-1] for leaf in first]
        last = [leaf[::-1] for leaf in last]
    return [page for leaf in (*first, *reversed(last)) for page in leaf]


def read_signatures(sheets, *, is_rtl):
    read, start = [], 0
    for count in signatures(len(sheets) // 2):
        read += read_booklet(sheets[start : start + 2 * count], is_rtl=is_rtl)
        start += 2 * count
    return read


@given(st.integers(1, 330), st.booleans(), st.booleans(), SYSTEMS)
def test_a_booklet_reads_in_order(pages, is_rtl, ends_on_cover, system):
    paper = LETTER if system == "us" else A4
    page = PAGES["booklet"][system]
    sheets = sheets_for("booklet", page, pages, paper=paper, is_rtl=is_rtl, ends_on_cover=ends_on_cover)
    read = read_signatures(sheets, is_rtl=is_rtl)
    assert len(read) % 4 == 0
    assert len(read) - pages < 4
    assert [one for one in read if one is not None] == list(range(pages))
    blanks = [place for place, one in enumerate(read) if one is None]
    end = len(read) - 1 if ends_on_cover else len(read)
    assert blanks == list(range(end - len(blanks), end))
    if ends_on_cover:
        assert read[-1] == pages - 1


@given(st.integers(1, 500))
def test_signatures_are_as_few_and_as_even_as_can_be(sheets):
    counts = signatures(sheets)
    assert sum(counts) == sheets
    assert max(counts) <= SHEETS_A_SIGNATURE
    assert max(counts) - min(counts) <= 1
    assert len(counts) == -(-sheets // SHEETS_A_SIGNATURE)


@given(st.integers(1, 80), st.floats(0.05, 0.3), st.booleans())
def test_outer_margins_are_the_same_once_the_booklet_is_trimmed(pages, caliper, is_rtl):
    page = PAGES["booklet"]["us"]
    sheets = sheets_for("booklet", page, pages, paper=LETTER, caliper=caliper, is_rtl=is_rtl)
    width = LETTER.height
    for number, side in enumerate(sheets):
        pushed = number // 2 * caliper  # what the sheets around it take
        for one in side.placements:
            is_left = one.box.x + one.box.width / 2 < width / 2
            outer = one.box.x if is_left else width - one.box.right
            assert outer - pushed == pytest.approx(0, abs=1e-6)
            inner = one.box.right if is_left else width - one.box.x
            assert inner + one.bleed_x == pytest.approx(width / 2), "ink crosses the fold"


# ---------------------------------------------------------------- trifold, half fold, tent


@pytest.mark.parametrize(("system", "wide", "flap"), [("us", 93.6625, 92.075), ("iso", 99.529, 97.942)])
def test_the_flap_of_a_trifold_is_narrower_and_tucks_in(system, wide, flap):
    size = PAGES["trifold"][system]
    outside, inside = (panel_widths("trifold", size, side) for side in (0, 1))
    assert outside == pytest.approx((flap, wide, wide), abs=0.001)
    assert inside == outside[::-1]
    assert sum(outside) == pytest.approx(size.width)
    assert outside[1] - outside[0] == pytest.approx(FLAP_SHORTER_MM)


@pytest.mark.parametrize("is_rtl", [False, True])
@pytest.mark.parametrize("system", ["us", "iso"])
@pytest.mark.parametrize("fold", ["trifold", "half"])
def test_panels_lie_upon_each_other_when_the_sheet_is_folded(fold, system, is_rtl):
    paper = LETTER if system == "us" else A4
    outside, inside = sheets_for(fold, PAGES[fold][system], 2, paper=paper, is_rtl=is_rtl)
    size = outside.size
    assert [one.rotation for one in (*outside.placements, *inside.placements)] == [0, 0]
    folds = sorted({mark.x1 for mark in outside.marks})
    behind = sorted({round(size.width - mark.x1, 6) for mark in inside.marks})
    assert behind == pytest.approx(folds), "the folds of both sides are one crease"
    edges = [0.0, *folds, size.width]
    if is_rtl:
        edges = sorted(size.width - edge for edge in edges)
    # From the outside: what lies beyond a fold is laid over it. The last panel is the cover.
    base = Box(edges[-3], 0, edges[-2] - edges[-3], size.height)
    cover = Box(2 * edges[-2] - edges[-1], 0, edges[-1] - edges[-2], size.height)
    assert cover.edges == pytest.approx(base.edges)
    if fold == "trifold":
        flap = Box(edges[1], 0, edges[1], size.height)
        assert base.right - flap.right == pytest.approx(FLAP_SHORTER_MM)


@pytest.mark.parametrize("is_rtl", [False, True])
@pytest.mark.parametrize(("fold", "system"), [("tent", "us"), ("tent", "iso"), ("tent-card", "us")])
def test_both_faces_of_a_tent_stand_upright(fold, system, is_rtl):
    page = PAGES[fold][system]
    flat = flat_size(fold, page)
    (side,) = sides_of(fold, page, 2, is_rtl=is_rtl)
    far, near = sorted(side.pages, key=lambda one: one.box.y)
    ridge = flat.height / 2
    assert near.face == 0
    assert far.face == 1
    assert near.box.y == pytest.approx(ridge)
    assert far.box.bottom == pytest.approx(ridge)
    # Standing, both tops are at the ridge.
    assert top_of(near)[1] == pytest.approx(ridge)
    assert top_of(far)[1] == pytest.approx(ridge)
    flaps = flat.height - 2 * page.height
    assert len(side.folds) == (3 if flaps > 1 else 1)
    if flaps > 1:
        depth = far.box.y
        assert 2 * depth == pytest.approx(flaps)
        assert 0.7 * page.height > depth * 2 - 15 > 0.4 * page.height, "with 15 mm of overlap the base is steady"


def test_one_face_alone_stands_on_both_sides_of_a_tent():
    (side,) = sides_of("tent", PAGES["tent"]["us"], 1)
    assert [(one.face, one.rotation) for one in side.pages] == [(0, 180), (0, 0)]


# ---------------------------------------------------------------- whatever is folded


@pytest.mark.parametrize("is_rtl", [False, True])
@pytest.mark.parametrize("system", ["us", "iso"])
@pytest.mark.parametrize("fold", [*FACES_OF_FOLD, "booklet"])
def test_pages_lie_on_the_paper_and_marks_outside_the_panels(fold, system, is_rtl):
    pages = FACES_OF_FOLD.get(fold, (10,))[-1]
    paper = LETTER if system == "us" else A4
    for sheet in sheets_for(fold, PAGES[fold][system], pages, paper=paper, is_rtl=is_rtl):
        edges = Box(0, 0, sheet.size.width, sheet.size.height)
        assert all(edges.contains(one.box, within=1e-6) for one in sheet.placements)
        for mark in (one for one in sheet.marks if one.is_dashed):
            left, top = min(mark.x1, mark.x2), min(mark.y1, mark.y2)
            line = Box(left, top, abs(mark.x1 - mark.x2), abs(mark.y1 - mark.y2))
            assert edges.inset(EDGE_MM - 1e-6).contains(line), "an office printer does not reach this far"
            inner = [one.box.inset(7.1) for one in sheet.placements]
            assert not any(box.overlaps(line.inset(-0.05)) for box in inner), "it would stand in a panel"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_flat_side_is_turned_as_a_whole_into_its_slot(rotation):
    page = Size(30, 40)
    (side,) = sides_of("zine", page, 8)
    turned = side.size if rotation in {0, 180} else side.size.turned
    slot = Placement(0, 3, Box(20, 10, turned.width, turned.height), rotation)
    sheet = unfolded(Sheet(Size(300, 300), (slot,)), [side], fold="zine")
    plain = unfolded(Sheet(Size(300, 300), (Placement(0, 3, Box(0, 0, 120, 80)),)), [side], fold="zine")

    def turn(x, y):
        return {0: (x, y), 90: (80 - y, x), 180: (120 - x, 80 - y), 270: (y, 120 - x)}[rotation]

    for one, other in zip(sheet.placements, plain.placements, strict=True):
        assert one.slot == 3
        middle = turn(other.box.x + other.box.width / 2, other.box.y + other.box.height / 2)
        assert (one.box.x + one.box.width / 2 - 20, one.box.y + one.box.height / 2 - 10) == pytest.approx(middle)
        top = turn(*top_of(other))
        assert (top_of(one)[0] - 20, top_of(one)[1] - 10) == pytest.approx(top)


def test_several_small_pieces_on_a_sheet_are_folded_each_by_itself():
    page = Size(50, 100)
    sheets = sheets_for("booklet", page, 4, paper=LETTER)
    assert len(sheets) == 2
    assert len(sheets[0].placements) == 2 * len({one.slot for one in sheets[0].placements}) > 2
    assert {one.face for one in sheets[0].placements} == {0, 3}
    assert {one.face for one in sheets[1].placements} == {1, 2}


def test_panels_follow_one_another():
    boxes = panels("trifold", LETTER.turned, 0)
    assert boxes[0][0] == 0
    assert [start + width for start, width in boxes[:-1]] == pytest.approx([start for start, _ in boxes[1:]])


@pytest.mark.parametrize(("fold", "faces"), [("zine", ["a", "b"]), ("trifold", ["a", "b", "c"])])
def test_a_fold_with_the_wrong_number_of_faces_is_refused(fold, faces):
    with pytest.raises(ValueError, match=f"a {fold} has"):
        Product.model_validate({"title": "P", "fold": fold, "faces": faces, "size": "100mm x 100mm"})
