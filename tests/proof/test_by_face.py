"""What is found on a face is remembered by its page in the file: a spoiled page is never taken for a good one."""

import io
from dataclasses import replace

import pikepdf
import pytest

from generator.proof import by_face, prove
from generator.proof.expected import expect
from generator.render import render_piece
from tests.render.pieces import ASSETS, piece


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    monkeypatch.setattr(by_face, "_kept", type(by_face._kept)())


@pytest.fixture(scope="module")
def card():
    made = piece("wallet-card")
    rendered = render_piece(made, ASSETS)
    files = rendered.font_files
    return rendered.pdf, expect(made, rendered.facts, pages=rendered.pages, title=made.title, font_files=files)


def spoiled(pdf, change):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        out = io.BytesIO()
        opened.save(out)
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


def test_a_face_of_a_piece_with_other_facts_is_looked_at_again(card):
    pdf, expected = card
    prove(pdf, expected)
    pages = tuple(replace(one, facts=()) for one in expected.pages)
    assert "qr-unknown" in {one.code for one in prove(pdf, replace(expected, pages=pages), only=("codes",))}


def test_layers_that_may_be_hidden_are_looked_at_in_their_file(card):
    pdf, _ = card
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert by_face.prove_faces(opened, card[1], {}) == {}
        opened.Root.OCProperties = pikepdf.Dictionary()
        assert by_face.prove_faces(opened, card[1], {}) is None
