"""Read an imposed file back: every slot holds the face it should, unscaled, in its place and the right way round.

The faces are proved once, on their own. Here it is shown that what is drawn on the sheets is those very faces:
their content and everything it draws on are compared byte by byte, and where they lie is read from the matrices.
Where anything else is on a sheet, a picture of each slot is held against a picture of its face as well, so that
nothing is drawn over it or beside it.
"""

import io
import math
from collections.abc import Callable, Iterator, Sequence

import pikepdf
import pypdfium2 as pdfium
from msgspec import Struct
from msgspec.structs import replace

from generator.errors import Diagnostic
from generator.proof import prove
from generator.proof.alone import OF_ALL_PAGES
from generator.proof.expected import Expected
from generator.proof.forms import WORDS, Drawn, as_matrix, drawn_on, faces_on, parted
from generator.proof.layers import SHOWING
from generator.proof.only_faces import exact_digest, is_only_faces, keep_apart
from generator.proof.sameness import digest_of
from generator.proof.slots import unlike_their_faces
from generator.proof.thresholds import Limits, finding
from generator.sheets.affine import Affine
from generator.sheets.placing import Placement, Sheet
from generator.units import MM_PER_UNIT, Box, Size

MM = MM_PER_UNIT["pt"]
HINT = "build it again; if it stays so, the stock's file or the imposing is at fault"


