"""A kind of piece: its faces, its size, what it may not appear without, and how far it may be fitted."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from generator.model.edition import Finish
from generator.model.paper import PaperBySystem
from generator.model.written import Line, Slug, Written, WrittenLength, WrittenSize
from generator.units import Length, Size

LONGEST_SIDE_MM = 2_000.0  # a poster of 2 m, pictured at 100 dpi to be proved, takes 200 MB


class BySystem(Written):
    """A thing that differs between North American and ISO paper."""

    us: Slug
    iso: Slug


class SizeBySystem(Written):
    """A trim size for North American and for ISO paper."""

    us: WrittenSize
    iso: WrittenSize

    @model_validator(mode="before")
    @classmethod
    def _one_for_both(cls, value: Any) -> Any:
        return {"us": value, "iso": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _can_be_printed(self) -> "SizeBySystem":
        for size in (self.us, self.iso):
            if max(size.width, size.height) > LONGEST_SIDE_MM:
                raise ValueError(f"{size} is too large; {LONGEST_SIDE_MM:g} mm is the longest side that is drawn")
        return self

    def of(self, system: Literal["us", "iso"]) -> Size:
        """Return the size in one paper system."""
        return self.us if system == "us" else self.iso


class OtherSize(Written):
    """One of the sizes that a product is made in; `magnify` is how much larger all that stands on it is drawn.

    The page is laid out at its size divided by that, so a larger sheet can have relatively smaller type and more
    room, and `min_text` and `safe` still count on paper.
    """

    size: WrittenSize
    magnify: float = Field(1.0, gt=0, le=8)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"size": value} if isinstance(value, str) else value


class Flow(Written):
    """Running text: the template `flow.html` makes as many pages as it needs, within these."""

    min_pages: int = Field(1, ge=1)
    max_pages: int = Field(400, ge=1)


class Fit(Written):
    """How far a piece may be fitted: type scales tried in order, the least type size, what may be left out."""

    scale: tuple[float, ...] = (1.0,)
    min_text: WrittenLength = Length.parse("7pt")
    may_drop: Literal["resources", "nothing"] = "nothing"

    @field_validator("scale")
    @classmethod
    def _falls_from_one(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not value or value[0] != 1 or list(value) != sorted(value, reverse=True) or value[-1] < 0.5:
            raise ValueError("scale starts at 1 and falls, and stays at 0.5 or more, such as [1, 0.95, 0.9]")
        return value


class Pour(Written):
    """A text that is poured into the columns of the faces: the template `<template>.html`, and how many columns.

    The first number of columns is tried first; a face's template learns the number as `columns`.
    """

    template: Slug = "list"
    columns: tuple[int, ...] = Field((1,), min_length=1)


class Room(Written):
    """How many resources of each scope a product holds at most."""

    local: int = Field(0, ge=0)
    national: int = Field(0, ge=0)
    total: int | None = Field(None, ge=0)  # where both share the same rows: local ones come first

    def national_beside(self, local: int) -> int:
        """Return how many national resources find room beside so many local ones."""
        return self.national if self.total is None else max(0, min(self.national, self.total - local))


Fold = Literal["trifold", "half", "zine", "tent", "tent-card", "booklet"]
# How many faces each fold takes: two flat sides, or as many pages as one sheet has. A booklet takes any number.
FACES_OF_FOLD: dict[Fold, tuple[int, ...]] = {
    "trifold": (1, 2),
    "half": (1, 2),
    "zine": (8,),
    "tent": (1, 2),
    "tent-card": (1, 2),
}


EventPart = Literal["day", "attendees", "tables", "agenda"]


class ProofLimits(Written):
    """Figures that a product is proofed by instead of the usual ones (generator/proof/thresholds.py)."""

    contrast: float | None = Field(None, ge=1, le=21)
    large_contrast: float | None = Field(None, ge=1, le=21)
    large_pt: float | None = Field(None, gt=0)
    ground_contrast: float | None = Field(None, ge=1, le=21)
    module_mm: float | None = Field(None, gt=0)
    blur_mm: float | None = Field(None, ge=0)
    distance_per_width: float | None = Field(None, gt=0)
    image_error_ppi: float | None = Field(None, ge=0)
    image_warning_ppi: float | None = Field(None, ge=0)
    reading_grade: float | None = Field(None, gt=0)
    reading_ease: float | None = Field(None, gt=0)
    sentence_words: int | None = Field(None, gt=0)


class Product(Written):
    """One product.yaml. `faces` names the templates `<face>.html` beside it, in page order."""

    title: Line
    description: Line | None = None
    faces: tuple[Slug, ...] = Field((), max_length=64)
    flow: Flow | None = None
    pour: Pour | None = None
    size: SizeBySystem
    sizes: Mapping[Slug, OtherSize] = Field(default_factory=dict)  # others that --size may ask for
    bleed: WrittenLength = Length(3.0)
    safe: WrittenLength = Length(3.0)
    stock: BySystem | None = None
    needs: tuple[Slug, ...] = ()
    room: Room = Room()
    order: Literal["priority", "kind", "checked"] = "priority"  # how listings follow one another
    lists_heads: bool = False  # the lead and the second line stand in the list as well
    fit: Fit = Fit()
    finishes: tuple[Finish, ...] = ("screen", "office")
    reading_distance: WrittenLength = Length(300.0)
    proof: ProofLimits = ProofLimits()
    fold: Fold | None = None  # `size` is that of a page for zine, tent and booklet, of the flat sheet for the others
    standard: bool = True  # built when neither the edition nor the project names products
    of_event: EventPart | None = None  # made for an event only, of this part; again for each of its attendees or tables
    duplex: Literal["long-edge", "short-edge", "none"] = "long-edge"
    paper: PaperBySystem | None = None  # asked of a print shop, where an event's piece names no other
    finishing: tuple[Line, ...] = ()  # what a shop does besides trimming and folding

    @field_validator("stock", mode="before")
    @classmethod
    def _one_for_both(cls, value: Any) -> Any:
        return {"us": value, "iso": value} if isinstance(value, str) else value

    @field_validator("faces", "finishing", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _has_faces_or_flow(self) -> "Product":
        if bool(self.faces) == bool(self.flow):
            raise ValueError("a product has either faces or a flow")
        if self.pour and not self.faces:
            raise ValueError("only faces have columns to pour into")
        return self

    @model_validator(mode="after")
    def _has_the_faces_of_its_fold(self) -> "Product":
        wanted = FACES_OF_FOLD.get(self.fold) if self.fold else None
        if wanted and len(self.faces) not in wanted:
            counts = " or ".join(map(str, wanted))
            raise ValueError(f"a {self.fold} has {counts} faces, and this has {len(self.faces)}")
        return self

    @property
    def is_for_checking(self) -> bool:
        """True when old facts are what the product is for: a list of what to check, oldest first."""
        return self.order == "checked"
