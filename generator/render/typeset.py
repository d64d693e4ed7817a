"""WeasyPrint: HTML and style sheets to laid-out pages, and laid-out pages to a tagged PDF."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator.errors import Diagnostic, Place, error
from generator.render import fonts
from generator.render.assets import Assets
from generator.render.boxes import Sheet, cut_to_media, finisher
from generator.render.drawings import named
from generator.render.limits import MAX_CHARACTERS, STOPS, Spot, page_problems, stopped
from generator.render.log import Records, addresses, listening, without_folders
from generator.render.pour import Poured, pour
from generator.render.shortcuts import take_shortcuts, without_notes
from generator.render.spread import spread
from generator.render.stylesheets import parse_style, parse_text

if TYPE_CHECKING:
    from weasyprint import HTML, Document

    from generator.render.fetcher import Jail

VARIANT = "pdf/ua-1"


class Layout(Struct, frozen=True):
    """Pages as laid out, with the HTML they came from."""

    html: "HTML"
    document: "Document"
    poured: Poured | None = None
    fetched: frozenset[Path] = frozenset()  # files that were read for it besides its style sheets


Locate = Callable[[Spot], Place]


def lay_out(
    text: str, assets: Assets, *, styles: Sequence[Path], locate: Locate, faces: int = 0
) -> tuple[Layout | None, tuple[Diagnostic, ...]]:
    """Return the pages of an HTML text, or None and what was refused, not found or too much.

    What stands behind so many faces is poured into their columns. `locate` says where something was written.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"the page is {len(text):,} characters long; {MAX_CHARACTERS:,} is the most that is laid out"
        return None, (error("page-too-large", message, place=locate(Spot())),)
    found: list[Diagnostic] = []
    text, icons = named(text)
    with _refusing(found, locate):
        configuration = fonts.set_up(assets)
        sheets = [parse_style(path, assets) for path in styles]
        sheets += [parse_text(css, assets) for css in _TOKENS.findall(text)]
        found += [problem for _, problems in sheets for problem in problems]
        text = _TOKENS.sub("", text)
        html = _parsed(text, assets)
        too_much = [replace(one, place=locate(spot)) for one, spot in page_problems(html.etree_element)]
        if too_much:
            return None, (*found, *too_much)
        with listening() as records, _stopping(found, html, locate, "laying out the page"):
            parsed = [sheet for sheet, _ in sheets]
            without_notes(html, text, parsed)
            document = html.render(
                font_config=configuration, stylesheets=parsed, pdf_variant=VARIANT, cache=dict(icons)
            )
            poured = pour(document, faces) if faces else None
            spread(document, is_changed=poured is not None)
            return Layout(html, document, poured, frozenset(html.url_fetcher.fetched)), (
                *found,
                *_said(records, locate),
            )
    return None, tuple(found)


# A style that begins with the size of the page is one of ours, and the same for many faces.
_TOKENS = re.compile(r"<style>(@page\{size:[^<]*)</style>")


def _parsed(text: str, assets: Assets) -> "HTML":
    from weasyprint import HTML

    take_shortcuts()
    jail = _jail(assets)
    jail.fetched.clear()
    return HTML(string=text, base_url=assets.templates[0].resolve().as_uri() + "/", url_fetcher=jail)


@lru_cache(maxsize=8)
def _jail(assets: Assets) -> "Jail":
    """Return what pages are fetched by, made once: it takes a while, with newer Pythons a long one."""
    from generator.render.fetcher import Jail

    return Jail(assets)


def write_pdf(layout: Layout, sheet: Sheet, locate: Locate, *, ids: str = "") -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the PDF of a layout, its pages cut to size; no bytes when it could not be drawn, with the reason.

    The names of tables' headings begin with `ids`.
    """
    found: list[Diagnostic] = []
    data = b""
    cut_to_media(layout.document, sheet)
    with listening() as records, _refusing(found, locate), _stopping(found, layout.html, locate, "drawing the page"):
        data = layout.document.write_pdf(pdf_variant=VARIANT, finisher=finisher(sheet, ids), zoom=sheet.magnify)
    return data, (*found, *_said(records, locate))


@contextmanager
def _refusing(found: list[Diagnostic], locate: Locate) -> Iterator[None]:
    """Keep what was refused inside the block among the findings, at the place where its address was written."""
    from generator.render.fetcher import Refused

    try:
        yield
    except Refused as refused:
        told = refused.found
        found.append(told if told.place.path else replace(told, place=locate(Spot(written=(refused.written,)))))


@contextmanager
def _stopping(found: list[Diagnostic], html: "HTML", locate: Locate, doing: str) -> Iterator[None]:
    """Keep among the findings that the work inside the block went on for too long, and at what."""
    try:
        yield
    except STOPS as problem:
        told, spot = stopped(problem, html.etree_element, doing)
        found.append(replace(told, place=locate(spot)))


def _said(records: Records, locate: Locate) -> Iterator[Diagnostic]:
    """Yield what was logged, each where the address that it names was written."""
    for one in records.diagnostics():
        named = addresses(one.message)
        yield replace(one, message=without_folders(one.message), place=locate(Spot(written=named))) if named else one
