"""A language: its direction, its faces, its words for dates and hours, and the labels that products print."""

from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import Literal

from generator.model.written import Line, Written

_ISOLATE, _POP = "\u2068", "\u2069"  # of Unicode's bidirectional algorithm: both are seen nowhere


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

    def said(self, label: str, **parts: object) -> str:
        """Return a label with its {places} filled, for sheets; see render.facts for the faces. See `unsaid`.

        From right to left each part is kept in its own direction, so that figures stay in their order.
        """
        if self.direction == "rtl":
            parts = {name: f"{_ISOLATE}{part}{_POP}" for name, part in parts.items()}
        return self.labels[label].format(**parts)

    def unsaid(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
        """Yield each label that is wanted and missing or has other {places} than these, and what is wrong."""
        for label, places in wanted.items():
            text = self.labels.get(label)
            if text is None:
                yield label, f'the language has no label "{label}"'
            elif _places(text) != set(places):
                held = ", ".join(f"{{{name}}}" for name in places) or "no {places}"
                yield label, f'the label "{label}" reads "{text}"; it should hold {held}'


def _places(text: str) -> set[str] | None:
    """Return the {places} of a label; None when its braces do not pair."""
    try:
        return {name for _, name, *_ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None
