"""Faces drawn one by one: equal ones are drawn once, and what is joined of them says what one document would."""

import io

import pikepdf
import pytest
from msgspec.structs import replace

from generator.model.edition import Brand
from generator.proof import prove
from generator.proof.expected import expect
from generator.proof.structure import elements_of
from generator.render.assets import Assets
from generator.render.piece import render_piece
from tests.render.pieces import ASSETS, ROOT, drawn, local, piece

pytestmark = pytest.mark.usefixtures("kept")


def elsewhere(product="handout"):
    """The piece of another county: another title, another list."""
    here = piece(product)
    edition = here.edition.model_copy(update={"title": "Elm County"})
    return replace(here, edition_id="elm", edition=edition, place_name="Elm County", local=local("en")[:2])


def errors_of(made, rendered):
    expected = expect(made, rendered.facts, pages=rendered.pages, title=made.title, font_files=rendered.font_files)
    return [one for one in prove(rendered.pdf, expected) if one.is_error]


def test_the_same_face_of_another_edition_is_not_laid_out_again(layouts):
    render_piece(piece("handout"), ASSETS)
    before = len(layouts)
    rendered = render_piece(elsewhere(), ASSETS)
    assert all('class="face face-back' in text for text in layouts[before:])
    assert len(layouts) > before
    assert errors_of(elsewhere(), rendered) == []


def test_nothing_is_laid_out_twice_for_the_same_piece(layouts):
    first = drawn(piece("handout"))
    before = len(layouts)
    again = drawn(piece("handout"))
    assert (again, len(layouts)) == (first, before)


def test_of_a_piece_that_does_not_fit_only_the_changed_face_is_laid_out_again(layouts):
    rendered = render_piece(piece("trifold", "es"), ASSETS)
    assert "part-left-out" in [one.code for one in rendered.diagnostics]
    assert sum('class="face face-inside"' in text for text in layouts) == 2
    assert sum('class="face face-outside"' in text for text in layouts) == 1


@pytest.mark.parametrize("product", ["handout", "wallet-card", "poster"])
def test_bytes_do_not_depend_on_what_is_kept(product, kept):
    cold = drawn(elsewhere(product))
    kept._values.clear()
    render_piece(piece(product), ASSETS)
    assert drawn(elsewhere(product)) == cold


def test_a_picture_that_changed_is_drawn_anew(tmp_path, layouts):
    logo = tmp_path / "brands/logo.svg"
    logo.parent.mkdir()
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><path d="{}z"/></svg>'
    logo.write_text(drawing.format("M0 0h9v9"))
    assets = Assets(ASSETS.templates, (tmp_path, *ASSETS.content))
    branded = replace(piece("poster"), brand=Brand(name="Elm", logo="logo.svg"))
    first = render_piece(branded, assets)
    assert render_piece(branded, assets).pdf == first.pdf
    logo.write_text(drawing.format("M0 0h9v9h-9"))
    assert render_piece(branded, assets).pdf != first.pdf


def test_a_template_that_changed_is_seen(tmp_path):
    style = "products/poster/style.css"
    mine = tmp_path / style
    mine.parent.mkdir(parents=True)
    text = (ROOT / "templates" / style).read_text("utf-8")
    assets = Assets((tmp_path, *ASSETS.templates), ASSETS.content)
    mine.write_text(text)
    first = render_piece(piece("poster"), assets)
    mine.write_text(text + "\nh1 { letter-spacing: .02em }")
    assert render_piece(piece("poster"), assets).pdf != first.pdf


def test_the_joined_file_is_one_document():
    made = piece("handout")
    with pikepdf.open(io.BytesIO(render_piece(made, ASSETS).pdf)) as pdf:
        root = pdf.Root.StructTreeRoot
        assert [str(kid.S) for kid in root.K] == ["/Document"]
        assert str(pdf.docinfo.Title) == made.title
        assert {element.page for element in elements_of(pdf)} >= {0, 1}
        numbers = [int(root.ParentTree.Nums[at]) for at in range(0, len(root.ParentTree.Nums), 2)]
        assert numbers == sorted(set(numbers))
        owners = dict(
            zip(numbers, [root.ParentTree.Nums[at] for at in range(1, len(root.ParentTree.Nums), 2)], strict=True)
        )
        for page in pdf.pages:
            # The blank that kept a region's place is owned by nothing any more.
            owned = [owner for owner in owners[int(page.obj.StructParents)] if owner is not None]
            assert owned
            assert all(owner.Pg.objgen == page.obj.objgen for owner in owned)
            for link in page.obj.get("/Annots", []):
                kids = owners[int(link.StructParent)].K
                assert any(
                    kid.get("/Obj", pikepdf.Dictionary()).objgen == link.objgen
                    for kid in kids
                    if not isinstance(kid, int)
                )
        assert int(pdf.Root.Outlines.Count) == 14  # headings of both faces in one outline
        assert pdf.Root.Outlines.First.objgen == pdf.Root.Outlines.Last.objgen  # all of them below the first


def test_names_of_table_headings_differ_between_faces():
    with pikepdf.open(io.BytesIO(render_piece(piece("handout"), ASSETS).pdf)) as pdf:
        names = [
            str(one.ID) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/ID" in one and "/S" in one
        ]
        assert names
        assert all(name.startswith(("1-", "1.1-")) for name in names)
        assert len(names) == len(set(names))
