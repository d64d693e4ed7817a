"""A printer as it was measured: how far it prints from where it should, and how it prints on both sides."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from generator.model.stock import Offset
from generator.model.written import Line, Slug, Written
from generator.units import Length

# Further out is no printer's error but a slip of the ruler, or a sheet printed with "Fit to page".
MOST_OFFSET_MM = 10.0
MOST_SCALE_ERROR = 0.05
MOST_SKEW_DEGREES = 2.0
NO_OFFSET = Offset(x=Length(0.0), y=Length(0.0))
Duplex = Literal["long-edge", "short-edge", "by-hand", "by-hand-reversed"]


class Scale(Written):
    """How large a printer prints across and down; 1 is true."""

    x: float = 1.0
    y: float = 1.0

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",")]
        if len(parts) > 2:
            raise ValueError(f'"{value}" should be one number, or one across and one down, such as 0.997, 0.998')
        return {"x": parts[0], "y": parts[-1]}


class Printer(Written):
    """One content/printers/<name>.yaml. It says how the printer errs; sheets are corrected for that.

    `offset` is how far right and down of its place it prints, `scale` how large, `skew` how many degrees it turns
    the print clockwise; scale and skew are about the sheet's top left corner. `back` is how much further right and
    down it prints backs, as seen on the back.
    """

    title: Line | None = None
    paper: Slug | None = None  # the largest it takes: what is larger is tiled
    duplex: Duplex | None = None
    offset: Offset = NO_OFFSET
    scale: Scale = Scale()
    skew: float = Field(0.0, ge=-MOST_SKEW_DEGREES, le=MOST_SKEW_DEGREES)
    back: Offset = NO_OFFSET
    trays: Mapping[Slug, Line] = Field(default_factory=dict)  # of a stock, where it goes in
    measured: date | None = None

    @field_validator("offset", "back")
    @classmethod
    def _is_near(cls, value: Offset) -> Offset:
        for length in (value.x, value.y):
            if abs(length.mm) > MOST_OFFSET_MM:
                raise ValueError(
                    f"{length} is further than any printer is out (at most {MOST_OFFSET_MM:g}mm); "
                    'measure again, on a sheet printed at "Actual size"'
                )
        return value

    @field_validator("scale")
    @classmethod
    def _is_nearly_true(cls, value: Scale) -> Scale:
        for scale in (value.x, value.y):
            if not abs(scale - 1) <= MOST_SCALE_ERROR:  # what is no number is not near either
                raise ValueError(
                    f"{scale:g} is further from 1 than any printer is out (at most {MOST_SCALE_ERROR:g}); "
                    'measure again, on a sheet printed at "Actual size"'
                )
        return value

    @property
    def errs(self) -> bool:
        """True when there is anything to correct."""
        still = Printer()
        return (self.offset, self.scale, self.skew, self.back) != (still.offset, still.scale, still.skew, still.back)
