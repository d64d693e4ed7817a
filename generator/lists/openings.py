"""Schedules of HSDS, which follow the calendar standard RFC 5545, as hours."""

import re
from collections.abc import Iterable, Mapping, Sequence

from generator.model.resource import DAYS
from generator.source import Tree, invisible_characters

_BYDAY = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), DAYS, strict=True))
_NAMES = {day: day for day in DAYS} | dict(
    zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), DAYS, strict=True)
)
# What makes a schedule other than "every week": nothing on paper says "the 41st week" well.
_RARE = ("byweekno", "bymonthday", "byyearday")

Schedule = Mapping[str, object]


def text_of(record: Mapping[str, object], key: str) -> str:
    """Return the text of a key on one line, without the quotes that some exports leave around it."""
    value = record.get(key)
    if not value or not isinstance(value, str):
        return ""
    text = " ".join(value.split())
    if not text.isprintable():
        text = "".join(char for char in text if not invisible_characters(char))
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text


def hours_of(schedules: Sequence[Schedule]) -> tuple[dict[str, Tree] | None, str]:
    """Return the hours that schedules tell, and in words what was guessed.

    A schedule that repeats every week becomes an opening. Of any other, its description is what there is.
    The standard has no word for "always"; by custom it is every day from 00:00 to 23:59.
    """
    spans = [span for schedule in schedules if (span := _weekly(schedule))]
    described = list(dict.fromkeys(words for one in schedules if (words := text_of(one, "description"))))
    irregular = [one for one in schedules if not _weekly(one) and not _is_bare(one)]
    if not spans or irregular:
        text = "; ".join(described) or "; ".join(map(_in_words, irregular))
        return ({"text": {"": text[:2000]}}, "") if text else (None, "")
    tree: dict[str, Tree] = {"openings": _joined(spans)}
    if {span[1:] for span in spans} == {("00:00", "23:59")} and set(DAYS) == {d for s in spans for d in s[0]}:
        tree = {"always": "true"}
    zones = {_zone(text_of(one, "timezone")) for one in schedules} - {""}
    if len(zones) == 1 and "openings" in tree:
        tree["time_zone"] = zones.pop()
    guess = "the description of the hours says more than the openings" if described else ""
    return {**tree, **({"note": {"": "; ".join(described)[:2000]}} if described else {})}, guess


def print_until(schedules: Iterable[Schedule]) -> str:
    """Return the last day on which a schedule is known to hold, or nothing."""
    days = [text_of(one, "valid_to")[:10] for one in schedules]
    return max((day for day in days if re.fullmatch(r"\d{4}-\d\d-\d\d", day)), default="")


def _weekly(schedule: Schedule) -> tuple[tuple[str, ...], str, str] | None:
    """Return the days and the times of a schedule that repeats every week, else None."""
    opens, closes = (_clock(text_of(schedule, key)) for key in ("opens_at", "closes_at"))
    days = _days(text_of(schedule, "byday") or text_of(schedule, "weekday"))
    is_weekly = text_of(schedule, "freq").upper() in {"", "WEEKLY"} and text_of(schedule, "interval") in {"", "1"}
    if not (opens and closes and days and is_weekly) or any(text_of(schedule, key) for key in _RARE):
        return None
    return days, opens, closes


def _is_bare(schedule: Schedule) -> bool:
    return not any(text_of(schedule, key) for key in ("opens_at", "closes_at", "byday", "weekday", "description"))


def _days(text: str) -> tuple[str, ...]:
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    found = [_BYDAY.get(word.upper()) or _NAMES.get(word.lower()) for word in words]
    return tuple(day for day in DAYS if day in found) if all(found) else ()


def _clock(text: str) -> str:
    match = re.match(r"(\d{1,2}):(\d\d)", text)
    return f"{int(match[1]):02}:{match[2]}" if match and int(match[1]) <= 24 else ""


def _zone(offset: str) -> str:
    """Return the time zone of an offset in hours from UTC, which is all that the standard holds."""
    match = re.fullmatch(r"([+-]?)(\d{1,2})(?:\.0+)?", offset)
    return f"UTC{match[1] or '+'}{int(match[2])}" if match else offset


def _joined(spans: Iterable[tuple[tuple[str, ...], str, str]]) -> list[Tree]:
    days_at: dict[tuple[str, str], set[str]] = {}
    for days, opens, closes in spans:
        days_at.setdefault((opens, closes), set()).update(days)
    return [
        {"days": [day for day in DAYS if day in days], "opens": opens, "closes": closes}
        for (opens, closes), days in days_at.items()
    ]


def _in_words(schedule: Schedule) -> str:
    """Return an irregular schedule without description as its own values, which is better than losing it."""
    keys = ("freq", "interval", "byday", *_RARE, "opens_at", "closes_at")
    return " ".join(words for key in keys if (words := text_of(schedule, key)))
