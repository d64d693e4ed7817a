"""handbill.yaml: a project's name, defaults and freshness policy. All of it may be left out."""

from typing import Any

from pydantic import Field, field_validator, model_validator

from generator.model.edition import Finish
from generator.model.press import Press
from generator.model.written import CountryCode, Line, Slug, Written


class Ages(Written):
    """Ages in months since a person checked a fact: from which a build warns, and from which it refuses."""

    warn: int = Field(6, ge=1, le=120)
    refuse: int = Field(12, ge=1, le=120)

    @model_validator(mode="after")
    def _warns_first(self) -> "Ages":
        if self.warn > self.refuse:
            raise ValueError("warn must not be later than refuse")
        return self


class Freshness(Written):
    """The policy. Checking at least once a year is what 211 directories do; crisis lines change sooner."""

    warn: int = Field(9, ge=1, le=120)
    refuse: int = Field(12, ge=1, le=120)
    crisis: Ages = Ages()
    unchecked: Line = "warn"

    @field_validator("unchecked")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in {"warn", "refuse"}:
            raise ValueError(f'"{value}" should be warn or refuse')
        return value

    def ages(self, *, crisis: bool) -> Ages:
        """Return the ages that hold for a crisis line or for anything else."""
        return self.crisis if crisis else Ages(warn=self.warn, refuse=self.refuse)


class Settings(Written):
    """The project's own settings."""

    name: Line | None = None
    country: CountryCode = "US"
    editions: tuple[Slug, ...] = ()
    finishes: tuple[Finish, ...] = ("screen", "office")
    products: tuple[Slug, ...] = ()
    printer: Slug | None = None
    paper: Slug | None = None
    freshness: Freshness = Freshness()
    press: Press = Press()

    @field_validator("editions", "finishes", "products", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value
