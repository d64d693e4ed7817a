"""Every number stands by the name it belongs to: no two have changed places."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from math import hypot

from msgspec import Struct

from generator.errors import Diagnostic
from generator.proof.expected import Expected, ExpectedPage
from generator.proof.glyphs import BBox, around
from generator.proof.matching import anywhere
from generator.proof.opened import OpenedPdf, PageView, pages_of
from generator.proof.thresholds import finding

CLEARLY_MM = 1.0  # a pair has changed places when it would stand closer by this the other way round


class _Pair(Struct, frozen=True):
    """A resource's name and one of its facts, each of which stands once on a page."""

    name: str
    printed: str
    name_at: BBox
    fact_at: BBox


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the facts that stand by the name of another resource, which has theirs."""
    return tuple(one for page, index in pages_of(pdf, expected) for one in _page(page, expected.pages[index], expected))


def _page(page: PageView, planned: ExpectedPage, expected: Expected) -> Iterator[Diagnostic]:
    for one, other in combinations(_pairs(page, planned, expected), 2):
        if one.name == other.name:
            continue
        as_is = _gap(one.name_at, one.fact_at) + _gap(other.name_at, other.fact_at)
        swapped = _gap(one.name_at, other.fact_at) + _gap(other.name_at, one.fact_at)
        if swapped < as_is - CLEARLY_MM:
            message = (
                f'"{one.printed}" of "{one.name}" and "{other.printed}" of "{other.name}" stand by each other\'s name'
            )
            box = around([one.fact_at, other.fact_at])
            hint = "place the facts of a listing beside its name"
            yield finding("fact-misplaced", message, page=page.number, bbox=box, hint=hint)


def _pairs(page: PageView, planned: ExpectedPage, expected: Expected) -> Iterator[_Pair]:
    """Yield of each resource the first fact that is found once on a page, where its name is found once too."""
    times = Counter(one.printed for one in page.sightings(planned.facts))
    at = {one.printed: page.text.box_of(one.glyphs) for one in page.sightings(planned.facts)}
    owners = Counter(printed for printed, _ in {(fact.printed, fact.resource) for fact in planned.facts})
    done: set[str] = set()
    for fact in planned.facts:
        is_lone = fact.is_whole and times[fact.printed] == 1 and owners[fact.printed] == 1
        name = _name(page, expected.names.get(fact.resource, ())) if is_lone and fact.resource not in done else None
        if name:
            done.add(fact.resource)
            yield _Pair(name[0], fact.printed, name[1], at[fact.printed])


def _name(page: PageView, names: tuple[str, ...]) -> tuple[str, BBox] | None:
    for name in names:
        places = list(anywhere(page.text, name))
        if len(places) == 1:
            return name, page.text.box_of(places[0])
    return None


def _gap(one: BBox, other: BBox) -> float:
    """Return the distance of two rectangles, in millimetres."""
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    return hypot(max(across, 0.0), max(down, 0.0))
