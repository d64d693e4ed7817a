"""The way of a press file, in order: pages in inks, boxes and marks, then what it says of itself."""

import io
from collections.abc import Iterator
from itertools import chain, repeat

import pikepdf
from msgspec.structs import replace
from pikepdf import Dictionary, Name

from generator.errors import Diagnostic, error
from generator.press.boxes import add_marks, set_boxes
from generator.press.identity import add_output_intent, describe
from generator.press.inks import Greys, Inks, separation
from generator.press.objects import Converter
from generator.press.order import Order
from generator.press.paint import Unprintable

# What a reader on a screen needs: links and tags have no place in a print shop's file (ISO 15930: annotations
# lie outside the bleed, actions are none).
SCREEN_ONLY = ("/Annots", "/StructParents", "/Tabs", "/AA", "/Thumb", "/Trans", "/Dur")
SCREEN_ONLY_ROOT = (
    "/AcroForm", "/AA", "/Dests", "/MarkInfo", "/Names", "/OpenAction", "/Outlines", "/PageLabels", "/PageLayout",
    "/PageMode", "/StructTreeRoot", "/ViewerPreferences", "/Extensions", "/Metadata", "/OutputIntents", "/URI",
)  # fmt: skip


def press_pdf(faces: bytes, order: Order) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the press file of some faces, one face a page, and what it cannot carry.

    Each face's TrimBox says where the trim falls; the faces' ink has to reach as far as the order's bleed.
    With errors the file is empty. The same faces and order give the same bytes.
    """
    inks = _inks(order)
    with pikepdf.open(io.BytesIO(faces)) as pdf:
        found = tuple(_convert(pdf, inks, order))
        if found:
            return b"", found
        _take_out_what_screens_need(pdf)
        for page, folds in zip(pdf.pages, chain(order.folds, repeat(())), strict=False):
            trim = set_boxes(page, bleed=order.bleed, has_marks=order.has_marks)
            if order.has_marks:
                add_marks(pdf, page, trim, bleed=order.bleed, is_grey=order.is_grey, folds=folds)
        add_output_intent(pdf, order)
        describe(pdf, order, faces)
        return _saved(pdf, version=order.version, streams=pikepdf.ObjectStreamMode.disable), ()


def grey_pdf(faces: bytes) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return faces in greys, with their tags and links; see press_pdf for the rest."""
    with pikepdf.open(io.BytesIO(faces)) as pdf:
        converter = Converter(pdf, Greys(), keep_tags=True)
        try:
            for page in pdf.pages:
                converter.page(page)
        except Unprintable as problem:
            return b"", (_unprintable(str(problem)),)
        converter.settle(is_opaque=False)
        return _saved(pdf, version=pdf.pdf_version, streams=pikepdf.ObjectStreamMode.generate), ()


def _inks(order: Order) -> Inks:
    if order.is_grey:
        return Greys()
    return separation(order.profile, order.ink_limit, tuple(sorted(order.brand.items())))


def _convert(pdf: pikepdf.Pdf, inks: Inks, order: Order) -> Iterator[Diagnostic]:
    """Turn every page into inks; yield what the standard does not take."""
    converter = Converter(pdf, inks)
    is_opaque = True
    for number, page in enumerate(pdf.pages, 1):
        try:
            see_through = converter.page(page)
        except Unprintable as problem:
            yield replace(_unprintable(str(problem)), page=number)
            continue
        is_opaque = is_opaque and not see_through
        if see_through and order.standard != "x-4":
            yield replace(_transparent(see_through, order), page=number)
    converter.settle(is_opaque=is_opaque)
    for page in pdf.pages:
        if "/Group" in page.obj:
            del page.obj["/Group"]
        if not is_opaque:
            page.obj.Group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True)


def _unprintable(what: str) -> Diagnostic:
    hint = "draw it in plain colours, as an image file or an SVG"
    return error("press-unprintable", f"the press file cannot carry {what}", hint=hint)


def _transparent(found: set[str], order: Order) -> Diagnostic:
    message = f"{order.name} allows no transparency, and here is {', '.join(sorted(found))}"
    hint = "give it a plain colour in the template's style.css, or ask for PDF/X-4 with --pdfx x-4"
    return error("press-transparency", message, hint=hint)


def _take_out_what_screens_need(pdf: pikepdf.Pdf) -> None:
    for key in SCREEN_ONLY_ROOT:
        if key in pdf.Root:
            del pdf.Root[key]
    for page in pdf.pages:
        for key in SCREEN_ONLY:
            if key in page.obj:
                del page.obj[key]


def _saved(pdf: pikepdf.Pdf, *, version: str, streams: pikepdf.ObjectStreamMode) -> bytes:
    pdf.remove_unreferenced_resources()
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, force_version=version, object_stream_mode=streams)
    return out.getvalue()
