"""Imposed files made wrong on purpose: a slot that holds another face, elsewhere, turned, scaled, cut or covered."""

import io
import re
import zlib
from decimal import Decimal

import pikepdf
import pytest
from msgspec.structs import replace

from generator.impose import impose_sheets
from generator.proof import sheets
from generator.proof.forms import faces_on
from generator.proof.only_faces import exact_digest
from generator.proof.sheets import prove_sheets
from generator.sheets.placing import Placement, Sheet
from generator.units import Box, Size
from tests.proof.drawn import changed, drawn, with_content

PAPER = Size(215.9, 279.4)
CARD = drawn("wallet-card")


def sheet(rotation=0):
    width, height = (88.9, 50.8) if rotation % 180 == 0 else (50.8, 88.9)
    places = (Box(20.13, 30.21, width, height), Box(25.13 + width, 30.21, width, height))
    return Sheet(PAPER, tuple(Placement(at, at, box, rotation, 1, 1) for at, box in enumerate(places)))


def imposed(*sheets):
    return impose_sheets(CARD.pdf, sheets, title="t", language="en", duplex=None)


def codes(pdf, *sheets):
    return {one.code for one in prove_sheets(pdf, CARD.pdf, sheets, piece="mine")}


def but(one, **change):
    """Return a sheet of which the first placement is another."""
    first, *others = one.placements
    return replace(one, placements=(replace(first, **change), *others))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_sheets_as_planned_have_no_finding(rotation):
    one = sheet(rotation)
    assert codes(imposed(one, one), one, one) == set()


@pytest.mark.parametrize("product", ["wallet-card", "handout", "poster"])
def test_built_in_sheets_have_no_finding(product):
    one = drawn(product)
    data = impose_sheets(one.pdf, one.job.sheets, title="t", language="en", duplex=None)
    assert prove_sheets(data, one.pdf, one.job.sheets, piece="mine") == ()


BOX = sheet().placements[0].box
WRONG = {
    "slot-wrong-face": {"face": 1},
    "slot-turned": {"rotation": 180},
    "slot-moved": {"box": replace(BOX, x=BOX.x + 0.06)},
    "slot-clipped": {"bleed_x": -0.1},
}


@pytest.mark.parametrize("code", WRONG)
@pytest.mark.parametrize("rotation", [0, 90])
def test_a_slot_that_is_not_as_planned_is_named(code, rotation):
    one = sheet(rotation)
    change = dict(WRONG[code])
    if "box" in change:
        box = one.placements[0].box
        change["box"] = replace(box, x=box.x + 0.06)
    change["rotation"] = (rotation + change["rotation"]) % 360 if "rotation" in change else rotation
    assert codes(imposed(but(one, **change)), one) == {code}


def test_faces_that_nothing_tells_apart_may_lie_in_each_others_slots():
    def change(pdf, _):
        pdf.pages[1] = pdf.pages[0]

    twice = changed(CARD.pdf, change)
    one = sheet()
    data = impose_sheets(twice, [one], title="t", language="en", duplex=None)
    assert prove_sheets(data, twice, [one], piece="mine") == ()
    assert codes(imposed(but(one, face=1)), one) == {"slot-wrong-face"}


def test_a_slot_left_empty_and_a_face_too_many_are_named():
    one = sheet()
    fewer = replace(one, placements=one.placements[:1])
    assert codes(imposed(fewer), one) == {"slot-empty"}
    assert codes(imposed(one), fewer) == {"slot-unplanned"}


def test_sheets_too_few_and_too_small_are_named():
    one = sheet()
    assert "sheet-count" in codes(imposed(one), one, one)
    assert codes(imposed(one), replace(one, size=Size(210, 297))) == {"page-size"}


