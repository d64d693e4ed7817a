"""The print shop's file: its boxes, its inks, its printing condition, what it refuses, and what it looks like."""

import hashlib
import io
import json
import re
import shutil
import subprocess
from datetime import date

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image, ImageCms

from generator.catalog import builtin_root
from generator.errors import NOWHERE
from generator.model.press import Press
from generator.plan import Request, plan_jobs
from generator.press import Order, grey_pdf, press_pdf
from generator.press.inks import Separation, grey_of
from generator.press.paint import Paint
from generator.press.profile import BUILT_IN, BUILT_IN_CONDITION, Profile
from generator.project import load_project
from generator.proof.expected import expect
from generator.proof.press import prove_press
from generator.render.boxes import Sheet
from generator.render.piece import render_piece
from generator.render.typeset import lay_out, write_pdf
from generator.units import Length, Size
from tests.render.pieces import ASSETS, piece

MM = 25.4 / 72
TODAY = ("--today", "2026-11-22")
EDITION = "title: Mine\nplace: {{country: {country}, county: Mine}}\nbrand: mine\nlists: [{national}-national, mine]\n"
NUMBERS = {"US": ("(515) 555-0142", "(515) 555-0118"), "GB": ("020 7946 0142", "020 7946 0118")}
LIST = """\
resources:
  - {{id: mine-line, name: Mine crisis line, kind: crisis, phones: ["{0}"], hours: 24/7, checked: 2026-11-01}}
  - {{id: mine-clinic, name: Mine clinic, kind: clinic, phones: ["{1}"], checked: 2026-11-01}}
"""
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" viewBox="0 0 90 30"><title>Mine</title>'
    '<rect width="90" height="30" fill="#C81E64"/></svg>'
)
BRAND = 'name: Mine\nlogo: content/brands/mine.svg\ncmyk: {"#C81E64": [10, 97, 23, 4]}\n'
PROFILE = Profile((builtin_root() / BUILT_IN).read_bytes(), "ISO Coated", BUILT_IN_CONDITION)
LIMITED = {limit: Separation(PROFILE, limit=limit) for limit in (2.2, 2.6, 3.2)}
INKS = LIMITED[3.2]
CARD = Size(88.9, 50.8)


@pytest.fixture
def built(handbill, write):
    def run(*args, country="US", files=None, code=0, more=""):
        own = {
            "content/editions/mine.yaml": EDITION.format(country=country, national=country.lower()) + more,
            "content/lists/mine.yaml": LIST.format(*NUMBERS[country]),
            "content/brands/mine.yaml": BRAND,
            "content/brands/mine.svg": LOGO,
        }
        root = write(own | (files or {}))
        done = handbill("build", "--project", root, "--finish", "press", *TODAY, *args)
        assert done.exit_code == code, done.stderr
        return root / "output" / "mine" / "en", done

    return run


def order(**asked):
    plain = Order(profile=PROFILE, title="A <card> & more", language="en", made_on=date(2026, 11, 22), bleed=3.0)
    return replace(plain, **asked)


def faces(body, *, size=CARD, bleed=3.0):
    """Return faces drawn from HTML, each `<section>` one of them."""
    sheet = Sheet(size, bleed)
    style = (
        f"@page{{size:{sheet.media.width}mm {sheet.media.height}mm;margin:0}}"
        "body{margin:0;font-family:'Atkinson Hyperlegible Next'}"
        f"section{{height:{sheet.media.height}mm;overflow:hidden;position:relative}}"
    )
    html = f"<html lang=en><head><title>t</title><style>{style}</style></head><body>{body}</body></html>"
    layout, found = lay_out(html, ASSETS, styles=(), locate=lambda _: NOWHERE)
    assert layout, found
    data, found = write_pdf(layout, sheet, lambda _: NOWHERE)
    assert not found
    return data


def pressed(body, **asked):
    data, found = press_pdf(faces(body), order(**asked))
    assert not found, found
    return data


