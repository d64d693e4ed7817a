import pytest

from generator.lists.hours import hours_in_one_cell, read_hours
from generator.model.resource import Hours

WEEK = ["mon", "tue", "wed", "thu", "fri"]


def spans(cell):
    openings = Hours.model_validate(read_hours(cell).tree).model_dump()["openings"]
    return [(" ".join(one["days"]), one["opens"], one["closes"]) for one in openings]


PROSE = {
    "Mon-Fri 9-5": [("mon tue wed thu fri", "09:00", "17:00")],
    "M-F 9am-5pm, Sat 10-2": [("mon tue wed thu fri", "09:00", "17:00"), ("sat", "10:00", "14:00")],
    "Lunes a viernes de 9 a 17 h": [("mon tue wed thu fri", "09:00", "17:00")],
    "T/Th 1-4": [("tue thu", "13:00", "16:00")],
    "Tue 6:30-8pm": [("tue", "18:30", "20:00")],
    "9am-5pm Monday-Friday": [("mon tue wed thu fri", "09:00", "17:00")],
    "Mon-Fri 8am-12pm and 1pm-5pm": [
        ("mon tue wed thu fri", "08:00", "12:00"),
        ("mon tue wed thu fri", "13:00", "17:00"),
    ],
    "Sat-Tue 22:00-06:00": [("mon tue sat sun", "22:00", "06:00")],
    "M-Th 9-5, closed weekends": [("mon tue wed thu", "09:00", "17:00")],
    "Fri 10pm-2am": [("fri", "22:00", "02:00")],
}


@pytest.mark.parametrize("cell", PROSE)
def test_prose_becomes_openings_and_is_a_guess(cell):
    assert spans(cell) == PROSE[cell]
    assert read_hours(cell).guessed


@pytest.mark.parametrize("cell", ["24/7", "24 hours a day, 7 days a week", "las 24 horas", "Always open"])
def test_always(cell):
    assert read_hours(cell).tree == {"always": "true"}


@pytest.mark.parametrize(
    "cell", ["By appointment", "1st and 3rd Tuesday 6pm", "Mon-Fri 9-5 except holidays", "9-5", "24 hours Mon-Fri"]
)
def test_what_is_not_understood_stays_as_given(cell):
    assert read_hours(cell).tree == {"text": {"": cell}}
    assert not read_hours(cell).guessed


@pytest.mark.parametrize(
    ("cell", "days"), [("mon-fri 09:00-17:00", WEEK), ("sat-mon 09:00-17:00", ["sat", "sun", "mon"])]
)
def test_a_range_of_days_with_plain_times_is_no_guess(cell, days):
    read = read_hours(cell)
    assert not read.guessed
    assert spans(cell) == [(" ".join(days), "09:00", "17:00")]


def test_our_own_writing_reads_back_without_a_guess():
    hours = Hours.model_validate(
        {
            "openings": [
                {"days": WEEK, "opens": "09:00", "closes": "17:00"},
                {"days": ["sat"], "opens": "10:00", "closes": "24:00"},
            ]
        }
    )
    read = read_hours(hours_in_one_cell(hours))
    assert Hours.model_validate(read.tree) == hours
    assert not read.guessed
