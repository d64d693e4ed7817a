"""Where what stands on a face was written: in the guide, at its line, or in the product's templates."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.errors import Place
from generator.plan import Piece
from generator.render.assets import Assets
from generator.source import Step, read_yaml


def place_of(piece: Piece, assets: Assets, *, face: str, field: str) -> Place:
    """Return the place of a guide's field such as `tips.items.0.text`, else of the face's template."""
    if field:
        path = assets.guide(piece.edition.guide, piece.language_id)
        document, _ = read_yaml(path) if path else (None, ())
        if document:
            return document.place_of_value(_steps(field))
    return Place(assets.template(f"products/{piece.product_id}/{face}.html"))


def _steps(field: str) -> tuple[Step, ...]:
    return tuple(int(step) if step.isdigit() else step for step in field.split("."))


def place_of_text(piece: Piece, assets: Assets, *, face: str, written: Sequence[str]) -> Place:
    """Return where one of these texts stands in the templates of a product, else the template of the face.

    A tag is looked for in the template of the face alone: it stands in all of them.
    """
    files = tuple(_files_of(piece, assets, face))
    for text in written:
        for path in files[:1] if text.startswith("<") else files:
            for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
                if text and text in line:
                    return Place(path, number, line.index(text) + 1)
    return Place(files[0] if files else None)


def _files_of(piece: Piece, assets: Assets, face: str) -> Iterator[Path]:
    """Yield the files that a face is made from: its own template, the product's others, what all share."""
    faces = piece.product.faces or ("flow",)
    poured = (piece.product.pour.template,) if piece.product.pour else ()
    own = [f"{name}.html" for name in dict.fromkeys((*((face,) if face else ()), *faces, *poured))]
    names = [f"products/{piece.product_id}/{name}" for name in (*own, "layout.css", "style.css")]
    for name in (*names, "base/base.css", "base/macros.html", "base/listing.html", "base/art.html", "base/page.html"):
        if path := assets.template(name):
            yield path
