"""Answers of a call-round go into the list: dates, corrections, and nothing that is wrong stays in print."""

from datetime import date

import pytest

from generator.lists.answers import record
from generator.lists.merge import merge
from generator.lists.rewriting import rewritten
from generator.lists.verify import Answer, due, read_sheet, to_sheet
from generator.lists.yaml import to_yaml
from generator.model.resource import ResourceList
from generator.model.settings import Freshness

TODAY = date(2026, 11, 25)
LISTED = ResourceList.model_validate(
    {
        "country": "US",
        "resources": [
            {
                "id": "elm", "name": "Elm clinic", "kind": "clinic", "phones": ["515-555-0142", "515-555-0143"],
                "hours": "24/7", "guessed": ["kind"],
            },
            {"id": "oak", "name": "Oak line", "kind": "crisis", "phones": ["515-555-0144"], "checked": "2026-11-01"},
        ],
    },
    context={"country": "US"},
)  # fmt: skip


def answered(*answers):
    asked = [(*one, "")[:4] for one in answers]
    done, found = record(LISTED, [Answer(one[0], one[1], one[2], TODAY, "Ana", one[3]) for one in asked])
    return done, [one.code for one in found]


def of(done, id_):
    return next(one for one in done.entries if one.id == id_)


def test_a_yes_dates_one_fact_alone():
    done, found = answered(("elm", "phones.1", True))
    first, second = of(done, "elm").phones
    assert (first.checked, first.checked_by) == (TODAY, "Ana")
    assert second.checked is None
    assert found == []


def test_a_yes_to_all_of_a_service_is_written_once():
    done, _ = answered(("elm", "", True))
    elm = of(done, "elm")
    assert (elm.checked, elm.checked_by) == (TODAY, "Ana")
    assert all(phone.checked is None for phone in elm.phones)


def test_a_correction_stands_in_the_place_of_the_number():
    done, _ = answered(("elm", "phones.2", False, "515-555-0199 ext. 4"))
    second = of(done, "elm").phones[1]
    assert (second.number, second.extension, second.checked) == ("515-555-0199", "4", TODAY)


def test_corrected_hours_are_read_as_hours():
    done, _ = answered(("elm", "hours", False, "Mon-Fri 9-5"))
    hours = of(done, "elm").hours
    assert not hours.always
    assert hours.openings[0].opens == "09:00"


def test_a_wrong_number_goes_to_the_notes():
    done, found = answered(("elm", "phones.1", False))
    assert [phone.number for phone in of(done, "elm").phones] == ["515-555-0143"]
    assert "515-555-0142 was found wrong on 2026-11-25 by Ana" in of(done, "elm").notes[0]
    assert found == ["uncorrected-fact"]


def test_the_last_wrong_number_keeps_the_service_out_of_print():
    done, _ = answered(("oak", "phones.1", False))
    assert of(done, "oak").print_until == date(2026, 11, 24)


def test_a_guessed_kind_is_confirmed_or_corrected():
    assert of(answered(("elm", "kind", True))[0], "elm").guessed == ()
    corrected = of(answered(("elm", "kind", False, "food"))[0], "elm")
    assert (corrected.kind, corrected.guessed) == ("food", ())


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (("elm", "phones.1", False, "call Ana"), "rejected-answer"),
        (("elm", "phones.7", True), "rejected-answer"),
        (("elm", "kind", False, "Not A Slug"), "rejected-answer"),
        (("ash", "phones.1", True), "unknown-resource"),
    ],
)
def test_an_answer_that_cannot_be_written_is_told_and_changes_nothing(answer, code):
    done, found = answered(answer)
    assert found == [code]
    assert of(done, "elm") == of(LISTED, "elm")


def test_what_is_due_comes_crisis_first_then_never_checked(kinds):
    facts = due(merge([("l", LISTED)]), Freshness(), kinds=kinds, today=date(2027, 6, 2))
    assert [(one.id, one.fact) for one in facts] == [
        ("oak", "phones.1"), ("elm", "hours"), ("elm", "kind"), ("elm", "phones.1"), ("elm", "phones.2"),
    ]  # fmt: skip
    assert facts[0].why == "older than 6 months"


def test_a_sheet_is_filled_in_and_read_back(kinds, tmp_path):
    text = to_sheet(due(merge([("l", LISTED)]), Freshness(), kinds=kinds, today=TODAY))
    rows = text.removeprefix("\ufeff").split("\r\n")
    filled = [rows[0], *(row.removesuffix(",,,,") + ",yes,,2026-11-24,Ben" for row in rows[1:2]), *rows[2:]]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(filled), "utf-8-sig")
    answers, found = read_sheet(path, country="US", today=TODAY)
    assert found == ()
    assert answers == (Answer("elm", "hours", True, date(2026, 11, 24), "Ben"),)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("elm,phones.1,maybe,,,Ben", "row 2"),
        ("elm,phones.1,yes,,2026-12-24,Ben", "still to come"),
        ("elm,phones.1,yes,,someday,Ben", "row 2"),
        ("elm,phones.1,yes,,,", "names nobody"),
    ],
)
def test_a_row_of_a_sheet_that_cannot_be_used_is_named(tmp_path, cells, said):
    path = tmp_path / "calls.csv"
    path.write_text(f"id,fact,right? (yes/no),corrected,checked,checked by\n{cells}\n", "utf-8")
    answers, found = read_sheet(path, country="US", today=TODAY)
    assert answers == ()
    assert said in found[0].message


def test_only_the_lines_that_changed_are_written_anew():
    text = to_yaml(LISTED).replace("  - id: oak", "  # The line by the river\n  - id: oak") + "# the end\n"
    done, _ = answered(("elm", "phones.2", False, "515-555-0199"))
    edited, kept_all = rewritten(text, LISTED, done)
    assert kept_all
    before, after = set(text.splitlines()), set(edited.splitlines())
    assert "  # The line by the river" in after
    assert "# the end" in after
    assert not any("oak" in line for line in before ^ after)


def test_a_new_date_touches_nothing_else():
    text = to_yaml(LISTED).replace('phones: ["515-555-0144"]', "phones: [ '515-555-0144' ]  # Ana's desk")
    done, _ = answered(("oak", "phones.1", True))
    edited, kept_all = rewritten(text, LISTED, done)
    assert kept_all
    assert "# Ana's desk" in edited
    assert "checked: 2026-11-25" in edited


def test_a_corrected_number_is_written_with_its_date_not_the_date_alone():
    done, _ = answered(("oak", "phones.1", False, "515-555-0199"))
    edited, kept_all = rewritten(to_yaml(LISTED), LISTED, done)
    assert kept_all
    assert "515-555-0199" in edited
    assert "515-555-0144" not in edited


def test_a_list_in_one_line_is_written_whole_below_its_first_comments():
    text = "# Ours\ncountry: US\nresources: [{id: a, name: A, kind: food, phones: ['515-555-0142']}]\n"
    listed = ResourceList.model_validate(
        {"country": "US", "resources": [{"id": "a", "name": "A", "kind": "food", "phones": ["515-555-0142"]}]},
        context={"country": "US"},
    )
    done, _ = record(listed, [Answer("a", "phones.1", True, TODAY, "Ana")])
    edited, kept_all = rewritten(text, listed, done)
    assert not kept_all
    assert edited.startswith("# Ours\n")
    assert "checked: 2026-11-25" in edited
