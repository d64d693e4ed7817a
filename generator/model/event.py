"""An event: a dated occasion, where it is, and the pieces to print for it. And the people who come to it."""

import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from generator.model.edition import Finish, Percent, Sponsor
from generator.model.paper import WrittenPaper
from generator.model.resource import WebAddress
from generator.model.written import LanguageTag, Line, Localized, Slug, Written

MOST_COPIES = 100_000
_TIMES = re.compile(r"(\d{1,2}:[0-5]\d)(?:\s*[-–]\s*(\d{1,2}:[0-5]\d))?", re.ASCII)


def _clock(written: str) -> str:
    """Return a time as 08:30. Raises ValueError for an hour that no day has."""
    if int(written.partition(":")[0]) > 23:
        raise ValueError(f'"{written}" is not a time of day such as 08:30 or 20:00')
    return written.zfill(5)


class EventPlace(Written):
    """Where an event is."""

    name: Localized
    address: Line | None = None
    note: Localized | None = None  # such as which room, or where to park

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class EventPiece(Written):
    """One line of what is to be printed: a product in languages and sizes, so many copies of each.

    Without languages it is made in all of the edition's. `copies` of a product with a face for each attendee or table
    are of each of them. `spares` are percent of the copies, the event's when None.
    """

    product: Slug
    language: LanguageTag | None = None
    languages: tuple[LanguageTag, ...] = ()
    size: Slug | None = None
    sizes: tuple[Slug, ...] = ()
    copies: Annotated[int, Field(le=MOST_COPIES)] = 1
    finish: Finish = "office"
    stock: Slug | None = None
    spares: Percent | None = None
    paper: WrittenPaper | None = None  # such as 100 lb cover; the product's own when None
    used: Line | None = None  # labels that are gone from part-used sheets, such as "1-3,7; 1"

    @field_validator("languages", "sizes", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("copies")
    @classmethod
    def _makes_something(cls, value: int) -> int:
        if value < 1:
            raise ValueError(f"{value} copies print nothing; write 1 or more, or take the piece out")
        return value

    @property
    def all_languages(self) -> tuple[str, ...]:
        """The languages named, each once; none means those of the edition."""
        return tuple(dict.fromkeys((*((self.language,) if self.language else ()), *self.languages)))

    @property
    def all_sizes(self) -> tuple[str, ...]:
        """The sizes named, each once; none means the usual one, or the one that the stock holds."""
        return tuple(dict.fromkeys((*((self.size,) if self.size else ()), *self.sizes)))


class AgendaItem(Written):
    """One line of the agenda: when, what, with whom, and where in the building."""

    at: Line
    until: Line | None = None
    title: Localized
    speaker: Localized | None = Field(None, alias="with")
    where: Localized | None = None

    @field_validator("at", "until")
    @classmethod
    def _is_clock(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not re.fullmatch(r"\d{1,2}:[0-5]\d", value, re.ASCII):
            raise ValueError(f'"{value}" is not a time of day such as 08:30 or 20:00')
        return _clock(value)


class TableSign(Written):
    """What stands on one table: a word or two, and a line below them."""

    title: Localized
    line: Localized | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        is_plain = isinstance(value, str) or (isinstance(value, Mapping) and not {"title", "line"} & set(value))
        return {"title": value} if is_plain else value


class Attendee(Written):
    """Someone who comes, as the badge has them."""

    name: Line
    pronouns: Line | None = None
    organisation: Line | None = None
    role: Line | None = None


class Event(Written):
    """One event file. The edition gives its pieces their guide, brand, theme and lists."""

    title: Localized
    short_title: Localized | None = None  # for cards and badges
    line: Localized | None = None  # a few words below the title
    edition: Slug
    date: datetime.date
    until: datetime.date | None = None  # the last day, when there are several
    times: Line
    place: EventPlace
    sign_up: WebAddress | None = None
    hosts: tuple[Sponsor, ...] = ()
    sponsors: tuple[Sponsor, ...] = ()
    due: datetime.date | None = None
    deliver_to: Line | None = None
    contact: Line | None = None
    spares: Percent = 5.0
    pieces: tuple[EventPiece, ...]
    agenda: tuple[AgendaItem, ...] = ()
    attendees: Line | None = None
    tables: tuple[TableSign, ...] = ()

    @field_validator("hosts", "sponsors", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("times")
    @classmethod
    def _are_times(cls, value: str) -> str:
        match = _TIMES.fullmatch(value)
        if not match:
            raise ValueError(f'"{value}" should be two times such as 10:00-14:00, or the one at which it begins')
        return "-".join(_clock(part) for part in match.groups() if part)

    @field_validator("pieces")
    @classmethod
    def _names_a_piece(cls, value: tuple[EventPiece, ...]) -> tuple[EventPiece, ...]:
        if not value:
            raise ValueError("write at least one piece to print, such as {product: poster, copies: 10}")
        return value

    @field_validator("until")
    @classmethod
    def _follows(cls, value: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        first = info.data.get("date")
        if value and first and value < first:
            raise ValueError(f"the last day {value} is before the first, {first}")
        return value

    @field_validator("due")
    @classmethod
    def _is_in_time(cls, value: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        day = info.data.get("date")
        if value and day and value > day:
            raise ValueError(f"what is due on {value} comes after the event, on {day}")
        return value

    @property
    def starts(self) -> str:
        """When it begins, such as 10:00."""
        return self.times.partition("-")[0]

    @property
    def ends(self) -> str | None:
        """When it ends, where that is written; earlier than the beginning means past midnight."""
        return self.times.partition("-")[2] or None

    @property
    def last_day(self) -> datetime.date:
        """Its last day."""
        return self.until or self.date