@pytest.mark.parametrize("scale", [0.99, 1.01, -1])
def test_a_face_that_is_scaled_or_mirrored_is_named(scale):
    one = sheet()

    def change(pdf, page):
        content = page.Contents.read_bytes().decode()
        page.Contents = pdf.make_stream(re.sub(r"1 0 0 1 (\S+)", rf"{scale} 0 0 1 \1", content, count=1).encode())

    assert {"slot-scaled", "slot-turned", "slot-empty"} & codes(changed(imposed(one), change), one)


def test_text_beside_the_faces_is_named():
    one = sheet()

    def change(pdf, page):
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources.Font = pikepdf.Dictionary(F9=font)
        page.contents_add(pdf.make_stream(b"BT /F9 9 Tf 30 30 Td (call 555-0199) Tj ET"))

    assert codes(changed(imposed(one), change), one) == {"sheet-stray-text"}


@pytest.mark.parametrize("drawing", ["q 1 g 100 600 30 9 re f Q", "q 0 G .25 w 100 500 m 100 720 l S Q"])
def test_a_cover_and_a_line_over_a_slot_are_named(drawing):
    one = sheet()
    assert codes(with_content(imposed(one), 0, after=drawing), one) == {"slot-differs"}


def test_a_face_that_was_never_proved_is_named():
    one = sheet()

    def change(pdf, page):
        form = page.Resources.XObject["/Face0"]
        form.write(form.read_bytes() + b" q 0 g 0 0 1 1 re f Q")

    assert codes(changed(imposed(one), change), one) == {"slot-differs"}


def test_a_sheet_of_nothing_but_proved_faces_is_proved_by_its_geometry(monkeypatch):
    monkeypatch.setattr(sheets, "unlike_their_faces", None)  # it would be called
    for rotation in (0, 90, 180, 270):
        assert codes(imposed(sheet(rotation)), sheet(rotation)) == set()


def faces_in(pdf):
    return [pdf.pages[0].obj.Resources.XObject[f"/Face{number}"] for number in (0, 1)]


def drawn_with(node, seen=None):
    """Yield every dictionary and stream that an object leads to, itself first."""
    seen = set() if seen is None else seen
    if node.is_indirect and node.objgen in seen:
        return
    seen.add(node.objgen if node.is_indirect else id(node))
    if isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
        yield node
    inner = node.values() if isinstance(node, pikepdf.Dictionary | pikepdf.Stream) else node
    for one in inner:
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
            yield from drawn_with(one, seen)


