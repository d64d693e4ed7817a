"""The outlines of a face, and whether those of another are the same: most are stored in the very same bytes."""

import marshal
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

from generator import __version__, compiled
from generator.keeping import plain_bytes

COMPOSITE = b"\xff"  # a number of contours below zero
Outline = tuple[tuple[tuple[int, int], ...], tuple[int, ...]]


class Outlines:
    """The outlines of a face, by glyph number."""

    def __init__(self, font: TTFont) -> None:
        self.font = font

    @cached_property
    def names(self) -> list[str]:
        """The glyphs' names in the order of their numbers."""
        return list(self.font.getGlyphOrder())

    @cached_property
    def characters(self) -> Mapping[int, str]:
        """The name of each character's glyph."""
        return dict(self.font.getBestCmap())

    @cached_property
    def _drawings(self) -> bytes:
        """What draws the glyphs; nothing for outlines of another kind."""
        return self.font.reader["glyf"] if "glyf" in self.font else b""

    @cached_property
    def _starts(self) -> Sequence[int]:
        """Where what draws each glyph begins, and where the last ends; nothing for outlines of another kind."""
        return tuple(self.font["loca"]) if "glyf" in self.font else ()

    @property
    def common(self) -> tuple[list[str], Mapping[int, str], Sequence[int]]:
        """What all glyphs have in common: their names, characters, and where what draws them begins."""
        return self.names, self.characters, self._starts

    @common.setter
    def common(self, known: tuple[list[str], Mapping[int, str], Sequence[int]]) -> None:
        self.names, self.characters, self._starts = known

    def draws_as(self, other: "Outlines", codes: frozenset[int]) -> bool:
        """Return whether another face draws these codes just as this one does."""
        return all(self._outline(code) == other._outline(code) for code in codes)

    def stores(self, other: "Outlines", codes: frozenset[int]) -> bool:
        """Return whether another face has the very bytes that draw these codes here, and those that draw their parts.

        It draws them just as this one does, then; when it has others it may do so too. Parts may be numbered anew.
        """
        seen, left = set[tuple[int, int]](), [(code, code) for code in codes]
        while left:
            pair = left.pop()
            own, others = self._drawing(pair[0]), other._drawing(pair[1])
            if own is None or others is None or _without_parts(own) != _without_parts(others):
                return False
            seen.add(pair)
            left += (one for one in zip(_parts(own), _parts(others), strict=True) if one not in seen)
        return True

    def has(self, code: int) -> bool:
        """Return whether the face has a glyph of this number."""
        return code < int(self.font["maxp"].numGlyphs)

    def is_blank(self, code: int) -> bool:
        """Return whether a glyph leaves no ink; of outlines of another kind than those of TrueType none is known to."""
        return self._drawing(code) is not None and not self._has_contours(code)

    def _has_contours(self, code: int) -> bool:
        seen, left = set[int](), [code]
        while left:
            part = left.pop()
            drawing = self._drawing(part) or b""
            if not drawing.startswith(COMPOSITE) and any(drawing[:2]):  # their number
                return True
            seen.add(part)
            left += (one for one in _parts(drawing) if one not in seen)
        return False

    def _drawing(self, code: int) -> bytes | None:
        """Return what draws a glyph; None where the face has no such glyph, or outlines of another kind."""
        starts = self._starts
        return self._drawings[starts[code] : starts[code + 1]] if code + 1 < len(starts) else None

    def _outline(self, code: int) -> Outline | None:
        """Return a glyph's points and the ends of its contours; None where the face has no such glyph."""
        if not self.has(code):
            return None
        drawing = self._drawing(code)
        if drawing is None:
            return ((), ())  # compared by its number alone
        if not drawing.startswith(COMPOSITE):
            return _simple(drawing)
        table = self.font["glyf"]
        points, ends, _ = table[self.names[code]].getCoordinates(table)
        return tuple(points), tuple(ends)

    def may_stand_for(self, code: int, char: str) -> bool:
        """Return whether a glyph is one of an ASCII letter or figure, or of no such character at all."""
        if len(char) != 1 or not (char.isascii() and char.isalnum()):
            return True
        name, usual = self.names[code], self.characters.get(ord(char), "")
        return name == usual or name.partition(".")[0] == usual.partition(".")[0]


def bundled(path: Path) -> Outlines:
    """Return the outlines of a bundled face. What its glyphs have in common is read once for all starts."""
    data = path.read_bytes()
    face = Outlines(TTFont(BytesIO(data), lazy=True))  # an open file's place would be shared by forks
    made_of = f"{__version__} {sha256(data).hexdigest()}"
    face.common = marshal.loads(compiled.once(f"outlines-{path.stem}", made_of, lambda: plain_bytes(face.common)))
    return face


def _parts(drawing: bytes) -> tuple[int, ...]:
    """Return the numbers of the glyphs that a glyph is made of; none for one that is drawn by itself."""
    return tuple(int.from_bytes(drawing[at : at + 2], "big") for at in _places_of_parts(drawing))


def _without_parts(drawing: bytes) -> bytes:
    """Return what draws a glyph but for the numbers of its parts."""
    bare = bytearray(drawing)
    for at in _places_of_parts(drawing):
        bare[at : at + 2] = bytes(2)
    return bytes(bare)


@lru_cache(maxsize=1024)
def _places_of_parts(drawing: bytes) -> tuple[int, ...]:
    """Return where the number of each part stands in what draws a glyph.

    OpenType 1.9.1, "glyf", composite glyph description: after ten bytes of header, each part has its flags, its
    glyph, where it lies in two bytes or words, and how it is scaled in none, one, two or four words.
    """
    places, at = [], 10 if drawing.startswith(COMPOSITE) else len(drawing)
    while at + 4 <= len(drawing):
        flags = int.from_bytes(drawing[at : at + 2], "big")
        places.append(at + 2)
        scales = next((words for flag, words in _SCALES.items() if flags & flag), 0)
        at = at + 4 + (4 if flags & _IN_WORDS else 2) + 2 * scales if flags & _MORE_PARTS else len(drawing)
    return tuple(places)


_IN_WORDS, _MORE_PARTS = 0x0001, 0x0020
_SCALES = {0x0008: 1, 0x0040: 2, 0x0080: 4}  # words


@lru_cache(maxsize=4096)
def _simple(drawing: bytes) -> Outline:
    """Return the outline of a glyph that is not made of others; the same in each face that has a part of a font."""
    from fontTools.ttLib.tables._g_l_y_f import Glyph  # which takes as long to load as ten faces

    glyph = Glyph(drawing)
    glyph.expand(None)
    if glyph.numberOfContours == 0:
        return ((), ())
    return tuple(glyph.coordinates), tuple(glyph.endPtsOfContours)