def prove_sheets(
    pdf: bytes, faces: bytes, sheets: Sequence[Sheet], *, piece: str, limits: Limits | None = None
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with an imposed file, by the plan of its sheets and the proved faces."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as imposed, pikepdf.open(io.BytesIO(faces)) as source:
            found, is_plain = _structure(imposed, source, sheets, limits or Limits())
        if not found and not is_plain:
            found = list(_unlike(pdf, faces, sheets, limits or Limits()))
    except (pikepdf.PdfError, pdfium.PdfiumError) as problem:
        found = [finding("pdf-unreadable", f"the file cannot be read: {problem}")]
    return tuple(one.of_piece(piece) for one in found)


def prove_imposed(
    pdf: bytes, pieces: Sequence[Expected], sheets: Sequence[Sheet], *, only: Sequence[str], name: str
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with an imposed file whose faces are known from itself alone: they are proved as well.

    The faces are those of one piece, or of several that share sheets: in the order of their numbers.
    """
    first = pieces[0]
    try:
        faces = faces_on(pdf, first.bleed)
        parts = parted(faces, [len(one.pages) for one in pieces])
    except (pikepdf.PdfError, ValueError) as problem:
        return (finding("pdf-unreadable", f"the file cannot be read: {problem}").of_piece(name),)
    on_sheets = prove_sheets(pdf, faces, sheets, piece=name, limits=first.limits)
    of_pieces = (found for part, one in zip(parts, pieces, strict=True) for found in prove(part, one, only=only))
    return (*of_pieces, *on_sheets)


def _structure(
    imposed: pikepdf.Pdf, faces: pikepdf.Pdf, sheets: Sequence[Sheet], limits: Limits
) -> tuple[list[Diagnostic], bool]:
    """Return what is wrong with the structure of sheets, and whether it says all that there is to say of them."""
    own = [_as_form(page) for page in faces.pages]
    for known in _ways_to_know(imposed, own):
        exact = _Proof(imposed, faces, limits, known)
        if next(exact.structure(sheets), None) is None:
            return [], exact.is_plain(sheets)
    # However a file stores them: the same faces may have been written in another way.
    return list(_Proof(imposed, faces, limits, _Known.by(digest_of, own)).structure(sheets)), False


class _Known(Struct, frozen=True):
    """What the proved faces are known by, in their order, and how the same is found of a form."""

    faces: Sequence[str]
    of: Callable[[pikepdf.Object], str]

    @classmethod
    def by(cls, digest: Callable[[pikepdf.Object], str], own: Sequence[pikepdf.Object]) -> "_Known":
        """Return faces known by a digest of each."""
        return cls([digest(form) for form in own], digest)


def _ways_to_know(imposed: pikepdf.Pdf, own: Sequence[pikepdf.Object]) -> Iterator[_Known]:
    """Yield what faces are known by in every byte, the quickest way first."""
    yield _known_together(imposed, own)
    yield _Known.by(exact_digest, own)


def _known_together(imposed: pikepdf.Pdf, own: Sequence[pikepdf.Object]) -> _Known:
    """Return faces known by number where the forms of an imposed file, by their names, are they: every byte at once.

    Where they are not, nothing is known of any form: they are looked at one by one, which takes twice as long.
    """
    named = [form for page in imposed.pages for form in _forms_of(page).items()]
    forms = dict(named)
    there = [forms.get(f"/Face{number}") for number in range(len(own))]
    is_one = len({form.objgen for _, form in named}) == len(forms)
    if not is_one or None in there or exact_digest(*own) != exact_digest(*filter(None, there)):
        return _Known([*map(str, range(len(own)))], lambda _: "")
    numbers = {form.objgen: str(number) for number, form in enumerate(there) if form is not None}
    return _Known([*numbers.values()], lambda form: numbers.get(form.objgen, ""))


def _forms_of(page: pikepdf.Page) -> pikepdf.Object:
    return page.obj.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())


class _Lying(Struct, frozen=True):
    """A drawn face on its sheet: which one (None for none of the proved), where its trim falls, how it lies."""

    face: int | None
    box: Box
    scale: tuple[float, float]
    rotation: float
    is_mirrored: bool
    clip: Box | None


class _Proof:
    """The structure of an imposed file, held against the plan of its sheets."""

    def __init__(self, imposed: pikepdf.Pdf, faces: pikepdf.Pdf, limits: Limits, known: _Known) -> None:
        self.imposed, self.limits, self.known_by = imposed, limits, known.of
        self.trims = [[float(edge) for edge in page.trimbox] for page in faces.pages]
        self.faces = {digest: number for number, digest in reversed(list(enumerate(known.faces)))}
        self.firsts = {number: self.faces[digest] for number, digest in enumerate(known.faces)}
        self.digests: dict[tuple[int, int], str] = {}
        self.lying: list[list[_Lying]] = []

    def is_plain(self, sheets: Sequence[Sheet]) -> bool:
        """Return whether sheets of the planned structure hold nothing besides, and no face prints on another."""
        if any(key in self.imposed.Root for key in OF_ALL_PAGES):
            return False
        return all(
            is_only_faces(page, sheet)
            and keep_apart([one.clip for one in lying if one.clip], sheet, self.limits.place_mm)
            for page, sheet, lying in zip(self.imposed.pages, sheets, self.lying, strict=True)
        )

    def structure(self, sheets: Sequence[Sheet]) -> Iterator[Diagnostic]:
        """Yield what is wrong with the sheets, one page a sheet."""
        if len(self.imposed.pages) != len(sheets):
            message = f"the file has {len(self.imposed.pages)} sheets; {len(sheets)} are planned"
            yield finding("sheet-count", message, hint=HINT)
        for number, (page, sheet) in enumerate(zip(self.imposed.pages, sheets, strict=False), 1):
            yield from self._sheet(number, page, sheet)

    def _sheet(self, number: int, page: pikepdf.Page, sheet: Sheet) -> Iterator[Diagnostic]:
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        size = Size(round((right - left) * MM, 3), round((top - bottom) * MM, 3))
        if not size.same_as(sheet.size, within=self.limits.box_mm) or int(page.obj.get("/Rotate", 0)) % 360:
            yield finding("page-size", f"the sheet is {size}; {sheet.size} is planned", page=number, hint=HINT)
            return
        if any(str(one.operator) in SHOWING for one in pikepdf.parse_content_stream(page)):
            yield finding("sheet-stray-text", "there is text beside the faces", page=number, hint=HINT)
        drawn = list(drawn_on(page, _undoing(sheet.correction, left, top)))
        words = [one for one in drawn if one.name == WORDS and sheet.labels]
        if sheet.labels and not (len(words) == 1 and _is_unmoved(words[0].matrix)):
            yield finding("sheet-words", "the words beside the faces are not in their place", page=number, hint=HINT)
        lying = [self._lying(one, left, top) for one in drawn if one not in words]
        self.lying.append(lying)
        # Two people of one name have faces that nothing tells apart: either is right in both slots.
        planned = [replace(one, face=self.firsts.get(one.face, one.face)) for one in sheet.placements]
        yield from _matched(number, planned, lying, self.limits)

    def _lying(self, one: Drawn, left: float, top: float) -> _Lying:
        face = self.faces.get(self._digest(one.form))
        edges = self.trims[face] if face is not None else [float(edge) for edge in one.form.BBox]
        corners = [one.matrix.transform((x, y)) for x in (edges[0], edges[2]) for y in (edges[1], edges[3])]
        box = _box([x for x, _ in corners], [y for _, y in corners], left, top)
        clip = _box(one.clip[::2], one.clip[1::2], left, top) if one.clip else None
        matrix = one.matrix
        scale = (math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d))
        turned = -math.degrees(math.atan2(matrix.b, matrix.a)) % 360
        return _Lying(face, box, scale, turned, matrix.a * matrix.d - matrix.b * matrix.c < 0, clip)

    def _digest(self, form: pikepdf.Object) -> str:
        if form.objgen not in self.digests:
            self.digests[form.objgen] = self.known_by(form)
        return self.digests[form.objgen]


def _as_form(page: pikepdf.Page) -> pikepdf.Object:
    """Return a page as a form, cut where the paper is cut."""
    form = page.as_form_xobject()
    form.BBox = pikepdf.Array([float(edge) for edge in page.mediabox])
    return form


def _undoing(correction: Affine, left: float, top: float) -> pikepdf.Matrix:
    """Return what takes a point of a corrected sheet back to its planned place: both in points, y upward."""
    in_mm = pikepdf.Matrix(MM, 0, 0, -MM, -left * MM, top * MM)
    return in_mm @ as_matrix(correction.inverse) @ in_mm.inverse()


def _is_unmoved(matrix: pikepdf.Matrix) -> bool:
    moved = zip(matrix.shorthand, pikepdf.Matrix().shorthand, strict=True)
    return all(abs(one - still) < 1e-3 for one, still in moved)


def _box(across: Sequence[float], up: Sequence[float], left: float, top: float) -> Box:
    return Box(
        (min(across) - left) * MM, (top - max(up)) * MM, (max(across) - min(across)) * MM, (max(up) - min(up)) * MM
    )


def _matched(
    number: int, planned: Sequence[Placement], lying: Sequence[_Lying], limits: Limits
) -> Iterator[Diagnostic]:
    """Yield what is wrong slot by slot, and the faces that lie where none is planned."""
    left = list(lying)
    for placement in planned:
        near = min(left, key=lambda one: _apart(one.box, placement.box), default=None)
        if near is None or _apart(near.box, placement.box) > min(placement.box.width, placement.box.height) / 2:
            yield _slot("slot-empty", "holds nothing", number, placement)
            continue
        left.remove(near)
        yield from _held(number, placement, near, limits)
    for one in left:
        message = "a face lies where none is planned"
        yield finding("slot-unplanned", message, page=number, bbox=one.box.edges, hint=HINT)


def _held(number: int, placement: Placement, one: _Lying, limits: Limits) -> Iterator[Diagnostic]:
    if one.face is None:
        yield _slot("slot-differs", "holds what is none of the proved faces", number, placement)
        return
    if one.face != placement.face:
        message = f"holds face {one.face + 1}; face {placement.face + 1} is planned"
        yield _slot("slot-wrong-face", message, number, placement)
    longest = max(placement.box.width, placement.box.height)
    if any(abs(scale / placement.scale - 1) * longest > limits.place_mm for scale in one.scale):
        message = f"is scaled to {min(one.scale):.1%}"
        yield _slot("slot-scaled", _besides(message, placement), number, placement)
    elif one.is_mirrored or abs((one.rotation - placement.rotation + 180) % 360 - 180) > 0.1:
        message = f"is turned by {one.rotation:.0f} degrees; {placement.rotation} are planned"
        yield _slot("slot-turned", "is mirrored" if one.is_mirrored else message, number, placement)
    off = max(abs(a - b) for a, b in zip(one.box.edges, placement.box.edges, strict=True))
    if off > limits.place_mm:
        yield _slot("slot-moved", f"is {off:.2f} mm out of place", number, placement)
    elif one.clip and not one.clip.contains(placement.seen, within=limits.place_mm):
        yield _slot("slot-clipped", "is cut off within its trim", number, placement)
    elif placement.clip and not (one.clip and placement.window.contains(one.clip, within=limits.place_mm)):
        yield _slot("slot-clipped", "shows more than its part", number, placement)


def _besides(message: str, placement: Placement) -> str:
    return message if placement.scale == 1 else f"{message}; {placement.scale:.1%} is planned"


def _slot(code: str, message: str, number: int, placement: Placement) -> Diagnostic:
    whole = f"slot {placement.slot + 1} {message}"
    return finding(code, whole, page=number, bbox=placement.seen.edges, hint=HINT)


def _apart(one: Box, other: Box) -> float:
    return math.hypot(
        one.x + one.width / 2 - other.x - other.width / 2, one.y + one.height / 2 - other.y - other.height / 2
    )


def _unlike(pdf: bytes, faces: bytes, sheets: Sequence[Sheet], limits: Limits) -> Iterator[Diagnostic]:
    """Yield an error for each slot over, under or beside whose face something else is drawn."""
    for number, placement in unlike_their_faces(pdf, faces, sheets, limits.picture_levels):
        yield _slot("slot-differs", "does not look like its face", number, placement)
