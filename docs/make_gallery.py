"""Make the pictures of README and docs from real pieces: `.venv/bin/python docs/make_gallery.py`.

Builds the built-in editions into a temporary folder and writes small PNGs into docs/gallery/.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "docs" / "gallery"
PAPER = "#E6E4DC"
THEMES = ("harbor", "orchard", "prairie", "dusk", "ink-saver")
TODAY = "2026-05-20"


def build(project: Path, output: Path, *more: str) -> None:
    command = [sys.executable, "-m", "generator", "build", "--project", project, "--output", output, "--today", TODAY]
    subprocess.run([*map(str, command), *more], cwd=ROOT, check=True, capture_output=True)


def page(pdf: Path, number: int = 0, *, width: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        drawn = document[number]
        return drawn.render(scale=width / drawn.get_width()).to_pil().convert("RGB")


def side_by_side(name: str, pictures: list[Image.Image], *, gap: int = 16) -> None:
    width = sum(one.width + gap for one in pictures) + gap
    sheet = Image.new("RGB", (width, max(one.height for one in pictures) + 2 * gap), PAPER)
    left = gap
    for one in pictures:
        sheet.paste(one, (left, gap))
        left += one.width + gap
    sheet.quantize(96).save(GALLERY / f"{name}.png", optimize=True)


def themed_project(folder: Path) -> Path:
    editions = folder / "content" / "editions"
    editions.mkdir(parents=True)
    written = (ROOT / "content/editions/larkin-county.yaml").read_text("utf-8").replace("brand: larkin-county\n", "")
    for theme in THEMES:
        (editions / f"{theme}.yaml").write_text(written.replace("theme: harbor", f"theme: {theme}"), "utf-8")
    return folder


def make_folded(output: Path) -> None:
    products = ("trifold", "half-fold", "zine", "table-tent")
    build(ROOT, output, "larkin-county", "--language", "en", *(word for one in products for word in ("--product", one)))
    files = {one: output / "larkin-county/en" / f"{one}.office.pdf" for one in products}
    side_by_side("trifold", [page(files["trifold"], number, width=460) for number in (0, 1)])
    pages = [page(output / "larkin-county/en/zine.screen.pdf", number, width=150) for number in (0, 1, 2)]
    side_by_side("zine", [page(files["zine"], width=460), *pages])
    half, tent = files["half-fold"], files["table-tent"]
    pictures = [page(half, 0, width=340), page(half, 1, width=340), page(tent, width=230)]
    side_by_side("leaflet-and-tent", pictures)


def main() -> None:
    GALLERY.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        output, themes = Path(scratch, "output"), Path(scratch, "themes")
        build(ROOT, output, "larkin-county")
        build(themed_project(Path(scratch, "project")), themes, "--product", "poster", "--language", "en")
        english, spanish = output / "larkin-county/en", output / "larkin-county/es"
        handout = english / "handout.screen.pdf"
        side_by_side("handout", [page(handout, 0, width=460), page(handout, 1, width=460)])
        card = english / "wallet-card.screen.pdf"
        side_by_side("wallet-card", [page(card, 0, width=460), page(card, 1, width=460)])
        sheet = english / "wallet-card.office.pdf"
        side_by_side("wallet-card-sheet", [page(sheet, 0, width=300), page(sheet, 1, width=300)])
        posters = [english / "poster.screen.pdf", english / "poster-tabs.screen.pdf", spanish / "poster.screen.pdf"]
        side_by_side("posters", [page(one, width=300) for one in posters])
        make_folded(Path(scratch, "folded"))
        side_by_side("themes", [page(themes / theme / "en/poster.screen.pdf", width=184) for theme in THEMES])


if __name__ == "__main__":
    main()
