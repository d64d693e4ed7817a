"""Sheets as a printer prints them: simulated sheet by sheet, turned, fed again, and with a printer's errors on top."""

import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from generator.model.printer import Printer
from generator.model.stock import Stock
from generator.model.written import validate
from generator.sheets.affine import Affine, moved, stretched
from generator.sheets.correcting import CROSS_MM, Readings, corrected, error_of, measured, true_readings
from generator.sheets.feeding import by_hand, turned_on
from generator.sheets.grid import Leaf, fill_sheets, leaves, parse_used, place_leaves
from generator.sheets.placing import Placement, Sheet
from generator.sheets.turning import Edge, turned_point
from generator.source import parse_yaml
from generator.units import Size

EDGES = ["long-edge", "short-edge"]
# A printer that shifts, shrinks and shifts backs further: the profile of the office with the worst machine.
WORST = Printer.model_validate({"offset": "1.2mm, -0.8mm", "scale": "0.997", "back": "0.6mm, -0.4mm"})
CARDS = {"title": "c", "pitch": "3.5in, 2in", "grid": "2 x 5", "source": "t", "confidence": "high"}
PORTRAIT = {"sheet": "8.5in x 11in", "label": "3.5in x 2in", "origin": "0.75in, 0.5in"}
LANDSCAPE = {
    "sheet": "11in x 8.5in",
    "label": "3.5in x 2in",
    "origin": "0.25in, 0.25in",
    "pitch": "3.5in, 2in",
    "grid": "3 x 4",
}


def stock(*, is_portrait=True):
    return Stock.model_validate(CARDS | (PORTRAIT if is_portrait else LANDSCAPE))


class Ink(Struct, frozen=True):
    """A printed face, as seen from the front of the paper: which, where its corner fell, and which way is up."""

    face: int
    corner: tuple[float, float]
    up: tuple[float, float]


def corners(placement: Placement):
    """Return the upper left corner of a face on its sheet, and the one below it, however it is turned."""
    box = placement.box
    points = [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]
    first = placement.rotation // 90
    return points[first], points[first - 1]


def printed(sheet: Sheet, machine: Printer | None, *, turned: Edge | None) -> list[Ink]:
    """Print a side: where each face's ink falls on paper, seen from the front once the paper was turned on an edge."""
    errs = error_of(machine, is_back=sheet.is_back) if machine else Affine()
    found = []
    for placement in sheet.placements:
        top, foot = (errs.apply(*sheet.correction.apply(*point)) for point in corners(placement))
        if turned:
            top, foot = (turned_point(*point, sheet.size, turned) for point in (top, foot))
        length = math.dist(top, foot)
        found.append(Ink(placement.face, top, ((top[0] - foot[0]) / length, (top[1] - foot[1]) / length)))
    return found


def assert_backs_meet_fronts(pairs, *, width):
    """Each front has its own back behind it, the same way up, its corner behind the front's other upper corner."""
    for fronts, backs in pairs:
        assert len(fronts) == len(backs)
        for front in fronts:
            right = (front.corner[0] - front.up[1] * width, front.corner[1] + front.up[0] * width)
            (back,) = [one for one in backs if math.dist(one.corner, right) < 0.02]
            assert back.face == front.face + 1
            assert back.up == pytest.approx(front.up, abs=1e-6)


@pytest.mark.parametrize("machine", [None, WORST], ids=["true", "worst"])
@pytest.mark.parametrize("is_portrait", [True, False], ids=["portrait", "landscape"])
@pytest.mark.parametrize("turns", EDGES)
@pytest.mark.parametrize("planned", EDGES)
def test_300_cards_on_part_used_sheets_meet_their_backs(planned, turns, is_portrait, machine):
    cards = stock(is_portrait=is_portrait)
    used = parse_used("1-3,7; 1-3")  # seven labels are gone from the first two sheets
    records = [Leaf(2 * number, 2 * number + 1) for number in range(300)]
    sheets = place_leaves(cards, records, bleed=0, edge=planned, used=used)
    sheets = turned_on(sheets, turns, planned=planned)
    sheets = corrected(sheets, machine) if machine else sheets
    fronts, backs = sheets[::2], sheets[1::2]
    slots = len(cards.slots)
    assert len(fronts) == len(backs) == 2 + math.ceil((300 - (2 * slots - 7)) / slots)
    assert Counter(one.face for sheet in fronts for one in sheet.placements) == Counter(range(0, 600, 2))
    assert {one.slot + 1 for one in fronts[0].placements} == set(range(1, slots + 1)) - {1, 2, 3, 7}
    assert {one.slot + 1 for one in fronts[1].placements} == set(range(1, slots + 1)) - {1, 2, 3}
    pairs = [
        (printed(front, machine, turned=None), printed(back, machine, turned=turns))
        for front, back in zip(fronts, backs, strict=True)
    ]
    assert_backs_meet_fronts(pairs, width=cards.label.width)
    boxes = [cards.slots[one.slot] for one in fronts[0].placements]
    for ink, box in zip(pairs[0][0], boxes, strict=True):
        assert ink.corner == pytest.approx((box.x, box.y), abs=0.001)