def streams(data):
    """Return the text of everything in a file that draws, and its objects' own text."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        named = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)]
        drawn = [page.Contents for page in pdf.pages]
        parts = [part for one in drawn for part in (one if isinstance(one, pikepdf.Array) else [one])]
        forms = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Stream) and (one.get("/Subtype") == "/Form" or "/PatternType" in one)
        ]
        plain = [f"{list(one.keys())} {pikepdf.Array(list(dict(one.items()).values())).unparse()!r}" for one in named]
        return "\n".join(part.read_bytes().decode("latin-1") for part in (*parts, *forms)), "\n".join(plain)


def box(page, name):
    return [float(edge) * MM for edge in page.obj[name]]


def picture(data, *, page=0, dpi=100):
    with pypdfium2.PdfDocument(data) as pdf:
        return np.array(pdf[page].render(scale=dpi / 72, rev_byteorder=True).to_numpy()[..., :3]).astype(int)


@pytest.mark.parametrize(
    ("country", "asked", "bleed", "marks"),
    [
        ("US", (), 3.175, True),
        ("GB", (), 3.0, True),
        ("GB", ("--bleed", "5mm"), 5.0, True),
        ("US", ("--bleed", "0.25in", "--no-marks"), 6.35, False),
    ],
)
def test_boxes_are_right_to_a_hundredth_of_a_millimetre(built, country, asked, bleed, marks):
    folder, _ = built("--product", "wallet-card", *asked, country=country)
    width, height = (88.9, 50.8) if country == "US" else (85.0, 54.0)
    with pikepdf.open(folder / "wallet-card.press.pdf") as pdf:
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            trim, bled, media = (box(page, name) for name in ("/TrimBox", "/BleedBox", "/MediaBox"))
            assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([width, height], abs=0.01)
            for inner, outer in zip(trim, bled, strict=True):
                assert abs(inner - outer) == pytest.approx(bleed, abs=0.01)
            slug = 9.0 if marks else 0.0
            assert [abs(one - other) for one, other in zip(bled, media, strict=True)] == pytest.approx(
                [slug] * 4, abs=0.01
            )
            assert not {"/CropBox", "/ArtBox", "/Rotate", "/UserUnit"} & set(page.obj.keys())


@pytest.mark.parametrize(
    ("edition", "product", "asked", "bleed"),
    [
        ("larkin-county", "wallet-card", None, 3.175),
        ("larkin-county", "handout", None, 0.0),
        ("larkin-county", "handout", "3mm", 3.0),
        ("larkin-county", "poster", "5mm", 5.0),
    ],
)
def test_the_plan_knows_the_bleed_to_draw(builtin, edition, product, asked, bleed):
    project, _ = load_project(builtin)
    length = Length.parse(asked) if asked else None
    request = Request(editions=(edition,), languages=("en",), products=(product,), finishes=("press",), bleed=length)
    (job,), _ = plan_jobs(project, request, today=date(2026, 11, 22))
    assert job.press.bleed == Length(bleed)


@pytest.mark.parametrize(
    ("standard", "name", "version"),
    [("x-4", "PDF/X-4", "1.6"), ("x-1a", "PDF/X-1a:2003", "1.4"), ("x-3", "PDF/X-3:2003", "1.4")],
)
def test_a_file_says_what_it_is(card, standard, name, version):
    data, found = press_pdf(card.pdf, order(standard=standard))
    assert not found
    assert data.startswith(f"%PDF-{version}".encode())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.docinfo["/GTS_PDFXVersion"]) == name
        assert str(pdf.docinfo["/Trapped"]) == "/False"
        assert pdf.docinfo["/CreationDate"] == "D:20261122000000Z"
        assert str(pdf.docinfo["/Title"]) == "A <card> & more"
        (intent,) = pdf.Root.OutputIntents
        assert str(intent.S) == "/GTS_PDFX"
        assert str(intent.OutputConditionIdentifier) == "FOGRA39"
        assert int(intent.DestOutputProfile.N) == 4
        assert intent.DestOutputProfile.read_bytes() == (builtin_root() / BUILT_IN).read_bytes()
        assert not {"/StructTreeRoot", "/MarkInfo", "/OpenAction", "/Outlines", "/ViewerPreferences"} & set(pdf.Root)
        assert not any("/Annots" in page.obj for page in pdf.pages)
        assert len(pdf.trailer.ID) == 2
        with pdf.open_metadata() as about:
            assert about["pdf:Trapped"] == "False"
            assert about["pdfxid:GTS_PDFXVersion" if standard == "x-4" else "pdfx:GTS_PDFXVersion"] == name
            assert about["xmpMM:DocumentID"].startswith("uuid:")
            assert about["dc:title"] == str(pdf.docinfo["/Title"])
        things = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        fonts = [one for one in things if one.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile2" in one or "/FontFile3" in one for one in fonts)
    assert (b"/ObjStm" in data) is False


@pytest.mark.parametrize("product", ["wallet-card", "poster", "poster-tabs", "handout"])
def test_every_colour_is_in_inks(product):
    data, found = press_pdf(render_piece(piece(product), ASSETS).pdf, order())
    assert not found
    drawn, objects = streams(data)
    assert re.search(r"\bk\b", drawn)
    assert not re.search(r"\b(rg|RG|g|G)\s", drawn)
    assert not re.search(r"DeviceRGB|CalRGB|CalGray|/Lab\b|sRGB", objects)
    assert not re.search(r"\bBDC\b|\bBMC\b", drawn)


def shown(data):
    """Yield the fill colour and whether it overprints for each showing of text."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            fill: tuple[float, ...] | None = None
            over, stack = False, list[tuple[tuple[float, ...] | None, bool]]()
            states = page.Resources.ExtGState
            for one in pikepdf.parse_content_stream(page):
                name, operands = str(one.operator), list(one.operands)
                if name == "q":
                    stack.append((fill, over))
                elif name == "Q":
                    fill, over = stack.pop()
                elif name == "k":
                    fill = tuple(float(str(value)) for value in operands)
                elif name == "gs" and "/op" in states[str(operands[0])]:
                    state = states[str(operands[0])]
                    over = bool(state["/op"]) and int(state.OPM) == 1
                elif name in {"Tj", "TJ"}:
                    yield fill, over


