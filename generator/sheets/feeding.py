"""Sheets as a printer takes them: backs turned for the edge it turns on, or printed by hand after all fronts."""

from collections.abc import Sequence

from msgspec.structs import replace

from generator.sheets.placing import Mark, Placement, Sheet
from generator.sheets.turning import Edge, rotation_of
from generator.units import Box, Size


def turned_on(sheets: Sequence[Sheet], edge: Edge, *, planned: Edge) -> tuple[Sheet, ...]:
    """Return sheets planned for turning on one edge as a printer needs them that turns on the other."""
    if edge == planned:
        return tuple(sheets)
    return tuple(_upside_down(sheet) if sheet.is_back else sheet for sheet in sheets)


def by_hand(sheets: Sequence[Sheet], *, planned: Edge, last_first: bool = False) -> tuple[Sheet, ...]:
    """Return all fronts, then all backs, for a stack that is put back with the edge leading that led before.

    That turns the sheets on their long edge. A stack that has to be turned over for its blank side to be printed
    feeds its first sheet first again; one that goes in as it came out feeds its last sheet first: `last_first`.
    """
    turned = turned_on(sheets, "long-edge", planned=planned)
    backs = [sheet for sheet in turned if sheet.is_back]
    return (*(sheet for sheet in turned if not sheet.is_back), *(reversed(backs) if last_first else backs))


def _upside_down(sheet: Sheet) -> Sheet:
    """Return a sheet turned by half, faces and marks. Words for the person at the printer stay upright."""
    size = sheet.size
    return replace(
        sheet,
        placements=tuple(_turned_face(one, size) for one in sheet.placements),
        marks=tuple(_turned_mark(one, size) for one in sheet.marks),
        labels=tuple(replace(one, box=_turned(one.box, size)) for one in sheet.labels),
    )


def _turned_face(placement: Placement, size: Size) -> Placement:
    clip = _turned(placement.clip, size) if placement.clip else None
    rotation = rotation_of(placement.rotation + 180)
    return replace(placement, box=_turned(placement.box, size), rotation=rotation, clip=clip)


def _turned_mark(mark: Mark, size: Size) -> Mark:
    return replace(
        mark,
        x1=size.width - mark.x1,
        y1=size.height - mark.y1,
        x2=size.width - mark.x2,
        y2=size.height - mark.y2,
    )


def _turned(box: Box, size: Size) -> Box:
    return Box(size.width - box.right, size.height - box.bottom, box.width, box.height)
