"""Products that print whole lists, against one row and against a thousand: all is printed, or left out by name."""

from datetime import date

import pytest

from generator.catalog import Roots, builtin_root
from generator.making import make_piece
from generator.plan import Request, plan_jobs
from generator.project import load_project
from generator.render.fit import next_attempt
from generator.render.pour import Block, Poured, most_that_fit

EDITION = "title: Cedar\nlanguages: [en, es]\nplace: {country: US, county: Cedar}\nlists: [us-national, cedar]\n"
KINDS = ("food", "clinic", "shelter", "legal", "support-group")
TODAY = date(2026, 11, 25)


def rows(count):
    lines = ["id,name,kind,description,phone,hours,address,url,checked,checked by"]
    for number in range(count):
        phone = f"515-555-{100 + number % 100:04}"
        lines.append(
            f"s{number},Service number {number},{KINDS[number % 5]},Help for people who live near,{phone},"
            f"mon-fri 09:00-17:00,{number} Main St Riverbend,https://example.org/{number},2026-11-01,Ana"
        )
    return "\n".join(lines) + "\n"


@pytest.fixture
def made(write):
    def make(product, count, language="en"):
        root = write({"content/editions/cedar.yaml": EDITION, "content/lists/cedar.csv": rows(count)})
        project, found = load_project(Roots(root, builtin_root()))
        assert not [one for one in found if one.is_error]
        (job,), _ = plan_jobs(project, Request(products=(product,), languages=(language,)), today=TODAY)
        result = make_piece(project.roots, job)
        assert [one.message for one in result.diagnostics if one.is_error] == []
        (entry,) = [one.entry for one in result.artifacts if one.path.endswith(".screen.pdf")]
        return job.piece, result, entry

    return make


def resources_on(entry):
    return {fact["resource"] for fact in entry["facts"]}


QUICK = {("street-sheet", 1, "en"), ("directory", 1, "en"), ("directory", 40, "en"), ("call-sheet", 12, "en")}
LONG = [
    pytest.param(product, count, language, marks=() if (product, count, language) in QUICK else pytest.mark.slow)
    for product in ("street-sheet", "directory", "call-sheet")
    for count, language in ((1, "en"), (1, "es"), (12, "en"), (40, "en"))
]


@pytest.mark.parametrize(("product", "count", "language"), LONG)
def test_every_row_is_printed_or_left_out_by_name(made, product, count, language):
    piece, result, entry = made(product, count, language)
    local = {f"s{number}" for number in range(count)}
    left_out = set(entry["left_out"]) | set(result.left_out)
    assert local - left_out <= resources_on(entry)
    assert not left_out & resources_on(entry)
    assert {one.id for one in piece.local} | left_out >= local
    if product != "street-sheet":
        assert not left_out


def test_a_street_sheet_holds_what_it_can_of_two_hundred_rows_and_names_the_rest(made):
    _, result, entry = made("street-sheet", 200)
    local = {f"s{number}" for number in range(200)}
    printed = local & resources_on(entry)
    assert len(printed) > 60
    assert local - printed <= set(result.left_out)
    assert result.scale < 1


@pytest.mark.slow
@pytest.mark.parametrize("product", ["street-sheet", "directory", "call-sheet"])
def test_a_thousand_rows(made, product):
    _, result, entry = made(product, 1000)
    local = {f"s{number}" for number in range(1000)}
    assert local - set(result.left_out) <= resources_on(entry)
    assert product == "street-sheet" or not result.left_out


def block(listing="", height=10.0, *, is_kept=False):
    return Block(listing, height, 2.0, is_kept)


def test_a_heading_never_ends_a_column_and_none_stays_over_nothing():
    blocks = (block(is_kept=True), block("a"), block(is_kept=True), block("b"), block("c"))
    assert not Poured(blocks, (25.0,)).is_held
    assert Poured(blocks, (28.0, 28.0)).is_held
    assert Poured(blocks, (28.0, 28.0)).without({"b", "c"}).blocks == blocks[:2]


def test_as_few_listings_go_as_have_to():
    blocks = tuple(block(name) for name in "abcdef")
    poured = Poured(blocks, (30.0,))
    assert most_that_fit(poured, list("fedcba")) == 3
    assert not poured.without(set("fe")).is_held
    assert poured.without(set("fed")).is_held


def test_text_that_is_too_wide_drops_no_listing():
    from generator.render.fit import Attempt, Outcome

    project, _ = load_project(Roots(builtin_root(), builtin_root()))
    request = Request(editions=("larkin-county",), products=("street-sheet",), languages=("en",))
    (job,), _ = plan_jobs(project, request, today=TODAY)
    last = len(job.piece.product.fit.scale)
    printed = {one.id: frozenset({0}) for one in job.piece.local}
    outcome = Outcome(frozenset({0}), (), printed, poured=Poured((block("a"),), (100.0,)))
    assert next_attempt(Attempt(job.piece, step=last), outcome) is None
