"""What every piece needs, loaded and used once: the libraries, the built-in templates and style sheet, the typefaces.

Files of a project are left alone here: whatever is wrong with them is for the piece that uses them, and its limits.
"""

from collections.abc import Iterator
from datetime import date
from html import escape
from importlib import import_module

from generator import native, render
from generator.catalog import Roots
from generator.errors import NOWHERE, HandbillError, error
from generator.making import assets_of
from generator.render import Assets
from generator.units import Size

MODULES = (
    "generator.impose", "generator.press", "generator.repeats", "generator.render.words",
    "generator.proof.by_face", "generator.proof.sheets",
)  # fmt: skip
SAMPLE = "Aa 123"


def make_ready(roots: Roots) -> None:
    """Load all that pieces are made with, and draw a page. Raises HandbillError when a library is missing."""
    assets = assets_of(roots)
    try:
        render.warm_up(assets)
    except native.MissingLibraries as problem:
        found = error("missing-library", str(problem), hint=f"install what is missing: {problem.remedy}")
        raise HandbillError([found]) from problem
    for name in MODULES:
        import_module(name)
    _compile(assets)
    _draw(assets)


def _compile(assets: Assets) -> None:
    """Compile the templates that every piece uses."""
    from generator.render.environment import make_environment
    from generator.render.shell import PARTS

    for name in (*PARTS, "base/page.html"):
        if _is_builtin(name, assets):
            make_environment(assets).get_template(name)


def _is_builtin(name: str, assets: Assets) -> bool:
    path = assets.template(name)
    return path is not None and path.is_relative_to(assets.templates[-1])


def _draw(assets: Assets) -> None:
    """Lay out, write, picture and read back a small page in every built-in typeface, as first times take long."""
    from generator.proof import every_check
    from generator.proof.preview import draw_faces
    from generator.render.boxes import Sheet
    from generator.render.typeset import lay_out, write_pdf

    every_check()
    name = "base/base.css"
    styles = [assets.templates[-1] / name] if _is_builtin(name, assets) else []
    layout, _ = lay_out(_page(assets), assets, styles=styles, locate=lambda _: NOWHERE)
    if layout:
        data, _ = write_pdf(layout, Sheet(Size(100, 100), 0.0), lambda _: NOWHERE)
        draw_faces(data)


def _page(assets: Assets) -> str:
    lines = "".join((*_lines(assets), *_parts()))
    return f"<html lang=en><title>{SAMPLE}</title><style>@page{{size:100mm}}</style><main>{lines}</main></html>"


def _lines(assets: Assets) -> Iterator[str]:
    """Yield a line of type in each built-in typeface."""
    for face in render.fonts.faces(assets):
        if face.path.is_relative_to(assets.templates[-1]):
            yield f'<p style="font-family:{escape(repr(face.family))};font-weight:{face.weight}">{SAMPLE}</p>'


def _parts() -> Iterator[str]:
    """Yield what pieces are made of: a heading, a link, strong words, a date, boxes, a table and a QR code."""
    from generator.render.code import qr_code
    from generator.render.hours import month_and_year
    from generator.render.markdown import emphasis

    code = qr_code("https://example.org")
    yield f"<h1>{SAMPLE}</h1><p><a href='tel:988'>{emphasis(f'**{SAMPLE}**')}</a> {month_and_year(date.min, 'en')}</p>"
    yield f"<div style='display:grid'><div style='display:flex'><span>{SAMPLE}</span></div></div>"
    yield f"<table><tr><th>{SAMPLE}</th><td>{SAMPLE}</td></tr></table>"
    yield f"<svg viewBox='0 0 {code.side} {code.side}' style='width:1in'><path d='{code.path}'/></svg>"