def test_without_its_profile_the_worst_printer_misses():
    sheets = fill_sheets(stock(), 2, bleed=0, edge="long-edge")
    pairs = [(printed(sheets[0], WORST, turned=None), printed(sheets[1], WORST, turned="long-edge"))]
    with pytest.raises(ValueError, match="not enough values"):
        assert_backs_meet_fronts(pairs, width=88.9)


@given(
    st.integers(1, 8),
    st.sampled_from(EDGES),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_both_sides_by_hand_however_the_stack_goes_back(count, planned, is_portrait, prints_face_up, feeds_face_up):
    """Simulate the stack: sheets are printed one by one, come out, are put back blank side to be printed, and fed."""
    cards = stock(is_portrait=is_portrait)
    records = [Leaf(2 * number, 2 * number + 1) for number in range(count * len(cards.slots))]
    sheets = place_leaves(cards, records, bleed=0, edge=planned)
    # Each sheet comes out on top of those before it, printed side up or down.
    came_out = list(range(count))
    # The blank side has to face the print head: up when the tray feeds face up. Turning the stack over reverses it.
    is_turned_over = prints_face_up == feeds_face_up
    put_back = came_out[::-1] if is_turned_over else came_out
    fed = put_back[::-1]  # from the top of the stack
    pages = by_hand(sheets, planned=planned, last_first=not is_turned_over)
    fronts, backs = pages[:count], pages[count:]
    assert all(one.is_back for one in backs)
    assert not any(one.is_back for one in fronts)
    # The edge that led leads again, so the paper has been turned about the way it runs: on its long edge.
    behind = dict(zip(fed, backs, strict=True))
    pairs = [
        (printed(front, None, turned=None), printed(behind[number], None, turned="long-edge"))
        for number, front in enumerate(fronts)
    ]
    assert_backs_meet_fronts(pairs, width=cards.label.width)


def test_a_front_without_a_back_has_a_blank_behind_it():
    sheets = fill_sheets(stock(), 3, bleed=0, edge="long-edge", copies=11)
    assert [(len(one.placements), one.is_back) for one in sheets] == [
        (10, False), (10, True), (1, False), (1, True), (10, False), (0, True), (1, False), (0, True),
    ]  # fmt: skip


@given(st.integers(1, 60), st.lists(st.frozensets(st.integers(1, 10), max_size=9), max_size=4), st.booleans())
def test_every_copy_is_placed_once_and_never_on_a_used_label(count, used, in_stacks):
    wanted = list(leaves(count, is_two_sided=False))
    sheets = place_leaves(stock(), wanted, bleed=0, edge=None, used=used, in_stacks=in_stacks)
    assert Counter(one.face for sheet in sheets for one in sheet.placements) == Counter(range(count))
    for sheet, taken in zip(sheets, used, strict=False):
        assert not {one.slot + 1 for one in sheet.placements} & taken
    for sheet in sheets:
        assert len({one.slot for one in sheet.placements}) == len(sheet.placements)


@given(st.integers(1, 60))
def test_cut_stacks_laid_on_one_another_are_in_order(count):
    sheets = place_leaves(stock(), list(leaves(count, is_two_sided=False)), bleed=0, edge=None, in_stacks=True)
    pile = [one.face for slot in range(10) for sheet in sheets for one in sheet.placements if one.slot == slot]
    assert pile == list(range(count))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1-3,7", [{1, 2, 3, 7}]),
        ("1-3,7; 1", [{1, 2, 3, 7}, {1}]),
        (" 2 ; ; 9 - 10", [{2}, set(), {9, 10}]),
    ],
)
def test_used_labels_are_read(text, expected):
    assert [set(one) for one in parse_used(text)] == expected


@pytest.mark.parametrize("text", ["x", "3-1", "0", "1,,2", "1-2-3", "-4", "1.5", "٣", "99999"])
def test_nonsense_for_used_labels_is_refused(text):
    with pytest.raises(ValueError, match="is no slot; write slots like 1-3,7"):
        parse_used(text)