def test_dark_text_is_black_ink_alone_and_overprints(card):
    data, _ = press_pdf(card.pdf, order())
    texts = list(shown(data))
    black = [over for fill, over in texts if fill == (0, 0, 0, 1)]
    assert len(black) > 10
    assert all(black)
    others = [over for fill, over in texts if fill != (0, 0, 0, 1)]
    assert others
    assert not any(others)


def test_black_text_overprints_and_white_text_knocks_out():
    body = (
        "<section style='background:#0A6B73'><p style='color:#000'>black</p><p style='color:#fff'>white</p>"
        "<p style='color:#555'>grey</p><div style='background:#000;height:9mm'></div></section>"
    )
    data = pressed(body, has_marks=False)
    found = dict(shown(data))
    assert found[(0, 0, 0, 1)] is True
    assert found[(0, 0, 0, 0)] is False
    (grey,) = {fill for fill in found if fill[:3] == (0, 0, 0) and 0 < fill[3] < 1}
    assert found[grey] is False
    drawn, _ = streams(data)
    for state in re.findall(r"/Press(\w+) gs(?:(?!/Press|Q).)* re\n", drawn, re.S):
        assert state == "KnockOut"


def test_a_brand_colour_given_in_inks_is_printed_in_exactly_those(built):
    folder, _ = built("--product", "poster")
    drawn, _ = streams((folder / "poster.press.pdf").read_bytes())
    assert "0.1 0.97 0.23 0.04 k" in drawn


@given(st.tuples(*[st.integers(0, 255)] * 3), st.sampled_from([2.2, 2.6, 3.2]))
@settings(max_examples=150, deadline=None)
def test_no_colour_takes_more_ink_than_the_limit(colour, limit):
    inks = LIMITED[limit]
    paint = Paint("rgb", tuple(channel / 255 for channel in colour))
    for found in (inks.ink(paint), inks.text_ink(paint)):
        assert sum(found) <= limit + 1e-9
        assert all(0 <= ink <= 1 for ink in found)


@given(st.tuples(*[st.floats(0, 1)] * 4))
@settings(max_examples=100, deadline=None)
def test_inks_given_by_a_template_stay_under_the_limit_and_keep_their_black(given_inks):
    found = LIMITED[2.6].ink(Paint("cmyk", given_inks))
    assert sum(found) <= 2.6 + 1e-9
    assert found[3] == given_inks[3]


def test_colours_go_through_the_profile():
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"),
        PROFILE.opened(),
        "RGB",
        "CMYK",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    for colour in ((200, 30, 100), (0, 92, 99), (251, 191, 83)):
        expected = np.array(transform.apply(Image.new("RGB", (1, 1), colour)))[0, 0] / 255
        assert INKS.ink(Paint("rgb", tuple(channel / 255 for channel in colour))) == pytest.approx(expected, abs=1e-4)
    assert INKS.ink(Paint("rgb", (1, 1, 1))) == (0, 0, 0, 0)
    assert INKS.ink(Paint("grey", (0.0,))) == (0, 0, 0, 1)


