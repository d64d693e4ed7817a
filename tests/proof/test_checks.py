"""What the proof says of a finished PDF that was changed after it was drawn."""

import numpy as np
import pikepdf
import pytest
import segno
from pikepdf import Array, Dictionary, Name

from generator.catalog import builtin_root
from generator.proof.symbol import is_mirrored
from tests.proof.drawn import changed, drawn, in_points, place_of, with_content

A_TENTH = 0.1  # mm
FONTS = builtin_root() / "templates/base/fonts"
FACTS = {"wallet-card": "(515) 555-0118", "handout": "(515) 555-0118", "poster": "911"}


def strip(box, side):
    """Return the outermost tenth of a millimetre of a box."""
    left, top, right, bottom = box
    return {
        "left": (left - 1, top - 1, left + A_TENTH, bottom + 1),
        "right": (right - A_TENTH, top - 1, right + 0.05, bottom + 1),
        "top": (left - 0.1, top - 0.3, right + 0.1, top + A_TENTH),
        "bottom": (left - 0.1, bottom - A_TENTH, right + 0.1, bottom + 0.3),
    }[side]


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
@pytest.mark.parametrize("product", FACTS)
def test_a_character_covered_by_a_tenth_of_a_millimetre_is_noticed(product, side):
    one = drawn(product)
    page, box = place_of(one, FACTS[product])
    x, y, width, height = in_points(one.pdf, page, strip(box, side))
    pdf = with_content(one.pdf, page, after=f"q 1 g {x} {y} {width} {height} re f Q")
    assert "ink-hidden" in one.codes(pdf)


@pytest.mark.parametrize("side", ["left", "top"])
@pytest.mark.parametrize("product", FACTS)
def test_a_character_cut_by_a_tenth_of_a_millimetre_is_noticed(product, side):
    one = drawn(product)
    page, (left, top, *_) = place_of(one, FACTS[product])
    from_x, from_y = (left + A_TENTH, -20) if side == "left" else (-20, top + A_TENTH)
    x, y, width, height = in_points(one.pdf, page, (from_x, from_y, 999, 999))
    codes = one.codes(with_content(one.pdf, page, before=f"{x} {y} {width} {height} re W n"))
    assert {"text-clipped", "ink-hidden"} & codes


def test_a_piece_as_it_was_drawn_has_no_finding():
    for product in FACTS:
        one = drawn(product)
        assert one.codes(one.pdf) == set()


def resources(page, kind):
    if f"/{kind}" not in page.obj.Resources:
        page.obj.Resources[f"/{kind}"] = Dictionary()
    return page.obj.Resources[f"/{kind}"]


def without_program(pdf, page):
    font = next(iter(dict(page.Resources.Font.items()).values()))
    del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def with_program(path):
    def change(pdf, page):
        for font in dict(page.Resources.Font.items()).values():
            font.DescendantFonts[0].FontDescriptor.FontFile2 = pdf.make_stream((FONTS / path).read_bytes())

    return change


def saying_other_digits(pdf, page):
    for font in dict(page.Resources.Font.items()).values():
        table = font.ToUnicode.read_bytes().replace(b"<0038>\n", b"<0033>\n").replace(b"<0039>\n", b"<0036>\n")
        font.ToUnicode = pdf.make_stream(table)


def with_boxes_instead_of_letters(pdf, page):
    for font in dict(page.Resources.Font.items()).values():
        program = (FONTS / "ibm-plex-sans-arabic/IBMPlexSansArabic_400Regular.ttf").read_bytes()
        font.DescendantFonts[0].FontDescriptor.FontFile2 = pdf.make_stream(program[:200])


def picture(pixels):
    def change(pdf, page):
        image = pdf.make_stream(b"\xc0" * pixels * pixels)
        image.stream_dict = Dictionary(Width=pixels, Height=pixels, BitsPerComponent=8, ColorSpace=Name.DeviceGray)
        image.Type, image.Subtype = Name.XObject, Name.Image
        resources(page, "XObject")["/Im9"] = image
        page.contents_add(pdf.make_stream(b"q 72 0 0 72 0 0 cm /Im9 Do Q"), prepend=True)

    return change


def text_in_a_pattern(pdf, page):
    font = next(iter(dict(page.Resources.Font.items())))
    tile = pdf.make_stream(f"BT {font} 9 Tf <0039> Tj ET".encode())
    tile.stream_dict = Dictionary(
        Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 50, 50], XStep=50, YStep=50,
        Resources=Dictionary(Font=page.Resources.Font),
    )  # fmt: skip
    resources(page, "Pattern")["/P9"] = tile


def turned(pdf, page):
    page.obj.Rotate = 180


def wider(pdf, page):
    page.mediabox = Array([0, 0, float(page.mediabox[2]) + 9, page.mediabox[3]])


def trimmed_elsewhere(pdf, page):
    page.trimbox = Array([float(edge) + 2 for edge in page.trimbox])


def trimmed_smaller(pdf, page):
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    page.trimbox = Array([left, bottom, right - 3, top])


def a_page_more(pdf, page):
    blank = pdf.add_blank_page()
    for box in ("mediabox", "trimbox", "cropbox"):
        setattr(blank, box, getattr(page, box))


def linked_elsewhere(pdf, page):
    for one in page.obj.Annots:
        if "/A" in one and str(one.A.URI).startswith("tel:"):
            one.A.URI = pikepdf.String("tel:911")


CHANGES = {
    "font-not-embedded": without_program,
    "font-foreign": with_program("ibm-plex-sans-arabic/IBMPlexSansArabic_700Bold.ttf"),
    "font-foreign ": saying_other_digits,
    "font-not-embedded ": with_boxes_instead_of_letters,
    "image-coarse": picture(100),
    "image-soft": picture(200),
    "text-buried": text_in_a_pattern,
    "page-turned": turned,
    "page-size": wider,
    "page-bleed": trimmed_elsewhere,
    "page-trim": trimmed_smaller,
    "page-count": a_page_more,
    "page-empty": a_page_more,
    "link-wrong": linked_elsewhere,
}


@pytest.mark.parametrize("code", CHANGES)
def test_a_change_to_the_file_is_named(code):
    one = drawn("wallet-card")
    assert code.strip() in one.codes(changed(one.pdf, CHANGES[code]))


def test_a_picture_of_enough_pixels_is_left_alone():
    one = drawn("wallet-card")
    assert not {"image-coarse", "image-soft"} & one.codes(changed(one.pdf, picture(300)))


def test_what_is_no_pdf_is_said_to_be_none():
    assert drawn("wallet-card").codes(b"%PDF-1.7 and no more") == {"pdf-unreadable"}


@pytest.mark.parametrize("payload", ["https://example.org", "https://example.org/a/longer/path?with=more", "HELLO 988"])
def test_a_code_is_told_from_its_mirror_image_whichever_way_it_is_turned(payload):
    modules = np.array([list(row) for row in segno.make_qr(payload).matrix], dtype=bool)
    picture = np.kron(np.where(modules, 0, 255), np.ones((6, 6))).astype(np.uint8)
    for turns in range(4):
        turned = np.rot90(picture, turns)
        assert not is_mirrored(turned, len(modules))
        assert is_mirrored(turned[:, ::-1], len(modules))
