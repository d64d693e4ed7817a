"""A screen reader is told what the file is: tagged, in which language, and under which title."""

from collections.abc import Iterator

import pikepdf

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.opened import OpenedPdf
from generator.proof.thresholds import finding


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return what is missing of tags, language and title."""
    return tuple(_document(pdf.pike, expected)) if expected.is_tagged else ()


def _document(pdf: pikepdf.Pdf, expected: Expected) -> Iterator[Diagnostic]:
    if "/StructTreeRoot" not in pdf.Root or not _says(pdf, "/MarkInfo", "/Marked"):
        yield finding("not-tagged", "the file has no tags, so a screen reader cannot tell what is what")
    language = str(pdf.Root.get("/Lang", ""))
    if language.casefold() != expected.language.casefold():
        message = f'the file is said to be in "{language}"; it is in "{expected.language}"'
        hint = 'write lang="{{ piece.language_id }}" on the html element'
        yield finding("language-wrong", message, hint=hint)
    title = str(pdf.docinfo.get("/Title", ""))
    if title != expected.title:
        message = f'the title of the file is "{title}"; it should be "{expected.title}"'
        yield finding("title-wrong", message, hint="write <title>{{ piece.title }}</title> in the page's head")
    if not _says(pdf, "/ViewerPreferences", "/DisplayDocTitle"):
        yield finding("title-not-shown", "the file does not ask readers to show its title in place of its name")


def _says(pdf: pikepdf.Pdf, group: str, key: str) -> bool:
    """Return whether a dictionary of the file's root says yes to something."""
    return group in pdf.Root and bool(pdf.Root[group].get(key, False))
