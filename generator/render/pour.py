"""One text poured into the columns of the faces: laid out once as a single column, then cut and moved.

The text stands on pages of its own behind the faces, as the children of the element with `data-source`. A child
with `data-keep` stays with the one after it; `data-listing` names the listing that a child prints. The columns
are the elements with `data-column`, in reading order. Children take their distance from one another by padding.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from generator.render.spread import move

if TYPE_CHECKING:
    from weasyprint import Document

WeasyBox = Any  # weasyprint's boxes carry no types
SLACK = 0.01  # pixels that sums of heights may differ by
HALVINGS = 12  # balance the columns to a four-thousandth of their height


class Block(Struct, frozen=True):
    """A child of the poured text. Heights in pixels; `lead_in` is blank that the top of a column does without."""

    listing: str
    height: float
    lead_in: float
    is_kept: bool


class Poured(Struct, frozen=True):
    """The blocks of a poured text in reading order, and the heights of the columns they go into, in pixels."""

    blocks: tuple[Block, ...]
    columns: tuple[float, ...]

    @property
    def fill(self) -> float:
        """How much of the columns the text takes; more than 1 never fits."""
        return sum(one.height for one in self.blocks) / max(sum(self.columns), SLACK)

    @property
    def is_held(self) -> bool:
        """True when the columns hold the whole text."""
        return _cut(self.blocks, self.columns) is not None

    def without(self, listings: Collection[str]) -> "Poured":
        """Return the text without some listings, nor the headings that would stand over nothing."""
        kept = [one for one in self.blocks if one.is_kept or one.listing not in listings]
        following = [*kept[1:], None]
        full = (one for one, after in zip(kept, following, strict=True) if not one.is_kept or _is_entry(after))
        return replace(self, blocks=tuple(full))


def _is_entry(block: Block | None) -> bool:
    return block is not None and not block.is_kept


def most_that_fit(poured: Poured, dropping: Sequence[str]) -> int:
    """Return how many listings, from the start of `dropping`, have to go until the columns hold the rest."""
    low, high = 0, len(dropping)
    while low < high:
        middle = (low + high) // 2
        if poured.without(frozenset(dropping[:middle])).is_held:
            high = middle
        else:
            low = middle + 1
    return low


def pour(document: "Document", faces: int) -> Poured | None:
    """Move the text behind the faces into their columns and take its pages away; None when there is none.

    The columns are filled evenly. What they do not hold overflows the last one.
    """
    columns = [box for page in document.pages[:faces] for box in _with(page._page_box, "data-column")]
    sources = [box for page in document.pages[faces:] for box in _with(page._page_box, "data-source")]
    if not columns or not sources:
        return None
    boxes = [child for source in sources for child in source.children]
    poured = Poured(tuple(_block(box) for box in boxes), tuple(float(box.height) for box in columns))
    for column, (first, last) in zip(columns, _evenly(poured), strict=True):
        _fill(column, boxes[first:last], poured.blocks[first:last])
    del document.pages[faces:]
    return poured


def _with(box: WeasyBox, attribute: str) -> Iterator[WeasyBox]:
    box = getattr(box, "_box", box)
    element = box.element
    if element is not None and hasattr(element, "get") and element.get(attribute) is not None:
        yield box
        return
    for child in getattr(box, "children", ()):
        yield from _with(child, attribute)


def _block(box: WeasyBox) -> Block:
    element = box.element
    listing = element.get("data-listing") or ""
    return Block(listing, float(box.margin_height()), float(box.padding_top), element.get("data-keep") is not None)


Cuts = tuple[tuple[int, int], ...]  # of each column, the first block and the one after its last


def _evenly(poured: Poured) -> Cuts:
    """Return the cuts that leave the fullest column as low as can be; all columns full when they do not hold it."""
    best = _cut(poured.blocks, poured.columns)
    if best is None:
        return _cut_full(poured)
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        cuts = _cut(poured.blocks, [height * middle for height in poured.columns])
        if cuts is None:
            low = middle
        else:
            best, high = cuts, middle
    return best


def _cut(blocks: Sequence[Block], columns: Sequence[float]) -> Cuts | None:
    """Return where each column begins and ends when each takes as much as it holds, or None if blocks are left."""
    cuts, first = [], 0
    for height in columns:
        last = first + _count(blocks[first:], height)
        cuts.append((first, last))
        first = last
    return tuple(cuts) if first == len(blocks) else None


def _cut_full(poured: Poured) -> Cuts:
    cuts = list(_cut_all_but_last(poured))
    return (*cuts, (cuts[-1][1] if cuts else 0, len(poured.blocks)))


def _cut_all_but_last(poured: Poured) -> Iterator[tuple[int, int]]:
    first = 0
    for height in poured.columns[:-1]:
        last = first + _count(poured.blocks[first:], height)
        yield first, last
        first = last


def _count(blocks: Sequence[Block], height: float) -> int:
    """Return how many blocks a column of this height takes, no heading last."""
    taken, used = 0, -blocks[0].lead_in if blocks else 0.0
    for number, block in enumerate(blocks, 1):
        used += block.height
        if used > height + SLACK:
            break
        if not block.is_kept:
            taken = number
    return taken


def _fill(column: WeasyBox, boxes: Sequence[WeasyBox], blocks: Sequence[Block]) -> None:
    """Stand boxes one below the other in a column, the first with its text at the very top."""
    top = float(column.content_box_y()) - (blocks[0].lead_in if blocks else 0.0)
    for box, block in zip(boxes, blocks, strict=True):
        move(box, top - box.position_y, across=float(column.content_box_x()) - box.position_x)
        top += block.height
    column.children = [*column.children, *boxes]
