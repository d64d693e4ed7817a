"""A helping service with its contact facts, and a list of them."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator, model_validator

from generator.model.phone import Telephone, read_short_code, read_telephone
from generator.model.written import CountryCode, LanguageTag, Line, Localized, Slug, Written

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_URL = re.compile(r"(?:https?://)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?", re.I | re.A)
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}", re.ASCII)
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d|24:00", re.ASCII)


def _country_of(info: ValidationInfo) -> str:
    return str((info.context or {}).get("country", "US"))


class Contact(Written):
    """What every contact fact carries: when a person last checked it, who, and where it was read."""

    checked: date | None = None
    checked_by: Line | None = None
    source: Line | None = None
    guessed: bool = False  # set by an import until a person confirms it


class Phone(Contact):
    """A number to call. `short` declares a short number that no public register lists."""

    number: Line
    extension: Line | None = None
    menu: Line | None = None
    purpose: Localized | None = Field(None, alias="for")
    languages: tuple[LanguageTag, ...] = ()
    short: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"number": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _can_be_dialled(self, info: ValidationInfo) -> "Phone":
        read_telephone(self.number, _country_of(info), declared_short=self.short)
        return self

    def telephone(self, country: str) -> Telephone:
        """Return the number as dialled and printed in a country."""
        return read_telephone(self.number, country, declared_short=self.short)


class TextLine(Contact):
    """A number to text, with the opening word where the service wants one."""

    number: Line
    keyword: Line | None = None
    purpose: Localized | None = Field(None, alias="for")
    languages: tuple[LanguageTag, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"number": value} if isinstance(value, str) else value

    @field_validator("number")
    @classmethod
    def _can_be_texted(cls, value: str, info: ValidationInfo) -> str:
        read_short_code(value, _country_of(info))
        return value

    def telephone(self, country: str) -> Telephone:
        """Return the number as dialled and printed in a country."""
        return read_short_code(self.number, country)


class WebAddress(Contact):
    """An address on the web; `https://` is understood when it is not written."""

    url: Line
    label: Localized | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"url": value} if isinstance(value, str) else value

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        if not _URL.fullmatch(value):
            raise ValueError(f'"{value}" is not a web address such as https://example.org/help')
        return value if re.match(r"https?://", value, re.I) else f"https://{value}"

    @property
    def printed(self) -> str:
        """The address as people read and type it: no scheme, no www, no closing slash."""
        return re.sub(r"^https?://(?:www\.)?", "", self.url, flags=re.I).rstrip("/")


class Email(Contact):
    """An e-mail address."""

    email: Line

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"email": value} if isinstance(value, str) else value

    @field_validator("email")
    @classmethod
    def _is_email(cls, value: str) -> str:
        if not _EMAIL.fullmatch(value):
            raise ValueError(f'"{value}" is not an e-mail address')
        return value


class PostalAddress(Contact):
    """A place to go to: one line as printed, or its parts."""

    text: Line | None = None
    street: Line | None = None
    city: Line | None = None
    region: Line | None = None
    postal_code: Line | None = None
    note: Localized | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_something(self) -> "PostalAddress":
        if not self.printed:
            raise ValueError("an address needs its text, or a street and a city")
        return self

    @property
    def printed(self) -> str:
        """The address on one line."""
        region = " ".join(part for part in (self.region, self.postal_code) if part)
        return self.text or ", ".join(part for part in (self.street, self.city, region) if part)


class Opening(Written):
    """Some days of the week with one time span; closing past midnight is written as the earlier time."""

    days: tuple[Day, ...] = Field(min_length=1)
    opens: Line
    closes: Line

    @field_validator("opens", "closes")
    @classmethod
    def _is_clock(cls, value: str) -> str:
        if not _CLOCK.fullmatch(value):
            raise ValueError(f'"{value}" is not a time such as 08:30 or 20:00')
        return value.zfill(5)


class Hours(Contact):
    """When a service answers: always, structured openings, or the words as given."""

    always: bool = False
    openings: tuple[Opening, ...] = ()
    text: Localized | None = None
    time_zone: Line | None = None
    note: Localized | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            is_always = re.sub(r"\s", "", value).lower() in {"24/7", "24/7/365", "always"}
            return {"always": "true"} if is_always else {"text": value}
        return value

    @model_validator(mode="after")
    def _says_something(self) -> "Hours":
        if not (self.always or self.openings or self.text):
            raise ValueError('hours need "always: true", openings or a text')
        return self


class Point(Written):
    """A place on the map, in degrees (WGS 84)."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Area(Written):
    """Whom a service is for by place; nothing narrower than the country means the whole country."""

    country: CountryCode | None = None
    region: Line | None = None
    county: Line | None = None
    postal_codes: tuple[Line, ...] = ()
    point: Point | None = None
    radius_km: float | None = Field(None, gt=0)

    @property
    def is_local(self) -> bool:
        """True when the area is narrower than a country."""
        return bool(self.region or self.county or self.postal_codes or self.point)


