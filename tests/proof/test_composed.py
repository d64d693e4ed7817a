"""Pages put together from a frame and regions: the frame is looked at once, and nothing is missed for it."""

from typing import Any

import numpy as np
import pikepdf
import pytest
from msgspec.structs import replace

from generator.proof import by_face, prove
from generator.proof.alone import faces_alone
from generator.proof.checks import codes
from generator.proof.composed import frame_on
from generator.proof.opened import Window, open_pdf
from tests.proof.composing import BOX, CODE, FRAME, LOCAL, NATIONAL, REGION, code_of, page_of

COVER = '<i style="left:{left}mm; top:{top}mm; width:3mm; height:6mm"></i>'


@pytest.fixture(autouse=True)
def looked(monkeypatch):
    """Forget what was looked at before, and tell how often a file is opened to be looked at."""
    count = []

    def opening(data):
        count.append(data)
        return open_pdf(data)

    for name in ("KEPT", "_texts", "CODES"):
        monkeypatch.setattr(by_face, name, type(getattr(by_face, name))(by_face.MOST_KEPT))
    monkeypatch.setattr(by_face, "open_pdf", opening)
    return count


def found(one, expected=None):
    return prove(one.pdf, expected or one.expected)


def places(diagnostics):
    return {(one.code, one.page) for one in diagnostics}


def is_framed(one):
    (page,) = one.expected.pages
    with open_pdf(one.pdf) as pdf:
        return frame_on(pdf.pike, pdf.pike.pages[0], page.frame) is not None


