import pytest

from generator.lists.numbers import read_numbers

UNDERSTOOD = {
    "515-555-0142": ["call 515-555-0142"],
    "(515) 555-0142 x9": ["call (515) 555-0142 extension 9"],
    "515-555-0142x9": ["call 515-555-0142 extension 9"],
    "515.555.0142; 515-555-0143 / 515-555-0144": ["call 515.555.0142", "call 515-555-0143", "call 515-555-0144"],
    "5155550142,5155550143": ["call 5155550142", "call 5155550143"],
}
GUESSED = {
    "text HOME to 741741": ["text HOME to 741741"],
    "envíe AYUDA al 741741": ["text AYUDA to 741741"],
    "988, press 2 for Spanish": ["call 988", "call 988 press 2 in es"],
    "call or txt 741741": ["text 741741"],
    "call or txt 515-555-0101": ["call and text 515-555-0101"],
    "1-800-662-HELP (4357)": ["call 1-800-662-4357"],
    "5.155550142E+09": ["call 5155550142"],
    "5155550142.0": ["call 5155550142"],
    "Office: 515-555-0118\nAfter hours: 515-555-0119": [
        "call 515-555-0118 (Office)",
        "call 515-555-0119 (After hours)",
    ],
}
REJECTED = {
    "1.8E+10": "lost",
    "555-0142": "area code",
    "515-555-O142": "letter O",
    "５15-555-0142": "FULLWIDTH",
    "515-555\u200b-0142": "ZERO WIDTH",
    "515-555-0142\u202e": "RIGHT-TO-LEFT OVERRIDE",
    "see website": "no telephone number",
}


@pytest.mark.parametrize("cell", UNDERSTOOD)
def test_several_numbers_and_extensions_are_no_guess(cell):
    read = read_numbers(cell, "US")
    assert [str(one) for one in read.found] == UNDERSTOOD[cell]
    assert not any(one.guessed for one in read.found)


@pytest.mark.parametrize("cell", GUESSED)
def test_words_keys_and_repairs_are_guesses(cell):
    read = read_numbers(cell, "US")
    assert [str(one) for one in read.found] == GUESSED[cell]
    assert any(one.guessed for one in read.found)


@pytest.mark.parametrize("cell", REJECTED)
def test_what_cannot_be_dialled_is_refused_with_the_reason(cell):
    read = read_numbers(cell, "US")
    assert not read.found
    assert REJECTED[cell] in read.problems[0]
    assert read.left


def test_a_fax_is_no_number_to_call():
    read = read_numbers("Fax: 515-555-0100, main 515-555-0101", "US")
    assert [one.number for one in read.found] == ["515-555-0101"]
    assert read.left == "Fax 515-555-0100"


def test_one_cell_may_hold_a_call_a_text_line_and_a_site():
    read = read_numbers("Call 988 or text HOME to 741741 or chat at 988lifeline.org", "US")
    assert [str(one) for one in read.found] == ["call 988", "text HOME to 741741"]
    assert read.web == "988lifeline.org"


@pytest.mark.parametrize(("number", "country"), [("116 123", "GB"), ("13 11 14", "AU"), ("0800 1111", "GB")])
def test_short_numbers_are_known_by_country(number, country):
    assert [one.number for one in read_numbers(number, country).found] == [number]
    assert not read_numbers(number, "US").found
