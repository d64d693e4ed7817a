"""The calendar entry of an event, read back by the rules of RFC 5545."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from generator.plan import EventDay, Fact, calendar_of

DAY = EventDay(
    id="fair",
    title="Mental Health Fair",
    short_title="Fair",
    line=None,
    day=date(2026, 12, 5),
    until=None,
    starts="10:00",
    ends="14:00",
    place=Fact("address", "fair", "Library, 12 Main St, Larkin", "Library, 12 Main St, Larkin"),
    place_name="Library",
    place_note=None,
    sign_up=Fact("url", "fair", "https://example.org/fair", "example.org/fair"),
)
TODAY = date(2026, 11, 25)


def entry(event, language="en"):
    """The properties of the one entry, unfolded, without what was escaped; names without their parameters."""
    data = calendar_of(event, language=language, today=TODAY)
    lines = data.decode("utf-8").replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    inside = lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]
    return {line.partition(":")[0].partition(";")[0]: unescaped(line.partition(":")[2]) for line in inside}


def unescaped(text):
    out, chars = "", iter(text)
    for char in chars:
        after = next(chars) if char == "\\" else ""
        out += {"n": "\n", "": char}.get(after, after)
    return out


def test_the_entry_says_what_the_strip_says():
    assert entry(DAY) == {
        "UID": "fair-20261205@handbill",
        "DTSTAMP": "20261125T000000Z",
        "DTSTART": "20261205T100000",
        "DTEND": "20261205T140000",
        "SUMMARY": "Mental Health Fair",
        "LOCATION": "Library, 12 Main St, Larkin",
        "URL": "https://example.org/fair",
    }


@pytest.mark.parametrize(
    ("changes", "times"),
    [
        ({"ends": None}, {"DTSTART": "20261205T100000"}),
        ({"starts": "22:00", "ends": "01:00"}, {"DTSTART": "20261205T220000", "DTEND": "20261206T010000"}),
        ({"until": date(2026, 12, 7)}, {"DTEND": "20261205T140000", "RRULE": "FREQ=DAILY;COUNT=3"}),
    ],
)
def test_an_open_end_midnight_and_several_days(changes, times):
    found = entry(replace(DAY, **changes))
    assert times.items() <= found.items()
    assert ("DTEND" in found) == (replace(DAY, **changes).ends is not None)


WORDS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=200)


@given(title=WORDS, place=WORDS, line=WORDS)
def test_any_words_come_back_and_no_line_is_too_long(title, place, line):
    event = replace(DAY, title=title, line=line, place=Fact("address", "fair", place, place))
    data = calendar_of(event, language="en", today=TODAY)
    assert all(len(one) <= 75 for one in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    found = entry(event)
    assert (found["SUMMARY"], found["LOCATION"], found["DESCRIPTION"]) == (title, place, line)


def test_the_same_day_gives_the_same_bytes_and_another_build_another_stamp():
    one, other = (calendar_of(DAY, language="en", today=day) for day in (TODAY, date(2026, 11, 26)))
    assert one == calendar_of(DAY, language="en", today=TODAY)
    assert one.replace(b"20261125T", b"20261126T") == other
