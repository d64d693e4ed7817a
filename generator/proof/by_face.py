"""What hangs on one face alone is looked at once for all pieces that have the face.

A face is known by its page as it stands in the file that is proved, not by what it was drawn from: a page that was
spoiled on the way is another page, and is looked at.
"""

import io
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

import pikepdf
from pikepdf import Array, Dictionary, Name

from generator.errors import Diagnostic
from generator.model.words import WordList
from generator.proof.expected import Expected
from generator.proof.opened import OpenedPdf, open_pdf

BY_FACE = frozenset({"codes", "contrast", "fonts", "images", "ink", "setting"})  # they read a page and its facts
MOST_FACES = 16  # of a piece; long texts have no pages in common
MOST_KEPT = 512
# What a file may say about all its pages at once, which shows on them.
OF_ALL_PAGES = ("/OCProperties", "/AcroForm")
# What tells a link of one piece from the same link of another, and leaves no ink.
OF_LINKS = frozenset({"/StructParent", "/P", "/Parent", "/A", "/Dest", "/Contents"})

Check = Callable[[OpenedPdf, Expected], tuple[Diagnostic, ...]]
Findings = dict[str, tuple[Diagnostic, ...]]
_kept: OrderedDict[str, Findings] = OrderedDict()


def prove_faces(pdf: pikepdf.Pdf, expected: Expected, checks: Mapping[str, Check]) -> Findings | None:
    """Return what checks of BY_FACE find on each face by itself, by the check's name; None when it cannot stand alone.

    Raises pikepdf.PdfError or pdfium.PdfiumError as `open_pdf` does.
    """
    if not _can_stand_alone(pdf):
        return None
    found: dict[str, list[Diagnostic]] = {name: [] for name in checks}
    for index, (page, _) in enumerate(zip(pdf.pages, expected.pages, strict=False)):
        of_face = _found(_alone(pdf, page), _expected(expected, index), checks)
        for name in checks:
            found[name] += (replace(one, page=index + 1 if one.page else None) for one in of_face[name])
    # A font is told once for all the faces that are set in it.
    return {name: tuple(dict.fromkeys(ones)) for name, ones in found.items()}


def _can_stand_alone(pdf: pikepdf.Pdf) -> bool:
    has_own = all("/MediaBox" in page.obj and "/Resources" in page.obj for page in pdf.pages)
    return has_own and len(pdf.pages) <= MOST_FACES and not any(key in pdf.Root for key in OF_ALL_PAGES)


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


def _alone(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bytes:
    """Return a page as a file of its own, the same for every piece that it is in."""
    kept = {key: value for key, value in page.obj.items() if key not in ("/Parent", "/StructParents", "/Type")}
    if "/Annots" in kept:
        links = ({key: value for key, value in one.items() if key not in OF_LINKS} for one in page.obj.Annots)
        kept["/Annots"] = Array([Dictionary(link) for link in links])
    with pikepdf.new() as face:
        copy = face.copy_foreign(pdf.make_indirect(Dictionary(kept)))
        copy.Type = Name.Page
        face.pages.append(pikepdf.Page(copy))
        out = io.BytesIO()
        face.save(out, static_id=True, compress_streams=False)
        return out.getvalue()


def _found(data: bytes, expected: Expected, checks: Mapping[str, Check]) -> Findings:
    """Return what the checks find on a face, looked at when it was not before."""
    key = sha256(data + repr(expected).encode()).hexdigest()
    found = _kept.pop(key, {})
    missing = {name: check for name, check in checks.items() if name not in found}
    if missing:
        with open_pdf(data) as opened:
            found = found | {name: check(opened, expected) for name, check in missing.items()}
    _kept[key] = found
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return found
