"""What lies where on laid-out pages: text past its box, the safe area or other text, too small, or lost.

Reads WeasyPrint's box tree, which is private to it: the major version is pinned for that reason.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from generator.errors import Diagnostic, error
from generator.render import fonts
from generator.render.assets import Assets
from generator.render.boxes import Sheet
from generator.units import MM_PER_UNIT, Box

if TYPE_CHECKING:
    from weasyprint import HTML, Document

TOLERANCE_MM = 0.15  # half the stroke of 7 pt type: less than that past an edge is not seen
OVERLAP_MM = 0.35
# Lines set tight may touch with a descender above an ascender, by this part of the smaller type size.
TOUCHING = 0.1
PX_PER_PT = MM_PER_UNIT["pt"] / MM_PER_UNIT["px"]
WeasyBox = Any  # weasyprint's boxes carry no types
_SKIPPED = frozenset({"style", "script", "title", "head", "template", "desc"})


class Limit(Struct, frozen=True):
    """A rectangle that what stands inside an element may not leave."""

    box: Box
    name: str
    sides: str = "lrtb"


class Item(Struct, frozen=True):
    """A run of text or a picture as it will be printed: its ink in millimetres from the trimmed corner."""

    face: int
    ink: Box
    text: str
    size_pt: float
    families: tuple[str, ...]
    element: str
    field: str
    limits: tuple[Limit, ...]
    line: int

    @property
    def shown(self) -> str:
        """The start of the text, or the name of the element where it is a picture."""
        return f'"{self.text.strip()[:40]}"' if self.text else self.element


class Hole(Struct, frozen=True):
    """The box of a region: in pixels of the layout, from the corner of its page.

    `look` stands for the style that its content takes over from around it, `headings` is how many entries of the
    outline come before it. Nothing can be laid into a bound box, which is drawn turned or see-through.
    """

    x: float
    y: float
    width: float
    height: float
    look: str
    headings: int
    is_bound: bool


class Report(Struct, frozen=True):
    """What was measured: every item, what is wrong with them, and what optional parts would free.

    `excess` is how many millimetres a face's text runs past its limits, `parts` the height of each part,
    `facts` the pages (from 0) on which each numbered fact stands: what runs at the foot of pages is on many.
    `holes` are the boxes of regions by their number.
    """

    items: tuple[Item, ...]
    problems: tuple[tuple[Diagnostic, Item | None], ...]
    excess: Mapping[int, float] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    holes: Mapping[int, Hole] = field(default_factory=dict)


def measure(
    document: "Document",
    html: "HTML",
    assets: Assets,
    *,
    sheet: Sheet,
    safe: float | None,
    min_pt: float,
    first: int = 0,
) -> Report:
    """Return what is wrong on the pages of a layout: one page a face, text size in points.

    `safe` is the margin, in millimetres, that text must keep; None for a region, which stands anywhere. Its first
    page is the face numbered `first`.
    """
    walk = _Walk(assets, sheet, safe)
    for number, page in enumerate(document.pages, first):
        walk.page(number, page._page_box)
    items = tuple(walk.items)
    problems: list[tuple[Diagnostic, Item | None]] = []
    for item in items:
        problems += [(found, item) for found in _item_problems(item, assets, min_pt)]
    problems += _overlaps(items)
    problems += _lost(html, items)
    problems += _undrawn(html, frozenset(walk.facts))
    excess = {face: max(_worst(item)[0] for item in items if item.face == face) for face in {i.face for i in items}}
    facts = {number: tuple(pages) for number, pages in walk.facts.items()}
    return Report(items, tuple(problems), excess, walk.parts, facts, walk.holes)


def _item_problems(item: Item, assets: Assets, min_pt: float) -> Iterator[Diagnostic]:
    past = _worst(item)
    if past[0] > TOLERANCE_MM:
        yield _at(
            item,
            error("overflow", f"{item.shown} goes {past[0]:.1f} mm past {past[1]}", hint="shorten the text"),
        )
    if item.text and item.size_pt < min_pt - 0.01:
        message = f"{item.shown} is set in {item.size_pt:.1f} pt; the least here is {min_pt:.1f} pt"
        yield _at(item, error("text-too-small", message))
    for char in fonts.missing_characters(assets, item.text, families=item.families):
        message = f'no bundled font for this text has "{char}" (U+{ord(char):04X}), in {item.shown}'
        hint = "write it another way, or add a font to templates/base/fonts and name it in the language file"
        yield _at(item, error("missing-glyph", message, hint=hint))


def _worst(item: Item) -> tuple[float, str]:
    return max(((_past(item.ink, limit), limit.name) for limit in item.limits), default=(0.0, ""))


def _at(item: Item, found: Diagnostic) -> Diagnostic:
    left, top, right, bottom = (round(edge, 2) for edge in item.ink.edges)
    return replace(found, page=item.face + 1, bbox_mm=(left, top, right, bottom))


def _past(ink: Box, limit: Limit) -> float:
    box = limit.box
    past = {"l": box.x - ink.x, "t": box.y - ink.y, "r": ink.right - box.right, "b": ink.bottom - box.bottom}
    return max(past[side] for side in limit.sides)


def _overlaps(items: tuple[Item, ...]) -> Iterator[tuple[Diagnostic, Item]]:
    ordered = sorted(items, key=lambda item: (item.face, item.ink.y))
    for index, one in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.face != one.face or other.ink.y > one.ink.bottom:
                break
            if one.line != other.line and one.ink.overlaps(other.ink, by_more_than=_may_touch(one, other)):
                message = f"{one.shown} and {other.shown} are printed over each other"
                yield _at(one, error("overlap", message, hint="shorten the text")), one


def _may_touch(one: Item, other: Item) -> float:
    return max(OVERLAP_MM, TOUCHING * min(one.size_pt, other.size_pt) * MM_PER_UNIT["pt"])


def _lost(html: "HTML", items: tuple[Item, ...]) -> Iterator[tuple[Diagnostic, Item | None]]:
    """Yield an error when the source has characters that no box carries: WeasyPrint drops them in silence."""
    wanted = _characters(_source_texts(html.etree_element.find("body")))
    lost = wanted - _characters(item.text for item in items)
    if lost:
        message = f"{lost.total()} of {wanted.total()} characters are on no page"
        yield error("lost-text", message, hint="shorten the text"), None


def _undrawn(html: "HTML", drawn: frozenset[int]) -> Iterator[tuple[Diagnostic, Item | None]]:
    """Yield an error when a fact stands in the source and no box of the pages is its own."""
    missing = {int(one.get("data-fact")) for one in html.etree_element.findall(".//*[@data-fact]")} - drawn
    if missing:
        message = f"{len(missing)} placed facts are on no page"
        yield error("fact-not-drawn", message, hint="let its element be displayed"), None


def _characters(texts: Iterator[str]) -> Counter[str]:
    """Return how often texts have each character, blank ones and soft hyphens apart."""
    counted = Counter("".join(texts).casefold())
    return Counter({char: count for char, count in counted.items() if not char.isspace() and char != "\u00ad"})


def _source_texts(element: Any) -> Iterator[str]:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED or tag.startswith("{http://www.w3.org/2000/svg}"):
        return
    if element.text:
        yield element.text
    for child in element:
        yield from _source_texts(child)
        if child.tail:
            yield child.tail


class _Here(Struct, frozen=True):
    """What is inherited on the way down the box tree."""

    face: int
    matrix: Any = None
    element: str = ""
    field: str = ""
    bleeds: bool = False
    limits: tuple[Limit, ...] = ()
    column: Limit | None = None
    line: int = 0
    is_seen_through: bool = False


class _Walk:
    """One pass over the boxes of all pages, gathering items."""

    def __init__(self, assets: Assets, sheet: Sheet, safe: float | None) -> None:
        from weasyprint.anchors import rectangle_aabb
        from weasyprint.formatting_structure import boxes

        self.assets, self.sheet, self.safe = assets, sheet, safe
        self.boxes = boxes
        self.bounding = (boxes.BlockContainerBox, boxes.FlexContainerBox, boxes.GridContainerBox)
        self.around: Callable[..., tuple[float, float, float, float]] = rectangle_aabb
        self.items: list[Item] = []
        self.parts: dict[str, float] = {}
        self.facts: dict[int, dict[int, None]] = {}
        self.holes: dict[int, Hole] = {}
        self.headings = 0

    def page(self, face: int, box: WeasyBox) -> None:
        limits: tuple[Limit, ...] = ()
        if self.safe is not None:
            trim = Box(0, 0, self.sheet.size.width, self.sheet.size.height)
            limits = (Limit(trim.inset(self.safe), f"the safe area, {self.safe:g} mm inside the trim"),)
        self._visit(box, _Here(face, limits=limits))

    def _visit(self, box: WeasyBox, here: _Here) -> None:
        box = getattr(box, "_box", box)  # a placeholder stands for an absolutely positioned box
        here = self._entered(box, here)
        if isinstance(box, self.boxes.TextBox):
            self._text(box, here)
        elif isinstance(box, self.boxes.ReplacedBox):
            self._picture(box, here)
        for child in getattr(box, "children", ()):
            self._visit(child, here)

    def _entered(self, box: WeasyBox, here: _Here) -> _Here:
        if isinstance(box, self.boxes.LineBox):
            return replace(here, line=id(box))
        matrix = getattr(box, "transformation_matrix", None)
        if matrix is not None:
            here = replace(here, matrix=matrix @ here.matrix if here.matrix else matrix)
        if box.style["opacity"] < 1:
            here = replace(here, is_seen_through=True)
        element = box.element
        if element is not None and hasattr(element, "get"):
            here = self._inside(element, box, here)
        if box.bookmark_label and box.style["bookmark_level"] != "none":
            self.headings += 1
        if isinstance(box, self.bounding):
            here = self._bounded(box, here)
            if element is not None and element.get("data-region"):
                self._region(box, here)
        return here

    def _region(self, box: WeasyBox, here: _Here) -> None:
        """Note where a region stands. On its face it is empty, and what it will hold counts as one picture."""
        x, y, width, height = box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height()
        is_bound = here.matrix is not None or here.is_seen_through
        number = int(box.element.get("data-region"))
        self.holes[number] = Hole(x, y, width, height, _look(box.style), self.headings, is_bound)
        if self.safe is not None:
            ink = self._box(x, y, width, height, here)
            self.items.append(Item(here.face, ink, "", 0, (), here.element, here.field, here.limits, id(box)))

    def _inside(self, element: Any, box: WeasyBox, here: _Here) -> _Here:
        """Return what holds inside an element, after noting what the element says about itself."""
        if part := element.get("data-part"):
            self.parts[part] = box.margin_height() / self.sheet.px_per_mm
        if number := element.get("data-fact"):
            self.facts.setdefault(int(number), {})[here.face] = None
        where = element.get("data-field") or here.field
        bleeds = here.bleeds or element.get("data-bleeds") is not None
        return replace(here, element=_named(element), field=where, bleeds=bleeds)

    def _bounded(self, box: WeasyBox, here: _Here) -> _Here:
        """Add what the box lays on its content: clipping, a height of its own, and its width."""
        border = self._box(box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height(), here)
        where = f"the edge of {here.element}"
        column = Limit(border, where, "lr") if here.matrix is None else here.column
        if box.style["overflow"] != "visible":
            return replace(here, limits=(*here.limits, Limit(border, where)), column=column)
        if _has_own_height(box):
            inside = self._box(box.content_box_x(), box.content_box_y(), box.width, box.height, here)
            sides = "tb" if here.matrix is None else "lrtb"
            return replace(here, limits=(*here.limits, Limit(inside, where, sides)), column=column)
        return replace(here, column=column)

    def _text(self, box: WeasyBox, here: _Here) -> None:
        if not box.text.strip():
            return
        size = float(box.style["font_size"])
        families = tuple(box.style["font_family"])
        face = fonts.typeface(self.assets, families, int(box.style["font_weight"]))
        above, below = face.reach(box.text) if face else (0.8, 0.2)
        baseline = box.position_y + box.baseline
        ink = self._box(box.position_x, baseline - above * size, box.width, (above + below) * size, here)
        scale = abs(here.matrix.determinant) ** 0.5 if here.matrix else 1.0
        limits = (*here.limits, here.column) if here.column else here.limits
        self.items.append(
            Item(
                here.face,
                ink,
                box.text,
                size / PX_PER_PT * scale * self.sheet.magnify,
                families,
                here.element,
                here.field,
                () if here.bleeds else limits,
                here.line,
            )
        )

    def _picture(self, box: WeasyBox, here: _Here) -> None:
        if here.bleeds:
            return
        ink = self._box(box.content_box_x(), box.content_box_y(), box.width, box.height, here)
        self.items.append(Item(here.face, ink, "", 0, (), here.element, here.field, here.limits, id(box)))

    def _box(self, x: float, y: float, width: float, height: float, here: _Here) -> Box:
        """Return a rectangle of the page, in pixels, in millimetres from the trimmed corner."""
        edges = self.around(here.matrix, x, y, width, height)
        left, top, right, bottom = (edge / self.sheet.px_per_mm for edge in edges)
        return Box(left - self.sheet.bleed, top - self.sheet.bleed, right - left, bottom - top)


def _look(style: WeasyBox) -> str:
    """Return what stands for all that the content of a box takes over from it."""
    from weasyprint.css.properties import INHERITED

    return sha256(repr([style[name] for name in sorted(INHERITED)]).encode()).hexdigest()


def _has_own_height(box: WeasyBox) -> bool:
    style = box.style
    if box.element_tag in ("td", "th") or style["display"][0] == "table-cell":
        return False  # cells grow with what they hold
    is_stretched = style["position"] == "absolute" and style["top"] != "auto" and style["bottom"] != "auto"
    return bool(is_stretched or style["height"] != "auto")


def _named(element: Any) -> str:
    tag = str(element.tag).rpartition("}")[2]
    classes = "".join(f".{name}" for name in (element.get("class") or "").split()[:2])
    return f"<{tag}{classes}>"
