"""Tags, and PDF/UA, are asked of the files that have them, once each."""

from datetime import date

import pytest

from generator import making
from generator.plan import Request, plan_jobs
from generator.project import load_project
from generator.proof.checks import conformance, order

EDITION = {"content/editions/mine.yaml": "title: Mine\nplace: {country: US}\nlists: [us-national]\n"}
TAGS = {"conformance": conformance, "order": order}


@pytest.fixture
def asked(monkeypatch, roots, write):
    """Return what makes the card or the poster of an edition, and how many pages each check of tags was asked of."""

    def make(product, *finishes, **more):
        seen: dict[str, list[tuple[int, int]]] = {name: [] for name in TAGS}
        for name, module in TAGS.items():
            check = module.check

            def noting(pdf, expected, *, check=check, pages=seen[name]):
                if expected.is_tagged:
                    left, bottom, right, top = pdf.pike.pages[0].mediabox
                    pages.append((round(float(right - left)), round(float(top - bottom))))
                return check(pdf, expected)

            monkeypatch.setattr(module, "check", noting)
        folder = roots(write(EDITION))
        project, found = load_project(folder)
        assert not [one for one in found if one.is_error]
        jobs, _ = plan_jobs(project, Request(products=(product,), finishes=finishes, **more), today=date(2026, 11, 22))
        made = making.make_piece(folder, jobs[0])
        assert not [one for one in made.diagnostics if one.is_error]
        return seen, {one.entry["finish"] for one in made.artifacts if one.entry}

    return make


CARD_WITH_BLEED, CARD = (269, 161), (252, 144)  # points


def test_a_file_for_the_screen_is_asked_itself(asked):
    seen, finishes = asked("wallet-card", "screen", "office")
    assert finishes == {"screen", "office"}
    assert seen == {"conformance": [CARD], "order": [CARD_WITH_BLEED]}


def test_sheets_have_no_tags_to_be_asked_for(asked):
    seen, finishes = asked("wallet-card", "office")
    assert finishes == {"office"}
    assert seen == {"conformance": [], "order": []}


def test_faces_that_are_printed_one_a_page_are_asked_with_their_tags(asked, monkeypatch):
    seen, finishes = asked("call-sheet", "office")
    assert finishes == {"office"}
    assert len(seen["conformance"]) == len(seen["order"]) == 1
