"""Place faces on sheets: each face is one named form XObject, drawn as often as the plan says."""

import io
import math
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name

from generator.sheets.placing import Mark, Placement, Sheet
from generator.units import MM_PER_UNIT

PT_PER_MM = 1 / MM_PER_UNIT["pt"]
MARK_WIDTH_PT = 0.25  # a hairline that every office printer still draws


def impose_sheets(faces: bytes, sheets: Sequence[Sheet], *, title: str, language: str, duplex: str | None) -> bytes:
    """Return the imposed PDF, one page a sheet side.

    `faces` is a PDF with one face a page, whose TrimBox says where the trim falls; that is what is laid on
    the placement's box, unscaled, clipped to its bleed. `duplex` is a name of the PDF viewer preference
    (`DuplexFlipLongEdge`, `DuplexFlipShortEdge`) or None for one-sided printing. The same input gives the
    same bytes.
    """
    with pikepdf.open(io.BytesIO(faces)) as source, pikepdf.new() as target:
        forms = [_form(target, page) for page in source.pages]
        for sheet in sheets:
            _add_page(target, sheet, forms)
        _describe(target, title=title, language=language, duplex=duplex)
        out = io.BytesIO()
        target.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
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
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _form(target: pikepdf.Pdf, page: pikepdf.Page) -> tuple[pikepdf.Object, pikepdf.Array]:
    """Return the page as a form XObject of the target, and its trim box."""
    form = target.copy_foreign(page.as_form_xobject())
    form.BBox = Array([float(edge) for edge in page.mediabox])
    for key in ("/StructParents", "/StructParent"):
        if key in form:
            del form[key]
    return form, page.trimbox


def _add_page(target: pikepdf.Pdf, sheet: Sheet, forms: Sequence[tuple[pikepdf.Object, pikepdf.Array]]) -> None:
    used = sorted({placement.face for placement in sheet.placements})
    names = Dictionary({f"/Face{face}": forms[face][0] for face in used})
    drawn = [_draw(placement, sheet, forms[placement.face][1]) for placement in sheet.placements]
    content = "\n".join([*drawn, *_draw_marks(sheet)])
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
    cos, sin = round(math.cos(angle)), round(math.sin(angle))
    face_x, face_y = (left + right) / 2, (bottom + top) / 2
    move_x = centre_x - cos * face_x + sin * face_y
    move_y = centre_y - sin * face_x - cos * face_y
    clip_x = (box.x - placement.bleed_x) * PT_PER_MM
    clip_y = (sheet.size.height - box.bottom - placement.bleed_y) * PT_PER_MM
    clip_w = (box.width + 2 * placement.bleed_x) * PT_PER_MM
    clip_h = (box.height + 2 * placement.bleed_y) * PT_PER_MM
    clip = " ".join(_number(value) for value in (clip_x, clip_y, clip_w, clip_h))
    matrix = " ".join(_number(value) for value in (cos, sin, -sin, cos, move_x, move_y))
    return f"q {clip} re W n {matrix} cm /Face{placement.face} Do Q"


def _draw_marks(sheet: Sheet) -> list[str]:
    if not sheet.marks:
        return []
    lines = [_draw_mark(mark, sheet.size.height) for mark in sheet.marks]
    return [f"q 0 G {MARK_WIDTH_PT} w", *lines, "Q"]


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


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
