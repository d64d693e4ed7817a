"""A language: its direction, its faces, its words for dates and hours, and the labels that products print."""

from collections.abc import Mapping
from typing import Literal

from generator.model.written import Line, Written


class Language(Written):
    """One language file. Labels may hold {places} that a product fills with facts."""

    name: Line
    english_name: Line
    direction: Literal["ltr", "rtl"] = "ltr"
    text_fonts: tuple[Line, ...] = ("Atkinson Hyperlegible Next",)
    display_fonts: tuple[Line, ...] = ("Bricolage Grotesque",)
    clock: Literal["12", "24"] = "12"
    status: Literal["draft", "reviewed", "final"] = "final"
    reviewed_by: Line | None = None
    labels: Mapping[str, Line]
