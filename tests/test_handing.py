"""Sheets come to the same whether the file of their faces is handed over or opened again."""

import io

import pikepdf
import pytest

from generator.impose import impose_sheets
from generator.joining import handing
from generator.proof import sheets as sheet_proof
from generator.proof.alone import as_it_is
from generator.proof.sheets import prove_sheets
from generator.render.piece import render_piece
from generator.sheets.placing import Placement, Sheet
from generator.units import MM_PER_UNIT, Box, Size
from tests.render.pieces import ASSETS, piece

MM = MM_PER_UNIT["pt"]


def sheets_of(faces):
    with pikepdf.open(io.BytesIO(faces)) as pdf:
        boxes = [[float(edge) * MM for edge in page.trimbox] for page in pdf.pages]
    sizes = [(right - left, top - bottom) for left, bottom, right, top in boxes]
    return tuple(
        Sheet(Size(width + 10, height + 10), (Placement(face, 0, Box(5, 5, width, height)),))
        for face, (width, height) in enumerate(sizes)
    )


def on_sheets(faces):
    return impose_sheets(faces, sheets_of(faces), title="t", language="en", duplex=None)


@pytest.fixture
def opened(monkeypatch):
    """How often a file was opened to be changed."""
    count: list[bytes] = []
    real = pikepdf.open

    def counted(data):
        count.append(data)
        return real(data)

    monkeypatch.setattr(pikepdf, "open", counted)
    return count


def in_order(data):
    """The same file with the entries of each of its objects in order."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.trailer["/ID"]
        return as_it_is(pdf)


@pytest.mark.parametrize("product", ["handout", "poster", "wallet-card"])
def test_it_makes_no_difference_who_opened_it(product):
    faces = render_piece(piece(product, "en"), ASSETS).pdf
    handed = on_sheets(faces)
    assert handing._JUST_JOINED == []
    opened = on_sheets(faces)
    assert opened == on_sheets(bytes(bytearray(faces)))
    assert in_order(opened) == in_order(handed)


def test_it_is_handed_over_once_and_only_for_its_own_bytes(opened):
    handout = render_piece(piece("handout", "en"), ASSETS).pdf
    poster = render_piece(piece("poster", "en"), ASSETS).pdf
    opened.clear()
    for faces, count in ((handout, 1), (poster, 0), (poster, 1)):
        with handing.handed_over(faces) as pdf:
            assert "/ID" not in pdf.trailer
            assert len(pdf.pages) == (2 if faces is handout else 1)
            del pdf.pages[:]
        assert len(opened) == count
        opened.clear()


@pytest.mark.parametrize("product", ["handout", "poster", "wallet-card"])
def test_sheets_are_seen_to_hold_the_very_faces_without_a_picture(monkeypatch, product):
    faces = render_piece(piece(product, "en"), ASSETS).pdf
    data, sheets = on_sheets(faces), sheets_of(faces)
    monkeypatch.setattr(sheet_proof, "unlike_their_faces", lambda *_: pytest.fail("a sheet is looked at as a picture"))
    assert prove_sheets(data, faces, sheets, piece="p") == ()
