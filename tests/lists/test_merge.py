from datetime import date

import pytest

from generator.lists.merge import merge, unknown_changes, with_common_checks, with_own_checks
from generator.model.resource import ResourceList

BASE = {
    "id": "line", "name": {"en": "Line", "es": "Línea"}, "kind": "crisis", "phones": ["515-555-0142"],
    "url": "example.org", "checked": "2026-05-12", "checked_by": "Rosa",
}  # fmt: skip


def a_list(*entries, **about):
    return ResourceList.model_validate({"resources": entries, **about})


def merged(*entries):
    named = [(f"list-{number}", a_list(entry)) for number, entry in enumerate(entries)]
    return merge(named)[0].resource


def test_a_later_list_wins_field_by_field():
    one = merged(BASE, {"id": "line", "priority": "7", "url": "example.net"})
    assert (one.priority, one.url.printed, one.phones[0].number) == (7, "example.net", "515-555-0142")


def test_texts_merge_by_language():
    assert merged(BASE, {"id": "line", "name": {"fr": "Ligne"}}).name.texts == {
        "en": "Line",
        "es": "Línea",
        "fr": "Ligne",
    }
    assert merged(BASE, {"id": "line", "name": "One"}).name.texts == {"": "One"}


def test_a_check_does_not_pass_to_a_number_it_was_not_made_of():
    one = merged(BASE, {"id": "line", "phones": ["515-555-0199"]})
    assert one.phones[0].checked is None
    assert one.checked is None
    assert one.url.checked == date(2026, 5, 12)


def test_a_change_that_only_brings_a_date_checks_everything_again():
    one = merged(BASE, {"id": "line", "checked": "2026-11-01", "checked_by": "Ann"})
    assert {fact.checked for fact in (*one.phones, one.url)} == {date(2026, 11, 1)}


def test_country_and_scope_come_from_the_first_list():
    named = [("a", a_list(BASE, country="GB", scope="national")), ("b", a_list({"id": "line", "priority": "2"}))]
    assert (merge(named)[0].country, merge(named)[0].scope, merge(named)[0].lists) == ("GB", "national", ("a", "b"))


def test_a_change_of_nothing_is_an_error():
    named = [("a", a_list(BASE)), ("b", a_list({"id": "lime", "priority": "2"}))]
    assert len(merge(named)) == 1
    problem = unknown_changes(named)[0]
    assert "lime" in problem.message
    assert "line" in problem.hint


@pytest.mark.parametrize("move", [with_own_checks, lambda one: with_common_checks(with_own_checks(one))])
def test_moving_checks_keeps_their_meaning(move):
    moved = move(a_list(BASE).resources[0])
    assert {fact.checked or moved.checked for fact in (*moved.phones, moved.url)} == {date(2026, 5, 12)}
