"""Whole pieces: what comes out, that it fits or is refused, and that nothing gives way in silence."""

import io

import pikepdf
import pypdfium2
import pytest
from msgspec.structs import replace

from generator.model.edition import Brand
from generator.model.product import Product
from generator.render.assets import Assets
from generator.render.piece import render_piece
from generator.units import MM_PER_UNIT, Size
from tests.render.pieces import ASSETS, call, emergency, lead, listing, load, piece

PRODUCTS = ("handout", "wallet-card", "poster", "poster-tabs", "trifold", "half-fold", "zine", "table-tent")
LONGER = 1.3  # how much longer a translation may come out than its English


def errors(rendered):
    return [f"{one.code}: {one.message}" for one in rendered.diagnostics if one.is_error]


def text_of(rendered):
    document = pypdfium2.PdfDocument(rendered.pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize(("language", "system"), [("en", "us"), ("es", "iso")])
def test_every_product_comes_out_whole(product, language, system):
    made = piece(product, language, system=system)
    rendered = render_piece(made, ASSETS)
    assert errors(rendered) == []
    assert rendered.pages == len(made.product.faces)
    printed = text_of(rendered)
    assert made.lead.call.fact.printed in printed
    assert made.emergency.call.fact.printed in printed
    for one in made.local:
        if one.id not in rendered.left_out:
            assert one.call.fact.printed in printed


@pytest.mark.parametrize("theme", ["harbor", "orchard", "prairie", "dusk", "ink-saver"])
def test_every_theme_draws_the_card(theme):
    assert errors(render_piece(piece("wallet-card", theme=theme), ASSETS)) == []


def test_pages_have_the_boxes_of_print():
    made = piece("wallet-card")
    document = pikepdf.open(io.BytesIO(render_piece(made, ASSETS).pdf))
    page = document.pages[0]
    to_mm = MM_PER_UNIT["pt"]
    left, bottom, right, top = (float(edge) * to_mm for edge in page.TrimBox)
    assert (right - left, top - bottom) == pytest.approx((made.size.width, made.size.height), abs=0.001)
    assert left == pytest.approx(made.bleed, abs=0.001)
    assert [float(edge) for edge in page.MediaBox] == [float(edge) for edge in page.BleedBox]
    assert float(page.MediaBox[2]) * to_mm == pytest.approx(made.size.width + 2 * made.bleed, abs=0.001)


def test_the_file_says_its_title_and_language():
    document = pikepdf.open(io.BytesIO(render_piece(piece("wallet-card", "es"), ASSETS).pdf))
    root = document.Root
    assert str(root.Lang) == "es"
    assert root.ViewerPreferences.DisplayDocTitle
    assert root.MarkInfo.Marked


def test_same_piece_same_bytes(kept):
    first = render_piece(piece("wallet-card"), ASSETS).pdf
    kept._values.clear()  # else it is the first again
    assert render_piece(piece("wallet-card"), ASSETS).pdf == first


def test_what_is_placed_is_recorded_with_its_face():
    made = piece("wallet-card")
    placed = render_piece(made, ASSETS).facts
    faces = {(one.fact.kind, one.fact.printed): one.face for one in placed}
    assert faces["phone", "988"] == 0
    assert faces["phone", "(515) 555-0142"] == 1
    assert faces["qr", "https://example.org/larkin"] == 1
    assert faces["sms", "741741"] == 0


def numbers():
    """The longest on every product, shorter ones where there is least room; all with all is slow."""
    for product in PRODUCTS:
        for number in ("116 123", "13 11 14", "0800 1110111"):
            is_quick = product == "wallet-card" or number == "0800 1110111"
            yield pytest.param(product, number, marks=() if is_quick else pytest.mark.slow)


@pytest.mark.parametrize(("product", "number"), list(numbers()))
def test_any_leading_number_fits(product, number):
    line = listing("line", "A line", phone=number, is_crisis=True)
    made = replace(piece(product, system="iso"), lead=line, second=None, emergency=emergency("112"), national=())
    assert errors(render_piece(made, ASSETS)) == []


def test_a_line_that_only_takes_texts_leads():
    text_only = replace(lead("en"), calls=())
    assert errors(render_piece(replace(piece("wallet-card"), lead=text_only, second=None), ASSETS)) == []


def test_menu_digits_and_extensions_stand_beside_the_number():
    line = call("x", "(515) 555-0111", menu="2", extension="7")
    made = replace(piece("handout"), local=(listing("x", "X", phone=line, is_local=True),))
    printed = text_of(render_piece(made, ASSETS))
    assert "press 2" in printed
    assert "ext. 7" in printed


@pytest.mark.parametrize(
    "changes", [{"local": ()}, {"local": (), "national": (), "more_help": None}, {"checked": None}]
)
@pytest.mark.parametrize("product", PRODUCTS)
def test_what_is_not_there_leaves_no_hole_in_the_template(product, changes):
    assert errors(render_piece(replace(piece(product), **changes), ASSETS)) == []


def test_a_brand_without_a_logo_is_named():
    made = replace(piece("poster"), brand=Brand(name="Elm Street Clinic"))
    assert "Elm Street Clinic" in text_of(render_piece(made, ASSETS))


def lengthened(guide):
    """Return the guide with every text a third longer, as a wordy translation would be."""

    def longer(value, key=""):
        if isinstance(value, dict):
            return {name: longer(part, name) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [longer(part, key) for part in value]
        if not isinstance(value, str) or key in {"id", "art", "url", "status", "countries", "licence"}:
            return value
        words = value.split()
        return " ".join(words + words[: max(1, round(len(words) * (LONGER - 1)))])

    return type(guide).model_validate(longer(guide.model_dump(mode="json", exclude_none=True)))


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.slow), "es"])
def test_longer_text_fits_or_is_refused_and_never_lost(product, language):
    made = piece(product, language)
    made = replace(made, guide=lengthened(made.guide))
    rendered = render_piece(made, ASSETS)
    printed = text_of(rendered)
    assert made.lead.call.fact.printed in printed
    if not errors(rendered):
        assert rendered.scale in made.product.fit.scale
        assert all(face.least_text_pt >= made.product.fit.min_text.pt - 0.01 for face in rendered.faces)


