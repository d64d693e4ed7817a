"""Place faces on sheets: each face is one named form XObject, drawn as often as the plan says."""

import io
import math
from collections.abc import Sequence
from itertools import groupby

import pikepdf
from pikepdf import Array, Dictionary, Name

from generator.joining.handing import handed_over
from generator.sheets.affine import UNMOVED, Affine
from generator.sheets.placing import Mark, Placement, Sheet
from generator.units import MM_PER_UNIT

PT_PER_MM = 1 / MM_PER_UNIT["pt"]
FOLD_DASH_PT = "[2 1.5]"  # on and off, in points

Form = tuple[pikepdf.Object, pikepdf.Array]  # a page as a form XObject, and its trim box


def impose_sheets(
    faces: bytes,
    sheets: Sequence[Sheet],
    *,
    title: str,
    language: str,
    duplex: str | None,
    words: bytes | None = None,
) -> bytes:
    """Return the imposed PDF, one page a sheet side.

    `faces` is a PDF with one face a page, or nothing for words alone; its TrimBox says where the trim falls, and
    that is what is laid on the placement's box, clipped to its window. `words` has a page of its size for each sheet
    with labels, in order, which is laid over it. `duplex` is a name of the PDF viewer preference (`DuplexFlipLongEdge`,
    `DuplexFlipShortEdge`, `Simplex`) or None. The same input gives the same bytes.
    """
    with handed_over(faces) if faces else pikepdf.new() as target:
        forms = [_form(page.as_form_xobject(), page) for page in target.pages]
        _forget_pages(target)
        labelled = iter(_forms(target, words) if words else ())
        for sheet in sheets:
            _add_page(target, sheet, forms, next(labelled, None) if sheet.labels else None)
        _describe(target, title=title, language=language, duplex=duplex)
        out = io.BytesIO()
        target.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
        return out.getvalue()


def _forget_pages(pdf: pikepdf.Pdf) -> None:
    """Take all pages out of a file, and all that it says of them: tags, outline, properties."""
    del pdf.pages[:]
    for key in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
        del pdf.Root[key]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def join_faces(pieces: Sequence[bytes]) -> bytes:
    """Return one PDF with the faces of several pieces, one after the other."""
    with pikepdf.new() as joined:
        for data in pieces:
            with pikepdf.open(io.BytesIO(data)) as pdf:
                joined.pages.extend(pdf.pages)
        out = io.BytesIO()
        joined.save(out, deterministic_id=True)
        return out.getvalue()


def cut_to_trim(faces: bytes) -> bytes:
    """Return the faces with each page cut to its trim, tags and links kept: one face a page for the screen."""
    with pikepdf.open(io.BytesIO(faces)) as pdf:
        for page in pdf.pages:
            trim = Array([_round(float(edge)) for edge in page.trimbox])
            page.mediabox = trim
            for key in ("/BleedBox", "/ArtBox", "/CropBox"):
                if key in page.obj:
                    del page.obj[key]
            page.trimbox = trim
        out = io.BytesIO()
        pdf.save(
            out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False
        )
        return out.getvalue()


def attach_calendar(screen: bytes, entry: bytes, *, name: str, target: str, description: str) -> bytes:
    """Return a file for the screen with a calendar entry attached, which opens from each link to `target`.

    The entry also stands among the file's attachments, for readers that pass such marks by. No date is written, so
    the same input gives the same bytes.
    """
    with pikepdf.open(io.BytesIO(screen)) as pdf:
        spec = _attached(pdf, entry, name, description)
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([pikepdf.String(name), spec])))
        owners = _owners(pdf)
        for page in pdf.pages:
            for link in page.obj.get("/Annots", Array()):
                if "/A" in link and str(link.A.get("/URI", "")) == target:
                    _open_attachment(pdf, link, spec, description)
                    owners[int(link.StructParent)].S = Name.Annot
        out = io.BytesIO()
        pdf.save(
            out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False
        )
        return out.getvalue()


def _attached(pdf: pikepdf.Pdf, entry: bytes, name: str, description: str) -> pikepdf.Object:
    """Return the specification of an attached calendar file."""
    stream = pdf.make_stream(entry, Type=Name.EmbeddedFile, Subtype=Name("/text/calendar"))
    stream.Params = Dictionary(Size=len(entry))
    files = Dictionary(F=stream, UF=stream)
    described = Dictionary(Type=Name.Filespec, F=name, UF=name, Desc=description, EF=files)
    described.AFRelationship = Name.Supplement
    return pdf.make_indirect(described)


def _owners(pdf: pikepdf.Pdf) -> dict[int, pikepdf.Object]:
    """Return the tag of each annotation by the number that it is found by."""
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return {int(key): owner for key, owner in zip(numbers[::2], numbers[1::2], strict=True)}


def _open_attachment(pdf: pikepdf.Pdf, link: pikepdf.Object, spec: pikepdf.Object, description: str) -> None:
    """Make of a link a mark that opens an attachment; it draws nothing, since the words below it are the sign."""
    left, bottom, right, top = (float(edge) for edge in link.Rect)
    size = Array([0, 0, _round(abs(right - left)), _round(abs(top - bottom))])
    link.Subtype, link.FS, link.Contents, link.F = Name.FileAttachment, spec, pikepdf.String(description), 4
    link.AP = Dictionary(N=pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=size))
    del link.A