def change_a_byte(stream):
    """Change what a stream holds, and nothing of what its dictionary says."""
    data = bytearray(stream.read_bytes())
    data[len(data) // 2] ^= 1
    is_packed = "/Filter" in stream
    stream.write(zlib.compress(bytes(data)) if is_packed else bytes(data), filter=stream.get("/Filter"))


def change_a_number(node):
    """Change the first number of a dictionary that has one, and say whether it had."""
    for key, value in node.items():
        if isinstance(value, int | Decimal) and not isinstance(value, bool) and key != "/Length":
            node[key] = value + 1
            return True
    return False


@pytest.mark.parametrize("face", [0, 1])
def test_a_face_is_not_taken_for_one_that_draws_anything_else(face):
    data = imposed(sheet())
    changes = 0
    with pikepdf.open(io.BytesIO(data)) as proved:
        own = [exact_digest(one) for one in faces_in(proved)]
        together = exact_digest(*faces_in(proved))
        assert len({*own, together, exact_digest(*reversed(faces_in(proved)))}) == 4
        for at in range(len([*drawn_with(faces_in(proved)[face])])):
            for change in (change_a_byte, change_a_number):
                with pikepdf.open(io.BytesIO(data)) as other:
                    node = [*drawn_with(faces_in(other)[face])][at]
                    if change is change_a_byte and not (isinstance(node, pikepdf.Stream) and node.read_bytes()):
                        continue
                    if change(node) is not False:
                        changes += 1
                        assert exact_digest(faces_in(other)[face]) not in own, node
                        assert exact_digest(*faces_in(other)) != together, node
    assert changes > 20


def test_faces_that_are_all_there_are_held_against_the_proved_ones_at_once(monkeypatch):
    asked: list[int] = []

    def counted(*forms):
        asked.append(len(forms))
        return exact_digest(*forms)

    monkeypatch.setattr(sheets, "exact_digest", counted)
    data = imposed(sheet(), sheet())
    assert codes(data, sheet(), sheet()) == set()
    assert asked == [2, 2]
    with pikepdf.open(io.BytesIO(CARD.pdf)) as pdf:
        pdf.pages.reverse()
        out = io.BytesIO()
        pdf.save(out)
    asked.clear()
    assert prove_sheets(data, out.getvalue(), [sheet(), sheet()], piece="mine")
    assert asked[:2] == [2, 2]
    assert set(asked[2:]) == {1}


def test_a_palette_is_held_byte_for_byte():
    # As texts, which pikepdf takes strings for when it compares them, these two greys are the same.
    digests = set()
    for grey in (b"\x7f", b"\x9f"):
        with pikepdf.new() as pdf:
            palette = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceGray, 0, pikepdf.String(grey)])
            image = pdf.make_stream(b"\0", Subtype=pikepdf.Name.Image, Width=1, Height=1, ColorSpace=palette)
            inside = pikepdf.Dictionary(XObject=pikepdf.Dictionary(i=image))
            form = pdf.make_stream(b"/i Do", Subtype=pikepdf.Name.Form, BBox=[0, 0, 1, 1], Resources=inside)
            digests.add(exact_digest(form))
    assert len(digests) == 2


def cut_short(pdf, page):
    form = page.Resources.XObject["/Face0"]
    left, bottom, right, top = (float(edge) for edge in form.BBox)
    form.BBox = pikepdf.Array([left, bottom, (left + right) / 2, top])


def enlarged_by_itself(pdf, page):
    page.Resources.XObject["/Face0"].Matrix = pikepdf.Array([1.2, 0, 0, 1.2, 0, 0])


def thinned(pdf, page):
    page.Resources.ExtGState = pikepdf.Dictionary(Thin=pikepdf.Dictionary(ca=0.1, CA=0.1))
    page.contents_add(pdf.make_stream(b"/Thin gs"), prepend=True)


def drawn_in_part_twice(pdf, page):
    page.Contents = pdf.make_stream(page.Contents.read_bytes().replace(b" re W n", b" re W n 0 0 100 700 re W n", 1))


UNLIKE = {one.__name__: one for one in (cut_short, enlarged_by_itself, thinned, drawn_in_part_twice)}


@pytest.mark.parametrize("change", UNLIKE)
def test_what_a_picture_alone_shows_is_still_found(change):
    one = sheet()
    assert {"slot-differs", "slot-clipped"} & codes(changed(imposed(one), UNLIKE[change]), one)


def test_a_face_that_runs_over_its_neighbour_is_named():
    width, height = 88.9, 50.8
    places = (Box(20, 30, width, height), Box(20 + width, 30, width, height))
    planned = Sheet(PAPER, tuple(Placement(at, at, box) for at, box in enumerate(places)))
    over = replace(planned, placements=(planned.placements[0], replace(planned.placements[1], bleed_x=3)))
    inked = with_content(CARD.pdf, 1, after="q 0 g -20 -20 400 400 re f Q")

    def found(drawn_sheet):
        data = impose_sheets(inked, [drawn_sheet], title="t", language="en", duplex=None)
        return {one.code for one in prove_sheets(data, inked, [planned], piece="mine")}

    assert found(planned) == set()
    assert found(over) == {"slot-differs"}


def test_the_faces_of_an_imposed_file_are_the_faces_it_was_made_of():
    faces = faces_on(imposed(sheet()), CARD.expected.bleed)
    assert prove_sheets(imposed(sheet()), faces, (sheet(),), piece="mine") == ()
