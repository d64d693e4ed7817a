"""Shorter ways through the libraries that lay pages out, which come to the same.

They are open here, in WeasyPrint 70 and tinyhtml5 2.1, because most of what is asked on the way has one answer:

- A style is asked for sixty properties, and most of them are not declared: such a one is inherited, or what it is from
  the beginning. Many others are declared as nothing, or by a word that is taken as it is. A seventh of the time of a
  layout.
- Most lengths of boxes are in pixels by the time they are used, and most boxes stand in the normal flow: a twentieth.
- Every element has styles for five kinds of notes, which few pages make: two of three styles of all.
- Most of what is written to a PDF are bytes already, texts or whole numbers.
- A page has sixteen margin boxes, and ours put nothing into them: a twentieth of the time of a small region.
- The parser keeps patterns under another key than it looks for them by, and so makes them anew for every attribute: a
  twentieth of the time of a layout.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cache, lru_cache, wraps
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from weasyprint import CSS, HTML

_NOTED = frozenset({"position", "float"})  # what is found for them is noted besides
_OF_THEIR_OWN = _NOTED | {"page", "display"}
_PROPAGATED = frozenset(f"text_decoration_{part}" for part in ("line", "color", "style", "thickness"))
_DOWN, _ACROSS = "ttb", ("ltr", "rtl")  # every text is taken to run so
_SIDES = {"top": ("left", "center", "right"), "left": ("top", "middle", "bottom")}
_OPPOSITE = {"top": "bottom", "left": "right"}
_NOTHING = frozenset({"normal", "inhibit", "none"})  # as content
_UNDRAWN = frozenset({"none", "hidden"})  # as style of a line
_WIDE = frozenset({"inherit", "initial"})  # words that stand for the value of another
_IN_FLOW = frozenset({"static", "relative"})
_FROM_NOTHING = frozenset({"min_width", "min_height"})
_OF_NOTES = frozenset({"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})
# Style that a page brings itself: what is not looked through, and a note that is or may be made on the spot.
_STYLED = re.compile(
    r"""<style|<link|style\s*=\s*("[^"]*|'[^']*)(float|position)\s*:\s*[^;"']*(note|var\()""", re.IGNORECASE
)
_UNKNOWN = object()  # what a property is, as long as it is left to the library
_NOT_KNOWN: tuple[object, frozenset[str]] = (_UNKNOWN, frozenset())

Find = Callable[[Any, str], Any]
Generate = Callable[[Any, Any, Any], Iterable[Any]]
Use = Callable[[Any, str, float], None]
Look = Callable[[Mapping[str, Any], str], Any]  # at what is declared, for a property
Logical = Mapping[str, frozenset[str]]  # the names that a property is declared by besides its own


@cache
def take_shortcuts() -> None:
    """Have the libraries take the shorter ways from now on."""
    import pydyf
    from tinyhtml5 import inputstream
    from weasyprint import layout
    from weasyprint.css import ComputedStyle
    from weasyprint.formatting_structure.boxes import Box
    from weasyprint.layout import percent

    ComputedStyle.__missing__ = declared_or_not(ComputedStyle.__missing__)
    percent.resolve_one_percentage = in_pixels_or_not(percent.resolve_one_percentage)
    Box.is_in_normal_flow = in_flow_or_not(Box.is_in_normal_flow)
    layout.make_margin_boxes = filled_or_none(layout.make_margin_boxes)
    inputstream.characters_until_regex = Patterns()
    pydyf._to_bytes = by_type_or_not(pydyf._to_bytes)


def declared_or_not(general: Find) -> Find:
    """Return what finds a property of a style that was not asked for yet, and leaves the others to `general`."""
    from weasyprint.css.properties import INHERITED, INITIAL_VALUES

    inherited = INHERITED | _PROPAGATED | {"page"}
    logical = {name: frozenset(_logical(name)) for name in INITIAL_VALUES}
    plain, initial, of_root = _plain(logical), _initial(logical, INHERITED), _initial(logical)
    lines = _widths_of_lines()

    def of_its_own(style: Any, name: str) -> Any:
        if name in _NOTED:
            # What is floated depends on where it stands, which has to be noted before.
            value = style.specified[name] = INITIAL_VALUES[name]
            return value if name == "position" else style["position"] and value
        return 0 if name in lines and style[lines[name]] in _UNDRAWN else initial(style.cascaded, name)

    @wraps(general)
    def missing(style: Any, name: str) -> Any:
        declared, parent = style.cascaded, style.parent_style
        if name in declared:
            value = plain(declared, name)
        elif parent is None:
            value = of_root(declared, name)
        elif name in inherited or name.startswith("__"):
            value = parent[name]
        else:
            value = of_its_own(style, name)
        if value is _UNKNOWN:
            return general(style, name)
        style[name] = value
        return value

    return missing


def _logical(name: str) -> Iterator[str]:
    """Yield the names of a property that depend on where text runs."""
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS

    find = PHYSICAL_FUNCTIONS.get(name)
    return (find(block=_DOWN, inline=one) for one in _ACROSS if find)


