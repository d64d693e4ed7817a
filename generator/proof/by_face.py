"""What hangs on one face alone is looked at once for all pieces that have the face.

A face is known by its page as it stands in the file that is proved, not by what it was drawn from: a page that was
spoiled on the way is another page, and is looked at.
"""

from collections.abc import Callable, Mapping
from functools import partial

from msgspec.structs import replace

from generator.errors import Diagnostic
from generator.keeping import Kept, digest_of_bytes
from generator.model.words import WordList
from generator.plan import Fact
from generator.proof.alone import faces_alone
from generator.proof.checks.codes import places_of_codes
from generator.proof.composed import Composed, frame_on
from generator.proof.expected import Expected, ExpectedPage, Frame, Region
from generator.proof.glyphs import BBox, PageText
from generator.proof.opened import OpenedPdf, PageView, Window, meet, open_pdf
from generator.proof.shown import shown_in
from generator.proof.thresholds import Limits

BY_FACE = frozenset({"codes", "contrast", "fonts", "images", "ink", "setting"})  # they read a page and its facts
OF_FILES = frozenset({"fonts", "images"})  # of those, what reads no picture and is asked of all at once
MOST_KEPT = 512
MOST_TEXTS = 16  # up to a megabyte each

Check = Callable[[OpenedPdf, Expected], tuple[Diagnostic, ...]]
Findings = dict[str, tuple[Diagnostic, ...]]
KEPT = Kept[Findings](MOST_KEPT)
CODES = Kept[tuple[BBox, ...]](MOST_KEPT)
_texts = Kept[PageText](MOST_TEXTS)


def prove_faces(pdf: OpenedPdf, expected: Expected, checks: Mapping[str, Check]) -> Findings | None:
    """Return what checks of BY_FACE find on each face by itself, by the check's name; None when it cannot stand alone.

    The pages of the file borrow the texts of the faces, which are theirs. Raises pikepdf.PdfError or
    pdfium.PdfiumError as `open_pdf` does.
    """
    faces = faces_alone(pdf.data, pdf.pike)
    if faces is None:
        return None
    found: dict[str, list[Diagnostic]] = {name: [] for name in checks}
    for index, (page, face, _) in enumerate(zip(pdf.pages, faces, expected.pages, strict=False)):
        of_face = _of_page(pdf, page, face, _expected(expected, index), checks)
        text = digest_of_bytes(face)
        page.borrowed, page.lend = _texts.get(text), partial(_texts.put, text)
        for name in checks:
            found[name] += (replace(one, page=index + 1 if one.page else None) for one in of_face[name])
    # A font is told once for all the faces that are set in it.
    return {name: tuple(dict.fromkeys(ones)) for name, ones in found.items()}


def _expected(expected: Expected, index: int) -> Expected:
    """Return what is expected of a face, without what differs from piece to piece and none of these checks reads."""
    return replace(
        expected,
        piece="",
        title="",
        pages=(expected.pages[index],),
        texts=None,
        order=(),
        passages=(),
        words=WordList(),
        crisis=(),
        names={},
        is_tagged=False,
    )


def _of_page(pdf: OpenedPdf, page: PageView, face: bytes, expected: Expected, checks: Mapping[str, Check]) -> Findings:
    """Return what the checks find on a page: on its frame, and through its regions, when it is put together of them."""
    if not checks:
        return {}
    (planned,) = expected.pages
    whole = replace(expected, pages=(replace(planned, frame=None),))
    if planned.frame is None or _has_all(_key(face, whole), checks):
        return _found(face, whole, checks)
    composed = _composed(pdf, page, face, planned.frame, whole.limits)
    return _found(face, whole, checks) if composed is None else _framed(composed, face, whole, planned.frame, checks)


def _composed(pdf: OpenedPdf, page: PageView, face: bytes, frame: Frame, limits: Limits) -> Composed | None:
    """Return how a page is put together; None for a page to be looked at whole."""
    composed = frame_on(pdf.pike, page.box, frame, face)
    if composed is None:
        return None
    boxes = [region.box.edges for region in frame.regions]
    codes = _places(composed.frame, limits)
    return None if any(meet(place, box) for place in codes for box in boxes) else composed


