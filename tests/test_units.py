import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.units import Box, Length, Size


@pytest.mark.parametrize(
    ("text", "mm"),
    [("3.5in", 88.9), ("85mm", 85), ("2.54cm", 25.4), ("72pt", 25.4), ("96px", 25.4), (".5 in", 12.7)],
)
def test_length_is_read_with_its_unit(text, mm):
    assert Length.parse(text).mm == pytest.approx(mm)


@pytest.mark.parametrize("text", ["", "3", "3 feet", "1e3mm", "٣mm", "3in x 2in"])
def test_length_without_a_unit_is_refused(text):
    with pytest.raises(ValueError, match="is not a length"):
        Length.parse(text)


@pytest.mark.parametrize(("text", "message"), [("3in", "is not a size"), ("0in x 2in", "above zero")])
def test_size_needs_two_sides_above_zero(text, message):
    with pytest.raises(ValueError, match=message):
        Size.parse(text)


def test_size_is_read_with_either_sign():
    assert Size.parse("3.5in x 2in") == Size.parse("88.9mm × 50.8mm")


@given(st.floats(0, 500), st.floats(0, 500), st.floats(1, 500), st.floats(1, 500), st.floats(0, 0.4))
def test_inset_box_lies_inside(x, y, width, height, by):
    box = Box(x, y, width, height)
    assert box.contains(box.inset(by))
    assert box.inset(by).overlaps(box) == (min(width, height) > 2 * by)
