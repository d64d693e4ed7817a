"""Whether a page is nothing but a frame with regions laid on it: then the frame is looked at once for all of them.

It is read from the file that is proved: the content of the frame's own page byte for byte, but for the blanks that
regions take the place of; all that it draws with; and one form a region, upright, unscaled and cut where its box
ends. Any other page is looked at whole.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence

import pikepdf
from msgspec import Struct
from pikepdf import Array, Dictionary, Name

from generator.joining.faces import BLANK
from generator.keeping import Kept, digest_of_bytes
from generator.proof.alone import as_it_is, faces_alone, page_alone
from generator.proof.expected import Frame
from generator.units import MM_PER_UNIT, Box

MM = MM_PER_UNIT["pt"]
_DRAWN = re.compile(rb"q (?:[-0-9. ]+ cm )+/Region[0-9]+ Do Q\n")
_BLANK = re.compile(BLANK.replace(b"%d", b"[0-9]+"))
STRAIGHT = 1e-5  # what the figures of a matrix may be rounded by
PLACE_MM = 0.02  # what the corners of a region may be rounded by
MOST_FRAMES = 64
MOST_PAGES = 8
OF_A_FORM = frozenset({"/Type", "/Subtype", "/BBox", "/Resources", "/Group", "/Length", "/Filter", "/DecodeParms"})
OF_TAGS = frozenset({"/StructParents", "/StructParent", "/FormType"})


Edges = tuple[float, float, float, float]  # left, bottom, right and top in points


class Parts(Struct, frozen=True):
    """What a page is made of: its content, a file of all else, and the regions laid on it.

    `edges` has where the form of each region may leave ink, by the form's name.
    """

    contents: tuple[bytes, ...]
    rest: bytes
    edges: Mapping[str, Edges]

    @property
    def frame(self) -> bytes:
        """The content without the regions drawn in it, and without blanks."""
        return _BLANK.sub(rb"\1", _DRAWN.sub(b"", b"".join(self.contents)))

    def with_forms(self, forms: Mapping[str, tuple[bytes, Edges]]) -> bytes:
        """Return a file of the page with other forms in the place of its regions: what they draw and where."""
        with pikepdf.open(io.BytesIO(self.rest)) as file:
            page = file.pages[0]
            page.obj.Contents = Array([file.make_stream(part) for part in self.contents])
            for name, (drawing, box) in forms.items():
                form = file.make_stream(drawing, Type=Name.XObject, Subtype=Name.Form, BBox=Array(box))
                page.add_resource(form, Name.XObject, Name(name))
            return as_it_is(file)


class Composed(Struct, frozen=True):
    """A page that is a frame and regions: its parts, and the frame's page as a file of its own."""

    parts: Parts
    frame: bytes


_frames = Kept[tuple[Parts, bytes] | None](MOST_FRAMES)
_pages = Kept[Parts | None](MOST_PAGES)


def frame_on(pdf: pikepdf.Pdf, page: pikepdf.Page, frame: Frame, alone: bytes = b"") -> Composed | None:
    """Return how a page is put together, when it is a frame and forms within its regions; None when it is not.

    `alone` is the page as a file of its own, by one who has it. Raises pikepdf.PdfError when the frame cannot be read.
    """
    known = _frames.once(digest_of_bytes(frame.pdf), lambda: _frame_page(frame.pdf))
    parts = _pages.once(digest_of_bytes(alone), lambda: _parts(pdf, page)) if alone else _parts(pdf, page)
    if known is None or parts is None:
        return None
    own, alone = known
    boxes = {region_name(number): region.box for number, region in enumerate(frame.regions)}
    is_frame = parts.frame == own.frame and parts.rest == own.rest and parts.edges.keys() == boxes.keys()
    trim = [float(edge) for edge in page.trimbox]
    if not is_frame or not all(_is_within(edges, trim, boxes[name]) for name, edges in parts.edges.items()):
        return None
    return Composed(parts, alone)


def region_name(number: int) -> str:
    """Return what a region's form is called on its page."""
    return f"/Region{number}"


def _frame_page(data: bytes) -> tuple[Parts, bytes] | None:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        faces = faces_alone(data, pdf)
        parts = _parts(pdf, pdf.pages[0]) if faces is not None and len(faces) == 1 else None
        return (parts, faces[0]) if faces and parts and not parts.edges else None


def parts_of(alone: bytes) -> Parts | None:
    """Return what a page, a file of its own, is made of; None where not every region on it lies upright and plain."""

    def read() -> Parts | None:
        with pikepdf.open(io.BytesIO(alone)) as pdf:
            return _parts(pdf, pdf.pages[0])

    return _pages.once(digest_of_bytes(alone), read)


def _parts(pdf: pikepdf.Pdf, page: pikepdf.Page) -> Parts | None:
    places = [*_places_of_forms(page)]
    forms = page.obj.get("/Resources", Dictionary()).get("/XObject", Dictionary())
    edges = {name: _edges(forms.get(name), matrix) for name, matrix in places}
    plain = {name: box for name, box in edges.items() if box is not None}
    if len(plain) < len(places):
        return None
    contents = page.obj.get("/Contents", Array())
    streams = list(contents) if isinstance(contents, Array) else [contents]
    rest = _rest_of(pdf, page, frozenset(plain))
    return None if rest is None else Parts(tuple(stream.read_bytes() for stream in streams), rest, plain)


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


def _edges(form: pikepdf.Object | None, matrix: pikepdf.Matrix) -> Edges | None:
    """Return where a form that lies upright can leave ink; None for one that does not."""
    turn = (matrix.a - 1, matrix.b, matrix.c, matrix.d - 1)
    is_form = isinstance(form, pikepdf.Stream) and (OF_A_FORM | OF_TAGS).issuperset(form.keys()) and "/BBox" in form
    if form is None or not is_form or any(abs(value) >= STRAIGHT for value in turn):
        return None
    left, bottom, right, top = (float(edge) for edge in form.BBox)
    across, up = sorted((left + matrix.e, right + matrix.e)), sorted((bottom + matrix.f, top + matrix.f))
    return (across[0], up[0], across[1], up[1])


def _is_within(edges: Edges, trim: Sequence[float], box: Box) -> bool:
    """Return whether edges lie within a box in mm from the trimmed corner."""
    left, bottom, right, top = edges
    own = Box((left - trim[0]) * MM, (trim[3] - top) * MM, (right - left) * MM, (top - bottom) * MM)
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
