import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.stock import Stock
from generator.sheets.cutting import cut_stock
from generator.sheets.grid import fill_sheets
from generator.sheets.placing import Placement
from generator.sheets.turning import behind, turned_over
from generator.units import Box, Size

EDGES = st.sampled_from(["long-edge", "short-edge"])
SIZES = st.builds(Size, st.floats(50, 500), st.floats(50, 500))
BOXES = st.builds(Box, st.floats(0, 200), st.floats(0, 200), st.floats(1, 100), st.floats(1, 100))
LETTER = Size.parse("8.5in x 11in")


def card_stock(**changes):
    written = {
        "title": "cards",
        "sheet": "8.5in x 11in",
        "label": "3.5in x 2in",
        "origin": "0.75in, 0.5in",
        "pitch": "3.5in, 2in",
        "grid": "2 x 5",
        "source": "test",
        "confidence": "high",
    }
    return Stock.model_validate(written | changes)


@given(BOXES, SIZES, EDGES)
def test_the_back_of_the_back_is_the_front(box, size, edge):
    again = turned_over(turned_over(box, size, edge), size, edge)
    assert again.edges == pytest.approx(box.edges)


@given(BOXES, SIZES, EDGES, st.sampled_from([0, 90, 180, 270]))
def test_the_back_of_a_back_stands_as_its_front(box, size, edge, rotation):
    front = Placement(0, 0, box, rotation)
    again = behind(behind(front, 1, size=size, edge=edge), 0, size=size, edge=edge)
    assert again.rotation == rotation
    assert again.box.edges == pytest.approx(box.edges)


def fold_back(point, size, edge):
    """Where a point of the printed back lies when one looks through the paper from the front."""
    portrait = size.height >= size.width
    x, y = point
    return (size.width - x, y) if portrait == (edge == "long-edge") else (x, size.height - y)


@given(st.sampled_from([LETTER, LETTER.turned]), EDGES)
def test_backs_meet_their_fronts_through_the_paper(size, edge):
    placement = Placement(0, 0, Box(10, 20, 80, 50))
    back = behind(placement, 1, size=size, edge=edge)
    corners = [fold_back((x, y), size, edge) for x in back.box.edges[::2] for y in back.box.edges[1::2]]
    assert min(x for x, _ in corners) == pytest.approx(placement.box.x)
    assert max(y for _, y in corners) == pytest.approx(placement.box.bottom)


def test_ten_cards_and_their_backs_on_the_known_sheet():
    fronts, backs = fill_sheets(card_stock(), 2, bleed=3, edge="long-edge")
    assert [round(one.box.x / 25.4, 3) for one in fronts.placements[:2]] == [0.75, 4.25]
    assert [round(one.box.y / 25.4, 3) for one in fronts.placements[::2]] == [0.5, 2.5, 4.5, 6.5, 8.5]
    assert [round(one.box.x / 25.4, 3) for one in backs.placements[:2]] == [4.25, 0.75]
    assert {one.face for one in backs.placements} == {1}
    assert {one.rotation for one in backs.placements} == {0}
    assert {(one.bleed_x, one.bleed_y) for one in fronts.placements} == {(0.0, 0.0)}
    assert fronts.marks == ()


@given(st.integers(1, 10), st.integers(1, 60))
def test_every_copy_is_printed_once_and_used_slots_stay_free(start_at, copies):
    sheets = fill_sheets(card_stock(), 2, bleed=0, edge="long-edge", copies=copies, start_at=start_at)
    fronts, backs = sheets[::2], sheets[1::2]
    assert sum(len(one.placements) for one in fronts) == copies
    assert fronts[0].placements[0].slot == start_at - 1
    for front, back in zip(fronts, backs, strict=True):
        assert [one.slot for one in front.placements] == [one.slot for one in back.placements]
        for one, other in zip(front.placements, back.placements, strict=True):
            assert turned_over(other.box, LETTER, "long-edge").edges == pytest.approx(one.box.edges)


@pytest.mark.parametrize("start_at", [0, 11])
def test_a_slot_that_is_not_there_is_refused(start_at):
    with pytest.raises(ValueError, match="slots 1 to 10"):
        fill_sheets(card_stock(), 2, bleed=0, edge="long-edge", start_at=start_at)


def test_marks_lie_outside_every_face_and_on_the_paper():
    stock = card_stock(cut="trim")
    (sheet, _) = fill_sheets(stock, 2, bleed=0, edge="long-edge")
    assert len(sheet.marks) == 2 * 3 + 2 * 6
    for mark in sheet.marks:
        line = Box(min(mark.x1, mark.x2), min(mark.y1, mark.y2), abs(mark.x1 - mark.x2), abs(mark.y1 - mark.y2))
        assert Box(0, 0, LETTER.width, LETTER.height).contains(line)
        assert not any(one.box.inset(0.1).contains(line, within=0) for one in sheet.placements)


@given(st.floats(20, 300), st.floats(20, 300), st.floats(0, 5))
def test_plain_paper_holds_faces_that_touch_no_neighbour(width, height, bleed):
    stock = cut_stock(Size(width, height), LETTER, bleed=bleed)
    if stock is None:
        assert min(width, height) > LETTER.width - 16.1 or max(width, height) > LETTER.height - 16.1
        return
    boxes = stock.slots
    for index, one in enumerate(boxes):
        assert Box(0, 0, stock.sheet.width, stock.sheet.height).contains(one, within=0.001)
        assert not any(one.overlaps(other, by_more_than=0.01) for other in boxes[index + 1 :])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"grid": "3 x 5"}, "leaves the sheet"),
        ({"pitch": "3in, 2in"}, "overlap"),
        ({"grid": "two"}, "columns x rows"),
    ],
)
def test_a_stock_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        card_stock(**change)
