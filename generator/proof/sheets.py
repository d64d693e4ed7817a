"""Read an imposed file back: every slot holds the face it should, unscaled, in its place and the right way round.

The faces are proved once, on their own. Here it is shown that what is drawn on the sheets is those very faces:
their content and everything it draws on are compared byte by byte, where they lie is read from the matrices, and
a picture of each slot is held against a picture of its face, so that nothing is drawn over it or beside it.
"""

import hashlib
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageChops, ImageFilter

from generator.errors import Diagnostic
from generator.proof import prove
from generator.proof.expected import Expected
from generator.proof.layers import SHOWING
from generator.proof.thresholds import Limits, finding
from generator.sheets.affine import Affine, stretched
from generator.sheets.placing import Placement, Sheet
from generator.units import MM_PER_UNIT, Box, Size

MM = MM_PER_UNIT["pt"]
PICTURE_DPI = 72.0
PER_MM = PICTURE_DPI / 25.4
# An edge that falls on the middle of a pixel is rounded either way, by chance. What differs is drawn again, moved by
# a part of a pixel: what is really there differs then as well.
SHIFTS = (0.0, 0.31)
HINT = "build it again; if it stays so, the stock's file or the imposing is at fault"
WORDS = "/Words"  # the form with a sheet's labels
_NOT_OF_THE_FACE = frozenset({"/Parent", "/StructParents", "/StructParent", "/Length", "/Filter", "/DecodeParms"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A form as a sheet draws it: its resource, its matrix, and what the clip leaves open, in points."""

    name: str
    form: pikepdf.Object
    matrix: pikepdf.Matrix
    clip: tuple[float, float, float, float] | None


def prove_sheets(
    pdf: bytes, faces: bytes, sheets: Sequence[Sheet], *, piece: str, limits: Limits | None = None
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with an imposed file, by the plan of its sheets and the proved faces."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as imposed, pikepdf.open(io.BytesIO(faces)) as source:
            proof = _Proof(imposed, source, limits or Limits())
            found = [*proof.structure(sheets)]
        if not found:
            found = list(_pictured(pdf, faces, sheets, limits or Limits()))
    except (pikepdf.PdfError, pdfium.PdfiumError) as problem:
        found = [finding("pdf-unreadable", f"the file cannot be read: {problem}")]
    return tuple(one.of_piece(piece) for one in found)


def prove_imposed(
    pdf: bytes, expected: Expected, sheets: Sequence[Sheet], *, only: Sequence[str]
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with an imposed file whose faces are known from itself alone: they are proved as well."""
    try:
        faces = faces_on(pdf, expected.bleed)
    except pikepdf.PdfError as problem:
        return (finding("pdf-unreadable", f"the file cannot be read: {problem}").of_piece(expected.piece),)
    on_sheets = prove_sheets(pdf, faces, sheets, piece=expected.piece, limits=expected.limits)
    return (*prove(faces, expected, only=only), *on_sheets)


def faces_on(pdf: bytes, bleed: float) -> bytes:
    """Return the faces that an imposed file carries, as a PDF with one page a face, in the order of their numbers."""
    with pikepdf.open(io.BytesIO(pdf)) as imposed, pikepdf.new() as target:
        forms = {one.name: one.form for page in imposed.pages for one in drawn_on(page) if one.name != WORDS}
        for name in sorted(forms, key=lambda name: (len(name), name)):
            target.pages.append(_page_of(target, forms[name], bleed / MM))
        out = io.BytesIO()
        target.save(out)
        return out.getvalue()


def _page_of(target: pikepdf.Pdf, form: pikepdf.Object, bleed: float) -> pikepdf.Page:
    left, bottom, right, top = (float(edge) for edge in form.BBox)
    trim = [round(edge, 3) for edge in (left + bleed, bottom + bleed, right - bleed, top - bleed)]
    copied = target.copy_foreign(form)
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=form.BBox,
        TrimBox=pikepdf.Array(trim),
        Resources=copied.get("/Resources", pikepdf.Dictionary()),
        Contents=target.make_stream(form.read_bytes()),
    )
    return pikepdf.Page(target.make_indirect(page))


def drawn_on(page: pikepdf.Page, undo: pikepdf.Matrix | None = None) -> Iterator[Drawn]:
    """Yield the form XObjects that a page draws itself, in order; `undo` comes after everything on the page."""
    names = page.obj.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    state, kept, path = _State(pikepdf.Matrix() if undo is None else undo, None), [], _Path()
    for one in pikepdf.parse_content_stream(page):
        operator, operands = str(one.operator), list(one.operands)
        if operator == "q":
            kept.append(state)
        elif operator == "Q" and kept:
            state = kept.pop()
        elif operator == "cm":
            state = _State(pikepdf.Matrix(*(float(value) for value in operands)) @ state.matrix, state.clip)
        elif operator == "Do" and str(operands[0]) in names:
            yield Drawn(str(operands[0]), names[str(operands[0])], state.matrix, state.clip)
        else:
            state = path.follow(operator, operands, state)


@dataclass(frozen=True, slots=True)
class _State:
    matrix: pikepdf.Matrix
    clip: tuple[float, float, float, float] | None


class _Path:
    """The rectangle around the path being built, and whether it is about to clip."""

    def __init__(self) -> None:
        self.points: list[tuple[float, float]] = []
        self.clips = False

    def follow(self, operator: str, operands: Sequence[object], state: _State) -> _State:
        """Take one operator in, and return the state after it."""
        values = [float(str(value)) for value in operands] if operator in _PATHS else []
        if operator == "re":
            x, y, width, height = values
            self.points += [state.matrix.transform(at) for at in ((x, y), (x + width, y + height))]
        elif values:
            self.points.append(state.matrix.transform((values[-2], values[-1])))
        elif operator in {"W", "W*"}:
            self.clips = True
        elif operator in _ENDS:
            state = self._ended(state)
        return state

    def _ended(self, state: _State) -> _State:
        points, clips = self.points, self.clips
        self.points, self.clips = [], False
        if not clips or not points:
            return state
        across, down = [x for x, _ in points], [y for _, y in points]
        box = (min(across), min(down), max(across), max(down))
        old = state.clip or box
        both = (max(box[0], old[0]), max(box[1], old[1]), min(box[2], old[2]), min(box[3], old[3]))
        return _State(state.matrix, both)


_PATHS = frozenset({"m", "l", "c", "v", "y", "re"})
_ENDS = frozenset({"n", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*"})


@dataclass(frozen=True, slots=True)
class _Lying:
    """A drawn face on its sheet: which one (None for none of the proved), where its trim falls, how it lies."""

    face: int | None
    box: Box
    scale: tuple[float, float]
    rotation: float
    is_mirrored: bool
    clip: Box | None


class _Proof:
    """The structure of an imposed file, held against the plan of its sheets."""

    def __init__(self, imposed: pikepdf.Pdf, faces: pikepdf.Pdf, limits: Limits) -> None:
        self.imposed, self.limits = imposed, limits
        self.trims = [[float(edge) for edge in page.trimbox] for page in faces.pages]
        forms = (page.as_form_xobject() for page in faces.pages)
        digests = [_digest(form) for form in forms]
        self.faces = {digest: number for number, digest in reversed(list(enumerate(digests)))}
        self.firsts = {number: self.faces[digest] for number, digest in enumerate(digests)}
        self.digests: dict[tuple[int, int], str] = {}

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
            self.digests[form.objgen] = _digest(form)
        return self.digests[form.objgen]


def _undoing(correction: Affine, left: float, top: float) -> pikepdf.Matrix:
    """Return what takes a point of a corrected sheet back to its planned place: both in points, y upward."""
    in_mm = pikepdf.Matrix(MM, 0, 0, -MM, -left * MM, top * MM)
    return in_mm @ _as_matrix(correction.inverse) @ in_mm.inverse()


def _as_matrix(affine: Affine) -> pikepdf.Matrix:
    return pikepdf.Matrix(affine.xx, affine.yx, affine.xy, affine.yy, affine.x0, affine.y0)


def _is_unmoved(matrix: pikepdf.Matrix) -> bool:
    moved = zip(matrix.shorthand, pikepdf.Matrix().shorthand, strict=True)
    return all(abs(one - still) < 1e-3 for one, still in moved)


def _box(across: Sequence[float], up: Sequence[float], left: float, top: float) -> Box:
    return Box(
        (min(across) - left) * MM, (top - max(up)) * MM, (max(across) - min(across)) * MM, (max(up) - min(up)) * MM
    )


def _digest(form: pikepdf.Object) -> str:
    """Return a digest of a form: what it draws and all that it draws with, however the file stores it."""
    whole = hashlib.sha256()
    _feed(whole, form.get("/Resources", pikepdf.Dictionary()), ())
    whole.update(b" ".join(form.read_bytes().split()))
    return whole.hexdigest()


def _feed(whole: "hashlib._Hash", item: object, inside: tuple[tuple[int, int], ...]) -> None:
    if isinstance(item, pikepdf.Object) and item.is_indirect:
        if item.objgen in inside:
            return
        inside = (*inside, item.objgen)
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        for key in sorted(set(item.keys()) - _NOT_OF_THE_FACE):
            whole.update(key.encode())
            _feed(whole, item[key], inside)
        if isinstance(item, pikepdf.Stream):
            whole.update(item.read_bytes())
    elif isinstance(item, pikepdf.Array):
        _feed_array(whole, item, inside)
    else:
        whole.update(repr(item).encode())


def _feed_array(whole: "hashlib._Hash", array: pikepdf.Array, inside: tuple[tuple[int, int], ...]) -> None:
    written = array.unparse()
    if b" R" not in written:  # it holds no reference, whose number would be the file's own
        whole.update(written)
        return
    for one in array:
        _feed(whole, one, inside)
    whole.update(b"]")


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


def _pictured(pdf: bytes, faces: bytes, sheets: Sequence[Sheet], limits: Limits) -> Iterator[Diagnostic]:
    """Yield the slots that do not look like their faces: something is drawn over or under them."""
    with pdfium.PdfDocument(pdf) as imposed, pdfium.PdfDocument(faces) as source:
        known = _Faces(source)
        for number, sheet in enumerate(sheets, 1):
            page = imposed[number - 1]
            for placement in sheet.placements:
                if all(_looks_other(page, sheet, placement, known, shift, limits) for shift in SHIFTS):
                    yield _slot("slot-differs", "does not look like its face", number, placement)


def _looks_other(
    page: pdfium.PdfPage, sheet: Sheet, placement: Placement, known: "_Faces", shift: float, limits: Limits
) -> bool:
    part = _Part.of(placement)
    there = part.on(page, sheet.correction.inverse, shift)
    planned = known.picture(placement, part, shift).copy()
    for picture in (there, planned):
        part.leave_out(picture, sheet)
    return _differ(there, planned, limits.picture_levels)


class _Faces:
    """The faces of a file, each drawn once for every way that it lies on sheets."""

    def __init__(self, source: pdfium.PdfDocument) -> None:
        self.source = source
        self.drawn: dict[tuple[float, ...], Image.Image] = {}

    def picture(self, placement: Placement, part: "_Part", shift: float) -> Image.Image:
        """Return the part of a face that is seen, as it lies."""
        key = (placement.face, placement.rotation, placement.scale, shift, *part.edges)
        if key not in self.drawn:
            self.drawn[key] = _face_picture(self.source[placement.face], placement, part, shift)
        return self.drawn[key]


def _face_picture(page: pdfium.PdfPage, placement: Placement, part: "_Part", shift: float) -> Image.Image:
    left, bottom, right, top = page.get_trimbox()
    media = page.get_cropbox()
    scale = placement.scale * MM
    trim = Box((left - media[0]) * scale, (media[3] - top) * scale, (right - left) * scale, (top - bottom) * scale)
    shrunk = stretched(placement.scale, placement.scale, degrees=0)
    return _drawn(page, trim, placement.rotation, shrunk, part, shift)


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a placement that is seen, in whole pixels from the corner of its box."""

    box: Box
    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, placement: Placement) -> "_Part":
        """Return the part of a placement that is seen."""
        box, seen = placement.box, placement.seen
        left, top = (math.ceil(round(length * PER_MM, 3)) for length in (seen.x - box.x, seen.y - box.y))
        return cls(box, left, top, round((seen.right - box.x) * PER_MM), round((seen.bottom - box.y) * PER_MM))

    def on(self, page: pdfium.PdfPage, moved: Affine, shift: float) -> Image.Image:
        """Return what a sheet shows there, once it is moved so."""
        return _drawn(page, self.box, 0, moved, self, shift)

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """Where it begins and ends, across and down."""
        return (self.left, self.top, self.right, self.bottom)

    def leave_out(self, picture: Image.Image, sheet: Sheet) -> None:
        """Make white what is drawn over faces on purpose, with a pixel or two around it."""
        for box in (*(label.box for label in sheet.labels), *(mark.box for mark in sheet.marks_on_faces)):
            x, y = self.box.x * PER_MM + self.left, self.box.y * PER_MM + self.top
            edges = [edge * PER_MM for edge in box.edges]
            corner = (math.floor(edges[0] - x) - 2, math.floor(edges[1] - y) - 2)
            picture.paste(255, (*corner, math.ceil(edges[2] - x) + 2, math.ceil(edges[3] - y) + 2))


# How a box is turned clockwise: a, b, c and d of the matrix, and whether its width and height move the corner.
_TURNS = {
    0: (1, 0, 0, 1, (0, 0), (0, 0)),
    90: (0, 1, -1, 0, (0, 1), (0, 0)),
    180: (-1, 0, 0, -1, (1, 0), (0, 1)),
    270: (0, -1, 1, 0, (0, 0), (1, 0)),
}


def _drawn(page: pdfium.PdfPage, box: Box, rotation: int, moved: Affine, part: "_Part", shift: float) -> Image.Image:
    """Return the part of a box of a page in greys, turned clockwise, whose corner falls on a corner of a pixel.

    The box is in mm from the top left of the page once it is moved; `shift` moves all of it within the picture, in
    pixels. Drawn so, the same thing gives the same pixels wherever it lies. Nothing but the part is drawn, since a
    thick line that only its edge shows of may be left out where a page is cut.
    """
    scale = PICTURE_DPI / 72
    a, b, c, d, right, down = _TURNS[rotation]
    x = right[0] * box.width + right[1] * box.height - a * box.x - c * box.y
    y = down[0] * box.width + down[1] * box.height - b * box.x - d * box.y
    bitmap = pdfium.PdfBitmap.new_native(part.right - part.left, part.bottom - part.top, raw.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, bitmap.width, bitmap.height)
    x, y = x * PER_MM - part.left + shift, y * PER_MM - part.top + shift
    turn = pikepdf.Matrix(a * scale, b * scale, c * scale, d * scale, x, y)
    in_points = replace(moved, x0=moved.x0 / MM, y0=moved.y0 / MM)
    matrix = raw.FS_MATRIX(*(_as_matrix(in_points) @ turn).shorthand)
    raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, raw.FS_RECTF(0, 0, bitmap.width, bitmap.height), 0)
    picture: Image.Image = bitmap.to_pil()
    return picture


def _differ(one: Image.Image, other: Image.Image, most: float) -> bool:
    """Return whether either picture has something that the other has not within a pixel, by so many levels of 255."""
    size = (min(one.width, other.width), min(one.height, other.height))
    first, second = (picture.crop((0, 0, *size)) for picture in (one, other))
    if np.asarray(ImageChops.difference(first, second)).max(initial=0) <= most:
        return False
    return _strays(first, second) > most or _strays(second, first) > most


def _strays(one: Image.Image, other: Image.Image) -> float:
    """Return by how much a picture is at most darker or lighter than all that is around the same place in another."""
    dark = np.asarray(other.filter(ImageFilter.MinFilter(3)), np.int16)
    light = np.asarray(other.filter(ImageFilter.MaxFilter(3)), np.int16)
    here = np.asarray(one, np.int16)
    inner = (slice(1, -1), slice(1, -1))
    return float(np.maximum(dark - here, here - light)[inner].max(initial=0))
