from datetime import date

import pytest
from msgspec.structs import astuple

from generator.errors import has_errors
from generator.plan import Request, gather, plan_jobs, ticket
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


@pytest.mark.parametrize(("stock", "code"), [("avery-5160", "stock-does-not-hold"), ("5371", "")])
def test_a_stock_named_by_the_edition_that_is_too_small_is_an_error_at_its_line(plan, stock, code):
    jobs, _ = plan(f"products: [wallet-card]\nstocks:\n  wallet-card: {stock}\n")
    found = [one for one in jobs[0].diagnostics if one.is_error]
    assert [one.code for one in found] == ([code] if code else [])
    assert [str(one.place) for one in found] == (["content/editions/mine.yaml:5:16"] if code else [])


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


def test_the_words_of_a_guide_are_gathered_once_for_all_pieces(plan):
    jobs, _ = plan("products: [handout, poster]\n")
    first, second = (job.piece.passages for job in jobs[:2])
    of_guide = [(one, other) for one, other in zip(first, second, strict=True) if one.part]
    assert len(of_guide) > 50
    assert all(one is other for one, other in of_guide)
    assert {str(one.place.path) for one, _ in of_guide} == {"content/guides/mental-health-ally/en.yaml"}


def test_planning_twice_gives_the_same_plan(plan):
    first, second = plan(), plan()
    assert [astuple(job)[1:] for job in first[0]] == [astuple(job)[1:] for job in second[0]]


CARD = ("wallet-card",)
POSTER = ("poster",)
PRINTER = {"content/printers/desk.yaml": "paper: letter\noffset: 1.2mm, -0.8mm\nback: 0.5mm, 0mm\n"}


def codes(job):
    return [one.code for one in job.diagnostics if one.is_error]


def test_so_many_copies_fill_part_used_sheets_first(plan):
    used = (frozenset({1, 2, 3, 7}), frozenset({1, 2, 3}))
    job = only(plan(request=Request(products=CARD, copies=300, used=used))[0], "wallet-card")
    fronts = [sheet for sheet in job.sheets if not sheet.is_back]
    assert [len(one.placements) for one in fronts] == [6, 7, *[10] * 28, 7]
    jobs, _ = plan(request=Request(products=CARD, used=(frozenset({11}),)))
    assert codes(jobs[0]) == ["no-such-slot"]


def test_a_stock_of_the_projects_own_is_one_file(plan):
    own = "title: Ours\nsheet: 8.5in x 11in\nlabel: 3.5in x 2in\norigin: 0.75in, 0.5in\npitch: 3.5in, 2.5in\n"
    own += "grid: 2 x 4\naliases: [X-1]\nsource: a ruler\nconfidence: high\n"
    for name in ("ours", "x-1"):
        jobs, _ = plan(request=Request(products=CARD, stock=name), files={"templates/stocks/ours.yaml": own})
        assert jobs[0].stock_id == "ours"
        assert len(jobs[0].sheets[0].placements) == 8


def test_cards_on_plain_paper_have_gutters_and_crop_marks(plan):
    job = only(plan(request=Request(products=CARD, stock="letter"))[0], "wallet-card")
    front = job.sheets[0]
    assert job.stock_id == "letter"
    assert len(front.placements) >= 8
    assert front.marks
    assert {(one.bleed_x, one.bleed_y) for one in front.placements} == {(3.0, 3.0)}


def test_a_handout_is_never_tiled(plan):
    jobs, _ = plan(request=Request(products=("handout",), stock="a5"))
    assert codes(jobs[0]) == ["stock-does-not-hold"]


def test_a_poster_stays_whole_where_the_paper_holds_it_and_is_tiled_where_it_does_not(plan):
    assert only(plan(request=Request(products=POSTER))[0], "poster").tiling is None
    tiled = only(plan(request=Request(products=POSTER, stock="letter"))[0], "poster")
    assert (tiled.tiling.columns, tiled.tiling.rows, tiled.stock_id) == (2, 2, "letter")
    assert len(tiled.sheets) == 5
    twice = only(plan(request=Request(products=POSTER, stock="letter", copies=2))[0], "poster")
    assert len(twice.sheets) == 9
    assert ticket(twice) == "a map and 8 sheets of letter, in 2 rows and 2 columns for each of 2"
    large = only(plan(request=Request(products=POSTER, sizes=("24x36",)))[0], "poster")
    assert (large.tiling.count, large.stock_id) == (15, "letter")
    whole = only(plan(request=Request(products=POSTER, sizes=("24x36",), stock="arch-d"))[0], "poster")
    assert whole.tiling is None
    assert len(whole.sheets) == 1


