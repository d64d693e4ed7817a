"""Blank space shared out after layout, by moving boxes: flex boxes do the same at three times the cost.

`data-spread` on a block shares its blank height out between its children; a length as its value is the most
that each gap may grow. `data-middle` stands its children in the middle of its height.
"""

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from generator.render.boxes import PX_PER_MM
from generator.units import Length

if TYPE_CHECKING:
    from weasyprint import Document

WeasyBox = Any  # weasyprint's boxes carry no types


def spread(document: "Document", *, is_changed: bool = False) -> None:
    """Move the boxes of a layout whose elements ask for it, then gather its links anew, all with `is_changed`."""
    from weasyprint.document import Page

    for number, page in enumerate(document.pages):
        if sum(_visit(box) for box in page._page_box.children) or is_changed:
            document.pages[number] = Page(page._page_box)


def _visit(box: WeasyBox) -> int:
    """Spread a box and those inside it; return how many were."""
    box = getattr(box, "_box", box)
    element = box.element
    done = 0
    if element is not None and hasattr(element, "get") and hasattr(box, "children"):
        most, middle = element.get("data-spread"), element.get("data-middle")
        done += _spread_children(box, most) if most is not None else 0
        done += _centre_children(box) if middle is not None else 0
    return done + sum(_visit(child) for child in getattr(box, "children", ()))


def _spread_children(box: WeasyBox, most: str) -> int:
    children, blank = _stacked(box)
    if len(children) < 2 or blank <= 0:
        return 0
    gap = blank / (len(children) - 1)
    if most:
        gap = min(gap, Length.parse(most).mm * PX_PER_MM)
    for child, shift in zip(children, accumulate([0.0, *[gap] * (len(children) - 1)]), strict=True):
        move(child, shift)
    return 1


def _centre_children(box: WeasyBox) -> int:
    children, blank = _stacked(box)
    if blank <= 0:
        return 0
    for child in children:
        move(child, blank / 2)
    return 1


def _stacked(box: WeasyBox) -> tuple[list[WeasyBox], float]:
    """Return the children in flow, and the blank height below them in pixels."""
    children = [child for child in box.children if child.is_in_normal_flow()]
    if not children:
        return [], 0.0
    last = children[-1]
    foot = last.position_y + last.margin_height() if hasattr(last, "margin_top") else last.position_y + last.height
    return children, float(box.content_box_y() + box.height - foot)


def move(box: WeasyBox, down: float, *, across: float = 0.0) -> None:
    """Move a box with all it holds; its backgrounds were placed at the end of layout and are moved as well."""
    box.translate(dx=across, dy=down)
    _move_backgrounds(box, across, down)


def _move_backgrounds(box: WeasyBox, across: float, down: float) -> None:
    box = getattr(box, "_box", box)
    if getattr(box, "background", None):
        layers = [_moved(layer, across, down) for layer in box.background.layers]
        box.background = box.background._replace(layers=layers)
    for child in box.all_children():
        _move_backgrounds(child, across, down)


def _moved(layer: WeasyBox, across: float, down: float) -> WeasyBox:
    def shifted(area: WeasyBox) -> WeasyBox:
        return area if isinstance(area, str) else (area[0] + across, area[1] + down, *area[2:])

    return layer._replace(
        painting_area=shifted(layer.painting_area),
        positioning_area=shifted(layer.positioning_area),
        clipped_boxes=[shifted(area) for area in layer.clipped_boxes],
    )
