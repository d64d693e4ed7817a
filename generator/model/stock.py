"""A sheet geometry: label and card sheets as the makers cut them, and plain paper."""

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from generator.model.written import Line, Slug, Written, WrittenLength, WrittenSize
from generator.units import Box, Length, Size


class Offset(Written):
    """Distances across and down."""

    x: WrittenLength
    y: WrittenLength

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",")]
        if len(parts) != 2:
            raise ValueError(f'"{value}" should be two lengths with a comma, such as "0.75in, 0.5in"')
        return {"x": parts[0], "y": parts[1]}


class Grid(Written):
    """Columns and rows of slots."""

    columns: int = Field(1, ge=1, le=50)
    rows: int = Field(1, ge=1, le=100)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.lower().replace("×", "x").split("x")]
        if len(parts) != 2:
            raise ValueError(f'"{value}" should be columns x rows, such as 2 x 5')
        return {"columns": parts[0], "rows": parts[1]}


class Stock(Written):
    """One stock file. Slots are counted along the rows from the top left; the first slot lies at `origin`."""

    title: Line
    sheet: WrittenSize
    label: WrittenSize
    origin: Offset
    pitch: Offset
    grid: Grid = Grid()
    aliases: tuple[Line, ...] = ()
    cut: Literal["perforated", "trim"] = "perforated"  # trim: plain paper, crop marks are drawn
    corner_radius: WrittenLength = Length(0.0)
    # Thickness of one leaf: about a tenth of a millimetre for 80 g/m² and 20 lb office paper.
    caliper: WrittenLength = Length(0.1)
    pack: int | None = Field(None, ge=1, le=10_000)  # sheets that are bought together
    fold: Line | None = None
    note: Line | None = None
    conflict: Line | None = None
    source: tuple[Line, ...] = Field(min_length=1)
    confidence: Line

    @field_validator("source", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("aliases", mode="before")
    @classmethod
    def _aliases_as_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _slots_lie_on_the_sheet(self) -> "Stock":
        # Makers' figures are rounded to a hundredth of an inch or a tenth of a millimetre.
        sheet = Box(0, 0, self.sheet.width, self.sheet.height)
        boxes = self.slots
        if not all(sheet.contains(box, within=0.3) for box in boxes):
            raise ValueError("a slot leaves the sheet; check origin, pitch and grid")
        step_x, step_y = self.pitch.x.mm, self.pitch.y.mm
        if (self.grid.columns > 1 and step_x < self.label.width - 0.3) or (
            self.grid.rows > 1 and step_y < self.label.height - 0.3
        ):
            raise ValueError("slots overlap; the pitch is smaller than the label")
        return self

    @property
    def slots(self) -> tuple[Box, ...]:
        """The slots in reading order, in millimetres from the top left corner of the sheet."""
        width, height = self.label.width, self.label.height
        return tuple(
            Box(
                self.origin.x.mm + column * self.pitch.x.mm,
                self.origin.y.mm + row * self.pitch.y.mm,
                width,
                height,
            )
            for row in range(self.grid.rows)
            for column in range(self.grid.columns)
        )

    @property
    def is_paper(self) -> bool:
        """True for a plain sheet: its one slot is all of it."""
        return self.cut == "trim" and self.label.same_as(self.sheet)

    def holds(self, size: Size) -> bool:
        """Return whether a face of this size fills a slot, to half a millimetre."""
        return self.label.same_as(size, within=0.5)


StockName = Slug
