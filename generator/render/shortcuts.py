"""Shorter ways through the libraries that lay pages out, which come to the same.

They are open here, in WeasyPrint 70 and tinyhtml5 2.1, because most of what is asked on the way has one answer:

- A style is asked for sixty properties, and nine of ten are neither declared nor logical, variable or calculated: such
  a one is inherited, or what it is from the beginning. A tenth of the time of a layout.
- A page has sixteen margin boxes, and ours put nothing into them: a twentieth of the time of a small region.
- The parser keeps patterns under another key than it looks for them by, and so makes them anew for every attribute: a
  twentieth of the time of a layout.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, wraps
from typing import Any

# What is found for them is noted besides, or depends on more than the declaration.
_OF_THEIR_OWN = frozenset({"page", "position", "float", "display"})
_PROPAGATED = "text_decoration_"
_DOWN, _ACROSS = "ttb", ("ltr", "rtl")  # every text is taken to run so
_SIDES = {"top": ("left", "center", "right"), "left": ("top", "middle", "bottom")}
_OPPOSITE = {"top": "bottom", "left": "right"}
_NOTHING = frozenset({"normal", "inhibit", "none"})  # as content

Find = Callable[[Any, str], Any]
Generate = Callable[[Any, Any, Any], Iterable[Any]]


@cache
def take_shortcuts() -> None:
    """Have the libraries take the shorter ways from now on."""
    from tinyhtml5 import inputstream
    from weasyprint.css import ComputedStyle
    from weasyprint.layout import page

    ComputedStyle.__missing__ = declared_or_not(ComputedStyle.__missing__)
    page.make_margin_boxes = filled_or_none(page.make_margin_boxes)
    inputstream.characters_until_regex = Patterns()


def declared_or_not(general: Find) -> Find:
    """Return what finds a property of a style that was not asked for yet, and leaves to `general` what is declared."""
    from weasyprint.css.properties import INHERITED

    initial = dict(_initial())
    inherited = frozenset(name for name in INHERITED if not name.startswith(_PROPAGATED)) - _OF_THEIR_OWN

    @wraps(general)
    def missing(style: Any, name: str) -> Any:
        declared, parent = style.cascaded, style.parent_style
        if name in declared or parent is None:
            return general(style, name)
        if name in inherited:
            value = style[name] = parent[name]
            return value
        if name in initial:
            value, logical = initial[name]
            if declared.keys().isdisjoint(logical):
                style[name] = value
                return value
        return general(style, name)

    return missing


def _initial() -> Iterator[tuple[str, tuple[Any, frozenset[str]]]]:
    """Yield the properties that are what they are until declared, with their values and the logical names of each."""
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    for name in INITIAL_VALUES.keys() - INHERITED - INITIAL_NOT_COMPUTED - _OF_THEIR_OWN:
        if not name.startswith(_PROPAGATED):
            find = PHYSICAL_FUNCTIONS.get(name)
            logical = (find(block=_DOWN, inline=one) for one in _ACROSS) if find else ()
            yield name, (INITIAL_VALUES[name], frozenset(logical))


def filled_or_none(general: Generate) -> Generate:
    """Return what makes the margin boxes of a page, and leaves to `general` those of one that puts anything in one."""

    @wraps(general)
    def margin_boxes(context: Any, page: Any, state: Any) -> Iterable[Any]:
        styles = (context.style_for(page.page_type, box) for box in MARGIN_BOXES)
        is_empty = all(style is None or style["content"] in _NOTHING for style in styles)
        return () if is_empty else general(context, page, state)

    return margin_boxes


def _margin_boxes() -> Iterator[str]:
    """Yield the names of all margin boxes of a page: https://drafts.csswg.org/css-page-3/#margin-boxes."""
    for first, parts in _SIDES.items():
        for side in (first, _OPPOSITE[first]):
            yield from (f"@{side}-{part}" for part in parts)
    yield from (f"@{down}-{across}-corner" for down in ("top", "bottom") for across in ("left", "right"))


MARGIN_BOXES = tuple(_margin_boxes())


class Patterns(dict[tuple[Iterable[str], bool], re.Pattern[str]]):
    """Patterns by the characters that they run up to, or with the opposite those that they run over."""

    def __missing__(self, key: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        """Return a pattern that is asked for for the first time, and keep it."""
        characters, is_opposite = key
        listed = "".join(f"\\x{ord(one):02x}" for one in characters)
        pattern = self[key] = re.compile(f"[{'' if is_opposite else '^'}{listed}]+")
        return pattern
