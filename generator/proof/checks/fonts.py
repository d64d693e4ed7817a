"""Every letter is drawn by a bundled face that the file carries, and it is the letter that the text layer says."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.tables._g_l_y_f import Glyph

from generator.errors import Diagnostic
from generator.keeping import Kept, digest_of_bytes
from generator.proof.expected import Expected
from generator.proof.layers import ShownFont
from generator.proof.opened import OpenedPdf
from generator.proof.thresholds import finding

HINT = "name a bundled family in the language file, or add the face to templates/base/fonts"
COMPOSITE = b"\xff"  # a number of contours below zero
MOST_PROGRAMS = 24
MOST_FAULTS = 256  # most are none
Outline = tuple[tuple[tuple[int, int], ...], tuple[int, ...]]


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the faces that are not embedded or not ours, and the characters that print as empty boxes."""
    return tuple(one for font in pdf.layer.fonts if font.codes for one in _known(font, expected))


def _known(shown: ShownFont, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a face, which is asked once for the same face and codes: a frame's is on many pages."""
    program, said = _stored(shown.font), shown.font.get("/ToUnicode")
    parts = (_name(shown.font), _family(shown.font), sorted(shown.codes), expected.fonts, expected.font_files)
    key = digest_of_bytes(
        repr(parts).encode(),
        b"" if program is None else program.read_raw_bytes() + repr(program.get("/Filter")).encode(),
        b"" if said is None else said.read_bytes(),
    )
    return _faults.once(key, lambda: tuple(_font(shown, expected)))


def _font(shown: ShownFont, expected: Expected) -> Iterator[Diagnostic]:
    name = _name(shown.font)
    program = _program(shown.font)
    if program is None:
        yield finding("font-not-embedded", f'the face "{name}" is not in the file', hint=HINT)
        return
    family = _family(shown.font)
    if expected.fonts and not expected.font_files and not _is_of_family(family, expected.fonts):
        message = f'text is set in "{name}"; the families here are {", ".join(expected.fonts)}'
        yield finding("font-foreign", message, hint=HINT)
        return
    said = _said(shown.font)
    missing = sorted(code for code in shown.codes if program.lacks(code, said.get(code, "")))
    for code in missing:
        message = f'"{said.get(code, "?")}" has no glyph in "{name}" and prints as an empty box'
        yield finding("glyph-missing", message, hint="write it another way, or add a font that has it")
    if expected.font_files and not missing:
        yield from _is_ours(shown, name, program, said, expected.font_files)


def _is_ours(
    shown: ShownFont, name: str, program: "_Program", said: Mapping[int, str], files: Sequence[Path]
) -> Iterator[Diagnostic]:
    """Yield what tells an embedded face from the bundled ones: other outlines, or other letters than it says."""
    own = next((file for path in files if (file := _bundled(path)).draws_as(program, shown.codes)), None)
    if own is None:
        message = f'the face "{name}" draws its letters as no bundled face does'
        yield finding("font-foreign", message, hint=HINT)
        return
    for code in sorted(shown.codes):
        if not own.may_stand_for(code, said.get(code, "")):
            message = f'a glyph of "{name}" is said to be "{said[code]}", and is drawn as another character'
            yield finding("font-foreign", message, hint="give each font file a family name of its own")


def _name(font: pikepdf.Object) -> str:
    return str(font.get("/BaseFont", "a face without a name")).rpartition("+")[2].lstrip("/")


def _family(font: pikepdf.Object) -> str:
    return str(_descriptor(font).get("/FontFamily", _name(font)))


def _descriptor(font: pikepdf.Object) -> pikepdf.Object:
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor: pikepdf.Object = inner.get("/FontDescriptor", pikepdf.Dictionary())
    return descriptor


def _is_of_family(family: str, families: Sequence[str]) -> bool:
    found = _bare(family)
    return any(found == _bare(name) or found.startswith(f"{_bare(name)} ") for name in families)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.casefold()).strip()


def _program(font: pikepdf.Object) -> "_Program | None":
    program = _stored(font)
    if program is None:
        return None
    stored = digest_of_bytes(program.read_raw_bytes(), repr(program.get("/Filter")).encode())
    return _programs.once(stored, partial(_opened, program))


def _stored(font: pikepdf.Object) -> pikepdf.Object | None:
    descriptor = _descriptor(font)
    return next((descriptor[key] for key in ("/FontFile2", "/FontFile3") if key in descriptor), None)