def test_greys_are_black_ink_alone_and_as_light_as_they_were():
    to_lab = ImageCms.buildTransform(PROFILE.opened(), ImageCms.createProfile("LAB"), "CMYK", "LAB")
    lightness = []
    for level in range(0, 256, 15):
        inks = INKS.ink(Paint("grey", (level / 255,)))
        assert inks[:3] == (0, 0, 0)
        pixel = Image.new("CMYK", (1, 1), tuple(round(255 * ink) for ink in inks))
        lightness.append(int(np.array(to_lab.apply(pixel))[0, 0, 0]))
    assert lightness == sorted(lightness)
    assert lightness[-1] == 255
    assert lightness[9] == pytest.approx(44 + (255 - 44) * 145 / 255, abs=6)  # 135 of 255 in sRGB has L* 57


def samples_of(data):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image":
                yield str(one.get("/ColorSpace")), one.read_bytes()


def data_url(image):
    import base64

    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def gradient_picture(mode="RGB"):
    red, green = np.meshgrid(np.arange(64) * 4, np.arange(64) * 4)
    pixels = np.stack([red, green, 255 - red], axis=-1).astype(np.uint8)
    return Image.fromarray(pixels).convert(mode)


def test_pictures_are_in_inks_and_grey_ones_in_black_alone():
    body = "".join(
        f"<section><img alt=x style='width:20mm;height:20mm' src='{data_url(one)}'></section>"
        for one in (gradient_picture(), gradient_picture("L"), gradient_picture("L").convert("RGB"))
    )
    found = sorted((space, len(samples)) for space, samples in samples_of(pressed(body)))
    assert {space for space, _ in found} == {"/DeviceCMYK", "/DeviceGray"}
    assert {size for space, size in found if space == "/DeviceCMYK"} == {64 * 64 * 4}
    assert {size for space, size in found if space == "/DeviceGray"} == {64 * 64}


def test_a_picture_keeps_to_the_ink_limit():
    body = f"<section><img alt=x src='{data_url(Image.new('RGB', (8, 8), (2, 3, 1)))}'></section>"
    for limit, least in ((2.4, 2.2), (3.2, 2.9)):
        (samples,) = [data for space, data in samples_of(pressed(body, ink_limit=limit)) if space == "/DeviceCMYK"]
        assert least < np.frombuffer(samples, np.uint8).reshape(-1, 4).sum(axis=1).max() / 255 <= limit


GRADIENT = (
    "<section style='background:linear-gradient(to right, #C81E64 0%, #FBBF53 40%, #FBBF53 60%, #0A6B73 100%)'>"
    "</section>"
)


def test_gradients_are_in_inks_and_look_the_same():
    drawn = faces(GRADIENT)
    data, found = press_pdf(drawn, order(has_marks=False))
    assert not found
    _, objects = streams(data)
    assert "DeviceRGB" not in objects
    before, after = picture(drawn), picture(data)
    assert before.shape == after.shape
    assert np.abs(before - after).mean() < 16
    assert after[60, 10].tolist() != after[60, -10].tolist()


FAINT = {
    "opacity .5": "<section><div style='background:#C81E64;height:9mm;opacity:.5'>text</div></section>",
    "a faint colour": "<section><p style='color:rgba(200,30,100,.4)'>text</p></section>",
    "a faint gradient": "<section style='background:linear-gradient(rgba(0,0,0,0),#0A6B73)'></section>",
    "a soft picture": f"<section><img alt=x src='{data_url(Image.new('RGBA', (9, 9), (200, 30, 100, 90)))}'></section>",
}


@pytest.mark.parametrize("case", FAINT)
def test_transparency_is_kept_by_x4_in_inks_and_refused_by_the_others(case):
    body = FAINT[case]
    _, objects = streams(pressed(body))
    assert "DeviceRGB" not in objects
    with pikepdf.open(io.BytesIO(pressed(body))) as pdf:
        assert pdf.pages[0].obj.Group.CS == "/DeviceCMYK"
    for standard in ("x-1a", "x-3"):
        data, (found,) = press_pdf(faces(body), order(standard=standard))
        assert not data
        assert (found.code, found.page) == ("press-transparency", 1)