def _framed(composed: Composed, face: bytes, whole: Expected, frame: Frame, checks: Mapping[str, Check]) -> Findings:
    """Return what the checks find on a frame and through its regions."""
    of_frame = _found(composed.frame, replace(whole, pages=(ExpectedPage(frame.facts),)), checks)

    def ask(opened: OpenedPdf, missing: Mapping[str, Check]) -> Findings:
        of_regions = _of_regions(opened, missing, whole, frame, composed)
        return {name: tuple(dict.fromkeys((*of_frame[name], *of_regions[name]))) for name in missing}

    return _kept_or(_key(face, whole), face, checks, ask)


def _of_regions(
    opened: OpenedPdf, checks: Mapping[str, Check], whole: Expected, frame: Frame, composed: Composed
) -> Findings:
    """Return what checks find through the regions of a page, of those not seen in order before on this or another.

    Only that nothing was found is kept: whatever is wrong is looked at wherever it stands.
    """
    shown = shown_in(opened.pages[0], composed.parts, frame, whole)
    fresh = [at for at, one in enumerate(shown) if one is None or not _has_all(one.key, checks)]
    found = {name: [*check(opened, whole)] if name in OF_FILES and fresh else [] for name, check in checks.items()}
    in_order = not any(found.values())
    for at in fresh:
        of_region, reached = _through(opened, checks, whole, frame.regions[at], frame.facts)
        for name, ones in of_region.items():
            found[name] += ones
        region = shown[at]
        if in_order and region and not any(of_region.values()) and region.holds(reached):
            KEPT.put(region.key, (KEPT.get(region.key) or {}) | {name: () for name in checks}, lasts=True)
    return {name: tuple(dict.fromkeys(ones)) for name, ones in found.items()}


def _through(
    opened: OpenedPdf, checks: Mapping[str, Check], whole: Expected, region: Region, beside: tuple[Fact, ...]
) -> tuple[Findings, tuple[BBox, ...]]:
    """Return what checks that look at pictures find through a region of a page, and what they looked at."""
    (page,) = opened.pages
    page.look_through(Window(region.box.edges, beside))
    planned = replace(whole, pages=(ExpectedPage(region.facts),))
    found = {name: check(opened, planned) for name, check in checks.items() if name not in OF_FILES}
    reached = tuple(page.reached)
    page.look_through(None)
    return found, reached


def _places(frame: bytes, limits: Limits) -> tuple[BBox, ...]:
    """Return where the codes of a frame stand, with their white: what is laid there has to be seen with them."""

    def find() -> tuple[BBox, ...]:
        with open_pdf(frame) as opened:
            return places_of_codes(opened, limits)

    return CODES.once(digest_of_bytes(frame, repr(limits).encode()), find, lasts=True)


def _key(data: bytes, expected: Expected) -> str:
    """Return what is found on a face by, of which this is expected."""
    return digest_of_bytes(data, repr(expected).encode())


def _has_all(key: str, checks: Mapping[str, Check]) -> bool:
    """Return whether all of the checks were asked before, of what a key stands for."""
    return (KEPT.get(key) or {}).keys() >= checks.keys()


def _found(data: bytes, expected: Expected, checks: Mapping[str, Check]) -> Findings:
    """Return what the checks find on a face, looked at when it was not before."""

    def ask(opened: OpenedPdf, missing: Mapping[str, Check]) -> Findings:
        return {name: check(opened, expected) for name, check in missing.items()}

    return _kept_or(_key(data, expected), data, checks, ask)


def _kept_or(
    key: str, data: bytes, checks: Mapping[str, Check], ask: Callable[[OpenedPdf, Mapping[str, Check]], Findings]
) -> Findings:
    """Return what was found under a key before, with what the checks find now that were not asked then."""
    found = KEPT.get(key) or {}
    missing = {name: check for name, check in checks.items() if name not in found}
    if missing:
        with open_pdf(data) as opened:
            found = found | ask(opened, missing)
            _texts.put(digest_of_bytes(data), opened.pages[0].text.of_a_closed_file)
        KEPT.put(key, found, lasts=True)
    return found
