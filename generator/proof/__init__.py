"""Read a finished PDF back and show that every planned fact is on it, whole and legible."""

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from generator.errors import Diagnostic

if TYPE_CHECKING:
    from generator.proof.expected import Expected
    from generator.proof.opened import OpenedPdf

Check = Callable[["OpenedPdf", "Expected"], tuple[Diagnostic, ...]]


def every_check() -> dict[str, Check]:
    """Return every check by the name of its module."""
    folder = import_module(f"{__name__}.checks")
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return {name: import_module(f"{folder.__name__}.{name}").check for name in names}


def prove(
    pdf: bytes, expected: "Expected", *, only: Sequence[str] = (), without: Sequence[str] = ()
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a PDF that has one page a face; nothing at all when it is right.

    `only` names the checks to run, all when none is named; `without` those to leave out.
    """
    import pikepdf
    import pypdfium2

    from generator.proof.opened import open_pdf
    from generator.proof.thresholds import finding

    checks = {
        name: check for name, check in every_check().items() if (not only or name in only) and name not in without
    }
    try:
        with open_pdf(pdf) as opened:
            return tuple(one.of_piece(expected.piece) for one in _run(opened, expected, checks))
    except (pikepdf.PdfError, pypdfium2.PdfiumError) as problem:
        return (finding("pdf-unreadable", f"the file cannot be read: {problem}").of_piece(expected.piece),)


def _run(opened: "OpenedPdf", expected: "Expected", checks: Mapping[str, Check]) -> Iterator[Diagnostic]:
    from generator.proof.by_face import BY_FACE, prove_faces

    of_faces = {name: check for name, check in checks.items() if name in BY_FACE}
    found = prove_faces(opened, expected, of_faces) or {}
    for name, check in checks.items():
        yield from found[name] if name in found else check(opened, expected)