def test_an_opaque_page_has_no_trace_of_transparency():
    hard = Image.new("RGBA", (16, 16), (200, 30, 100, 255))
    hard.paste((0, 0, 0, 0), (0, 0, 8, 16))
    body = (
        f"<section><svg viewBox='0 0 9 9' style='width:9mm'><title>x</title><path fill='#C81E64' d='M0 0h9v9z'/></svg>"
        "<div style='background:url(base/icons/phone.svg);height:9mm'></div>"
        f"<img alt=x src='{data_url(hard)}'><img alt=x src='{data_url(gradient_picture().convert('RGBA'))}'></section>"
    )
    data = pressed(body, standard="x-1a", has_marks=False)
    _, objects = streams(data)
    assert not re.search(r"/SMask|/Transparency|/ca\b|/CA\b|/BM\b", objects)
    assert np.abs(picture(data) - picture(faces(body))).mean() < 8


def test_transparency_in_inks_looks_as_it_did():
    soft = np.zeros((60, 60, 4), np.uint8)
    soft[..., :3] = (200, 30, 100)
    soft[..., 3] = np.arange(60) * 4
    mask = (
        "<svg style='position:absolute;left:38mm;top:38mm;width:20mm' viewBox='0 0 20 15'><title>m</title><defs>"
        "<linearGradient id='g'><stop offset='0' stop-color='#fff'/><stop offset='1' stop-color='#000'/>"
        "</linearGradient><mask id='m'><rect width='20' height='15' fill='url(#g)'/></mask></defs>"
        "<rect width='20' height='15' fill='#C81E64' mask='url(#m)'/></svg>"
    )
    body = (
        f"<section style='background:#FDF6E9'><img alt=x style='width:25mm' src='{data_url(Image.fromarray(soft))}'>"
        "<div style='background:#0A6B73;height:20mm;left:20mm;opacity:.5;position:absolute;top:9mm;width:40mm'></div>"
        "<div style='background:radial-gradient(rgba(0,0,0,0),#0A6B73);height:20mm;width:30mm'></div>"
        f"{mask}</section>"
    )
    drawn = faces(body)
    data, found = press_pdf(drawn, order(has_marks=False))
    grey, problems = grey_pdf(drawn)
    assert not (*found, *problems)
    before, after = picture(drawn), picture(data)
    assert np.abs(before - after).mean() < 8
    assert np.abs(grey_of(before.astype(np.uint8)).astype(int) - picture(grey)[..., 0]).mean() < 4


def test_a_template_that_is_see_through_is_named(built):
    style = (builtin_root() / "templates/products/wallet-card/style.css").read_text("utf-8")
    files = {"templates/products/wallet-card/style.css": style + "\n.rows { opacity: .7 }\n"}
    folder, done = built("--product", "wallet-card", "--pdfx", "x-1a", files=files, code=1)
    assert "templates/products/wallet-card/back.html: error: PDF/X-1a:2003 allows no transparency" in done.stderr
    assert "opacity 0.7" in done.stderr
    assert not (folder / "wallet-card.press.pdf").exists()


@pytest.mark.usefixtures("in_processes")
def test_the_same_order_gives_the_same_bytes_and_another_day_another_date(built):
    folder, _ = built("--product", "wallet-card", "--jobs", "1")
    first = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.press.pdf")}
    built("--product", "wallet-card", "--jobs", "2")
    assert first == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.press.pdf")}
    built("--product", "wallet-card", "--today", "2026-11-23")
    with pikepdf.open(folder / "wallet-card.press.pdf") as pdf:
        assert pdf.docinfo["/ModDate"] == "D:20261123000000Z"


@pytest.mark.parametrize("product", ["wallet-card", "poster"])
def test_the_press_file_looks_like_the_screen_file(built, product):
    folder, _ = built("--product", product, "--finish", "screen", "--bleed", "3mm", "--no-marks")
    with pikepdf.open(folder / f"{product}.press.pdf") as pdf:
        for page in pdf.pages:
            page.obj.MediaBox = page.obj.TrimBox
        out = io.BytesIO()
        pdf.save(out)
    before, after = picture((folder / f"{product}.screen.pdf").read_bytes()), picture(out.getvalue())
    assert before.shape == after.shape
    difference = np.abs(before - after).max(axis=-1)
    assert difference.mean() < 14
    # Inks are duller than a screen, but nothing has moved, gone or turned over.
    assert np.corrcoef(before.mean(axis=-1).ravel(), after.mean(axis=-1).ravel())[0, 1] > 0.98


