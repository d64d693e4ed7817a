"""A theme: colour roles at fixed lightness, so that contrast is the same in every theme."""

from typing import Literal

from generator.model.written import HexColour, Line, Written

Role = Literal["deep", "primary", "accent", "sun", "soft", "cream", "paper"]
Hair = Literal["bun", "bob", "short", "headscarf", "long", "curls"]


class Theme(Written):
    """The colour roles, which of them fill the hero panel and the disc behind the figures, and the figures' hair."""

    title: Line
    deep: HexColour
    primary: HexColour
    accent: HexColour
    sun: HexColour
    soft: HexColour
    cream: HexColour
    paper: HexColour = "#FFFFFF"
    hero: Role = "sun"
    disc: Role = "accent"
    art: Literal["colour", "line"] = "colour"  # line: outlines for black-and-white printers
    hair: tuple[Hair, Hair] = ("bun", "bob")
