"""Every letter is drawn by a bundled face that the file carries, and it is the letter that the text layer says."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTFont, TTLibError

from generator.errors import Diagnostic
from generator.keeping import Kept, digest_of_bytes
from generator.proof.expected import Expected
from generator.proof.layers import ShownFont
from generator.proof.opened import OpenedPdf
from generator.proof.outlines import Outlines, bundled
from generator.proof.thresholds import finding

HINT = "name a bundled family in the language file, or add the face to templates/base/fonts"
MOST_PROGRAMS = 24
MOST_FAULTS = 256  # most are none


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
    missing = sorted(code for code in shown.codes if _lacks(program, code, said.get(code, "")))
    for code in missing:
        message = f'"{said.get(code, "?")}" has no glyph in "{name}" and prints as an empty box'
        yield finding("glyph-missing", message, hint="write it another way, or add a font that has it")
    if expected.font_files and not missing:
        yield from _is_ours(shown, name, program, said, expected.font_files)


def _is_ours(
    shown: ShownFont, name: str, program: Outlines, said: Mapping[int, str], files: Sequence[Path]
) -> Iterator[Diagnostic]:
    """Yield what tells an embedded face from the bundled ones: other outlines, or other letters than it says."""
    own = _one_of(files, program, shown.codes)
    if own is None:
        message = f'the face "{name}" draws its letters as no bundled face does'
        yield finding("font-foreign", message, hint=HINT)
        return
    for code in sorted(shown.codes):
        if not own.may_stand_for(code, said.get(code, "")):
            message = f'a glyph of "{name}" is said to be "{said[code]}", and is drawn as another character'
            yield finding("font-foreign", message, hint="give each font file a family name of its own")


def _one_of(files: Sequence[Path], program: Outlines, codes: frozenset[int]) -> Outlines | None:
    """Return the bundled face that draws these codes just as another does. Most have its very bytes."""
    bundled = [_bundled(path) for path in files]
    stored = (one for one in bundled if one.stores(program, codes))
    return next(stored, None) or next((one for one in bundled if one.draws_as(program, codes)), None)


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


def _program(font: pikepdf.Object) -> Outlines | None:
    program = _stored(font)
    if program is None:
        return None
    stored = digest_of_bytes(program.read_raw_bytes(), repr(program.get("/Filter")).encode())
    return _programs.once(stored, partial(_opened, program))


def _stored(font: pikepdf.Object) -> pikepdf.Object | None:
    descriptor = _descriptor(font)
    return next((descriptor[key] for key in ("/FontFile2", "/FontFile3") if key in descriptor), None)


def _opened(program: pikepdf.Object) -> Outlines | None:
    try:
        return Outlines(TTFont(io.BytesIO(program.read_bytes()), lazy=True))
    except TTLibError:
        return None


def read_bundled(path: Path) -> None:
    """Read of a bundled face what embedded ones will be held against."""
    _bundled(path)


_bundled = lru_cache(maxsize=64)(bundled)


def _lacks(program: Outlines, code: int, char: str) -> bool:
    """Return whether a code leaves no ink where its character should, or is the box for what is missing."""
    is_blank = char != "" and _leaves_ink(char) and program.is_blank(code)
    return code == 0 or not program.has(code) or is_blank


def _leaves_ink(char: str) -> bool:
    return not char.isspace() and char.isprintable() and char not in "\u200b\u200c\u200d\u200e\u200f\u00ad\u2060"


_faults = Kept[tuple[Diagnostic, ...]](MOST_FAULTS)
_programs = Kept[Outlines | None](MOST_PROGRAMS)
_PAIR = re.compile(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def _said(font: pikepdf.Object) -> dict[int, str]:
    """Return which text each code is said to be (the ToUnicode map, of single codes as WeasyPrint writes it)."""
    if "/ToUnicode" not in font:
        return {}
    table = font.ToUnicode.read_bytes().decode("latin-1")
    blocks = re.findall(r"beginbfchar(.*?)endbfchar", table, re.S)
    pairs = (pair for block in blocks for pair in _PAIR.findall(block))
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be", "replace") for code, text in pairs}
