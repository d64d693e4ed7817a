"""How a fact stands on paper: formatted, kept whole and left-to-right, linked, and recorded as placed."""

import re
import unicodedata
from string import Formatter
from typing import Literal

from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace

from generator.model.language import Language
from generator.plan import Call, EventDay, Fact, Listing, Record, Texting
from generator.render.hours import event_day, event_times, opening_hours, zone_name
from generator.render.placed import Recorder

_WORD = re.compile(r"[0-9A-Za-z\u00C0-\u024F]+[,;.]?")  # of letters between which no line breaks
_BRACKETS = re.compile(r"(\([^()]{1,16}\))")  # a short second name, such as that in another script, is kept whole
LONGEST_WHOLE = 24  # characters of a part of an address that the narrowest column holds on one line
Part = Call | Texting | Fact | Listing | str | Markup | None


def first_strong_direction(text: str) -> Literal["ltr", "rtl"] | None:
    """Return the direction of the first letter that has one (Unicode Bidirectional Algorithm, rule P2)."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    strong = next((kind for kind in kinds if kind in {"L", "R", "AL"}), None)
    return None if strong is None else "ltr" if strong == "L" else "rtl"


def _kept_whole(part: str) -> Markup:
    """Return a part of a line that does not break: one that could not anyway is left as it is, and laid out faster."""
    return Markup(escape(part)) if _WORD.fullmatch(part) else Markup('<span class="whole">%s</span>') % part


def _whole_if_short(part: str) -> Markup:
    return Markup('<span class="whole">%s</span>') % part if len(part) <= LONGEST_WHOLE else Markup(escape(part))


class Facts(Struct, frozen=True):
    """The functions by which templates place facts in one language."""

    language_id: str
    language: Language
    recorder: Recorder
    country: str = ""

    def phone(self, call: Call, menu: bool = True) -> Markup:
        """Return a number as a link, with the key to press and the extension beside it where there are any."""
        number = self.number(call)
        if call.extension:
            number += Markup(" ") + self._label("extension", extension=call.extension)
        if menu and call.menu:
            number += Markup(" ") + self._label("press", menu=call.menu)
        return number

    def number(self, line: Call | Texting) -> Markup:
        """Return the bare number of a call or text line as a link."""
        return self._linked(line.fact, "phone")

    def keyword(self, texting: Texting) -> Markup:
        """Return the word to send, kept whole."""
        return Markup('<bdi dir="ltr" class="keyword whole">%s</bdi>') % (texting.keyword or "")

    def text_line(self, texting: Texting, *, after_call: bool = False) -> Markup:
        """Return "Text HOME to 741741", or with `after_call` what follows a call: "Or text HOME to 741741"."""
        with_word, without = ("or_text", "or_text_number") if after_call else ("text_to", "text_number")
        return self.fill(with_word if texting.keyword else without, texting=texting)

    def link(self, fact: Fact) -> Markup:
        """Return a web address as people type it, linked."""
        return self._linked(fact, "link")

    def email(self, fact: Fact) -> Markup:
        """Return an e-mail address, linked."""
        return self._linked(fact, "link")

    def address(self, fact: Fact) -> Markup:
        """Return a postal address; it may break between its parts and nowhere else."""
        number = self.recorder.record(fact)
        parts = [Markup('<span class="whole">%s</span>') % part for part in fact.printed.split(", ")]
        line = Markup(", ").join(parts)
        return Markup('<span class="address" data-fact="%s">%s</span>') % (number, line)

    def hours(self, listing: Listing, *, compact: bool = False) -> Markup:
        """Return the opening hours of a listing on one line; nothing where it has none."""
        if not listing.hours:
            return Markup("")
        printed = opening_hours(listing.hours, self.language_id, self.language, is_compact=compact)
        zone = "" if listing.is_local else zone_name(listing.hours, self.language_id, self.country)
        if zone:
            printed = self.language.labels["local_time"].format(times=printed, zone=zone)
        number = self.recorder.record(Fact("hours", listing.id, printed, printed, listing.hours_checked))
        # A span of times may not break at its dash; it may at the space after the days.
        line = Markup(" ").join(map(_kept_whole, printed.split(" ")))
        line = Markup('<span class="hours" data-fact="%s">%s</span>') % (number, line)
        return self._isolated(line, printed)

    def when(self, event: EventDay, *, short: bool = False, linked: bool = True) -> Markup:
        """Return the days and times of an event as its language writes them.

        It is a link to the event's calendar entry, which a file for the screen has behind it and paper does not.
        """
        day = event_day(event.day, event.until, self.language_id, is_short=short)
        times = event_times(event.starts, event.ends, self.language_id, self.language)
        number = self.recorder.record(replace(event.when, printed=f"{day} · {times}"))
        # The times stand outside the link: an element inside one breaks its tag in PDF/UA.
        link = Markup('<a class="date" href="%s">%s</a>') % (event.when.value, day) if linked else day
        line = Markup('<span class="when" data-fact="%s">%s · <span class="whole">%s</span></span>')
        return line % (number, link, times)

    def where(self, event: EventDay, *, short: bool = False) -> Markup:
        """Return the place of an event with its address, `short` its name alone; what is long goes on in a new line."""
        number = self.recorder.record(replace(event.place, printed=event.place_name) if short else event.place)
        address = event.place.printed.removeprefix(event.place_name) if not short else ""
        parts = (_whole_if_short(part) for part in address.split(", ")[1:])
        line = Markup(", ").join((self.isolate(event.place_name), *parts))
        return Markup('<span class="address" data-fact="%s">%s</span>') % (number, line)

    def badge_name(self, record: Record) -> Markup:
        """Return whom or what a face is for, its words whole and in their own direction."""
        number = self.recorder.record(Fact("name", "", record.title, record.title))
        parts = _BRACKETS.split(record.title)
        kept = Markup('<span class="whole">%s</span>')
        words = Markup("").join(kept % part if _BRACKETS.fullmatch(part) else part for part in parts)
        line = Markup('<span data-fact="%s">%s</span>') % (number, words)
        return self._isolated(line, record.title)

    def isolate(self, text: str) -> Markup:
        """Return a text that may be of another language, such as a service's name, kept in its own direction."""
        return self._isolated(Markup(escape(text)), text)

    def _isolated(self, marked: Markup, text: str) -> Markup:
        direction = first_strong_direction(text)
        if direction in (None, self.language.direction):
            return marked
        return Markup('<bdi dir="%s">%s</bdi>') % (direction, marked)

    def fill(self, key: str, **parts: Part) -> Markup:
        """Return a label with its {places} filled; `call=` fills {number}, `texting=` {number} and {keyword}.

        Raises ValueError when the label leaves a fact out, or names a place that nothing was given for.
        """
        label = self.language.labels.get(key)
        if label is None:
            raise ValueError(f'the language file {self.language_id}.yaml has no label "{key}"')
        values: dict[str, Markup] = {}
        for name, part in parts.items():
            values |= self._values(name, part)
        wanted = {name for _, name, *_ in Formatter().parse(label) if name}
        if wanted != set(values):
            given = ", ".join(f"{{{name}}}" for name in sorted(values))
            raise ValueError(f'the label "{key}" ({self.language_id}) reads "{label}"; it should hold {given}')
        return Markup(escape(label)).format(**values)

    def _label(self, key: str, **values: str) -> Markup:
        return Markup('<span class="beside whole">%s</span>') % self.fill(key, **values)

    def _values(self, name: str, part: Part) -> dict[str, Markup]:
        if isinstance(part, Texting):
            keyword = {"keyword": self.keyword(part)} if part.keyword else {}
            return {"number": self.number(part), **keyword}
        if isinstance(part, Call):
            return {"number": self.phone(part)}
        if isinstance(part, Fact):
            return {name: self._linked(part, "link")}
        return {name: Markup(escape(part or ""))}

    def _linked(self, fact: Fact, kind: str) -> Markup:
        number = self.recorder.record(fact)
        target = f"mailto:{fact.value}" if fact.kind == "email" and ":" not in fact.value else fact.value
        width = "whole" if fact.is_whole else "long"
        link = Markup('<a class="%s %s" href="%s">%s</a>') % (kind, width, target, fact.printed)
        # The direction stands outside the link: an element inside one breaks its tag in PDF/UA.
        return Markup('<bdi dir="ltr" data-fact="%s">%s</bdi>') % (number, link)
