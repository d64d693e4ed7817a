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
from generator.proof.expected import Expected
from generator.proof.glyphs import PageText
from generator.proof.opened import OpenedPdf, open_pdf
from generator.proof.remembered import Remembered, digest_of_bytes

BY_FACE = frozenset({"codes", "contrast", "fonts", "images", "ink", "setting"})  # they read a page and its facts
MOST_KEPT = 512
MOST_TEXTS = 64  # some hundred kilobytes each

Check = Callable[[OpenedPdf, Expected], tuple[Diagnostic, ...]]
Findings = dict[str, tuple[Diagnostic, ...]]
KEPT = Kept[Findings](MOST_KEPT)
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
        of_face = _found(face, _expected(expected, index), checks)
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


def _found(data: bytes, expected: Expected, checks: Mapping[str, Check]) -> Findings:
    """Return what the checks find on a face, looked at when it was not before."""
    key = digest_of_bytes(data, repr(expected).encode()).hex()
    found = KEPT.get(key) or {}
    missing = {name: check for name, check in checks.items() if name not in found}
    if missing:
        with open_pdf(data) as opened:
            found = found | {name: check(opened, expected) for name, check in missing.items()}
            _texts.keep(digest_of_bytes(data), opened.pages[0].text.of_a_closed_file)
        KEPT.put(key, found, lasts=True)
    return found