def test_text_far_too_long_is_refused_with_its_place():
    made = piece("wallet-card")
    made = replace(made, guide=made.guide.model_copy(update={"motto": "Far too many words for so small a card. " * 3}))
    found = [one for one in render_piece(made, ASSETS).diagnostics if one.is_error]
    assert {one.code for one in found} & {"overflow", "overlap"}
    assert str(found[0].place.path).endswith("en.yaml")
    assert "motto" in found[0].message


def test_parts_give_way_before_type_and_are_named():
    rendered = render_piece(piece("handout"), ASSETS)
    assert rendered.scale == 1
    assert any(one.code == "part-left-out" for one in rendered.diagnostics)


def test_resources_are_left_out_by_name_and_the_lines_of_crisis_never():
    name = "A service whose name runs on and on, and on, and over the line"
    phones = ("(515) 555-0100", "(515) 555-0101", "(515) 555-0102")
    rows = tuple(listing(f"r{n}", name, phone=phone, is_local=True) for n, phone in enumerate(phones))
    made = replace(piece("wallet-card"), local=rows)
    rendered = render_piece(made, ASSETS)
    assert rendered.left_out[0] == "r2"
    assert "r0" not in rendered.left_out
    assert "988" in text_of(rendered)


def test_a_character_no_font_has_is_an_error_that_names_it():
    made = piece("wallet-card")
    made = replace(made, guide=made.guide.model_copy(update={"motto": "Ask 你 now"}))
    found = [one for one in render_piece(made, ASSETS).diagnostics if one.code == "missing-glyph"]
    assert any("你" in one.message and "U+4F60" in one.message for one in found)
    assert any(str(one.place.path).endswith("en.yaml") and one.bbox_mm for one in found)


