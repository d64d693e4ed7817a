"""Text and pictures that lie on a fold, or so near that a fold by hand may cross them."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from generator.errors import Diagnostic, error
from generator.plan import Piece
from generator.render.measure import Item
from generator.sheets.folding import CLEAR_MM, folds_of_faces
from generator.sheets.placing import Mark
from generator.units import Box


def on_folds(items: Sequence[Item], piece: Piece) -> Iterator[tuple[Diagnostic, Item]]:
    """Yield an error for each text or picture nearer than 3 mm to a fold of its face.

    Where folds run between pages, the safe area of each page keeps them clear.
    """
    product, is_rtl = piece.product, piece.language.direction == "rtl"
    of_faces = folds_of_faces(product.fold, piece.size, len(product.faces), is_rtl=is_rtl)
    for item in items:
        folds = of_faces[item.face] if item.limits and item.face < len(of_faces) else ()
        near = [line for line in folds if item.ink.overlaps(_strip(line))]
        if near:
            left, top, right, bottom = (round(edge, 2) for edge in item.ink.edges)
            found = error("on-fold", f"{item.shown} lies on a fold or within {CLEAR_MM:g} mm of it", hint=_HINT)
            yield replace(found, page=item.face + 1, bbox_mm=(left, top, right, bottom)), item


_HINT = "keep it inside its panel, or shorten the text"


def _strip(line: Mark) -> Box:
    return Box(line.x1, line.y1, line.x2 - line.x1, line.y2 - line.y1).inset(-CLEAR_MM)
