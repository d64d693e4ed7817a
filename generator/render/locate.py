"""Where the words of a face were written: in the guide, at their line, else in the template."""

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