def test_the_paper_of_the_printer_or_of_the_project_decides_what_is_tiled(plan):
    job = only(plan(request=Request(products=POSTER, printer="desk"), files=PRINTER)[0], "poster")
    assert job.tiling
    job = only(plan(request=Request(products=POSTER), files={"handbill.yaml": "paper: letter\n"})[0], "poster")
    assert job.tiling
    job = only(plan(request=Request(products=CARD, printer="desk"), files=PRINTER)[0], "wallet-card")
    assert job.stock_id == "avery-5371"
    british, _ = plan("place: {country: GB}\n", lists=GB, files={"handbill.yaml": "paper: letter\n"})
    assert (only(british, "handout").stock_id, only(british, "handout").diagnostics) == ("a4", ())


def test_an_edition_names_the_sizes_of_its_posters(plan):
    jobs, _ = plan("sizes: {poster: [a2, 18x24]}\nproducts: [poster, wallet-card]\n")
    assert [job.piece.name for job in jobs] == ["mine/en/poster-a2", "mine/en/poster-18x24", "mine/en/wallet-card"]
    jobs, _ = plan("sizes: {poster: [a2, 18x24]}\nproducts: [poster]\n", request=Request(sizes=("24x36",)))
    assert [job.piece.name for job in jobs] == ["mine/en/poster-24x36"]


@pytest.mark.parametrize(
    ("request_", "code", "hint"),
    [
        (Request(sizes=("24x37",)), "unknown-size", '"24x36"'),
        (Request(printer="dask"), "unknown-printer", '"desk"'),
        (Request(products=("handout",), sizes=("a2",)), "unknown-size", ""),
        (Request(stock="5372x"), "unknown-stock", ""),
    ],
)
def test_what_is_not_there_is_named_with_the_near_miss(plan, request_, code, hint):
    jobs, found = plan(request=request_, files=PRINTER)
    assert jobs == ()
    assert [one.code for one in found] == [code]
    assert hint in found[0].hint


def test_a_printer_moves_every_sheet_and_the_ticket_says_so(plan):
    job = only(plan(request=Request(products=CARD, printer="desk"), files=PRINTER)[0], "wallet-card")
    front, back = job.sheets
    assert (front.correction.x0, front.correction.y0) == pytest.approx((-1.2, 0.8))
    assert (back.correction.x0, back.correction.y0) == pytest.approx((-1.7, 0.8))
    assert ticket(job) == (
        "1 sheet of avery-5371; both sides, turned on the long edge; corrected for the printer desk, "
        "which prints +1.2 mm right and -0.8 mm down, backs +0.5 mm right and +0 mm down"
    )
    by_default = only(plan(files=PRINTER | {"handbill.yaml": "printer: desk\n"})[0], "wallet-card")
    assert by_default.printing.printer_id == "desk"


def test_both_sides_by_hand(plan):
    asked = Request(products=CARD, copies=25, duplex="by-hand-reversed")
    job = only(plan(request=asked)[0], "wallet-card")
    assert [one.is_back for one in job.sheets] == [False] * 3 + [True] * 3
    assert [len(one.placements) for one in job.sheets] == [10, 10, 5, 5, 10, 10]
    assert job.duplex == "Simplex"
    assert "print pages 1-3, put the stack back as it came out" in ticket(job)
    short = only(plan(request=Request(products=CARD, duplex="short-edge"))[0], "wallet-card")
    assert short.duplex == "DuplexFlipShortEdge"
    assert {one.rotation for one in short.sheets[1].placements} == {180}


def test_languages_share_sheets_each_as_often_as_asked(plan):
    asked = Request(products=CARD, copies=7, together=True, used=(frozenset({1}),))
    jobs, _ = plan("languages: [en, es]\n", request=asked)
    (batch,), found = gather(jobs, asked)
    assert found == ()
    fronts = [one.face for sheet in batch.sheets if not sheet.is_back for one in sheet.placements]
    assert fronts == [0] * 7 + [2] * 7
    backs = [sheet for sheet in batch.sheets if sheet.is_back]
    assert [one.face for one in backs[0].placements] == [1] * 7 + [3] * 2
    assert batch.job.piece.name == "together/avery-5371/wallet-card"
    assert ticket(batch.job).startswith("2 sheets of avery-5371")


def test_without_a_number_of_copies_pieces_share_one_sheet_evenly(plan):
    asked = Request(products=CARD, together=True)
    jobs, _ = plan("languages: [en, es]\n", request=asked)
    (batch,), _ = gather(jobs, asked)
    assert [one.face for one in batch.sheets[0].placements] == [0] * 5 + [2] * 5
    alone, _ = plan(request=asked)
    batches, (said,) = gather(alone, asked)
    assert (batches, said.code, said.is_error) == ((), "nothing-shared", False)


def test_running_text_says_that_copies_and_printers_change_nothing(plan):
    jobs, _ = plan(request=Request(products=("call-sheet",), copies=5))
    assert "not-laid-out" in {one.code for one in jobs[0].diagnostics}
    jobs, _ = plan(request=Request(products=("call-sheet",)))
    assert "not-laid-out" not in {one.code for one in jobs[0].diagnostics}