@pytest.mark.parametrize(
    ("used", "said"), [("11", "slots 1 to 10; 11 is none"), ("1;1-10", "all 10 slots of sheet 2 are used")]
)
def test_labels_that_are_not_there_are_refused(used, said):
    with pytest.raises(ValueError, match=said):
        fill_sheets(stock(), 1, bleed=0, edge=None, copies=5, used=parse_used(used))


SMALL = st.floats(-5, 5)
PRINTERS = st.builds(
    lambda x, y, sx, sy, skew, bx, by: Printer.model_validate(
        {
            "offset": f"{x:.4f}mm, {y:.4f}mm",
            "scale": f"{sx:.6f}, {sy:.6f}",
            "skew": f"{skew:.6f}",
            "back": f"{bx:.4f}mm, {by:.4f}mm",
        }
    ),
    SMALL, SMALL, st.floats(0.96, 1.04), st.floats(0.96, 1.04), st.floats(-1.5, 1.5), SMALL, SMALL,
)  # fmt: skip
SIZES = st.sampled_from([Size(215.9, 279.4), Size(279.4, 215.9), Size(210, 297), Size(297, 420)])


@given(PRINTERS, st.booleans(), st.floats(0, 300), st.floats(0, 300))
def test_a_corrected_point_is_printed_in_its_place(machine, is_back, x, y):
    (sheet,) = corrected([Sheet(Size(215.9, 279.4), (), is_back=is_back)], machine)
    assert error_of(machine, is_back=is_back).apply(*sheet.correction.apply(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(PRINTERS, SIZES, st.sampled_from(EDGES))
def test_what_is_measured_on_the_sheet_gives_the_printer(machine, size, edge):
    """Print the crosses with a known error, measure them with a ruler, and find the error again."""
    front, back = (error_of(machine, is_back=is_back) for is_back in (False, True))
    a = front.apply(CROSS_MM, CROSS_MM)
    b = front.apply(size.width - CROSS_MM, CROSS_MM)
    c = front.apply(CROSS_MM, size.height - CROSS_MM)
    behind = turned_point(*back.apply(*turned_point(CROSS_MM, CROSS_MM, size, edge)), size, edge)
    readings = Readings(a[0], a[1], b[1], math.dist(a, b), math.dist(a, c), behind[0] - a[0], behind[1] - a[1])
    found = measured(readings, size, edge)
    assert found.offset == pytest.approx((machine.offset.x.mm, machine.offset.y.mm), abs=1e-6)
    assert found.scale == pytest.approx((machine.scale.x, machine.scale.y), abs=1e-9)
    assert found.skew == pytest.approx(machine.skew, abs=1e-6)
    assert found.back == pytest.approx((machine.back.x.mm, machine.back.y.mm), abs=1e-6)


def test_true_readings_give_a_true_printer():
    size = Size(215.9, 279.4)
    found = measured(true_readings(size), size)
    assert (*found.offset, *found.scale, found.skew, *found.back) == pytest.approx((0, 0, 1, 1, 0, 0, 0))


@given(SMALL, SMALL, st.floats(0.9, 1.1), st.floats(-3, 3), st.floats(-300, 300), st.floats(-300, 300))
def test_an_affine_and_its_inverse_leave_a_point_where_it_was(x, y, scale, degrees, px, py):
    there = moved(x, y).after(stretched(scale, scale, degrees=degrees))
    assert there.after(there.inverse).apply(px, py) == pytest.approx((px, py), abs=1e-6)
    assert there.apply(px, py) == pytest.approx(
        moved(x, y).apply(*stretched(scale, scale, degrees=degrees).apply(px, py))
    )


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        ("title: P\noffset: 20mm, 0mm\n", 2, "further than any printer is out"),
        ("offset: 0mm, 0mm\nback: 1mm, -20mm\n", 2, "further than any printer is out"),
        ("scale: 0.5\n", 1, "0.5"),
        ("skew: 45\n", 1, "skew"),
        ("scale: 1, 1, 1\n", 1, "one number, or one across and one down"),
        ("duplex: sideways\n", 1, "by-hand"),
    ],
)
def test_a_silly_profile_is_an_error_at_its_line(written, line, said):
    document, found = parse_yaml(written.encode(), Path("front-desk.yaml"))
    assert document is not None, found
    value, problems = validate(Printer, document)
    assert value is None
    assert problems[0].place.line == line
    assert said in problems[0].message