def _opened(program: pikepdf.Object) -> "_Program | None":
    try:
        return _Program(TTFont(io.BytesIO(program.read_bytes()), lazy=True))
    except TTLibError:
        return None


def read_bundled(path: Path, letters: str) -> None:
    """Read the outlines of some letters of a bundled face, which embedded ones will be held against."""
    face = _bundled(path)
    names = {name: code for code, name in enumerate(face.names)}
    for letter in letters:
        if ord(letter) in face.characters:
            face.outline(names[face.characters[ord(letter)]])


@lru_cache(maxsize=64)
def _bundled(path: Path) -> "_Program":
    return _Program(TTFont(io.BytesIO(path.read_bytes()), lazy=True))  # an open file's place would be shared by forks


class _Program:
    """The outlines of a face, by glyph number."""

    def __init__(self, font: TTFont) -> None:
        self.font = font
        self.outlines: dict[int, Outline | None] = {}

    @cached_property
    def names(self) -> list[str]:
        """The glyphs' names in the order of their numbers."""
        return list(self.font.getGlyphOrder())

    @cached_property
    def characters(self) -> Mapping[int, str]:
        """The name of each character's glyph."""
        return dict(self.font.getBestCmap())

    @cached_property
    def _drawings(self) -> tuple[bytes, Sequence[int]]:
        """What draws the glyphs, and where that of each begins."""
        return self.font.reader["glyf"], tuple(self.font["loca"])

    def outline(self, code: int) -> Outline | None:
        """Return a glyph's points and the ends of its contours; None where the face has no such glyph."""
        if code not in self.outlines:
            self.outlines[code] = self._outline(code)
        return self.outlines[code]

    def _outline(self, code: int) -> Outline | None:
        if code >= self.font["maxp"].numGlyphs:
            return None
        if "glyf" not in self.font:
            return ((), ())  # an outline of another kind: compared by its number alone
        drawings, starts = self._drawings
        drawing = drawings[starts[code] : starts[code + 1]]
        if not drawing.startswith(COMPOSITE):
            return _simple(drawing)
        table = self.font["glyf"]
        points, ends, _ = table[self.names[code]].getCoordinates(table)
        return tuple(points), tuple(ends)

    def lacks(self, code: int, char: str) -> bool:
        """Return whether a code leaves no ink where its character should, or is the box for what is missing."""
        outline = self.outline(code)
        is_blank = "glyf" in self.font and outline is not None and not outline[1]
        return code == 0 or outline is None or (is_blank and char != "" and _leaves_ink(char))

    def draws_as(self, other: "_Program", codes: frozenset[int]) -> bool:
        """Return whether another face draws these codes just as this one does."""
        return all(self.outline(code) == other.outline(code) for code in codes)

    def may_stand_for(self, code: int, char: str) -> bool:
        """Return whether a glyph is one of an ASCII letter or figure, or of no such character at all."""
        if len(char) != 1 or not (char.isascii() and char.isalnum()):
            return True
        name, usual = self.names[code], self.characters.get(ord(char), "")
        return name == usual or name.partition(".")[0] == usual.partition(".")[0]


@lru_cache(maxsize=4096)
def _simple(drawing: bytes) -> Outline:
    """Return the outline of a glyph that is not made of others; the same in each face that has a part of a font."""
    glyph = Glyph(drawing)
    glyph.expand(None)
    if glyph.numberOfContours == 0:
        return ((), ())
    return tuple(glyph.coordinates), tuple(glyph.endPtsOfContours)


def _leaves_ink(char: str) -> bool:
    return not char.isspace() and char.isprintable() and char not in "\u200b\u200c\u200d\u200e\u200f\u00ad\u2060"


_faults = Kept[tuple[Diagnostic, ...]](MOST_FAULTS)
_programs = Kept[_Program | None](MOST_PROGRAMS)
_PAIR = re.compile(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def _said(font: pikepdf.Object) -> dict[int, str]:
    """Return which text each code is said to be (the ToUnicode map, of single codes as WeasyPrint writes it)."""
    if "/ToUnicode" not in font:
        return {}
    table = font.ToUnicode.read_bytes().decode("latin-1")
    blocks = re.findall(r"beginbfchar(.*?)endbfchar", table, re.S)
    pairs = (pair for block in blocks for pair in _PAIR.findall(block))
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be", "replace") for code, text in pairs}
