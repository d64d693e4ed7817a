"""What a region shows is known by each letter there: another letter, size, place or line makes another region."""

import pytest
from msgspec.structs import replace

from generator.proof import shown
from generator.proof.composed import frame_on
from generator.proof.expected import ExpectedPage
from generator.proof.glyphs import Glyph, PageText, Run
from generator.proof.opened import open_pdf
from tests.proof.composing import page_of

OTHER = {
    "text": "8", "box": (1.0, 2.0, 3.0, 4.5), "origin": (1.0, 2.5), "size_pt": 9.0, "direction": (0.0, 1.0),
    "is_mirrored": True, "clip": (0.0, 0.0, 1.0, 1.0), "stretch": 0.9, "slant": 0.1,
}  # fmt: skip
OF_THE_FILE = {"item", "content_id", "glyphs", "run"}  # of a run and a glyph: how they are numbered


def key_of(one):
    """Return what the region of a page is known by."""
    (page,) = one.expected.pages
    with open_pdf(one.pdf) as opened:
        composed = frame_on(opened.pike, opened.pike.pages[0], page.frame)
        assert composed is not None
        whole = replace(one.expected, pages=(ExpectedPage(page.facts),))
        (region,) = shown.shown_in(opened.pages[0], composed.parts, page.frame, whole)
        assert region is not None
        return region.key


@pytest.fixture(scope="module")
def text():
    with open_pdf(page_of().pdf) as opened:
        return opened.pages[0].text.of_a_closed_file


def changed(text, kind, name):
    """Return a text whose last run, or the last glyph of it, is another in something."""
    run, glyph = len(text.runs) - 1, text.runs[-1].glyphs[-1]
    if kind is Run:
        return PageText(text.glyphs, (*text.runs[:run], replace(text.runs[run], **{name: OTHER[name]})), text.lines)
    glyphs = [*text.glyphs]
    glyphs[glyph] = replace(glyphs[glyph], **{name: OTHER[name]})
    return PageText(tuple(glyphs), text.runs, text.lines)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, one) for kind in (Run, Glyph) for one in kind.__struct_fields__ if one not in OF_THE_FILE],
)
def test_anything_else_of_a_run_or_a_letter_is_told(text, kind, name):
    numbers = range(len(text.runs))
    assert shown._written(text, numbers, ()) != shown._written(changed(text, kind, name), numbers, ())


def test_how_a_file_numbers_its_runs_is_not_told(text):
    runs = tuple(replace(one, item=one.item + 7, content_id=one.content_id + 7) for one in text.runs)
    numbers = range(len(runs))
    assert shown._written(PageText(text.glyphs, runs, text.lines), numbers, ()) == shown._written(text, numbers, ())
    last = len(runs) - 1
    assert shown._written(text, [last], ()) != shown._written(text, numbers, ())


def test_a_region_is_known_by_what_is_written_there(monkeypatch):
    before = key_of(page_of())
    assert key_of(page_of()) == before
    write = shown._written
    monkeypatch.setattr(shown, "_written", lambda *told: write(*told) + b"x")
    assert key_of(page_of()) != before


def test_how_a_page_looks_around_its_regions_is_pictured_once(monkeypatch):
    monkeypatch.setattr(shown, "PICTURES", type(shown.PICTURES)(8))
    before = key_of(page_of())
    monkeypatch.setattr(shown, "_grounds", type(shown._grounds)(8))
    monkeypatch.setattr(shown, "_pictured", None)  # whoever pictures it again fails
    assert key_of(page_of()) == before
