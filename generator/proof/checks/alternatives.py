"""Every picture that says something has words in its place, and they are not the name of its file."""

import re
from collections.abc import Iterator

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.opened import OpenedPdf
from generator.proof.thresholds import finding

_FILE = re.compile(r".*\.(?:png|jpe?g|jfif|gif|svg|webp|avif|heic|tiff?|bmp|pdf|eps|ai)", re.I)
# What cameras and programs call their files, and what people write when a form insists on something.
_NO_NAME = re.compile(r"(?:img|dsc[fn]?|pxl|dcim|image|photo|picture|graphic|scan|logo|untitled)[\W\d_]*", re.I)


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the pictures without words, and those with none that help."""
    return tuple(_pictures(pdf)) if expected.is_tagged else ()


def _pictures(pdf: OpenedPdf) -> Iterator[Diagnostic]:
    for element in pdf.elements:
        if element.role != "Figure":
            continue
        page = None if element.page is None else element.page + 1
        words = " ".join((element.alternative or "").split())
        if not words:
            message = "a picture has no words in its place, so a screen reader cannot tell what it shows"
            hint = "give an img an alt, an svg a title inside; draw decoration as a CSS background"
            yield finding("picture-without-text", message, page=page, hint=hint)
        elif _FILE.fullmatch(words) or _NO_NAME.fullmatch(words):
            message = f'the words in the place of a picture are "{words}", which does not say what it shows'
            yield finding("picture-named-by-file", message, page=page, hint="write what the picture shows")
