"""How files for a print shop are made: in handbill.yaml for the project, in an edition for its pieces."""

from typing import Literal

from pydantic import Field, field_validator

from generator.model.written import Line, Written, WrittenLength
from generator.units import MOST_BLEED_MM, Length

PdfX = Literal["x-4", "x-1a", "x-3"]


class Press(Written):
    """What a print shop asks for.

    `profile` is a CMYK profile's path inside the project and `condition` its name in the registry of printing
    conditions, such as CGATS21_CRPC6. `ink_limit` is the most of all four inks together, in percent. `bleed` is
    asked of products that bleed; without it North America gets 1/8 in and everyone else what the product says.
    """

    pdfx: PdfX = "x-4"
    profile: Line | None = None
    condition: Line | None = None
    marks: bool = True
    bleed: WrittenLength | None = None
    ink_limit: int = Field(320, ge=200, le=400)

    @field_validator("bleed")
    @classmethod
    def _is_a_bleed(cls, value: Length | None) -> Length | None:
        if value is not None and not 0 <= value.mm <= MOST_BLEED_MM:
            raise ValueError(f"a bleed is from 0mm to {MOST_BLEED_MM:g}mm; print shops ask for 3mm or 0.125in")
        return value

    def with_those_of(self, other: "Press | None") -> "Press":
        """Return these answers with the other's in their place, wherever it gave one."""
        return self.model_copy(update={key: getattr(other, key) for key in other.model_fields_set} if other else {})
