"""The message: sections and tips, one file a language."""

from typing import Literal

from pydantic import Field

from generator.model.written import CountryCode, Line, Slug, Written


class Headline(Written):
    """What a poster says: the lines in `first` stand in the dark colour, those in `second` in the bright one."""

    first: Line
    second: Line | None = None
    sub: Line | None = None


class Passage(Written):
    """A heading with running text; `short` is what takes its place where room is short."""

    heading: Line
    text: Line
    short: Line | None = None


class Tip(Written):
    """One thing to do. `art` names the spot picture beside it (templates/base/art)."""

    id: Slug
    title: Line
    text: Line
    short: Line | None = None
    art: Slug | None = None


class Tips(Written):
    """The tips under their heading."""

    heading: Line
    items: tuple[Tip, ...] = Field(min_length=1)


class Pair(Written):
    """Words to try, beside words to leave out."""

    say: Line
    avoid: Line


class Words(Written):
    """Words that help and words to leave out."""

    heading: Line
    say_heading: Line
    avoid_heading: Line
    pairs: tuple[Pair, ...] = Field(min_length=1)
    note: Line | None = None


class Points(Written):
    """A heading, an opening line where wanted, and short points."""

    heading: Line
    lead: Line | None = None
    items: tuple[Line, ...] = Field(min_length=1)
    note: Line | None = None


class Source(Written):
    """Where a statement was read; `countries` keeps it to the editions of those countries."""

    title: Line
    url: Line | None = None
    countries: tuple[CountryCode, ...] = ()


class Guide(Written):
    """One guide in one language. A draft builds with a warning, and not at all under --strict."""

    title: Line
    short_title: Line | None = None
    tagline: Line
    status: Literal["draft", "reviewed", "final"] = "final"
    reviewed_by: Line | None = None
    headline: Headline
    motto: Line
    ally: Passage
    tips: Tips
    words: Words | None = None
    signs: Points | None = None
    crisis: Points | None = None
    self_care: Points | None = None
    summary: Points | None = None
    checklist: Points | None = None
    sources: tuple[Source, ...] = ()
    disclaimer: Line
    licence: Line | None = None
