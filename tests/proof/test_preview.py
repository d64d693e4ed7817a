"""Pictures of faces: those put together of a frame and regions are the same as those drawn whole."""

import io

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from generator.cache import Cache
from generator.keeping import Kept
from generator.proof import preview
from generator.proof.alone import faces_alone
from generator.proof.composed import parts_of
from generator.values import Shelf
from tests.proof.composing import BOX, FRAME, REGION, page_of

COLOURS = "".join(
    f'<i style="left:{3 + at * 4}mm; top:34mm; width:3mm; height:3mm; background:{one}"></i>'
    for at, one in enumerate(("#e4003a", "#00a86b", "#1f4fd8", "#ffb000", "#7a3cff", "#00b7c7"))
)


NAMES = ("KEPT", "FRAMES", "_frames")


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """Draw everything anew, and put together however small it is."""
    for name in NAMES:
        monkeypatch.setattr(preview, name, Kept(8))
    monkeypatch.setattr(preview, "PUT_TOGETHER_PX", 0)


def parts(one):
    (face,) = faces_alone(one.pdf) or ()
    found = parts_of(face)
    assert found
    assert found.edges.keys() == {"/Region0"}
    return found


def picture(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def drawn(one, dpi=96):
    """The page as it is drawn whole, in all its colours."""
    with pypdfium2.PdfDocument(one.pdf) as document:
        return preview.View.of(document[0], dpi).drawn(document[0]).astype(int)


@pytest.mark.parametrize("dpi", [72, 96, 131])
@pytest.mark.parametrize("region", [REGION, REGION + COLOURS, COLOURS + '<i style="inset:0; background:#fde"></i>'])
def test_outside_of_its_regions_a_page_is_its_frame_to_the_pixel(region, dpi, monkeypatch):
    monkeypatch.setattr(preview, "_flat", lambda pixels, colours: preview.Flat(pixels.copy(), []))
    one = page_of(region=region)
    with pypdfium2.PdfDocument(one.pdf) as document:
        view = preview.View.of(document[0], dpi)
        whole = view.drawn(document[0])
        found = preview._put_together(document[0], view, parts(one)).pixels
    assert np.array_equal(found, whole)
    assert not np.array_equal(found, preview._frame(view, parts(one)).pixels)


def test_colours_that_no_frame_has_come_out_near():
    one = page_of(region=REGION + COLOURS)
    (png,) = preview.draw_faces(one.pdf)
    away = np.abs(picture(png) - drawn(one)).max(axis=2)
    assert away.max() <= 48
    assert (away > 16).mean() < 0.001
    (left, top, *_) = (edge * 96 / 25.4 for edge in BOX.edges)
    for at, colour in enumerate(
        [(228, 0, 58), (0, 168, 107), (31, 79, 216), (255, 176, 0), (122, 60, 255), (0, 183, 199)]
    ):
        middle = picture(png)[round(top + 35.5 * 96 / 25.4), round(left + (4.5 + at * 4) * 96 / 25.4)]
        assert np.abs(middle - colour).max() <= 8


def test_a_frame_is_drawn_once_for_all_its_pages(monkeypatch):
    count = []
    frame = preview._frame

    def counted(view, parts):
        count.append(view)
        return frame(view, parts)

    monkeypatch.setattr(preview, "_frame", counted)
    first, second = page_of(), page_of(region=REGION.replace("left:3mm", "left:5mm"))
    pictures = [preview.draw_faces(one.pdf) for one in (first, second, first)]
    assert len(count) == 1
    assert pictures[0] == pictures[2] != pictures[1]
    preview.draw_faces(page_of(FRAME.replace("Any hour", "Any day")).pdf)
    assert len(count) == 2


def test_a_frame_is_drawn_once_for_all_processes(monkeypatch, tmp_path):
    def in_a_process_of_its_own(one):
        for name in NAMES:
            monkeypatch.setattr(preview, name, Kept(8))
        preview.FRAMES.behind = Shelf(Cache(tmp_path), "frame picture", tuple)
        return preview.draw_faces(one.pdf)

    first, second = page_of(), page_of(region=REGION + COLOURS)
    expected = preview.draw_faces(second.pdf)
    in_a_process_of_its_own(first)
    monkeypatch.setattr(preview, "_frame", None)  # it would be called
    assert in_a_process_of_its_own(second) == expected


def test_a_page_has_one_picture_whoever_draws_it_first(monkeypatch):
    first, second = page_of(), page_of(region=REGION + COLOURS)
    preview.draw_faces(first.pdf)
    after = preview.draw_faces(second.pdf)
    for name in NAMES:
        monkeypatch.setattr(preview, name, Kept(8))
    assert preview.draw_faces(second.pdf) == after


def test_what_is_painted_over_a_region_is_in_its_picture():
    plain, covered = page_of(), page_of(operators={"after": b"q 1 g 150 20 99 150 re f Q\n"})
    assert np.abs(picture(*preview.draw_faces(covered.pdf)) - drawn(covered)).max() <= 48
    assert np.abs(picture(*preview.draw_faces(plain.pdf)) - drawn(covered)).max() > 200


def test_a_region_that_is_turned_has_its_page_drawn_whole(monkeypatch):
    def turned(pdf, page):
        page.Resources.XObject["/Region0"].Matrix = [0, 1, -1, 0, 0, 0]

    monkeypatch.setattr(preview, "_put_together", None)  # it would be called
    one = page_of(change=turned)
    assert np.abs(picture(*preview.draw_faces(one.pdf)) - drawn(one)).max() <= 48
