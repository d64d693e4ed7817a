"""Whether a page is nothing but a frame with regions laid on it: then the frame is looked at once for all of them.

It is read from the file that is proved: the content of the frame's own page byte for byte, but for the blanks that
regions take the place of; all that it draws with; and one form a region, upright, unscaled and cut where its box
ends. Any other page is looked at whole.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary

from generator.joining.faces import BLANK
from generator.keeping import Kept, digest_of_bytes
from generator.proof.alone import faces_alone, page_alone
from generator.proof.expected import Frame
from generator.units import MM_PER_UNIT, Box

MM = MM_PER_UNIT["pt"]
_DRAWN = re.compile(rb"q (?:[-0-9. ]+ cm )+/Region[0-9]+ Do Q\n")
_BLANK = re.compile(BLANK.replace(b"%d", b"[0-9]+"))
STRAIGHT = 1e-5  # what the figures of a matrix may be rounded by
PLACE_MM = 0.02  # what the corners of a region may be rounded by
MOST_FRAMES = 64
OF_A_FORM = frozenset({"/Type", "/Subtype", "/BBox", "/Resources", "/Group", "/Length", "/Filter", "/DecodeParms"})
OF_TAGS = frozenset({"/StructParents", "/StructParent", "/FormType"})


@dataclass(frozen=True, slots=True)
class FramePage:
    """The page of a frame: as a file of its own, its content without blanks, and a file of all else."""

    alone: bytes
    content: bytes
    rest: bytes


@dataclass(frozen=True, slots=True)
class Composed:
    """A page that is a frame and regions: the frame's page, and what draws the page, its regions' forms among it."""

    frame: FramePage
    content: bytes


_frames = Kept[FramePage | None](MOST_FRAMES)


def frame_on(pdf: pikepdf.Pdf, page: pikepdf.Page, frame: Frame) -> Composed | None:
    """Return how a page is put together, when it is a frame and forms within its regions; None when it is not.

    Raises pikepdf.PdfError when the frame cannot be read.
    """
    known = _frames.once(digest_of_bytes(frame.pdf), lambda: _frame_page(frame.pdf))
    parts = _contents_of(page)
    boxes = [region.box for region in frame.regions]
    if known is None or _undrawn(parts) != known.content or not _draws_regions(page, boxes):
        return None
    names = frozenset(map(region_name, range(len(boxes))))
    return Composed(known, b"\n".join(parts)) if _rest_of(pdf, page, names) == known.rest else None


def region_name(number: int) -> str:
    """Return what a region's form is called on its page."""
    return f"/Region{number}"


def _frame_page(data: bytes) -> FramePage | None:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        faces = faces_alone(data, pdf)
        if faces is None or len(faces) != 1:
            return None
        (page,) = pdf.pages
        rest = _rest_of(pdf, page, frozenset())
        return FramePage(faces[0], _undrawn(_contents_of(page)), rest) if rest is not None else None


def _contents_of(page: pikepdf.Page) -> list[bytes]:
    contents = page.obj.get("/Contents", Array())
    return [stream.read_bytes() for stream in (contents if isinstance(contents, Array) else [contents])]


def _undrawn(parts: Sequence[bytes]) -> bytes:
    """Return what draws a page without the regions drawn in it, and without blanks."""
    return _BLANK.sub(rb"\1", _DRAWN.sub(b"", b"".join(parts)))


def _draws_regions(page: pikepdf.Page, boxes: Sequence[Box]) -> bool:
    """Return whether a page draws each region's form once, within its box."""
    places = [*_places_of_forms(page)]
    forms = page.obj.Resources.get("/XObject", Dictionary())
    trim = [float(edge) for edge in page.trimbox]
    return sorted(name for name, _ in places) == sorted(map(region_name, range(len(boxes)))) and all(
        _is_upright(matrix) and _is_within(forms.get(name), matrix.e, matrix.f, trim, boxes[int(name[7:])])
        for name, matrix in places
    )


def _places_of_forms(page: pikepdf.Page) -> Iterator[tuple[str, pikepdf.Matrix]]:
    """Yield the name of each region that a page draws, and the matrix that leads from it to the page."""
    matrix, outer = pikepdf.Matrix(), []
    for one in pikepdf.parse_content_stream(page, "q Q cm Do"):
        operator = str(one.operator)
        if operator == "q":
            outer.append(matrix)
        elif operator == "Q":
            matrix = outer.pop() if outer else pikepdf.Matrix()
        elif operator == "cm":
            matrix = pikepdf.Matrix(*(float(value) for value in one.operands)) @ matrix
        elif str(one.operands[0]).startswith("/Region"):
            yield str(one.operands[0]), matrix


def _is_upright(matrix: pikepdf.Matrix) -> bool:
    turn = (matrix.a - 1, matrix.b, matrix.c, matrix.d - 1)
    return all(abs(value) < STRAIGHT for value in turn)


def _is_within(form: pikepdf.Object | None, x: float, y: float, trim: Sequence[float], box: Box) -> bool:
    """Return whether a form, moved by so many points, can leave no ink outside a box in mm from the trimmed corner."""
    if not isinstance(form, pikepdf.Stream) or not (OF_A_FORM | OF_TAGS).issuperset(form.keys()) or "/BBox" not in form:
        return False
    left, bottom, right, top = (float(edge) for edge in form.BBox)
    own = Box(
        (min(left, right) + x - trim[0]) * MM,
        (trim[3] - max(bottom, top) - y) * MM,
        abs(right - left) * MM,
        abs(top - bottom) * MM,
    )
    return box.contains(own, within=PLACE_MM)


def _rest_of(pdf: pikepdf.Pdf, page: pikepdf.Page, without: frozenset[str]) -> bytes | None:
    """Return a file of a page without its streams and some forms; None where annotations leave ink on it."""
    notes = page.obj.get("/Annots", Array())
    if any(note.get("/Subtype") != "/Link" or "/AP" in note for note in notes):
        return None
    entries = {key: value for key, value in page.obj.items() if key not in ("/Contents", "/Annots")}
    kinds = dict(_kinds(page.obj.get("/Resources", Dictionary()), without))
    return page_alone(pdf, entries | {"/Resources": Dictionary(kinds)})


def _kinds(resources: pikepdf.Object, without: frozenset[str]) -> Iterator[tuple[str, pikepdf.Object]]:
    """Yield each kind of resources, whether it stands in the page or for itself, without some forms."""
    for kind, entries in resources.items():
        if not isinstance(entries, Dictionary):
            yield kind, entries
        elif kept := {name: one for name, one in entries.items() if kind != "/XObject" or name not in without}:
            yield kind, Dictionary(kept)