def _initial(logical: Logical, but: frozenset[str] | set[str] = frozenset()) -> Look:
    """Return what looks up what a property is that nothing declares, `but` for some properties."""
    from weasyprint.css.properties import INITIAL_NOT_COMPUTED, INITIAL_VALUES

    others = INITIAL_NOT_COMPUTED | _OF_THEIR_OWN | _PROPAGATED | but
    known = {name: (INITIAL_VALUES[name], logical[name]) for name in logical.keys() - others}

    def initial(declared: Mapping[str, Any], name: str) -> Any:
        value, names = known.get(name, _NOT_KNOWN)
        return value if not names or declared.keys().isdisjoint(names) else _UNKNOWN

    return initial


def _widths_of_lines() -> Mapping[str, str]:
    """Return the width of each line around a box, which is none until one is drawn, with the name of its style."""
    from weasyprint.css.computed_values import COMPUTER_FUNCTIONS, border_width

    widths = (name for name, function in COMPUTER_FUNCTIONS.items() if function is border_width)
    return {name: name.replace("width", "style") for name in widths}


def _plain(logical: Logical) -> Look:
    """Return what finds in declarations a word that is taken as it is, or a length of nothing."""
    from weasyprint.css.computed_values import COMPUTER_FUNCTIONS, length
    from weasyprint.css.properties import ZERO_PIXELS, Dimension

    others = _OF_THEIR_OWN | _PROPAGATED
    words = logical.keys() - COMPUTER_FUNCTIONS.keys() - others
    lengths = {name for name in logical.keys() - others if COMPUTER_FUNCTIONS.get(name) is length}

    def plain(declared: Mapping[str, Any], name: str) -> Any:
        value, _ = declared[name]
        if not declared.keys().isdisjoint(logical.get(name, ())):
            return _UNKNOWN
        if name in words:
            return value if type(value) is str and value not in _WIDE else _UNKNOWN
        return ZERO_PIXELS if name in lengths and type(value) is Dimension and value.value == 0 else _UNKNOWN

    return plain


def in_pixels_or_not(general: Use) -> Use:
    """Return what sets a length of a box as it is used, and leaves percentages and sums to `general`."""
    from weasyprint.css.properties import Dimension

    @wraps(general)
    def use(box: Any, name: str, whole: float) -> None:
        value = box.style[name]
        if type(value) is Dimension and value.unit == "px":
            setattr(box, name, value.value)
        elif value == "auto":
            setattr(box, name, 0 if name in _FROM_NOTHING else value)
        else:
            general(box, name, whole)

    return use


def in_flow_or_not(general: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return what says whether a box is in the normal flow, and leaves those that were taken out to `general`."""

    @wraps(general)
    def is_in_normal_flow(box: Any) -> bool:
        style = box.style
        return (style["float"] == "none" and style["position"] in _IN_FLOW) or general(box)

    return is_in_normal_flow


def by_type_or_not(general: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """Return what writes a part of a PDF, and leaves to `general` all but bytes, texts and whole numbers."""

    @wraps(general)
    def to_bytes(item: Any) -> bytes:
        kind = type(item)
        if kind is bytes:
            return cast("bytes", item)
        if kind is str:
            return cast("str", item).encode("ascii")
        return b"%d" % item if kind is int else general(item)

    return to_bytes


def filled_or_none(general: Generate) -> Generate:
    """Return what makes the margin boxes of a page, and leaves to `general` those of one that puts anything in one."""

    @wraps(general)
    def margin_boxes(context: Any, page: Any, state: Any) -> Iterable[Any]:
        styles = (context.style_for(page.page_type, box) for box in MARGIN_BOXES)
        is_empty = all(style is None or style["content"] in _NOTHING for style in styles)
        return () if is_empty else general(context, page, state)

    return margin_boxes


def without_notes(html: "HTML", text: str, sheets: Sequence["CSS"]) -> None:
    """Take the styles for notes from a page with this text, when neither it nor its style sheets make any."""
    if not _STYLED.search(text) and not any(map(_makes_notes, sheets)):
        usual = html._ua_stylesheets
        html._ua_stylesheets = lambda forms=False: [_plain_sheet(sheet) for sheet in usual(forms)]


@lru_cache(maxsize=64)
def _makes_notes(sheet: "CSS") -> bool:
    """Return whether a style sheet makes a note of any element, or may by what stands for another value."""
    from weasyprint.css.tokens import Pending

    declared = ((name, value) for *_, (rules, _) in _entries(sheet) for name, value, _ in rules)
    values = (value for name, value in declared if name in _NOTED)
    return any(isinstance(one, Pending) or one == "footnote" or one[0] == "note()" for one in values)


def _entries(sheet: "CSS") -> Iterator[Any]:
    matcher = sheet.matcher
    named = (matcher.id_selectors, matcher.class_selectors, matcher.lower_local_name_selectors)
    by_name = chain.from_iterable(one.values() for one in (*named, matcher.namespace_selectors))
    return chain(*by_name, matcher.lang_attr_selectors, matcher.other_selectors)


@lru_cache(maxsize=8)
def _plain_sheet(sheet: "CSS") -> "CSS":
    """Return the style sheet of every page without what it says of notes."""
    plain = copy(sheet)
    plain.matcher = copy(sheet.matcher)
    # The fourth of an entry is the kind of what stands beside an element.
    plain.matcher.other_selectors = [one for one in sheet.matcher.other_selectors if one[3] not in _OF_NOTES]
    return plain


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