def test_a_page_as_it_should_be_has_no_finding():
    one = page_of()
    assert is_framed(one)
    assert found(one) == found(one, one.as_whole) == ()


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    # within the region
    "pale number": ({"region": REGION.replace("top:1mm", "top:1mm; color:#aaa")}, "low-contrast"),
    "pale text": ({"region": REGION + '<p style="left:3mm; top:35mm; color:#bbb">Ask</p>'}, "low-contrast"),
    "number on stripes": (
        {
            "region": REGION.replace(
                "top:1mm", "top:1mm; background:repeating-linear-gradient(90deg,#999,#999 .5mm,#fff .5mm,#fff 1mm)"
            )
        },
        "ground-busy",
    ),
    "covered digit": ({"region": REGION + COVER.format(left=6, top=1)}, "ink-hidden"),
    "another code": ({"region": REGION.replace(code_of(CODE.value, left=8, top=7), code_of("tel:1", left=8, top=7))},
                     "qr-unknown"),
    "no code": ({"region": REGION.partition("<svg")[0]}, "qr-missing"),
    "two codes": ({"region": REGION.partition("<svg")[0] + code_of("tel:2", left=8, top=7)}, "qr-missing"),
    "code cut off": ({"region": REGION.replace("top:7mm", "top:20mm")}, "qr-missing"),
    "no number": ({"region": REGION.replace("(515) 555-0142", "call us")}, "fact-missing"),
    "another number": ({"region": REGION.replace("0142", "0143")}, "fact-missing"),
    "number cut off": ({"region": REGION.replace("left:3mm", "left:-1mm")}, "text-clipped"),
    "small print": ({"region": REGION + '<p style="left:3mm; top:35mm; font-size:4pt">Ask</p>'}, "text-small"),
    "letters on letters": ({"region": REGION + '<p style="left:4mm; top:1.5mm">Ask us</p>'}, "text-overlaps"),
    "past the safe area": ({"region": REGION + '<p style="left:46mm; top:1mm">Ask</p>'}, "text-unsafe"),
    # within the frame
    "pale frame": ({"frame": FRAME.replace("top:24mm", "top:24mm; color:#aaa")}, "low-contrast"),
    "covered in the frame": ({"frame": FRAME + COVER.format(left=7, top=24)}, "ink-hidden"),
    "code in the frame": ({"frame": FRAME + code_of("tel:3", left=4, top=34)}, "qr-unknown"),
    # between the two
    "text of the frame under the region": (
        {
            "frame": FRAME + '<p style="left:50mm; top:50mm">Any hour</p>',
            "region": REGION + '<i style="left:5mm; top:29mm; width:9mm; height:9mm"></i>',
        },
        "ink-hidden",
    ),
    "text of the region on text of the frame": (
        {"frame": FRAME + '<p style="left:50mm; top:21.5mm">Any hour</p>'},
        "text-overlaps",
    ),
    "number of the frame under the region": (
        {
            "frame": FRAME.replace("left:5mm; top:24mm", "left:30mm; top:24mm"),
            "region": REGION.replace("left:3mm", "left:12mm") + COVER.format(left=0, top=4),
        },
        "ink-hidden",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_as_on_a_page_laid_out_whole(fault):
    made, code = FAULTS[fault]
    one = page_of(**made)
    assert is_framed(one)
    whole = found(one, one.as_whole)
    assert code in {one.code for one in whole}
    assert found(one) == whole or sorted(map(str, found(one))) == sorted(map(str, whole))


@pytest.mark.parametrize("left", [8, 14])
def test_a_code_of_the_frame_is_seen_with_what_is_laid_beside_it(left):
    """At 8 mm its white ends before the region, at 14 mm within it."""
    region = REGION.partition("<svg")[0] + '<i style="inset:8mm 30mm 8mm 0; background:#111"></i>'
    one = page_of(FRAME + code_of(CODE.value, left=left, top=32), region, coded=True)
    assert is_framed(one)
    assert found(one) == found(one, one.as_whole)
    assert {one.code for one in found(one)} == (set() if left == 8 else {"qr-quiet-zone"})


def painted(pdf, page):
    own = pdf.make_stream(b"q 1 g 0 0 400 400 re f Q\n")
    page.obj.Contents.insert(1, own)


def with_larger_form(pdf, page):
    page.Resources.XObject["/Region0"].BBox = pikepdf.Array([-300, -300, 600, 600])


def with_moved_form(pdf, page):
    last = page.obj.Contents[-1]
    last.write(last.read_bytes().replace(b" 1 0 0 1 127", b" 1 0 0 1 227"))


def with_turned_form(pdf, page):
    page.Resources.XObject["/Region0"].Matrix = pikepdf.Array([0, 1, -1, 0, 0, 0])


def drawn_twice(pdf, page):
    last = page.obj.Contents[-1]
    last.write(last.read_bytes() * 2)


def drawn_upside_down(pdf, page):
    page.obj.Contents = pikepdf.Array([*reversed([*page.obj.Contents])])


def with_other_ink(pdf, page):
    own = page.obj.Contents[0]
    own.write(own.read_bytes() + b"\n1 g 0 0 400 400 re f")


def without_its_font(pdf, page):
    for font in page.Resources.Font.values():
        del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def in_another_font(pdf, page):
    for font in page.Resources.Font.values():
        font.DescendantFonts[0].W = pikepdf.Array([0, pikepdf.Array([900] * 90)])


def turned_by_the_file(pdf, page):
    page.obj.UserUnit = 2


def stamped(pdf, page):
    seal = pdf.make_stream(b"0 g 0 0 99 99 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    seal.BBox = pikepdf.Array([0, 0, 99, 99])
    note = pikepdf.Dictionary(Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 99, 99], AP=pikepdf.Dictionary(N=seal))
    page.obj.Annots = pikepdf.Array([note])


CHANGES = {
    one.__name__: one
    for one in (
        painted, with_larger_form, with_moved_form, with_turned_form, drawn_twice, drawn_upside_down, with_other_ink,
        without_its_font, in_another_font, turned_by_the_file, stamped,
    )
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_page_that_is_not_its_frame_with_regions_is_looked_at_whole(change):
    one = page_of(change=CHANGES[change])
    assert not is_framed(one)
    assert found(one) == found(one, one.as_whole)


@pytest.mark.parametrize("change", ["painted", "with_other_ink", "without_its_font"])
def test_what_is_wrong_with_it_is_found_after_the_frame_was_seen(change):
    assert found(page_of()) == ()
    assert found(page_of(change=CHANGES[change]))


def test_ink_that_runs_out_of_its_region_is_found():
    wide = REGION + '<p style="left:44mm; top:20mm">(515) 555-0142 any time</p>'
    cut = page_of(region=wide)
    assert "text-clipped" in {one.code for one in found(cut)}
    free = page_of(region=wide, change=with_larger_form)
    assert "text-unsafe" in {one.code for one in found(free)}


def test_a_frame_is_looked_at_once(looked):
    assert found(page_of()) == ()
    frame, again, _ = looked
    assert frame == again  # its codes are looked for before its faults
    other = page_of(region=REGION.replace("left:3mm", "left:5mm"))
    assert found(other) == ()
    assert frame not in looked[3:]
    assert len(looked) == 4
    assert found(other) == ()
    assert len(looked) == 4


GROUND = '<i style="left:45mm; top:20mm; width:50mm; height:40mm; background:{}"></i>'
STRIPES = "repeating-linear-gradient(90deg,#999,#999 .5mm,#fff .5mm,#fff 1mm)"
# What is wrong with a region, seen in order on another frame, by the frame that it is laid on.
FRAMES: dict[str, tuple[dict[str, Any], str]] = {
    "dark ground": ({"frame": GROUND.format("#555") + FRAME}, "low-contrast"),
    "uneven ground": ({"frame": GROUND.format(STRIPES) + FRAME}, "ground-busy"),
    "painted over": ({"operators": {"after": b"q 1 g 150 20 99 150 re f Q\n"}}, "ink-hidden"),
    "a line over it": ({"operators": {"after": b"q 1 g 150 20 .4 150 re f Q\n"}}, "ink-hidden"),
    "veiled": ({"operators": {"after": b"q /Veil gs 1 g 0 0 300 300 re f Q\n"}}, "low-contrast"),
    "cut off": ({"operators": {"then": b"\n0 0 160 300 re W n\n"}}, "ink-hidden"),
    "in no ink": ({"operators": {"then": b"\n3 Tr\n"}}, "ink-hidden"),
    "letters of the frame on it": ({"frame": FRAME + '<p style="left:50mm; top:21.5mm">Any</p>'}, "text-overlaps"),
    "letters of the frame under it": (
        {"frame": FRAME + '<p style="left:52mm; top:28mm">Any</p>'}, "qr-quiet-zone",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FRAMES)
def test_a_region_seen_in_order_is_looked_at_again_where_the_frame_spoils_it(fault):
    assert found(page_of()) == ()
    made, code = FRAMES[fault]
    one = page_of(**made)
    assert is_framed(one)
    whole = found(one, one.as_whole)
    assert code in {one.code for one in whole}
    (face,) = faces_alone(one.pdf) or ()
    by_face.KEPT.put(by_face._key(face, by_face._expected(one.as_whole, 0)), {})
    assert sorted(map(str, found(one))) == sorted(map(str, whole))


@pytest.mark.parametrize("then", [b"\n.8 g\n", b"\n1 Tr .9 G\n", b"\n/Thin gs\n"])
def test_what_a_region_takes_over_from_its_frame_is_part_of_what_it_shows(then):
    assert found(page_of(bare=True)) == ()
    pale = page_of(bare=True, operators={"then": then})
    assert is_framed(pale)
    assert "low-contrast" in {one.code for one in found(pale)}


@pytest.fixture
def regions(monkeypatch):
    """Every region that is looked at, by its facts."""
    seen = []
    through = by_face._through

    def looking(opened, checks, whole, region, beside):
        seen.append(region.facts)
        return through(opened, checks, whole, region, beside)

    monkeypatch.setattr(by_face, "_through", looking)
    return seen


def test_a_region_in_order_is_looked_at_once_whatever_else_changes_on_its_frame(regions):
    assert found(page_of()) == ()
    other = page_of(frame=FRAME.replace("Any hour", "Any day"))
    assert found(other) == found(other, other.as_whole) == ()
    assert len(regions) == 1
    assert found(page_of(region=REGION.replace("left:3mm", "left:5mm"))) == ()
    assert len(regions) == 2


def in_the_fonts_of_its_frame(pdf, page):
    del page.Resources.XObject["/Region0"].Resources["/Font"]


def test_a_region_that_is_set_in_a_font_of_its_frame_is_looked_at_on_every_frame(regions):
    letters = '<p style="left:5mm; top:{}mm">(515) 555-0142</p>'
    first = page_of(FRAME + letters.format(50), change=in_the_fonts_of_its_frame)
    assert found(first) == found(page_of(FRAME + letters.format(52), change=in_the_fonts_of_its_frame)) == ()
    assert len(regions) == 2


def test_a_region_that_is_not_in_order_is_looked_at_on_every_frame(regions):
    pale = REGION.replace("top:1mm", "top:1mm; color:#aaa")
    first, other = page_of(region=pale), page_of(FRAME.replace("Any hour", "Any day"), pale)
    assert found(first) == found(other) != ()
    assert len(regions) == 2


def test_a_region_with_other_facts_is_looked_at_again(regions):
    one = page_of()
    assert found(one) == ()
    (page,) = one.expected.pages
    assert page.frame
    missing = (replace(page.frame.regions[0], facts=(LOCAL,)),)
    planned = replace(page, facts=(NATIONAL, LOCAL), frame=replace(page.frame, regions=missing))
    assert {one.code for one in found(one, replace(one.expected, pages=(planned,)))} == {"qr-unknown"}
    assert len(regions) == 2


def test_a_region_is_pictured_by_itself(monkeypatch):
    shapes = []
    check = codes.check

    def checking(pdf, plan):
        shapes.append(pdf.pages[0].normal.shape)
        return check(pdf, plan)

    monkeypatch.setattr(codes, "check", checking)
    assert found(page_of()) == ()
    frame, region = shapes
    assert region[0] < 0.8 * frame[0]
    assert region[1] < 0.8 * frame[1]


def test_a_part_of_a_page_looks_as_it_does_in_the_page():
    one = page_of()
    with open_pdf(one.pdf) as pdf:
        (page,) = pdf.pages
        whole = {name: getattr(page, name) for name in ("normal", "ink", "seen")}
        page.look_through(Window(BOX.edges))
        left, top, right, bottom = page._pictured
        for name, picture in whole.items():
            # Half a pixel's rounding apart, which tells nothing dark from light.
            assert np.abs(getattr(page, name).astype(int) - picture[top:bottom, left:right]).max() <= 1, name