class ResourceChange(Written):
    """Some fields of a resource of an earlier list: what is written here wins, the rest stays."""

    id: Slug
    name: Localized | None = None
    short_name: Localized | None = None
    kind: Slug | None = None
    description: Localized | None = None
    phones: tuple[Phone, ...] = ()
    texts: tuple[TextLine, ...] = ()
    chat: WebAddress | None = None
    url: WebAddress | None = None
    email: Email | None = None
    address: PostalAddress | None = None
    area: Area | None = None
    hours: Hours | None = None
    languages: tuple[LanguageTag, ...] = ()
    cost: Localized | None = None
    for_whom: Localized | None = None
    confidential: Localized | None = None
    discreet_name: Localized | None = None
    tags: tuple[Slug, ...] = ()
    audience: tuple[Slug, ...] = ()
    priority: int = 0
    print_until: date | None = None
    notes: tuple[Line, ...] = ()
    checked: date | None = None
    checked_by: Line | None = None
    source: Line | None = None
    source_date: date | None = None
    guessed: tuple[Line, ...] = ()  # fields that an import guessed, until a person confirms them

    @field_validator("phones", "texts", "languages", "tags", "audience", "notes", "guessed", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return value if isinstance(value, list | tuple) else [value]


class Resource(ResourceChange):
    """One helping service. `checked`, `checked_by` and `source` hold for each fact that has none of its own."""

    name: Localized
    kind: Slug

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Resource":
        if not any((self.phones, self.texts, self.chat, self.url, self.email, self.address)):
            raise ValueError(f'"{self.id}" has no phone, text, web, e-mail or postal address')
        return self


def _entry_tag(value: Any) -> str:
    """Return which shape an entry of a list has: one without both a name and a kind changes an earlier one."""
    if isinstance(value, dict):
        return "resource" if {"name", "kind"} <= value.keys() else "change"
    return "resource" if isinstance(value, Resource) else "change"


Entry = Annotated[
    Annotated[Resource, Tag("resource")] | Annotated[ResourceChange, Tag("change")], Discriminator(_entry_tag)
]


class ResourceList(Written):
    """One file of resources. `scope` says whether they stand for a whole country or for a place in it."""

    title: Localized | None = None
    country: CountryCode = "US"
    scope: Literal["national", "local"] = "local"
    licence: Line | None = None
    entries: tuple[Entry, ...] = Field((), alias="resources")

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "ResourceList":
        seen: set[str] = set()
        for resource in self.entries:
            if resource.id in seen:
                raise ValueError(f'the id "{resource.id}" is used twice')
            seen.add(resource.id)
        return self

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources that are written whole."""
        return tuple(one for one in self.entries if isinstance(one, Resource))

    @property
    def changes(self) -> tuple[ResourceChange, ...]:
        """The entries that change a resource of an earlier list."""
        return tuple(one for one in self.entries if not isinstance(one, Resource))