def test_content_is_never_run_as_a_template_nor_read_as_html():
    made = piece("wallet-card")
    made = replace(made, guide=made.guide.model_copy(update={"motto": "{{ 7*7 }} <b>x</b>"}))
    assert "{{ 7*7 }} <b>x</b>" in text_of(render_piece(made, ASSETS))


def product_folder(root, html, css=""):
    folder = root / "templates" / "products" / "wallet-card"
    folder.mkdir(parents=True)
    (folder / "front.html").write_text(html, encoding="utf-8")
    (folder / "style.css").write_text(css, encoding="utf-8")
    (root / "content").mkdir()
    return Assets((root / "templates", *ASSETS.templates), (root / "content", *ASSETS.content))


def test_a_projects_template_beats_the_built_in_one(tmp_path):
    assets = product_folder(tmp_path, "<h1>Ours</h1><p>{{ phone(piece.lead.call) }}</p>")
    assert "Ours" in text_of(render_piece(piece("wallet-card"), assets))


@pytest.mark.parametrize(
    ("html", "code", "line"),
    [
        ("<p>\n{{ nothing_of_this_name }}</p>", "template", 2),
        ("<p>\n\n{% if %}</p>", "template-syntax", 3),
        ("{{ t.no_such_label }}", "template", 1),
        ("{% include '../../../../etc/passwd' %}", "missing-template", 1),
        ("{{ ''.__class__.__mro__ }}", "template", 1),
    ],
)
def test_mistakes_in_templates_are_placed_at_their_line(tmp_path, html, code, line):
    assets = product_folder(tmp_path, html)
    (found,) = (one for one in render_piece(piece("wallet-card"), assets).diagnostics if one.is_error)
    assert (found.code, found.place.line) == (code, line)
    assert found.place.path == tmp_path / "templates/products/wallet-card/front.html"


def test_css_that_is_not_understood_is_an_error_at_its_file(tmp_path):
    assets = product_folder(tmp_path, "<h1>x</h1>", "h1 { colr: red }")
    found = [one for one in render_piece(piece("wallet-card"), assets).diagnostics if one.is_error]
    assert found[0].code == "css-not-understood"
    assert str(found[0].place.path).endswith("wallet-card/style.css")


@pytest.mark.parametrize("address", ["https://example.org/x.png", "file:///etc/hostname", "ftp://example.org/x"])
def test_nothing_outside_the_project_is_fetched(tmp_path, address):
    assets = product_folder(tmp_path, f'<h1>x</h1><img alt="x" src="{address}">')
    rendered = render_piece(piece("wallet-card"), assets)
    assert [one.code for one in rendered.diagnostics if one.is_error] == ["refused"]
    assert rendered.pdf == b""


def test_a_link_out_of_the_project_is_not_followed(tmp_path):
    outside = tmp_path / "outside.svg"
    outside.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', encoding="utf-8")
    assets = product_folder(tmp_path / "project", '<h1>x</h1><img alt="x" src="products/wallet-card/in.svg">')
    (tmp_path / "project/templates/products/wallet-card/in.svg").symlink_to(outside)
    assert "refused" in {one.code for one in render_piece(piece("wallet-card"), assets).diagnostics}


def test_style_css_alone_may_be_replaced_by_nothing(tmp_path):
    folder = tmp_path / "templates/products/wallet-card"
    folder.mkdir(parents=True)
    (folder / "style.css").write_text("", encoding="utf-8")
    assets = Assets((tmp_path / "templates", *ASSETS.templates), ASSETS.content)
    assert errors(render_piece(piece("wallet-card"), assets)) == []


FLOW = """
title: Leaflet
flow: {min_pages: 1, max_pages: 3}
size: {us: 5.5in x 8.5in, iso: 148mm x 210mm}
bleed: 0mm
safe: 5mm
"""


