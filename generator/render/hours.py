"""Opening hours and dates, written compactly as each language writes them."""

from collections.abc import Mapping, Sequence
from datetime import date, time

from msgspec import Struct

from generator.model.language import Language
from generator.model.resource import DAYS, Hours, Opening


def month_and_year(day: date, language_id: str) -> str:
    """Return a date as month and year, such as `May 2026` or `mayo de 2026`."""
    from babel.dates import format_skeleton

    return str(format_skeleton("yMMMM", day, locale=_locale(language_id)))


def full_date(day: date, language_id: str) -> str:
    """Return a date in the language's own middle length, such as `Nov 12, 2026`."""
    from babel.dates import format_date

    return str(format_date(day, format="long", locale=_locale(language_id)))


def event_day(day: date, until: date | None, language_id: str, *, is_short: bool = False) -> str:
    """Return the day of an event with its weekday, such as `Saturday, December 5, 2026`, short `Sat, Dec 5`.

    Several days are told by the first and the last.
    """
    from babel.dates import format_date, format_interval, format_skeleton

    locale = _locale(language_id)
    if until:
        return _capital(str(format_interval(day, until, "MMMd" if is_short else "yMMMd", locale=locale)))
    if is_short:
        return _capital(str(format_skeleton("MMMEd", day, locale=locale)))
    return _capital(str(format_date(day, format="full", locale=locale)))


def short_month(day: date, language_id: str) -> str:
    """Return the short name of a date's month, such as `Dec`."""
    from babel.dates import format_date

    return _capital(str(format_date(day, "LLL", locale=_locale(language_id))).rstrip("."))


def event_times(starts: str, ends: str | None, language_id: str, language: Language) -> str:
    """Return the times of an event such as `10 am–2 pm`, or the one at which it begins."""
    return _Clock(language_id, language).times(starts, ends)


def opening_hours(hours: Hours, language_id: str, language: Language, *, is_compact: bool = False) -> str:
    """Return hours on one line: `24 hours`, `Mon–Fri, 8 am–8 pm` (compact: `8–8`), or the words as given."""
    labels = language.labels
    if hours.always:
        return labels["always"]
    if hours.text and not hours.openings:
        return hours.text.text(language_id)
    clock = _Clock(language_id, language)
    return "; ".join(
        labels["hours_line"].format(days=_days(one.days, labels), times=clock.span(one, is_compact=is_compact))
        for one in hours.openings
    )


def zone_name(hours: Hours, language_id: str, country: str) -> str:
    """Return the time zone's short name where the language has one in this country, such as `ET`, else nothing.

    A zone written in words is returned as it is. Around the clock needs no zone.
    """
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global

    if not hours.time_zone or hours.always or not hours.openings:
        return ""
    known = get_global("meta_zones").get(hours.time_zone)
    if known is None:
        return "" if "/" in hours.time_zone else hours.time_zone
    try:
        locale = Locale.parse(f"{language_id.partition('-')[0]}_{country}")
    except (UnknownLocaleError, ValueError):
        return ""
    return str(locale.meta_zones.get(known, {}).get("short", {}).get("generic", ""))


def _days(days: Sequence[str], labels: Mapping[str, str]) -> str:
    ordered = [day for day in DAYS if day in days]
    if len(ordered) == 7:
        return labels["daily"]
    if len(ordered) == 1:
        return _capital(labels[f"days_{ordered[0]}"])
    runs = [_run(run, labels) for run in _runs(ordered)]
    joined = runs[0]
    for run in runs[1:-1]:
        joined = f"{joined}, {run}"
    if len(runs) > 1:
        joined = labels["list_and"].format(first=joined, last=runs[-1])
    return _capital(joined)


def _runs(days: Sequence[str]) -> list[list[str]]:
    """Return the days in runs that follow each other in the week."""
    runs: list[list[str]] = []
    for day in days:
        if runs and DAYS.index(day) == DAYS.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _run(run: Sequence[str], labels: Mapping[str, str]) -> str:
    first, last = labels[f"day_{run[0]}_short"], labels[f"day_{run[-1]}_short"]
    if len(run) == 1:
        return first
    if len(run) == 2:
        return labels["list_and"].format(first=first, last=last)
    return labels["days_span"].format(first=first, last=last)


class _Clock(Struct, frozen=True):
    """How a language writes times of day."""

    language_id: str
    language: Language

    def span(self, opening: Opening, *, is_compact: bool) -> str:
        """Return two times with what they share written once: `8 am–8 pm`, `4–10 pm`; compact `8–8`.

        Compact leaves the halves of the day out only from morning to evening, as shops write it.
        """
        halves = [self._half(written) for written in (opening.opens, opening.closes)]
        is_usual = is_compact and halves == ["am", "pm"] and opening.opens < opening.closes
        opens = self._time(opening.opens, with_half=not is_usual and halves[0] != halves[1])
        closes = self._time(opening.closes, with_half=not is_usual)
        return self.language.labels["hours_span"].format(opens=opens, closes=closes)

    def times(self, starts: str, ends: str | None) -> str:
        """Return two times as `span` has them, or one."""
        if ends is None:
            return self._time(starts, with_half=True)
        return self.span(Opening(days=("mon",), opens=starts, closes=ends), is_compact=False)

    def _half(self, written: str) -> str:
        if self.language.clock == "24" or self._is_named(written):
            return ""
        return "pm" if written >= "12:00" else "am"

    def _is_named(self, written: str) -> bool:
        return self.language.clock == "12" and written in ("12:00", "00:00", "24:00")

    def _time(self, written: str, *, with_half: bool) -> str:
        """Return a time such as `8 am`, `8:30 pm`, `20:00`; full hours of a 12-hour clock have no minutes."""
        hour, minute = int(written[:2]), int(written[3:])
        if self.language.clock == "24":
            return f"{hour}:{minute:02d}"
        if self._is_named(written):
            return self.language.labels["noon" if hour == 12 else "midnight"]
        shown = f"{(hour - 1) % 12 + 1}" + (f":{minute:02d}" if minute else "")
        return f"{shown}\u00a0{self._period(hour)}" if with_half else shown

    def _period(self, hour: int) -> str:
        from babel.dates import format_time

        return str(format_time(time(hour % 24), "a", locale=_locale(self.language_id))).lower()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _locale(language_id: str) -> str:
    """Return a locale that Babel knows: the tag, else its language, else English."""
    from babel import Locale, UnknownLocaleError

    for tag in (language_id, language_id.partition("-")[0]):
        try:
            return str(Locale.parse(tag, sep="-"))
        except (UnknownLocaleError, ValueError):
            continue
    return "en"
