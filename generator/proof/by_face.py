"""What hangs on one face alone is looked at once for all pieces that have the face.

A face is known by its page as it stands in the file that is proved, not by what it was drawn from: a page that was
spoiled on the way is another page, and is looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from generator.errors import Diagnostic
from generator.keeping import Kept
from generator.model.words import WordList
from generator.proof.alone import faces_alone
from generator.proof.checks.codes import places_of_codes
from generator.proof.composed import frame_on
from generator.proof.expected import Expected, ExpectedPage, Frame
from generator.proof.glyphs import BBox, PageText
from generator.proof.opened import OpenedPdf, PageView, Window, open_pdf
from generator.proof.remembered import Remembered, digest_of_bytes
from generator.proof.thresholds import Limits

BY_FACE = frozenset({"codes", "contrast", "fonts", "images", "ink", "setting"})  # they read a page and its facts
OF_FILES = frozenset({"fonts", "images"})  # of those, what reads no picture and is asked of all at once
MOST_KEPT = 512
MOST_TEXTS = 16  # up to a megabyte each

Check = Callable[[OpenedPdf, Expected], tuple[Diagnostic, ...]]
Findings = dict[str, tuple[Diagnostic, ...]]
KEPT = Kept[Findings](MOST_KEPT)
_codes: Remembered[bytes, tuple[BBox, ...]] = Remembered()
_texts: Remembered[bytes, PageText] = Remembered(MOST_TEXTS)


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
        page.borrowed = _texts.known(digest_of_bytes(face))
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
    )


def _of_page(pdf: OpenedPdf, page: PageView, face: bytes, expected: Expected, checks: Mapping[str, Check]) -> Findings:
    """Return what the checks find on a page: on its frame, and through its regions, when it is put together of them."""
    if not checks:
        return {}
    (planned,) = expected.pages
    whole = replace(expected, pages=(replace(planned, frame=None),))
    found = _framed(pdf, page, face, whole, planned.frame, checks) if planned.frame else None
    return _found(face, whole, checks) if found is None else found


def _framed(
    pdf: OpenedPdf, page: PageView, face: bytes, whole: Expected, frame: Frame, checks: Mapping[str, Check]
) -> Findings | None:
    """Return what the checks find on a frame and through its regions; None for a page to be looked at whole."""
    known = frame_on(pdf.pike, page.box, frame)
    if known is None:
        return None
    boxes = [window.box for window in _windows(frame)]
    if any(_meet(place, box) for place in _places(known.alone, whole.limits) for box in boxes):
        return None
    of_frame = _found(known.alone, replace(whole, pages=(ExpectedPage(frame.facts),)), checks)
    key = digest_of_bytes(face, repr(whole).encode(), repr(frame).encode())
    of_regions = _kept_or(key, face, checks, lambda opened, missing: _through(opened, missing, whole, frame))
    return {name: tuple(dict.fromkeys((*of_frame[name], *of_regions[name]))) for name in checks}


def _windows(frame: Frame) -> list[Window]:
    return [Window(region.box.edges, frame.facts) for region in frame.regions]


def _through(opened: OpenedPdf, checks: Mapping[str, Check], whole: Expected, frame: Frame) -> Findings:
    """Return what checks find through each of the regions of a page; those of the whole file are asked once."""
    found = {name: list(check(opened, whole)) if name in OF_FILES else [] for name, check in checks.items()}
    (page,) = opened.pages
    for region, window in zip(frame.regions, _windows(frame), strict=True):
        page.look_through(window)
        planned = replace(whole, pages=(ExpectedPage(region.facts),))
        for name in [name for name in checks if name not in OF_FILES]:
            found[name] += checks[name](opened, planned)
    page.look_through(None)
    return {name: tuple(dict.fromkeys(ones)) for name, ones in found.items()}


def _places(frame: bytes, limits: Limits) -> tuple[BBox, ...]:
    """Return where the codes of a frame stand, with their white: what is laid there has to be seen with them."""

    def find() -> tuple[BBox, ...]:
        with open_pdf(frame) as opened:
            return places_of_codes(opened, limits)

    return _codes.get(digest_of_bytes(frame, repr(limits).encode()), find)


def _found(data: bytes, expected: Expected, checks: Mapping[str, Check]) -> Findings:
    """Return what the checks find on a face, looked at when it was not before."""
    key = digest_of_bytes(data, repr(expected).encode())

    def ask(opened: OpenedPdf, missing: Mapping[str, Check]) -> Findings:
        return {name: check(opened, expected) for name, check in missing.items()}

    return _kept_or(key, data, checks, ask)


def _kept_or(
    key: bytes, data: bytes, checks: Mapping[str, Check], ask: Callable[[OpenedPdf, Mapping[str, Check]], Findings]
) -> Findings:
    """Return what was found under a key before, with what the checks find now that were not asked then."""
    found = KEPT.get(key.hex()) or {}
    missing = {name: check for name, check in checks.items() if name not in found}
    if missing:
        with open_pdf(data) as opened:
            found = found | ask(opened, missing)
            _texts.keep(digest_of_bytes(data), opened.pages[0].text.of_a_closed_file)
        KEPT.put(key.hex(), found, lasts=True)
    return found


def _meet(one: BBox, other: BBox) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
