"""What every piece needs, loaded and used once: the libraries, the built-in templates and style sheet, the typefaces.

Files of a project are left alone here: whatever is wrong with them is for the piece that uses them, and its limits.
"""

import os
from collections.abc import Iterator
from datetime import date
from functools import cache
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING

from generator.catalog import Roots
from generator.errors import NOWHERE, HandbillError, error
from generator.units import Size

if TYPE_CHECKING:  # whoever asks for what is here loads the rest when it is used
    from generator.render.assets import Assets
    from generator.render.fonts import Face

MAKING = (
    "generator.dispatch",
    "generator.render.piece",
    "generator.render.words",
    "generator.impose",
    "generator.repeats",
    "segno",  # which is loaded when the first code is made: by each worker for itself, otherwise
)
PROVING = ("generator.proof.by_face", "generator.proof.sheets")
SAMPLE = "Aa 123"
SIZE = Size(100, 100)  # mm
HEADINGS = (1,)  # of the sample, by level
LETTERS = "".join(map(chr, range(0x21, 0x7F)))  # of ASCII, which nearly all of a piece is set in
USUAL = ("handout", "wallet-card", "poster")
DRAWING = "data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 1 1%22/>"


def make_ready(roots: Roots, *, proof: bool = True) -> None:
    """Load all that pieces are made with, and draw a page. Raises HandbillError when a library is missing.

    Without proof, what reads pieces back is left out.
    """
    from generator import native
    from generator.making import assets_of
    from generator.render import fonts

    # Nothing here multiplies matrices; the threads that numpy would start for it keep another processor busy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    assets = assets_of(roots)
    try:
        fonts.set_up(assets)
    except native.MissingLibraries as problem:
        found = error("missing-library", str(problem), hint=f"install what is missing: {problem.remedy}")
        raise HandbillError([found]) from problem
    for name in (*MAKING, *(PROVING if proof else ())):
        import_module(name)
    _compile(assets)
    page = _draw(assets)
    if proof:
        _read_back(page)


def make_ready_ahead(roots: Roots, *, proof: bool = True) -> Iterator[None]:
    """Read, a step at a time, what most pieces are made with: the paint of the usual products, typefaces, checks.

    Each piece that is the first to use any of it would read it otherwise. Nothing is wrong when it is not.
    """
    from generator.making import assets_of

    assets = assets_of(roots)
    yield from _styles(assets)
    yield from _typefaces(assets, proof=proof)
    page = _draw(assets)
    if proof and page:
        yield from _proved(page)


def _styles(assets: "Assets") -> Iterator[None]:
    from generator.render.stylesheets import parse_style

    for name in USUAL:
        for path in sorted((assets.templates[-1] / "products" / name).glob("*.css")):
            if _is_builtin(f"products/{name}/{path.name}", assets):
                parse_style(path, assets)
                yield


def _typefaces(assets: "Assets", *, proof: bool) -> Iterator[None]:
    """Measure the letters of each built-in typeface, and read what embedded ones will be held against."""
    from generator.render import fonts

    for face in _faces(assets):
        fonts.Typeface(face).reach(LETTERS)
        yield
        if proof:
            from generator.proof.checks.fonts import read_bundled

            read_bundled(face.path)
            yield


def _proved(page: bytes) -> Iterator[None]:
    """Put a page together as pieces are, and ask every check of it."""
    from generator.joining import DrawnFace, join_faces
    from generator.making import OF_THE_SCREEN
    from generator.proof import prove
    from generator.proof.expected import Expected, ExpectedPage

    piece = join_faces([DrawnFace(page, levels=HEADINGS)], title=SAMPLE)
    yield
    import_module("generator.press")
    yield
    import_module("numpy.ma")  # which numpy loads when it first finds what is unique
    yield
    # The library that knows PDF/UA keeps threads, which the workers that are forked from here would not have.
    prove(piece, Expected("", "en", SAMPLE, SIZE, (ExpectedPage(),)), without=OF_THE_SCREEN)


def _compile(assets: "Assets") -> None:
    """Compile the templates that every piece uses."""
    from generator.render.environment import make_environment
    from generator.render.shell import PARTS

    for name in (*PARTS, "base/page.html"):
        if _is_builtin(name, assets):
            make_environment(assets).get_template(name)


def _is_builtin(name: str, assets: "Assets") -> bool:
    path = assets.template(name)
    return path is not None and path.is_relative_to(assets.templates[-1])


@cache
def _draw(assets: "Assets") -> bytes:
    """Return a small page in every built-in typeface, laid out and written, as first times take long."""
    from generator.render.boxes import Sheet
    from generator.render.typeset import lay_out, write_pdf

    name = "base/base.css"
    styles = [assets.templates[-1] / name] if _is_builtin(name, assets) else []
    layout, _ = lay_out(_page(assets), assets, styles=styles, locate=lambda _: NOWHERE)
    return write_pdf(layout, Sheet(SIZE, 0.0), lambda _: NOWHERE)[0] if layout else b""


def _read_back(page: bytes) -> None:
    """Load all checks, and picture a page."""
    from generator.proof import every_check
    from generator.proof.preview import draw_faces

    every_check()
    if page:
        draw_faces(page)


def _page(assets: "Assets") -> str:
    lines = "".join((*_lines(assets), *_parts()))
    return f"<html lang=en><title>{SAMPLE}</title><style>@page{{size:100mm}}</style><main>{lines}</main></html>"


def _lines(assets: "Assets") -> Iterator[str]:
    """Yield a line of type in each built-in typeface."""
    for face in _faces(assets):
        yield f'<p style="font-family:{escape(repr(face.family))};font-weight:{face.weight}">{SAMPLE}</p>'


def _faces(assets: "Assets") -> "Iterator[Face]":
    from generator.render import fonts

    return (face for face in fonts.faces(assets) if face.path.is_relative_to(assets.templates[-1]))


def _parts() -> Iterator[str]:
    """Yield what pieces are made of: a heading, a link, strong words, a date, boxes, a table and drawings."""
    from generator.render.hours import month_and_year
    from generator.render.markdown import emphasis

    yield f"<h1>{SAMPLE}</h1><p><a href='tel:988'>{emphasis(f'**{SAMPLE}**')}</a> {month_and_year(date.min, 'en')}</p>"
    yield f"<div style='display:grid'><div style='display:flex'><span>{SAMPLE}</span></div></div>"
    yield f"<table><tr><th>{SAMPLE}</th><td>{SAMPLE}</td></tr></table>"
    yield f"<p style='background-image:url(\"{DRAWING}\")'>{SAMPLE}</p>"
    yield "<svg viewBox='0 0 1 1' style='width:1in'><path d='M0 0h1v1h-1z'/></svg>"
