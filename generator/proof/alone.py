"""Each page of a file as a file of its own, the same for every piece that the page is in."""

import io
from collections.abc import Iterator, Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name

from generator.keeping import Kept, digest_of_bytes

MOST_FACES = 16  # of a piece; long texts have no pages in common
MOST_FILES = 8
# What a file may say about all its pages at once, which shows on them.
OF_ALL_PAGES = ("/OCProperties", "/AcroForm")
# What a page may have from those above it in the tree of pages, and a copy of it would lack.
INHERITED = ("/CropBox", "/Rotate")
# What tells a link of one piece from the same link of another, and leaves no ink.
OF_LINKS = frozenset({"/StructParent", "/P", "/Parent", "/A", "/Dest", "/Contents"})
OF_THE_FILE = frozenset({"/Parent", "/StructParents", "/Type"})
AS_THEY_ARE = pikepdf.StreamDecodeLevel.none

Faces = tuple[bytes, ...]
_files = Kept[Faces | None](MOST_FILES)


def faces_alone(data: bytes, pdf: pikepdf.Pdf | None = None) -> Faces | None:
    """Return each page of a file, whose bytes are given, as a file of its own; None when a page cannot stand alone.

    `pdf` is the same file opened, by one who has it open. Raises pikepdf.PdfError when it cannot be read.
    """
    key = digest_of_bytes(data)
    return _files.once(key, lambda: _faces(pdf) if pdf else _opened(data))


def _opened(data: bytes) -> Faces | None:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return _faces(pdf)


def _faces(pdf: pikepdf.Pdf) -> Faces | None:
    return tuple(_alone(pdf, page) for page in pdf.pages) if _can_stand_alone(pdf) else None


def _can_stand_alone(pdf: pikepdf.Pdf) -> bool:
    if len(pdf.pages) > MOST_FACES or any(key in pdf.Root for key in OF_ALL_PAGES):
        return False
    has_own = all("/MediaBox" in page.obj and "/Resources" in page.obj for page in pdf.pages)
    return has_own and not any(key in above for page in pdf.pages for above in _above(page) for key in INHERITED)


def _above(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    """Yield what is above a page in the tree of pages, as far up as any reader looks."""
    node: pikepdf.Object = page.obj
    for _ in range(MOST_FACES):
        if "/Parent" not in node:
            return
        node = node.Parent
        yield node


def _alone(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bytes:
    entries = dict(page.obj.items())
    if "/Annots" in entries:
        links = ({key: value for key, value in one.items() if key not in OF_LINKS} for one in page.obj.Annots)
        entries["/Annots"] = Array([Dictionary(link) for link in links])
    return page_alone(pdf, entries)


def page_alone(pdf: pikepdf.Pdf, entries: Mapping[str, pikepdf.Object]) -> bytes:
    """Return a file of one page that is made of these entries of a page of a file: the same bytes for the same page."""
    kept = {key: value for key, value in entries.items() if key not in OF_THE_FILE}
    with pikepdf.new() as face:
        copy = face.copy_foreign(pdf.make_indirect(Dictionary(kept)))
        copy.Type = Name.Page
        face.pages.append(pikepdf.Page(copy))
        return as_it_is(face)


def as_it_is(pdf: pikepdf.Pdf) -> bytes:
    """Return the bytes of a file, the same for the same objects, with its streams as they are stored."""
    out = io.BytesIO()
    # Objects in streams are handed over in few long pieces, which takes two thirds of the time.
    streams = pikepdf.ObjectStreamMode.generate
    pdf.save(out, static_id=True, compress_streams=False, stream_decode_level=AS_THEY_ARE, object_stream_mode=streams)
    return out.getvalue()
