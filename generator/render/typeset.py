"""WeasyPrint: HTML and style sheets to laid-out pages, and laid-out pages to a tagged PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import Diagnostic, Place, error
from generator.render import fonts
from generator.render.assets import Assets
from generator.render.boxes import Sheet, cut_to_media, finisher
from generator.render.log import listening
from generator.render.pour import Poured, pour
from generator.render.spread import spread

if TYPE_CHECKING:
    from weasyprint import CSS, HTML, Document

VARIANT = "pdf/ua-1"


@dataclass(frozen=True, slots=True)
class Layout:
    """Pages as laid out, with the HTML they came from."""

    html: "HTML"
    document: "Document"
    poured: Poured | None = None


def lay_out(
    text: str, assets: Assets, *, styles: Sequence[Path], faces: int = 0
) -> tuple[Layout | None, tuple[Diagnostic, ...]]:
    """Return the pages of an HTML text, or None and what was refused or not found.

    What stands behind so many faces is poured into their columns.
    """
    configuration = fonts.set_up(assets)
    from weasyprint import HTML

    from generator.render.fetcher import Jail, Refused

    sheets = [_style(path, path.stat().st_mtime_ns, assets) for path in styles]
    found = [problem for _, problems in sheets for problem in problems]
    with listening() as records:
        try:
            html = HTML(string=text, base_url=assets.templates[0].resolve().as_uri() + "/", url_fetcher=Jail(assets))
            parsed = [sheet for sheet, _ in sheets]
            document = html.render(font_config=configuration, stylesheets=parsed, pdf_variant=VARIANT)
        except Refused as refused:
            return None, (*found, error("refused", str(refused)))
    poured = pour(document, faces) if faces else None
    spread(document, is_changed=poured is not None)
    return Layout(html, document, poured), (*found, *records.diagnostics())


def write_pdf(layout: Layout, sheet: Sheet) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the PDF of a layout, its pages cut to size."""
    cut_to_media(layout.document, sheet)
    with listening() as records:
        data: bytes = layout.document.write_pdf(pdf_variant=VARIANT, finisher=finisher(sheet))
    return data, records.diagnostics()


@lru_cache(maxsize=32)
def _style(path: Path, changed: int, assets: Assets) -> tuple["CSS", tuple[Diagnostic, ...]]:
    """Return a style sheet, parsed once for all pieces, and what WeasyPrint did not understand in it."""
    from weasyprint import CSS

    from generator.render.fetcher import Jail

    configuration = fonts.set_up(assets)
    with listening() as records:
        text = path.read_text(encoding="utf-8")
        sheet = CSS(string=text, base_url=path.resolve().as_uri(), url_fetcher=Jail(assets), font_config=configuration)
    return sheet, records.diagnostics(Place(path))