def test_bleed_is_drawn_as_far_as_it_is_asked_for(built):
    style = (builtin_root() / "templates/products/wallet-card/style.css").read_text("utf-8")
    ground = "".join(f"{side}: calc(-1 * var(--bleed));" for side in ("top", "right", "bottom", "left"))
    ground = f"\n.face::before {{ background: #0A6B73; content: ''; position: absolute; z-index: -1; {ground} }}\n"
    files = {"templates/products/wallet-card/style.css": style + ground}
    folder, _ = built("--product", "wallet-card", "--bleed", "8mm", "--no-marks", files=files)
    seen = picture((folder / "wallet-card.press.pdf").read_bytes())
    for row, column in ((1, 1), (1, -2), (-2, 1), (-2, -2)):
        assert seen[row, column].max() < 200, (row, column)


def test_marks_stay_outside_the_bleed():
    body = "<section></section>"
    with pikepdf.open(io.BytesIO(pressed(body))) as pdf:
        bled, media = box(pdf.pages[0], "/BleedBox"), box(pdf.pages[0], "/MediaBox")
    seen = picture(pressed(body), dpi=254)  # ten pixels a millimetre
    ink = (seen < 250).any(axis=-1)
    top, left = round((media[3] - bled[3]) * 10), round((bled[0] - media[0]) * 10)
    inside = ink[top + 1 : -top - 1, left + 1 : -left - 1]
    assert not inside.any()
    assert ink[:top].any()
    assert ink[:, :left].any()
    assert ink[-top:].any()
    trim_left = left + 30
    assert ink[: top - 10, trim_left - 1 : trim_left + 2].any(axis=1).sum() >= 45  # a crop mark of 5 mm over the trim


def test_grey_files_have_no_colour_and_the_same_contrast(built):
    folder, _ = built("--product", "wallet-card", "--finish", "office", "--grey")
    for finish in ("press", "office"):
        data = (folder / f"wallet-card.{finish}.pdf").read_bytes()
        drawn, objects = streams(data)
        assert not re.search(r"\b(rg|RG|k|K)\s", drawn)
        assert not re.search(r"DeviceRGB|CalRGB|/Lab\b", objects)
        seen = picture(data)
        assert np.ptp(seen, axis=-1).max() <= 1
    tinted = np.array([[[0, 92, 99], [253, 246, 233]]], dtype=np.uint8)
    assert contrast(*np.repeat(grey_of(tinted)[0][:, None], 3, axis=1)) == pytest.approx(contrast(*tinted[0]), rel=0.03)


def contrast(one, other):
    levels = []
    for colour in (one, other):
        share = np.asarray(colour) / 255
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        levels.append(float(linear @ [0.2126, 0.7152, 0.0722]))
    return (max(levels) + 0.05) / (min(levels) + 0.05)


def test_grey_faces_keep_their_tags_and_links():
    body = "<section><h1>Title</h1><p style='color:#0A6B73'><a href='tel:988'>988</a></p></section>"
    data, found = grey_pdf(faces(body))
    assert not found
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/StructTreeRoot" in pdf.Root
        assert len(pdf.pages[0].Annots) == 1
    assert "BDC" in streams(data)[0]


def test_a_profile_of_the_shop_is_used_and_named(built, tmp_path):
    profile = (builtin_root() / BUILT_IN).read_bytes()
    more = "press: {profile: content/press/shop.icc, condition: CGATS21_CRPC6, pdfx: x-3, marks: false}\n"
    folder, _ = built("--product", "wallet-card", files={"content/press/shop.icc": profile}, more=more)
    with pikepdf.open(folder / "wallet-card.press.pdf") as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.OutputConditionIdentifier == "CGATS21_CRPC6"
        assert intent.RegistryName == "http://www.color.org"
        assert pdf.docinfo["/GTS_PDFXVersion"] == "PDF/X-3:2003"
        assert box(pdf.pages[0], "/MediaBox") == box(pdf.pages[0], "/BleedBox")


def test_the_commands_word_beats_the_editions_and_the_editions_the_projects(built):
    files = {"handbill.yaml": "press: {pdfx: x-1a, bleed: 4mm, marks: false}\n"}
    folder, _ = built("--product", "wallet-card", "--bleed", "6mm", files=files, more="press: {pdfx: x-3}\n")
    with pikepdf.open(folder / "wallet-card.press.pdf") as pdf:
        assert pdf.docinfo["/GTS_PDFXVersion"] == "PDF/X-3:2003"
        trim, bled, media = (box(pdf.pages[0], name) for name in ("/TrimBox", "/BleedBox", "/MediaBox"))
        assert trim[0] - bled[0] == pytest.approx(6, abs=0.01)
        assert media == bled


