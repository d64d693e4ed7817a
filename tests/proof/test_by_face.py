"""What is found on a face is remembered by its page in the file: a spoiled page is never taken for a good one."""

import io

import numpy as np
import pikepdf
import pytest
from msgspec.structs import replace

from generator.keeping import Kept
from generator.proof import by_face, opened, preview, prove
from generator.proof.expected import expect
from generator.proof.opened import open_pdf
from generator.render.piece import render_piece
from tests.proof.drawn import drawn, with_content
from tests.render.pieces import ASSETS, piece


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    monkeypatch.setattr(by_face, "KEPT", Kept(8))
    monkeypatch.setattr(by_face, "_texts", Kept(8))


@pytest.fixture(scope="module")
def card():
    made = piece("wallet-card")
    rendered = render_piece(made, ASSETS)
    files = rendered.font_files
    return rendered.pdf, expect(made, rendered.facts, pages=rendered.pages, title=made.title, font_files=files)


def spoiled(pdf, change):
    with pikepdf.open(io.BytesIO(pdf)) as file:
        change(file)
        out = io.BytesIO()
        file.save(out)
        return out.getvalue()


def painted(number, what):
    """Paint over a page."""

    def change(pdf):
        page = pdf.pages[number]
        page.contents_add(pdf.make_stream(b"q"), prepend=True)
        page.contents_add(pdf.make_stream(b"Q /Artifact BMC " + what + b" EMC"), prepend=False)

    return change


def without_a_font(pdf):
    font = next(one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one)
    del font["/FontFile2"]


SPOILED = {
    "a face covered in white": (painted(1, b"1 1 1 rg 0 0 400 400 re f"), "ink-hidden"),
    "a first face covered in white": (painted(0, b"1 1 1 rg 0 0 400 400 re f"), "ink-hidden"),
    "a face without its fonts": (without_a_font, "font-not-embedded"),
}


@pytest.mark.parametrize("fault", SPOILED)
def test_a_spoiled_face_is_refused_after_the_good_one_was_seen(card, fault):
    pdf, expected = card
    assert [one for one in prove(pdf, expected) if one.is_error] == []
    change, code = SPOILED[fault]
    assert code in {one.code for one in prove(spoiled(pdf, change), expected)}


def test_what_is_remembered_is_what_was_found(card):
    pdf, expected = card
    bad = spoiled(pdf, painted(1, b"1 1 1 rg 0 0 400 400 re f"))
    first = prove(bad, expected)
    assert first
    assert prove(bad, expected) == first
    assert {one.page for one in first if one.code == "ink-hidden"} == {2}


def test_a_face_is_looked_at_once(card, monkeypatch):
    pdf, expected = card
    prove(pdf, expected)
    monkeypatch.setattr(by_face, "open_pdf", None)  # it would be called
    prove(pdf, expected)


def test_the_text_of_a_face_is_read_once(card, monkeypatch):
    pdf, expected = card
    prove(pdf, expected)
    monkeypatch.setattr(opened, "read_text", None)  # it would be called
    assert prove(pdf, expected, only=("facts", "boxes", "words", "order", "unknown", "links")) == ()
    other = replace(expected, pages=tuple(reversed(expected.pages)))
    assert "fact-missing" in {one.code for one in prove(pdf, other, only=("facts",))}


def test_the_text_of_a_face_that_another_build_looked_at_is_read_once(card, monkeypatch):
    pdf, expected = card
    prove(pdf, expected)
    monkeypatch.setattr(by_face, "_texts", Kept(8))  # what was found lasts, and texts do not
    assert prove(pdf, expected, only=("facts", "codes")) == ()
    monkeypatch.setattr(opened, "read_text", None)  # it would be called
    assert prove(pdf, expected, only=("facts", "codes")) == ()


def test_a_text_is_borrowed_as_it_would_be_read(card):
    pdf, expected = card
    prove(pdf, expected)
    with open_pdf(pdf) as own, open_pdf(pdf) as other:
        by_face.prove_faces(other, expected, {})
        for page, borrowing in zip(own.pages, other.pages, strict=True):
            assert borrowing.borrowed
            assert borrowing.text.glyphs == page.text.glyphs
            assert borrowing.text.lines == page.text.lines


def test_a_face_is_drawn_once(card, monkeypatch):
    pdf, _ = card
    first = preview.draw_faces(pdf)
    monkeypatch.setattr(preview, "_draw", lambda *_: b"again")
    assert preview.draw_faces(pdf) == first
    assert preview.draw_faces(pdf, dpi=48) == (b"again", b"again")
    bad = spoiled(pdf, painted(1, b"1 1 1 rg 0 0 400 400 re f"))
    assert preview.draw_faces(bad) == (first[0], b"again")


def test_what_is_remembered_has_a_bound():
    kept: Kept[str] = Kept(2)
    for key in "abac":
        kept.once(key, key.upper)
    assert [kept.get(key) for key in "abc"] == ["A", None, "C"]


def test_what_was_found_to_be_nothing_is_not_looked_for_again():
    kept: Kept[str | None] = Kept(2)
    assert kept.once("a", lambda: None) is None
    assert kept.once("a", lambda: "again") is None


@pytest.mark.parametrize("product", ["wallet-card", "handout", "poster"])
def test_text_is_seen_alike_without_the_grounds_that_it_is_painted_on(product, monkeypatch):
    one = drawn(product)
    covered = with_content(one.pdf, 0, after="q 0.3 g 60 60 90 90 re f Q")
    for pdf in (one.pdf, covered):
        with open_pdf(pdf) as own, open_pdf(pdf) as other:
            seen = [page.seen for page in own.pages]
            monkeypatch.setattr(opened, "without_grounds", lambda page, frame: page)
            whole = [page.seen for page in other.pages]
            monkeypatch.undo()
        for first, second in zip(seen, whole, strict=True):
            assert np.abs(first.astype(int) - second).max() <= 1


def test_a_face_of_a_piece_with_other_facts_is_looked_at_again(card):
    pdf, expected = card
    prove(pdf, expected)
    pages = tuple(replace(one, facts=()) for one in expected.pages)
    assert "qr-unknown" in {one.code for one in prove(pdf, replace(expected, pages=pages), only=("codes",))}


def test_layers_that_may_be_hidden_are_looked_at_in_their_file(card):
    pdf, _ = card
    with open_pdf(pdf) as own:
        assert by_face.prove_faces(own, card[1], {}) == {}

    def change(layered):
        layered.Root.OCProperties = pikepdf.Dictionary()

    with open_pdf(spoiled(pdf, change)) as own:
        assert by_face.prove_faces(own, card[1], {}) is None