def _forms(target: pikepdf.Pdf, data: bytes) -> list[Form]:
    if not data:
        return []
    with pikepdf.open(io.BytesIO(data)) as source:
        return [_form(target.copy_foreign(page.as_form_xobject()), page) for page in source.pages]


def _form(form: pikepdf.Object, page: pikepdf.Page) -> Form:
    """Return a page's form XObject, cut to the whole page and without its numbers in a tag tree; and its trim box."""
    form.BBox = Array([float(edge) for edge in page.mediabox])
    for key in ("/StructParents", "/StructParent"):
        if key in form:
            del form[key]
    return form, Array([float(edge) for edge in page.trimbox])


def _add_page(target: pikepdf.Pdf, sheet: Sheet, forms: Sequence[Form], words: Form | None) -> None:
    used = sorted({placement.face for placement in sheet.placements})
    names = Dictionary({f"/Face{face}": forms[face][0] for face in used})
    drawn = [_draw(placement, sheet, forms[placement.face][1]) for placement in sheet.placements]
    lines = [*drawn, *_draw_marks(sheet)]
    if words:
        names.Words = words[0]
        lines.append("/Words Do")
    if sheet.correction != UNMOVED:
        lines = [f"q {_matrix(sheet.correction, sheet.size.height)} cm", *lines, "Q"]
    content = "\n".join(lines)
    size = Array([0, 0, _round(sheet.size.width * PT_PER_MM), _round(sheet.size.height * PT_PER_MM)])
    page = Dictionary(
        Type=Name.Page,
        MediaBox=size,
        TrimBox=size,
        Resources=Dictionary(XObject=names),
        Contents=target.make_stream(content.encode("ascii")),
    )
    target.pages.append(pikepdf.Page(target.make_indirect(page)))


def _draw(placement: Placement, sheet: Sheet, trim: pikepdf.Array) -> str:
    """Return the operators that lay the face's trim on the placement's box, clipped to its bleed."""
    left, bottom, right, top = (float(edge) for edge in trim)
    box = placement.box
    centre_x = (box.x + box.width / 2) * PT_PER_MM
    centre_y = (sheet.size.height - box.y - box.height / 2) * PT_PER_MM
    angle = -math.radians(placement.rotation)  # PDF turns anticlockwise
    cos, sin = (round(turn(angle)) * placement.scale for turn in (math.cos, math.sin))
    face_x, face_y = (left + right) / 2, (bottom + top) / 2
    move_x = centre_x - cos * face_x + sin * face_y
    move_y = centre_y - sin * face_x - cos * face_y
    window = placement.window
    corner = (window.x, sheet.size.height - window.bottom, window.width, window.height)
    clip = " ".join(_number(value * PT_PER_MM) for value in corner)
    turn = (_number(value, places=8) for value in (cos, sin, -sin, cos))  # a small scale needs more of its places
    matrix = " ".join([*turn, _number(move_x), _number(move_y)])
    return f"q {clip} re W n {matrix} cm /Face{placement.face} Do Q"


def _draw_marks(sheet: Sheet) -> list[str]:
    if not sheet.marks:
        return []
    lines: list[str] = []
    pens = groupby(sheet.marks, key=lambda mark: (mark.grey, mark.width_pt, mark.is_dashed))
    for (grey, width, is_dashed), marks in pens:
        lines.append(f"{_number(grey)} G {_number(width)} w {FOLD_DASH_PT if is_dashed else '[]'} 0 d")
        lines += [_draw_mark(mark, sheet.size.height) for mark in marks]
    return ["q", *lines, "Q"]


def _matrix(affine: Affine, height: float) -> str:
    """Return a move of the sheet, y downward from the top in mm, as PDF has it: y upward from the foot in points."""
    x0 = affine.x0 + affine.xy * height
    y0 = height - affine.y0 - affine.yy * height
    turn = (affine.xx, -affine.yx, -affine.xy, affine.yy)
    return " ".join([*(f"{value:.8f}" for value in turn), _number(x0 * PT_PER_MM), _number(y0 * PT_PER_MM)])


def _draw_mark(mark: Mark, height: float) -> str:
    x1, y1 = mark.x1 * PT_PER_MM, (height - mark.y1) * PT_PER_MM
    x2, y2 = mark.x2 * PT_PER_MM, (height - mark.y2) * PT_PER_MM
    return f"{_number(x1)} {_number(y1)} m {_number(x2)} {_number(y2)} l S"


def _describe(target: pikepdf.Pdf, *, title: str, language: str, duplex: str | None) -> None:
    root = target.Root
    root.Lang = pikepdf.String(language)
    preferences = Dictionary(DisplayDocTitle=True, PrintScaling=Name("/None"), PickTrayByPDFSize=True)
    if duplex:
        preferences.Duplex = Name(f"/{duplex}")
    root.ViewerPreferences = preferences
    target.docinfo["/Title"] = pikepdf.String(title)


def _round(value: float) -> float:
    return round(value, 3)


def _number(value: float, *, places: int = 4) -> str:
    return f"{value + 0.0:.{places}f}".rstrip("0").rstrip(".")