def rgb_profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize(
    ("written", "content", "said"),
    [
        ("press: {profile: content/press/gone.icc}\n", None, 'there is no file "content/press/gone.icc"'),
        (
            "press: {profile: content/press/own.icc}\n",
            rgb_profile(),
            "is a profile of RGB; a print shop's is of a CMYK",
        ),
        ("press: {profile: content/press/own.icc}\n", b"not a profile", "cannot be read as an ICC profile"),
        ("press: {pdfx: x-5}\n", None, "handbill.yaml:1:15"),
        ("press: {bleed: 90mm}\n", None, "a bleed is from 0mm to 25mm"),
        ("press: {ink_limit: 900}\n", None, "handbill.yaml:1:20"),
    ],
)
def test_a_wrong_answer_is_told_with_its_place(built, written, content, said):
    files = {"handbill.yaml": written} | ({"content/press/own.icc": content} if content else {})
    _, done = built("--product", "wallet-card", files=files, code=1)
    assert said in done.stderr
    assert re.search(r"(handbill\.yaml:1|content/press/own\.icc)", done.stderr)


@pytest.mark.parametrize("asked", [("--bleed", "90mm"), ("--bleed", "much"), ("--bleed", "-3mm"), ("--pdfx", "x-9")])
def test_a_silly_option_is_refused(built, asked):
    built("--product", "wallet-card", *asked, code=2)


def test_too_much_ink_in_a_brand_is_refused(built):
    brand = BRAND.replace("[10, 97, 23, 4]", "[100, 97, 93, 80]")
    folder, done = built("--product", "poster", files={"content/brands/mine.yaml": brand}, code=1)
    assert "four inks add up to 370%" in done.stderr
    assert not (folder / "poster.press.pdf").exists()


def test_press_files_are_listed_and_proved_again(built, handbill):
    folder, _ = built("--product", "wallet-card")
    output = folder.parents[1]
    (entry,) = json.loads((output / "manifest.json").read_text("utf-8"))["artifacts"]
    assert (entry["finish"], entry["pages"], entry["stock"]) == ("press", 2, None)
    assert entry["size_mm"] == [88.9, 50.8]
    done = handbill("proof", "--project", output.parent)
    assert done.exit_code == 0, done.stderr


gs = pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript, which makes plates of a file, is not here")


def plates(path, folder, *, dpi):
    """Return the four plates of each page, 1 for all of an ink: rows, columns, inks."""
    subprocess.run(
        ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffsep", f"-r{dpi}", "-dOverprint=/enable",
         f"-sOutputFile={folder}/p%d.tif", str(path)],
        check=True, capture_output=True,
    )  # fmt: skip
    for number in range(1, len(list(folder.glob("p*(Black).tif"))) + 1):
        inks = [Image.open(folder / f"p{number}({ink}).tif") for ink in ("Cyan", "Magenta", "Yellow", "Black")]
        yield np.stack([1 - np.asarray(ink.convert("L")) / 255 for ink in inks], axis=-1)


@gs
@pytest.mark.slow
@pytest.mark.parametrize("product", ["wallet-card", "poster", "handout"])
def test_plates_hold_no_more_ink_than_the_limit_and_marks_on_each(built, tmp_path, product):
    folder, _ = built("--product", product)
    for page in plates(folder / f"{product}.press.pdf", tmp_path, dpi=72):
        total = page.sum(axis=-1)
        slug = round(9 / MM)
        assert 0.5 < total[slug:-slug, slug:-slug].max() <= 3.2
        for ink in range(4):
            assert page[:slug, :, ink].max() > 0.5


@gs
@pytest.mark.slow
def test_overprinting_black_leaves_the_ground_on_the_other_plates(tmp_path):
    body = "<section style='background:#FBBF53'><p style='color:#000;font-size:40pt;margin:9mm'>988</p></section>"
    path = tmp_path / "one.pdf"
    path.write_bytes(pressed(body, has_marks=False))
    (page,) = plates(path, tmp_path, dpi=150)
    letters = page[..., 3] > 0.95
    assert letters.sum() > 500
    ground = INKS.ink(Paint("rgb", (251 / 255, 191 / 255, 83 / 255)))
    assert page[letters][:, 2] == pytest.approx(ground[2], abs=0.03)
    assert page[letters][:, 0] == pytest.approx(ground[0], abs=0.03)


