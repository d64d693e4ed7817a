import dataclasses
from datetime import date

import pytest

from generator.errors import has_errors
from generator.plan import Request, plan_jobs
from generator.project import load_project

TODAY = date(2026, 11, 22)
LISTS = """\
country: {country}
resources:
  - id: line
    name: {{en: The line, es: La línea}}
    kind: crisis
    priority: 100
    phones: [{{number: "{crisis}", languages: [en]}}, {{number: "{crisis}", menu: "2", languages: [es]}}]
    checked: {checked}
    checked_by: A. Person
  - {{id: danger, name: Danger, kind: emergency, phones: ["{emergency}"], checked: {checked}}}
  - {{id: clinic, name: Clinic, kind: clinic, phones: ["{clinic}"], checked: {checked}, priority: 5}}
  - {{id: group, name: Group, kind: support-group, url: example.org/group, checked: {checked}}}
  - {{id: gone, name: Gone, kind: clinic, url: example.org/gone, checked: {checked}}}
"""
US = {"country": "US", "crisis": "988", "emergency": "911", "clinic": "5155550118", "checked": "2026-11-01"}
GB = {
    "country": "GB",
    "crisis": "116123",
    "emergency": "999",
    "clinic": "02079460958",
    "checked": "2026-11-01",
}


@pytest.fixture
def plan(write, roots):
    def planned(edition="", *, lists=None, request=None, today=TODAY, files=None):
        lists = US if lists is None else lists
        written = {
            "content/editions/mine.yaml": f"title: Mine\nlists: [mine]\n{edition}",
            "content/lists/mine.yaml": LISTS.format(**lists),
        }
        project, found = load_project(roots(write(written | (files or {}))))
        assert not has_errors(found), found
        return plan_jobs(project, request or Request(), today=today)

    return planned


def only(jobs, product, language="en"):
    return next(job for job in jobs if (job.piece.product_id, job.piece.language_id) == (product, language))


def test_the_lead_the_emergency_number_and_the_rest_take_their_places(plan):
    jobs, _ = plan("place: {country: US}\nhide: [gone]\nlanguages: [en, es]\n")
    piece = only(jobs, "handout").piece
    assert (piece.lead.call.fact.printed, piece.lead.call.fact.value) == ("988", "tel:988")
    assert piece.emergency.call.fact.printed == "911"
    assert [one.id for one in piece.local] == ["clinic", "group"]
    assert piece.local[0].call.fact.printed == "(515) 555-0118"
    spanish = only(jobs, "handout", "es").piece
    assert (spanish.lead.name, spanish.lead.call.menu) == ("La línea", "2")


def test_the_country_decides_paper_size_and_the_form_of_numbers(plan):
    jobs, _ = plan("place: {country: GB}\n", lists=GB)
    card, handout, poster = (only(jobs, name) for name in ("wallet-card", "handout", "poster"))
    assert (card.piece.size.width, card.piece.size.height) == (85, 54)
    assert card.stock_id == "avery-c32011"
    assert (handout.piece.size.width, handout.stock_id) == (210, "a4")
    assert (poster.piece.size.width, poster.stock_id) == (297, "a3")
    assert card.piece.lead.call.fact.printed == "116 123"
    assert card.piece.local[0].call.fact.printed == "020 7946 0958"


def test_the_date_printed_is_the_oldest_and_only_when_everything_is_checked(plan):
    assert only(plan()[0], "handout").piece.checked.isoformat() == "2026-11-01"
    assert only(plan(lists=US | {"checked": ""})[0], "handout").piece.checked is None


def test_an_expired_fact_refuses_the_pieces_that_carry_it_by_name(plan):
    jobs, _ = plan(lists=US | {"checked": "2025-10-01"})
    found = only(jobs, "handout").diagnostics
    expired = [one for one in found if one.code == "expired-fact"]
    assert {"line", "danger", "clinic"} <= {one.message.split("(")[1].split(" in ")[0] for one in expired}
    assert all("checked_by:" in one.hint for one in expired)


def test_what_finds_no_room_is_named(plan):
    rows = "".join(
        f"  - {{id: extra-{n}, name: Extra {n}, kind: food, url: example.org/{n}, checked: 2026-11-01}}\n"
        for n in range(9)
    )
    jobs, _ = plan(files={"content/lists/mine.yaml": LISTS.format(**US) + rows})
    card = only(jobs, "wallet-card").piece
    assert len(card.local) == 3
    assert set(card.left_out) | {one.id for one in card.local} == {"clinic", "group", "gone"} | {
        f"extra-{n}" for n in range(9)
    }


def test_a_product_may_not_appear_without_what_it_needs(plan):
    files = {"content/lists/mine.yaml": "resources: [{id: a, name: A, kind: food, url: example.org}]\n"}
    jobs, _ = plan(files=files)
    assert "missing-kind" in {one.code for one in only(jobs, "wallet-card").diagnostics}


def test_a_stock_that_does_not_hold_the_product_says_which_do(plan):
    jobs, _ = plan(request=Request(products=("wallet-card",), stock="5160"))
    (found,) = [one for one in jobs[0].diagnostics if one.code == "stock-does-not-hold"]
    assert "avery-5371" in found.hint
    assert "avery-8373" in found.hint


@pytest.mark.parametrize("stock", ["8371", "avery-5371", "28877"])
def test_a_stock_is_known_by_its_part_numbers(plan, stock):
    jobs, _ = plan(request=Request(products=("wallet-card",), stock=stock))
    assert jobs[0].stock_id == "avery-5371"


def test_fronts_and_backs_of_the_ten_up_sheet(plan):
    job = only(plan()[0], "wallet-card")
    front, back = job.sheets
    assert [one.face for one in front.placements] == [0] * 10
    assert [one.face for one in back.placements] == [1] * 10
    assert job.duplex == "DuplexFlipLongEdge"


def test_used_slots_stay_free(plan):
    job = only(plan(request=Request(products=("wallet-card",), start_at=4))[0], "wallet-card")
    assert [one.slot for one in job.sheets[0].placements] == [3, 4, 5, 6, 7, 8, 9]
    jobs, _ = plan(request=Request(products=("wallet-card",), start_at=11))
    assert [one.code for one in jobs[0].diagnostics if one.is_error] == ["no-such-slot"]


def test_planning_twice_gives_the_same_plan(plan):
    first, second = plan(), plan()
    assert [dataclasses.astuple(job)[1:] for job in first[0]] == [dataclasses.astuple(job)[1:] for job in second[0]]
