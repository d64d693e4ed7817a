import pytest
from msgspec.structs import replace

from generator.lists.choose import Wish, choose, kilometres_between
from generator.lists.merge import Listed
from generator.model.resource import Point, Resource

WISH = Wish(language="en", country="US")


def listed(id_, *, kind="clinic", scope="local", country="US", **fields):
    tree = {"id": id_, "name": id_.title(), "kind": kind, "phones": ["515-555-0142"], **fields}
    return Listed(Resource.model_validate(tree), country, scope, ("mine",))


def ids(found):
    return [one.id for one in found]


def test_order_is_pins_priority_crisis_distance_kind_name(kinds):
    def at(miles_north):
        return {"area": {"point": {"latitude": str(41.6 + miles_north / 69), "longitude": "-93.6"}}}

    found = [
        listed("far", **at(50)), listed("near", **at(1)), listed("line"), listed("pinned", **at(300)),
        listed("first", priority="5", **at(99)), listed("crisis", kind="crisis", **at(200)),
        listed("food-here", kind="food"),
    ]  # fmt: skip
    wish = replace(WISH, pin=("pinned",), point=Point(latitude=41.6, longitude=-93.6))
    expected = ["pinned", "first", "crisis", "line", "food-here", "near", "far"]
    assert ids(choose(found, wish, kinds=kinds).local) == expected
    assert ids(choose(found[::-1], wish, kinds=kinds).local) == expected


def test_what_is_beyond_the_most_is_named(kinds):
    choice = choose([listed(name) for name in "abc"], replace(WISH, most=2), kinds=kinds)
    assert ids(choice.local) == ["a", "b"]
    assert [(one.id, one.reason) for one in choice.set_aside] == [("c", "comes after the first 2")]


ASIDE = [
    ({"hide": ("a",)}, {}, "hidden"),
    ({"kinds": ("food",)}, {}, "clinic"),
    ({"tags": ("walk-in",)}, {"tags": ["other"]}, "tags"),
    ({"audience": ("campus",)}, {"audience": ["work"]}, "work"),
    ({"region": "IA"}, {"area": {"region": "MN"}}, "MN"),
    ({"county": "Larkin"}, {"area": {"county": "Polk"}}, "Polk"),
    ({"postal_codes": ("50001",)}, {"area": {"postal_codes": ["50002"]}}, "postal"),
    ({"language": "es"}, {"languages": ["en"]}, "answers in en"),
    ({"country": "CA"}, {}, "serves US"),
    (
        {"point": Point(latitude=41.6, longitude=-93.6)},
        {"area": {"point": {"latitude": "45", "longitude": "-93.6"}, "radius_km": "50"}},
        "km away",
    ),
]


@pytest.mark.parametrize(("wish", "fields", "reason"), ASIDE)
def test_what_is_set_aside_has_a_reason(kinds, wish, fields, reason):
    choice = choose([listed("a", **fields)], replace(WISH, **wish), kinds=kinds)
    assert ids(choice.all) == []
    assert reason in choice.set_aside[0].reason


def test_a_pin_overrides_everything_but_hide(kinds):
    one = listed("a", area={"region": "MN"})
    assert ids(choose([one], replace(WISH, region="IA", pin=("a",)), kinds=kinds).local) == ["a"]
    assert not choose([one], replace(WISH, pin=("a",), hide=("a",)), kinds=kinds).local


def test_lead_second_and_emergency(kinds):
    found = [
        listed("sos", kind="emergency", scope="national"),
        listed("small", kind="crisis", priority="1"),
        listed("big", kind="crisis", priority="9", scope="national", texts=["741741"]),
        listed("texts", kind="crisis", priority="5", scope="national", texts=["741741"], phones=[]),
    ]
    choice = choose(found, WISH, kinds=kinds)
    heads = (choice.lead, choice.second, choice.emergency)
    assert [one.id for one in heads if one] == ["big", "texts", "sos"]
    assert "sos" not in ids(choice.national)


def test_distance():
    ames, des_moines = Point(latitude=42.0308, longitude=-93.6319), Point(latitude=41.5868, longitude=-93.6250)
    assert kilometres_between(ames, des_moines) == pytest.approx(49.4, abs=0.3)
    assert kilometres_between(ames, ames) == 0