def without_boxes(pdf):
    pdf.pages[0].obj.TrimBox = pikepdf.Array([0, 0, 200, 100])


def with_link(pdf):
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 9, 9]))
    pdf.pages[0].obj.Annots = pikepdf.Array([link])


def with_red(pdf):
    pdf.pages[0].contents_add(b"1 0 0 rg 0 0 9 9 re f")


def with_red_space(pdf):
    pdf.pages[0].Resources.ColorSpace = pikepdf.Dictionary({"/cs": pikepdf.Array([pikepdf.Name.CalRGB])})


def with_much_ink(pdf):
    pdf.pages[0].contents_add(b"1 1 .9 .9 k 0 0 9 9 re f")


def with_opacity(pdf):
    pdf.pages[0].Resources.ExtGState["/faint"] = pikepdf.Dictionary(ca=0.5)


def with_group(pdf):
    pdf.pages[0].obj.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency)


def without_intent(pdf):
    del pdf.Root["/OutputIntents"]


def without_text(pdf):
    pdf.pages[1].obj.Contents = pdf.make_stream(b"")


@pytest.mark.parametrize(
    ("sabotage", "code"),
    [
        (lambda pdf: None, None),
        (without_boxes, "page-trim"),
        (with_link, "press-annotation"),
        (with_red, "press-colour"),
        (with_red_space, "press-colour"),
        (with_much_ink, "press-ink"),
        (with_opacity, "press-transparency"),
        (with_group, "press-transparency"),
        (without_intent, "press-condition"),
        (without_text, "fact-missing"),
    ],
)
def test_a_press_file_made_wrong_is_caught_when_it_is_read_back(made_card, sabotage, code):
    data, expected = made_card
    with pikepdf.open(io.BytesIO(data)) as pdf:
        sabotage(pdf)
        out = io.BytesIO()
        pdf.save(out)
    codes = {one.code for one in prove_press(out.getvalue(), expected, bleed=3.0, order=Press(pdfx="x-1a"))}
    assert code in codes if code else not codes


@pytest.fixture(scope="module")
def made_card(card):
    data, found = press_pdf(card.pdf, order(standard="x-1a"))
    assert not found
    return data, expect(piece("wallet-card"), card.facts, pages=2, title="")


@pytest.fixture(scope="module")
def card():
    return render_piece(piece("wallet-card"), ASSETS)


def filled(data):
    """Yield the fill colour and the number of pieces of each filled path, on pages and in the forms on them."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        forms = [form for page in pdf.pages for form in page.obj.Resources.get("/XObject", {}).values()]
        for drawn in (*pdf.pages, *(form for form in forms if form.Subtype == "/Form")):
            fill, pieces, stack = "", 0, list[str]()
            for one in pikepdf.parse_content_stream(drawn):
                name = str(one.operator)
                if name == "q":
                    stack.append(fill)
                elif name == "Q":
                    fill = stack.pop()
                elif name == "k":
                    fill = " ".join(str(value) for value in one.operands)
                elif name in {"m", "re"}:
                    pieces += 1
                elif name in {"f", "f*", "n", "S"}:
                    yield fill, pieces
                    pieces = 0


def test_codes_are_in_black_ink_alone(built):
    more = "more_help: https://example.org/mine\n"
    folder, _ = built("--product", "wallet-card", "--no-marks", more=more)
    found = list(filled((folder / "wallet-card.press.pdf").read_bytes()))
    assert [fill for fill, pieces in found if pieces > 100] == ["0 0 0 1"]
    panels = [sum(map(float, fill.split())) for fill, pieces in found if pieces < 3]
    assert max(panels) > 2.4  # the dark panel keeps its depth


@pytest.mark.parametrize(
    ("reach", "said"),
    [("0mm", 4), ("1mm", 4), ("var(--bleed)", 0)],
)
def test_ink_that_stops_short_of_the_bleed_is_told(built, reach, said):
    style = (builtin_root() / "templates/products/wallet-card/style.css").read_text("utf-8")
    sides = "".join(f"{side}: calc(-1 * {reach});" for side in ("top", "right", "bottom", "left"))
    style += f"\n.face::before {{ background: #0A6B73; content: ''; position: absolute; z-index: -1; {sides} }}\n"
    _, done = built("--product", "wallet-card", files={"templates/products/wallet-card/style.css": style})
    assert len(re.findall(r"mm of ink reach the trim but not 3.175 mm past it", done.stderr)) == 2 * said
