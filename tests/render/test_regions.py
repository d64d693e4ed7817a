"""Faces put together of a frame and regions: the same as laid out whole, and laid out once for many editions."""

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest
from msgspec.structs import replace

from generator.errors import Severity
from generator.proof import prove
from generator.proof.expected import expect
from generator.proof.structure import elements_of
from generator.render import piece as drawing
from generator.render.assets import Assets
from generator.render.piece import render_piece
from tests.render.pieces import ASSETS, ROOT, drawn, listing, local, piece

PRODUCTS = ROOT / "templates/products"


def has_regions(folder):
    """Whether a product has faces that are documents of their own, with a region or a code."""
    says = (folder / "product.yaml").read_text("utf-8")
    pages = "".join(path.read_text("utf-8") for path in folder.glob("*.html"))
    return (
        "faces:" in says
        and "fold:" not in says
        and "pour:" not in says
        and ("call region(" in pages or "(piece.more_help, " in pages)
    )


WITH_REGIONS = sorted(folder.name for folder in PRODUCTS.iterdir() if has_regions(folder))


pytestmark = pytest.mark.usefixtures("kept")


def whole(made, monkeypatch, assets=ASSETS):
    """The piece as it is laid out without regions."""
    setting = drawing._setting
    monkeypatch.setattr(drawing, "_setting", lambda *given: replace(setting(*given), is_apart=False))
    rendered = render_piece(made, assets)
    monkeypatch.setattr(drawing, "_setting", setting)
    return rendered


def pictures(pdf):
    return [page.render(scale=2).to_numpy() for page in pypdfium2.PdfDocument(pdf)]


def texts(pdf):
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def links(pdf):
    """Each link of each page: where it leads and where it lies, to a hundredth of a point."""
    return [
        sorted((str(one.A.URI), *(round(float(edge), 2) for edge in one.Rect)) for one in page.obj.get("/Annots", []))
        for page in pdf.pages
    ]


def outline(pdf):
    with pdf.open_outline() as opened:
        return [told(item) for item in opened.root]


def told(item):
    place = [round(float(one), 2) for one in item.destination[2:4]]
    return (item.title, place, [told(child) for child in item.children])


def roles(pdf):
    """Each tag with those below it, but for the article that a code drawn by itself stands in."""
    return [
        (each.role, each.alternative, [role for role in each.roles if role != "Art"])
        for each in elements_of(pdf)
        if each.role != "Art"
    ]


