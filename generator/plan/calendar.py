"""An event as a calendar entry: the text of an .ics file, by RFC 5545."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from generator.plan.piece import EventDay

LONGEST_LINE = 75  # octets, without the line end (RFC 5545, section 3.1)
PRODUCT = "-//Handbill//Event//EN"


def calendar_of(event: EventDay, *, language: str, today: date) -> bytes:
    """Return the .ics file of an event: one entry, its times local to the place, stamped with the day of the build.

    An event without an end has none here either, and takes the moment that it begins. Each day of a longer event is
    an entry of its own that repeats, since its times hold for every day.
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{event.id}-{event.day:%Y%m%d}@handbill",
        f"DTSTAMP:{today:%Y%m%d}T000000Z",
        *_times(event),
        *_words(event, language),
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode("utf-8")


def _times(event: EventDay) -> Iterator[str]:
    """Yield when it is, by the clock on the wall there: with a zone the file would have to define that zone too."""
    begins = _moment(event.day, event.starts)
    yield f"DTSTART:{begins:%Y%m%dT%H%M%S}"
    if event.ends:
        ends = _moment(event.day, event.ends)
        ends += timedelta(days=1) if ends <= begins else timedelta()
        yield f"DTEND:{ends:%Y%m%dT%H%M%S}"
    if event.until:
        yield f"RRULE:FREQ=DAILY;COUNT={(event.until - event.day).days + 1}"


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time(int(clock[:2]), int(clock[3:])))


def _words(event: EventDay, language: str) -> Iterator[str]:
    yield f"SUMMARY;LANGUAGE={language}:{_escaped(event.title)}"
    yield f"LOCATION;LANGUAGE={language}:{_escaped(event.place.printed)}"
    about = "\n".join(part for part in (event.line, event.place_note) if part)
    if about:
        yield f"DESCRIPTION;LANGUAGE={language}:{_escaped(about)}"
    if event.sign_up:
        yield f"URL:{event.sign_up.value}"


def _escaped(text: str) -> str:
    """Return a text as a value: what would end it is written with a backslash (section 3.3.11)."""
    for char in "\\;,":
        text = text.replace(char, f"\\{char}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line broken into lines of 75 octets at most, each further one begun by a space, no letter cut."""
    parts: list[str] = [""]
    for char in line:
        if len((parts[-1] + char).encode("utf-8")) > LONGEST_LINE - (len(parts) > 1):
            parts.append("")
        parts[-1] += char
    return "\r\n ".join(parts)