def flow_folder(root, html):
    folder = root / "templates" / "products" / "leaflet"
    folder.mkdir(parents=True)
    (folder / "product.yaml").write_text(FLOW, encoding="utf-8")
    (folder / "flow.html").write_text(html, encoding="utf-8")
    (folder / "layout.css").write_text("@page { margin: .6in } p { font-size: 1.2rem }", encoding="utf-8")
    return Assets((root / "templates", *ASSETS.templates), ASSETS.content), folder / "product.yaml"


def test_running_text_takes_its_pages_as_they_come(tmp_path):
    text = "<p>{{ 'Some words. ' * 220 }}</p>"
    assets, written = flow_folder(tmp_path, f"<h1>x</h1>{text}<p>{{{{ phone(piece.lead.call) }}}}</p>")
    made = replace(piece("wallet-card"), product_id="leaflet", product=load(Product, written))
    made = replace(made, size=made.product.size.us, bleed=0.0, safe=5.0)
    rendered = render_piece(made, assets)
    assert errors(rendered) == []
    assert rendered.pages == 2
    assert [one.page for one in rendered.facts] == [2]


def test_running_text_past_its_last_page_is_refused(tmp_path):
    assets, written = flow_folder(tmp_path, "<h1>x</h1><p>{{ 'Some words. ' * 2200 }}</p>")
    made = replace(piece("wallet-card"), product_id="leaflet", product=load(Product, written))
    made = replace(made, size=made.product.size.us, bleed=0.0, safe=5.0)
    assert "too-many-pages" in {one.code for one in render_piece(made, assets).diagnostics}


def test_a_magnified_piece_is_measured_as_it_is_on_paper(tmp_path):
    """Type and distances of a layout count at the size they have on paper, not at the size they are laid out."""
    folder = tmp_path / "templates/products/sign"
    folder.mkdir(parents=True)
    style = "p { font-size: .5rem; left: 3mm; position: absolute; top: 3mm; }"
    (folder / "front.html").write_text(
        '<p>{{ phone(piece.lead.call) }}</p><div class="square">{{ qr(piece.more_help, "20mm") }}</div>'
    )
    (folder / "layout.css").write_text(style + " .square { left: 40mm; position: absolute; top: 20mm; }")
    written = {"title": "Sign", "faces": ["front"], "size": "100mm x 80mm", "safe": "5mm", "fit": {"min_text": "9pt"}}
    assets = Assets((tmp_path / "templates", *ASSETS.templates), ASSETS.content)
    small = replace(piece("poster"), product_id="sign", product=Product.model_validate(written), safe=5.0)
    small = replace(small, size=Size(100, 80))
    codes = {one.code for one in render_piece(small, assets).diagnostics if one.is_error}
    assert codes == {"text-too-small", "overflow", "qr-too-small"}
    rendered = render_piece(replace(small, size=Size(200, 160), magnify=2.0), assets)
    assert errors(rendered) == []
    (face,) = rendered.faces
    assert face.least_text_pt == pytest.approx(10)
    with pypdfium2.PdfDocument(rendered.pdf) as document:
        left, *_ = document[0].get_textpage().get_charbox(0)
        trim = document[0].get_trimbox()
    assert (left - trim[0]) * MM_PER_UNIT["pt"] == pytest.approx(6, abs=0.6)
    assert (trim[2] - trim[0]) * MM_PER_UNIT["pt"] == pytest.approx(200, abs=0.01)
    (folder / "layout.css").write_text(
        style.replace("3mm", "2mm") + " .square { left: 40mm; position: absolute; top: 20mm; }"
    )
    near = render_piece(replace(small, size=Size(200, 160), magnify=2.0), assets)
    assert {one.code for one in near.diagnostics if one.is_error} == {"overflow"}  # 4 mm on paper; 5 mm is safe
