"""Every link leads where the plan says, and a link under a fact leads to that fact."""

import re
from collections.abc import Iterator

import pikepdf

from generator.errors import Diagnostic
from generator.proof.expected import Expected, ExpectedPage
from generator.proof.glyphs import BBox
from generator.proof.opened import OpenedPdf, PageView, pages_of
from generator.proof.thresholds import finding

LINKED = frozenset({"phone", "sms", "url", "email", "date"})  # kinds of facts that a link may stand under


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the links to what the plan does not know, and those that lead elsewhere than their text says."""
    known = _Known(expected)
    return tuple(one for page, index in pages_of(pdf, expected) for one in _page(page, expected.pages[index], known))


class _Known:
    """Where the plan's facts and words lead to."""

    def __init__(self, expected: Expected) -> None:
        self.targets = {_target(fact.value) for fact in expected.facts}
        self.is_complete = expected.texts is not None
        self.texts = "\n".join(expected.texts or ())

    def leads_to(self, link: str) -> bool:
        return _target(link) in self.targets or not self.is_complete or link in self.texts


def _page(page: PageView, planned: ExpectedPage, known: _Known) -> Iterator[Diagnostic]:
    for link, box in _links(page):
        if not known.leads_to(link):
            message = f"a link leads to {link}, and the plan has no such target"
            hint = "write it in a list and place it with its macro, or take it out of the template"
            yield finding("link-unknown", message, page=page.number, bbox=box, hint=hint)
        else:
            yield from _under_another(page, planned, link, box)


def _under_another(page: PageView, planned: ExpectedPage, link: str, box: BBox) -> Iterator[Diagnostic]:
    for one in page.sightings(planned.facts):
        if one.kind not in LINKED or not _is_within(page.text.box_of(one.glyphs), box):
            continue
        own = {_target(fact.value) for fact in planned.facts if fact.printed == one.printed}
        if own and _target(link) not in own:
            message = f'the link under the {one.kind} "{one.printed}" leads to {link}'
            yield finding("link-wrong", message, page=page.number, bbox=box, hint="place it with its macro")


def _is_within(inner: BBox, outer: BBox) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _target(link: str) -> str:
    return re.sub(r"^mailto:", "", link).rstrip("/").casefold()


def _links(page: PageView) -> Iterator[tuple[str, BBox]]:
    for annotation in page.box.obj.get("/Annots", pikepdf.Array()):
        action = annotation.get("/A", pikepdf.Dictionary())
        if "/URI" in action:
            x1, y1, x2, y2 = (float(edge) for edge in annotation.Rect)  # any two opposite corners
            yield str(action["/URI"]), page.frame.box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
