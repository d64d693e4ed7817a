from datetime import date

import pytest

from generator.lists.freshness import judge, months_after, oldest_check, whole_months
from generator.lists.merge import Listed
from generator.model.resource import Resource
from generator.model.settings import Freshness

TODAY = date(2026, 11, 23)


def listed(id_="a", *, kind="clinic", **fields):
    tree = {"id": id_, "name": id_.title(), "kind": kind, "phones": ["515-555-0142"], **fields}
    return Listed(Resource.model_validate(tree), "US", "local", ("mine",))


def codes(kinds, *found, today=TODAY, **policy):
    return [one.code for one in judge(found, Freshness.model_validate(policy), kinds=kinds, today=today)]


@pytest.mark.parametrize(
    ("kind", "checked", "expected"),
    [
        ("clinic", "2026-03-01", []),
        ("clinic", "2026-02-01", ["ageing-fact"]),
        ("clinic", "2025-11-23", ["ageing-fact"]),
        ("clinic", "2025-11-22", ["expired-fact"]),
        ("crisis", "2026-05-23", []),
        ("crisis", "2026-05-22", ["ageing-fact"]),
        ("clinic", "2026-11-24", ["checked-in-the-future"]),
    ],
)
def test_ages_are_counted_to_the_day(kinds, kind, checked, expected):
    assert codes(kinds, listed(kind=kind, checked=checked)) == expected


def test_thirteen_months_on_each_expired_fact_is_named(kinds):
    one = listed(checked="2026-11-01", url={"url": "example.org", "checked": "2026-10-20"})
    found = judge([one], Freshness(), kinds=kinds, today=date(2027, 12, 23))
    assert all(problem.is_error for problem in found)
    text = " ".join(problem.message for problem in found)
    assert "515-555-0142" in text
    assert "example.org" in text
    assert all(problem.hint for problem in found)


def test_unchecked_facts_are_one_warning_or_refused(kinds):
    assert codes(kinds, listed("a"), listed("b")) == ["unchecked-facts"]
    found = judge([listed()], Freshness.model_validate({"unchecked": "refuse"}), kinds=kinds, today=TODAY)
    assert found[0].is_error


def test_print_until_and_guesses(kinds):
    assert "expired-resource" in codes(kinds, listed(print_until="2026-11-22", checked="2026-11-01"))
    assert codes(kinds, listed(print_until="2026-11-23", checked="2026-11-01")) == []
    guessed = listed(phones=[{"number": "515-555-0142", "guessed": "true"}], checked="2026-11-01")
    assert codes(kinds, guessed) == ["guessed-facts"]


def test_the_oldest_check_is_known_only_when_all_are():
    one = listed(checked="2026-05-12", url={"url": "example.org", "checked": "2026-04-01"})
    assert oldest_check([one]) == date(2026, 4, 1)
    assert oldest_check([one, listed("b")]) is None
    assert oldest_check([]) is None


def test_months():
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 12, 5), 13) == date(2028, 1, 5)
    assert whole_months(date(2026, 1, 31), date(2026, 2, 28)) == 0
    assert whole_months(date(2026, 1, 15), date(2026, 3, 15)) == 2
