"""Every picture has enough pixels for the size it is printed at."""

import math
from collections.abc import Iterator

import pikepdf

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.opened import OpenedPdf, PageView, pages_of
from generator.proof.thresholds import Limits, finding


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the pictures that are too coarse where they stand, by the figures of GWG 2022."""
    return tuple(one for page, _ in pages_of(pdf, expected) for one in _page(page, expected.limits))


def _page(page: PageView, limits: Limits) -> Iterator[Diagnostic]:
    start = pikepdf.Matrix()
    resources = page.box.obj.get("/Resources", pikepdf.Dictionary())
    for ppi in sorted(set(_pictures(page.box.obj, resources, start, ()))):
        least, good = limits.of_image(limits.image_error_ppi), limits.of_image(limits.image_warning_ppi)
        if ppi <= good:
            code = "image-coarse" if ppi <= least else "image-soft"
            message = f"a picture is printed at {ppi:.0f} pixels an inch; more than {good:.0f} look sharp"
            hint = "use a larger picture, or print it smaller"
            yield finding(code, message, page=page.number, hint=hint)


def _pictures(
    stream: pikepdf.Object, resources: pikepdf.Object, start: pikepdf.Matrix, inside: tuple[tuple[int, int], ...]
) -> Iterator[float]:
    """Yield the pixels an inch of each picture that a stream draws, also within forms and patterns."""
    if not _holds_picture(resources, set()):
        return
    drawn = resources.get("/XObject", pikepdf.Dictionary())
    for name, matrix in placed_objects(stream, start):
        item = drawn.get(name)
        if item is None or item.objgen in inside:
            continue
        if item.get("/Subtype") == "/Image":
            yield _ppi(item, matrix)
        elif item.get("/Subtype") == "/Form":
            own = item.get("/Resources", resources)
            yield from _pictures(item, own, _matrix_of(item) @ matrix, (*inside, item.objgen))
    for pattern in dict(resources.get("/Pattern", pikepdf.Dictionary()).items()).values():
        if pattern.get("/PatternType") == 1 and pattern.objgen not in inside:
            own = pattern.get("/Resources", resources)
            yield from _pictures(pattern, own, _matrix_of(pattern), (*inside, pattern.objgen))


def placed_objects(stream: pikepdf.Object, start: pikepdf.Matrix) -> Iterator[tuple[str, pikepdf.Matrix]]:
    """Yield each object that a content stream draws by name, with how it lies."""
    matrix, kept = start, []
    for one in pikepdf.parse_content_stream(stream, "q Q cm Do"):
        operator = str(one.operator)
        if operator == "q":
            kept.append(matrix)
        elif operator == "Q" and kept:
            matrix = kept.pop()
        elif operator == "cm":
            matrix = pikepdf.Matrix(*(float(value) for value in one.operands)) @ matrix
        elif operator == "Do":
            yield str(one.operands[0]), matrix


def _matrix_of(item: pikepdf.Object) -> pikepdf.Matrix:
    return pikepdf.Matrix(item.Matrix) if "/Matrix" in item else pikepdf.Matrix()


def _holds_picture(resources: pikepdf.Object, seen: set[tuple[int, int]]) -> bool:
    """Return whether there is any picture among some resources: most pages have none, and are not read."""
    for kind in ("/XObject", "/Pattern"):
        for item in dict(resources.get(kind, pikepdf.Dictionary()).items()).values():
            if item.get("/Subtype") == "/Image":
                return True
            if item.objgen not in seen:
                seen.add(item.objgen)
                if "/Resources" in item and _holds_picture(item.Resources, seen):
                    return True
    return False


def _ppi(image: pikepdf.Object, matrix: pikepdf.Matrix) -> float:
    """Return the lower of the two resolutions of a picture in its place."""
    across, down = math.hypot(matrix.a, matrix.b) / 72, math.hypot(matrix.c, matrix.d) / 72
    return round(min(int(image.Width) / max(across, 1e-6), int(image.Height) / max(down, 1e-6)), 1)
