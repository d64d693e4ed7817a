from functools import partial

import pytest

from generator.keeping import OfObjects, plain_bytes


def test_what_was_made_of_an_object_is_found_by_that_object_alone():
    made: list[str] = []
    known = OfObjects[str](most=3)

    def find():
        made.append(f"made {len(made)}")
        return made[-1]

    one, equal = ["a"], ["a"]
    assert known.get((one,), find, "en") == known.get((one,), find, "en") == "made 0"
    assert known.get((equal,), find, "en") == "made 1"
    assert known.get((one,), find, "es") == "made 2"
    assert known.get((one,), find, "en") == "made 0"


def test_an_object_that_is_gone_lends_its_id_to_no_other():
    known = OfObjects[str]()
    for number in range(100):
        assert known.get(([number],), partial(str, number)) == str(number)


def test_no_more_are_kept_than_there_is_room_for():
    known = OfObjects[int](most=3)
    objects = [[number] for number in range(10)]
    for number, one in enumerate(objects):
        assert known.get((one,), partial(int, number)) == number
        assert len(known._values) <= 3
    assert known.get((objects[0],), lambda: -1) == -1


def test_plain_values_have_the_same_bytes_when_they_are_equal_and_others_when_not():
    one = ("988", 1.5, None, [True, ("a", "a")])
    same = ("".join(["9", "88"]), 3 / 2, None, [True, ("a", "".join(["a"]))])
    assert plain_bytes(one) == plain_bytes(same)
    assert len({plain_bytes(value) for value in (one, ("988",), ["988"], "988", b"988", 988, 988.0, True)}) == 8
    with pytest.raises(ValueError, match="unmarshallable"):
        plain_bytes(object())
