"""An edition: a guide for a place, in languages, with a brand and a choice of resources. And the brand itself."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from generator.model.press import Press
from generator.model.resource import Point, WebAddress
from generator.model.written import CountryCode, HexColour, LanguageTag, Line, Localized, Slug, Written

Finish = Literal["screen", "office", "press"]
Percent = Annotated[float, Field(ge=0, le=100)]


class PlaceServed(Written):
    """Where an edition is for; its country decides the paper and how numbers are written."""

    country: CountryCode | None = None
    name: Localized | None = None
    region: Line | None = None
    county: Line | None = None
    postal_codes: tuple[Line, ...] = ()
    point: Point | None = None


class Sponsor(Written):
    """An organisation named on a piece, with its logo where it has one (a path inside the project)."""

    name: Line
    line: Localized | None = None
    logo: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class Edition(Written):
    """What is printed for one place."""

    title: Line
    guide: Slug = "mental-health-ally"
    languages: tuple[LanguageTag, ...] = Field(("en",), min_length=1)
    place: PlaceServed = PlaceServed()
    brand: Slug | None = None
    theme: Slug | None = None
    lists: tuple[Slug, ...] = ()
    kinds: tuple[Slug, ...] = ()
    tags: tuple[Slug, ...] = ()
    audience: tuple[Slug, ...] = ()
    pin: tuple[Slug, ...] = ()
    hide: tuple[Slug, ...] = ()
    products: tuple[Slug, ...] = ()
    finishes: tuple[Finish, ...] = ()
    more_help: WebAddress | None = None
    replace_after: date | None = None
    label: Line | None = None  # edition name or number printed beside the date
    band: HexColour | None = None  # colour band that tells one year's print from the next
    sponsors: tuple[Sponsor, ...] = ()
    stocks: Mapping[Slug, Slug] = Field(default_factory=dict)
    press: Press | None = None  # answers of its own for the print shop
    sizes: Mapping[Slug, tuple[Slug, ...]] = Field(default_factory=dict)  # of a product, such as poster: [a2, a1]

    @field_validator("languages", "lists", "products", "finishes", "pin", "hide", "sponsors", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class Brand(Written):
    """The organisation behind an edition: name, logo and colour.

    `cmyk` names the four inks, in percent, that a colour is printed in by a print shop.
    """

    name: Line
    line: Localized | None = None
    logo: Line | None = None
    colour: HexColour | None = None
    accent: HexColour | None = None
    cmyk: Mapping[HexColour, tuple[Percent, Percent, Percent, Percent]] = Field(default_factory=dict)
    checked_by: Line | None = None
    contact: Line | None = None
