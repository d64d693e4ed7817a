"""Whether two faces draw the same letters, and which leave no ink: told from the bytes that draw them."""

import io
from pathlib import Path

import pytest
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from generator.catalog import builtin_root
from generator.proof.checks import fonts
from generator.proof.outlines import Outlines, _parts

FONTS = sorted((builtin_root() / "templates/base/fonts").rglob("*.ttf"))
TEXT = "Call 988: it is free, día y noche."
ONE_OF_EACH = list({path.parent: path for path in FONTS}.values())  # families
REGULAR = next(path for path in FONTS if path.stem.startswith("Atkinson") and "Regular" in path.stem)
BOLD = next(path for path in FONTS if path.stem.startswith("Atkinson") and "Bold" in path.stem)


def opened(data: bytes) -> Outlines:
    return Outlines(TTFont(io.BytesIO(data), lazy=True))


def of(path: Path) -> Outlines:
    return opened(path.read_bytes())


def part_of(path, text, change=lambda font: None, *, retain=True):
    """Return a face with the letters of a text alone, as files carry it."""
    font = TTFont(path)
    subsetter = Subsetter(Options(retain_gids=retain, notdef_outline=True, layout_features=[]))
    subsetter.populate(text=text)
    subsetter.subset(font)
    change(font)
    out = io.BytesIO()
    font.save(out)
    return opened(out.getvalue())


def codes(face, text):
    numbers = {name: code for code, name in enumerate(face.names)}
    return frozenset(numbers[face.characters[ord(char)]] for char in text)


@pytest.mark.parametrize("path", ONE_OF_EACH, ids=lambda path: path.stem)
def test_the_parts_and_the_ink_of_glyphs_are_those_that_fonttools_reads(path):
    face = of(path)
    table = face.font["glyf"]
    for code, name in [*enumerate(face.names)][::3]:
        glyph = table[name]
        parts = [table.getGlyphID(one.glyphName) for one in glyph.components] if glyph.isComposite() else []
        assert list(_parts(face._drawing(code) or b"")) == parts
        points, ends, _ = glyph.getCoordinates(table)
        assert face.is_blank(code) == (not ends)
        assert face._outline(code) == (tuple(points), tuple(ends))


def test_a_part_of_a_face_has_the_very_bytes_that_draw_its_letters():
    regular, asked = of(REGULAR), codes(of(REGULAR), TEXT)
    part = part_of(REGULAR, TEXT)
    assert regular.stores(part, asked)
    assert regular.draws_as(part, asked)
    assert not of(BOLD).stores(part, asked)
    assert not of(BOLD).draws_as(part, asked)
    assert not regular.stores(part, asked | codes(regular, "Z"))


def dented_dot(font):
    """Dent the dot of the i, which is a glyph of its own, within its bounds: the bytes of the i stay as they are."""
    dot = font["glyf"][font["glyf"]["i"].components[-1].glyphName]
    heights = [y for _, y in dot.coordinates]
    at = next(at for at, y in enumerate(heights) if min(heights) + 2 < y < max(heights) - 2)
    x, y = dot.coordinates[at]
    dot.coordinates[at] = (x, y + 2)


def other_dot(font):
    """Have the i point to another letter in the place of its dot."""
    font["glyf"]["i"].components[-1].glyphName = font.getBestCmap()[ord("o")]


@pytest.mark.parametrize("change", [dented_dot, other_dot])
def test_a_letter_is_another_when_a_part_of_it_is(change):
    regular, part = of(REGULAR), part_of(REGULAR, TEXT, change)
    assert regular.stores(part, codes(regular, "l 98"))
    assert not regular.stores(part, codes(regular, "i"))
    assert not regular.draws_as(part, codes(regular, "i"))


def test_a_letter_that_is_stored_in_other_bytes_may_be_drawn_the_same():
    def rewritten(font):
        name = font.getBestCmap()[ord("l")]
        glyph = font["glyf"][name]
        glyph.expand(font["glyf"])
        glyph.program.fromBytecode(b"\x4f")  # an instruction, which screens use and paper does not

    regular, part = of(REGULAR), part_of(REGULAR, TEXT, rewritten)
    asked = codes(regular, "l")
    assert not regular.stores(part, asked)
    assert regular.draws_as(part, asked)
    assert fonts._one_of([BOLD, REGULAR], part, asked) is not None
    assert fonts._one_of([BOLD], part, asked) is None


def test_glyphs_that_are_parts_of_each_other_are_no_endless_loop(monkeypatch):
    def of_itself(face, code):
        return b"\xff\xff" + bytes(8) + b"\x00\x00" + code.to_bytes(2, "big") + bytes(2)

    face = of(REGULAR)
    monkeypatch.setattr(Outlines, "_drawing", of_itself)
    assert face.is_blank(5)
    assert face.stores(of(REGULAR), frozenset({5}))
