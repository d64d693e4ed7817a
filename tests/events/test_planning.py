"""What an event asks for, read and planned: every piece once, in quantities that can be counted again."""

import math
from datetime import date

import pytest

from generator.plan import plan_event
from generator.project import load_project

FAIR = "larkin-mental-health-fair"
TODAY = date(2026, 11, 25)
EVENT = """\
title: Fair
edition: larkin-county
date: 2026-12-05
times: 10:00-14:00
place: Library
pieces:
"""


def planned(project, name=FAIR, today=TODAY):
    return plan_event(project, name, today=today)


@pytest.fixture
def fair(write, roots):
    """Plan an event whose pieces are given as lines, and return its jobs and what was found."""

    def plan(*pieces, more="", today=TODAY, files=None):
        text = EVENT + "".join(f"  - {one}\n" for one in pieces) + more
        root = write({"content/events/fair.yaml": text, **(files or {})})
        project, found = load_project(roots(root))
        jobs, more_found = planned(project, "fair", today) if "fair" in project.events else ((), ())
        return jobs, (*found, *more_found, *(one for job in jobs for one in job.job.diagnostics))

    return plan


def told(found):
    """What is said, without the age of facts, which is not what these tests are about."""
    errors = [one for one in found if one.is_error or one.code == "past-event"]
    return {(str(one.place), one.code) for one in errors}


def test_the_built_in_event_is_planned_whole(builtin):
    project, found = load_project(builtin)
    assert found == ()
    jobs, found = planned(project)
    assert found == ()
    assert len(jobs) >= 6
    assert {job.job.piece.language_id for job in jobs} == {"en", "es"}
    assert {finish for job in jobs for finish in job.job.finishes} == {"screen", "office", "press"}
    for one in jobs:
        piece = one.job.piece
        assert piece.name.startswith(f"{FAIR}/{piece.language_id}/{piece.product_id}")
        assert piece.event.when.value == "calendar:2026-12-05T10:00/2026-12-05T14:00"
        percent = project.events[FAIR].value.spares if one.piece.spares is None else one.piece.spares
        assert one.spares == (0 if one.piece.finish == "screen" else math.ceil(one.copies * percent / 100))
        assert one.prints == (1 if one.job.copies else one.total)


def test_sheets_of_cards_hold_copies_and_spares(fair):
    (one,), _ = fair('{product: wallet-card, languages: en, copies: 300, spares: 10, used: "1-3"}')
    fronts = [sheet for sheet in one.job.sheets if not sheet.is_back]
    assert sum(len(sheet.placements) for sheet in fronts) == 330
    assert [one.slot for one in fronts[0].placements] == [3, 4, 5, 6, 7, 8, 9]
    assert len(fronts) == math.ceil((330 + 3) / 10)


@pytest.mark.parametrize(("copies", "percent", "spares"), [(300, 1.1, 4), (300, 1, 3), (1, 5, 1), (20, 0, 0)])
def test_spares_are_rounded_up(fair, copies, percent, spares):
    (one,), _ = fair(f"{{product: handout, language: en, copies: {copies}, spares: {percent}}}")
    assert (one.copies, one.spares, one.total) == (copies, spares, copies + spares)


def test_a_piece_without_languages_is_made_in_those_of_its_edition(fair):
    jobs, _ = fair("{product: poster, sizes: [a2, 18x24]}")
    names = [one.job.piece.name for one in jobs]
    assert names == ["fair/en/poster-a2", "fair/en/poster-18x24", "fair/es/poster-a2", "fair/es/poster-18x24"]


def test_an_event_of_the_past_is_warned_of(fair):
    _, found = fair("{product: handout}", today=date(2026, 12, 6))
    assert told(found) == {("content/events/fair.yaml:3:7", "past-event")}
    assert not any(one.is_error for one in found)