def figures(pdf):
    found = (one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure")
    return sorted((str(one.Alt), [round(float(edge), 2) for edge in one.A.BBox]) for one in found)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("product", WITH_REGIONS)
def test_a_face_put_together_is_the_face_laid_out_whole(product, language, monkeypatch):
    made = piece(product, language)
    joined, one = render_piece(made, ASSETS), whole(made, monkeypatch)
    assert any(placed.region for placed in joined.facts)
    assert [replace(placed, region=0) for placed in joined.facts] == list(one.facts)
    assert joined.pdf != one.pdf
    assert joined.diagnostics == one.diagnostics
    assert joined.faces == one.faces
    for mine, other in zip(pictures(joined.pdf), pictures(one.pdf), strict=True):
        assert np.array_equal(mine, other)
    assert texts(joined.pdf) == texts(one.pdf)
    with pikepdf.open(io.BytesIO(joined.pdf)) as mine, pikepdf.open(io.BytesIO(one.pdf)) as other:
        assert links(mine) == links(other)
        assert outline(mine) == outline(other)
        assert figures(mine) == figures(other)
        assert roles(mine) == roles(other)


@pytest.mark.parametrize("product", WITH_REGIONS)
def test_every_tag_of_a_region_is_found_from_what_it_tags(product):
    with pikepdf.open(io.BytesIO(render_piece(piece(product), ASSETS).pdf)) as pdf:
        entries = pdf.Root.StructTreeRoot.ParentTree.Nums
        owners = {int(entries[at]): entries[at + 1] for at in range(0, len(entries), 2)}
        page = pdf.pages[-1]
        forms = [form for name, form in page.obj.Resources.XObject.items() if name.startswith("/Region")]
        assert forms
        numbers: list[int] = []
        for form in forms:
            marked = [int(one.operands[1].MCID) for one in pikepdf.parse_content_stream(form) if is_marked(one)]
            for number in marked:
                kids = [kid for kid in owners[int(form.StructParents)][number].K if not isinstance(kid, int)]
                assert any(int(kid.get("/MCID", -1)) == number and kid.Stm.objgen == form.objgen for kid in kids)
            numbers += marked
        own = [int(one.operands[1].MCID) for one in pikepdf.parse_content_stream(page) if is_marked(one)]
        assert len({*own, *numbers}) == len(own) + len(numbers)
        for link in page.obj.Annots:
            kids = [kid for kid in owners[int(link.StructParent)].K if not isinstance(kid, int)]
            assert any(kid.get("/Obj", pikepdf.Dictionary()).objgen == link.objgen for kid in kids)


def is_marked(one):
    return str(one.operator) == "BDC" and isinstance(one.operands[1], pikepdf.Dictionary) and "/MCID" in one.operands[1]


def elsewhere(product, number):
    """The piece of another county with as long a list."""
    here = piece(product)
    url = replace(here.more_help, value=f"https://example.org/{number}", printed=f"example.org/{number}")
    services = [replace(one, name=f"{one.name[:-1]}{number}") for one in local("en")]
    return replace(
        here, edition_id=f"county-{number}", place_name=f"Elm {number}", local=tuple(services), more_help=url
    )


@pytest.mark.parametrize("product", ["handout", "poster"])
def test_what_stands_around_regions_is_laid_out_once(product, layouts):
    render_piece(elsewhere(product, 1), ASSETS)
    before = len(layouts)
    for number in (2, 3, 4):
        made = elsewhere(product, number)
        rendered = render_piece(made, ASSETS)
        expected = expect(made, rendered.facts, pages=rendered.pages, title=made.title, font_files=rendered.font_files)
        assert [one for one in prove(rendered.pdf, expected) if one.is_error] == []
    assert len(layouts) > before
    assert all("region-path" in text for text in layouts[before:])


def test_bytes_do_not_depend_on_what_is_kept(kept):
    cold = drawn(elsewhere("handout", 2))
    kept._values.clear()
    render_piece(elsewhere("handout", 1), ASSETS)
    assert drawn(elsewhere("handout", 2)) == cold


def test_what_is_wrong_in_a_region_is_told_at_its_place_on_the_face(monkeypatch):
    long = listing("long", "Donaudampfschifffahrtsgesellschaft" * 4, phone="515-555-0142")
    made = replace(piece("handout"), local=(long, *local("en")[:1]))
    mine, other = render_piece(made, ASSETS), whole(made, monkeypatch)
    errors = [one for one in mine.diagnostics if one.is_error]
    assert "overflow" in [one.code for one in errors]
    assert sorted(map(str, errors)) == sorted(str(one) for one in other.diagnostics if one.is_error)


def own_templates(folder, changes):
    for name, (old, new) in changes.items():
        text = (ROOT / "templates" / name).read_text("utf-8")
        assert old in text
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(old, new))
    return Assets((folder, *ASSETS.templates), ASSETS.content)


BACK = "products/handout/back.html"
STYLE = "products/handout/style.css"
NOT_FIXED = {
    "takes over another style": "section.help:nth-child(n + 2) { font-style: italic }",
    "is turned, or see-through": ".help { transform: rotate(1deg) }",
    "or see-through": ".help { opacity: .9 }",
    "has no width of its own": ".help .region { float: left }",
}


@pytest.mark.parametrize(("why", "rule"), NOT_FIXED.items())
def test_where_a_region_hangs_on_what_is_around_it_the_face_is_laid_out_whole(why, rule, tmp_path, monkeypatch):
    text = (ROOT / "templates" / STYLE).read_text("utf-8")
    assets = own_templates(tmp_path, {STYLE: (text, f"{text}\n{rule}\n")})
    made = piece("handout")
    mine, other = render_piece(made, assets), whole(made, monkeypatch, assets)
    told = [one for one in mine.diagnostics if one.code == "region-laid-out-whole"]
    assert len(told) == 1
    assert why in told[0].message
    assert (told[0].severity, str(told[0].place.path).endswith("handout/back.html")) == (Severity.ADVICE, True)
    assert mine.pdf == other.pdf


def test_other_articles_are_not_taken_for_regions(tmp_path, monkeypatch):
    assets = own_templates(tmp_path, {BACK: ('<div class="foot">', '<div class="foot"><article>&nbsp;</article>')})
    made = piece("handout")
    mine, other = render_piece(made, assets), whole(made, monkeypatch, assets)
    assert "article" in next(one.message for one in mine.diagnostics if one.code == "region-laid-out-whole")
    assert mine.pdf == other.pdf
