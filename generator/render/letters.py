"""The letters of a typeface: how wide each is, and how far its ink reaches; measured once for all starts."""

import marshal
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from struct import unpack_from
from typing import TYPE_CHECKING

from msgspec import Struct

from generator import __version__, compiled
from generator.keeping import plain_bytes

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

HEADER = 10  # bytes of what draws a glyph
Measure = tuple[float, float, float]  # width, top and bottom


class Letters(Struct, frozen=True):
    """The measures of a face's glyphs by their characters, in parts of the type size.

    Arabic letters are measured standing alone: joined they reach no further up or down.
    """

    measures: Mapping[int, Measure]
    missing: Measure  # of a character that the face has no glyph for: an em, and what the face reaches

    def of(self, char: str) -> Measure:
        """Return the measures of a character's glyph."""
        return self.measures.get(ord(char), self.missing)


@lru_cache(maxsize=64)
def letters_of(path: Path) -> Letters:
    """Return the letters of the face in a file."""
    data = path.read_bytes()
    made_of = f"{__version__} {sha256(data).hexdigest()}"
    told = compiled.once(f"letters-{path.stem}", made_of, lambda: plain_bytes(_measured(read_font(data))))
    return Letters(*marshal.loads(told))


def read_font(data: bytes) -> "TTFont":
    """Return a font of these bytes, to be read table by table: forked processes would share an open file's position."""
    from fontTools.ttLib import TTFont

    return TTFont(BytesIO(data), lazy=True)


def _measured(font: "TTFont") -> tuple[dict[int, Measure], Measure]:
    em = font["head"].unitsPerEm
    missing = (1.0, font["hhea"].ascent / em, font["hhea"].descent / em)
    reaches = [*_reaches(font)]
    measures = {}
    for code, name in (font.getBestCmap() or {}).items():
        number = font.getGlyphID(name)
        top, bottom = reaches[number] if number < len(reaches) else (missing[1] * em, missing[2] * em)
        measures[code] = (font["hmtx"][name][0] / em, top / em, bottom / em)
    return measures, missing


def _reaches(font: "TTFont") -> Iterator[tuple[float, float]]:
    """Yield how far each glyph's ink reaches up and down, by its header; none for outlines of another kind.

    OpenType 1.9.1, "glyf": the number of contours, then the least x, the least y, the greatest x and the greatest y.
    """
    if "glyf" not in font:
        return
    drawings, starts = font.reader["glyf"], font["loca"]
    for start, end in pairwise(starts):
        is_drawn = start + HEADER <= min(end, len(drawings))
        contours, _, bottom, _, top = unpack_from(">5h", drawings, start) if is_drawn else (0, 0, 0, 0, 0)
        yield (top, bottom) if contours else (0, 0)