@pytest.mark.parametrize(("finish", "spares", "places"), [("press", 5, [7]), ("press", 0, []), ("office", 5, [])])
def test_spares_asked_of_a_print_shop_are_told(fair, finish, spares, places):
    _, found = fair(f"{{product: poster, language: en, copies: 9, finish: {finish}, spares: {spares}}}")
    advice = [one for one in found if one.code == "spares-not-ordered"]
    assert [(one.place.line, one.is_error) for one in advice] == [(line, False) for line in places]


def test_an_event_that_is_not_there(builtin):
    project, _ = load_project(builtin)
    _, (found,) = planned(project, "larkin-mental-health-fare")
    assert (found.code, found.hint) == ("unknown-event", f'did you mean "{FAIR}"?')


def test_every_mistake_in_an_event_is_told_at_once_and_where(write, roots):
    text = """\
title: Fair
edition: larkin-conty
times: ten to two
until: 2026-12-04
due: 2026-13-01
place: {name: Library}
attendees: ../names.csv
hosts: [{name: Us, logo: us.svg}]
pieces:
  - {product: wallet-crad, copies: 0}
  - {product: wallet-card, stock: avery-9999, finish: pres}
  - {product: poster, size: 24x63}
  - {product: name-badge}
"""
    other = EVENT + "  - {product: handout, languages: [en, fr]}\n  - {product: street-sheet, finish: press}\n"
    files = {"content/events/fair.yaml": text, "content/events/My Fair.yaml": EVENT, "content/events/b.yaml": other}
    _, found = load_project(roots(write(files)))
    at = "content/events/fair.yaml"
    assert told(found) >= {
        (f"{at}:1:1", "missing-key"),
        (f"{at}:2:10", "unknown-edition"),
        (f"{at}:3:8", "wrong-value"),
        (f"{at}:5:6", "wrong-value"),
        (f"{at}:7:12", "missing-file"),
        (f"{at}:8:26", "missing-file"),
        (f"{at}:10:15", "unknown-product"),
        (f"{at}:10:36", "wrong-value"),
        (f"{at}:11:35", "unknown-stock"),
        (f"{at}:11:55", "wrong-choice"),
        (f"{at}:12:29", "unknown-size"),
        ("content/events/My Fair.yaml", "wrong-name"),
        ("content/events/b.yaml:7:40", "unknown-language"),
    }


@pytest.mark.parametrize(
    ("piece", "place", "code", "says"),
    [
        ("{product: wallet-card, stock: avery-5160}", "7:35", "stock-does-not-hold", "stocks that hold it: avery-5371"),
        ('{product: wallet-card, used: "11"}', "7:34", "no-such-slot", "slots 1 to 10"),
        ('{product: wallet-card, used: "x"}', "7:34", "no-such-slot", "is no slot"),
    ],
)
def test_what_the_paper_does_not_take_is_told_at_the_piece(fair, piece, place, code, says):
    _, found = fair(piece)
    first = next(one for one in found if one.is_error)
    assert (str(first.place), first.code) == (f"content/events/fair.yaml:{place}", code)
    assert says in first.message + first.hint


def test_two_lines_for_one_file_are_an_error(fair):
    _, found = fair("{product: poster, language: en}", "{product: poster, copies: 3}")
    assert told(found) == {("content/events/fair.yaml:8:15", "piece-twice")}


def test_an_event_may_not_take_the_folder_of_an_edition(write, roots):
    root = write({"content/events/larkin-county.yaml": EVENT + "  - {product: handout}\n"})
    _, found = load_project(roots(root))
    assert told(found) == {("content/events/larkin-county.yaml:1:1", "name-taken")}


def test_part_used_sheets_are_there_once_for_the_languages_of_a_line(fair):
    (first, second), _ = fair('{product: wallet-card, languages: [en, es], copies: 17, spares: 0, used: "1-3"}')
    fronts = [[len(sheet.placements) for sheet in one.job.sheets if not sheet.is_back] for one in (first, second)]
    assert fronts == [[7, 10], [10, 7]]
    assert (first.piece.used, second.piece.used) == ("1-3", None)
