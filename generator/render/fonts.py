"""The bundled faces: which characters they have, how wide a text is, and how far its ink reaches."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from generator import compiled, native
from generator.render.assets import Assets
from generator.render.letters import letters_of, read_font
from generator.render.parsed import own_sheets_kept

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

FOLDER = "base/fonts"
# They are drawn by nothing, or steer the shaping of their neighbours, so no face needs a glyph for them.
UNDRAWN = frozenset("\n\t\r \u00a0\u00ad\u200c\u200d\u200e\u200f\u202f\u2009")


class Face(Struct, frozen=True):
    """One file of a family at one weight."""

    family: str
    weight: int
    path: Path


def set_up(assets: Assets) -> "FontConfiguration":
    """Return a font configuration that knows the bundled faces and no other. Loads WeasyPrint on first use."""
    configurations = assets.every_template(f"{FOLDER}/fonts.conf")
    if not configurations:
        raise FileNotFoundError(f"templates/{FOLDER}/fonts.conf is missing")
    return _configuration(configurations[-1])


@lru_cache(maxsize=4)
def _configuration(fonts_conf: Path) -> "FontConfiguration":
    with own_sheets_kept():
        native.load(fonts_conf)
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def added_faces_css(assets: Assets) -> str:
    """Return the rules that make a project's own faces known; the built-in ones are known to fontconfig."""
    own = [face for face in faces(assets) if not face.path.is_relative_to(assets.templates[-1])]
    return "\n".join(
        f"@font-face{{font-family:'{face.family}';font-weight:{face.weight};src:url('{face.path.resolve().as_uri()}')}}"
        for face in own
    )


def faces(assets: Assets) -> tuple[Face, ...]:
    """Return every face under the template folders, the project's first."""
    return _faces(assets.templates)


@lru_cache(maxsize=8)
def _faces(folders: tuple[Path, ...]) -> tuple[Face, ...]:
    found: dict[tuple[str, int], Face] = {}
    for folder in folders:
        for path in sorted((folder / FOLDER).rglob("*.[to]tf")):
            face = _face(path)
            found.setdefault((face.family, face.weight), face)
    return tuple(found.values())


def _face(path: Path) -> Face:
    """Return the face in a file. How it names itself is kept: reading that alone loads most of fontTools."""
    data = path.read_bytes()
    told = compiled.once(f"face-{path.stem}", sha256(data).hexdigest(), lambda: json.dumps(_told(data)).encode())
    family, weight = json.loads(told)
    return Face(family or path.stem, weight, path)


def _told(data: bytes) -> tuple[str | None, int]:
    """Return the family that a face says it is of, if it does, and its weight."""
    font = read_font(data)
    names = font["name"]
    # Name 16 is the family with all its weights together; name 1 the one that old menus show.
    return names.getDebugName(16) or names.getDebugName(1), int(font["OS/2"].usWeightClass)


class Typeface(Struct, frozen=True):
    """The metrics of one face, in parts of the type size."""

    face: Face

    def has(self, char: str) -> bool:
        """Return whether the face draws a character."""
        return ord(char) in letters_of(self.face.path).measures

    def width(self, text: str) -> float:
        """Return the width of a text without kerning. Characters the face lacks count as one em."""
        letter = letters_of(self.face.path).of
        return sum(letter(char)[0] for char in text)

    def reach(self, text: str) -> tuple[float, float]:
        """Return how far the ink reaches above and below the baseline; below is positive downward."""
        letter = letters_of(self.face.path).of
        drawn = [letter(char) for char in text if char not in UNDRAWN]
        if not drawn:
            return 0.0, 0.0
        return max(top for _, top, _ in drawn), -min(bottom for *_, bottom in drawn)


class Typefaces(Struct, frozen=True):
    """Faces that stand in for one another: each letter is set in the first that has it."""

    faces: tuple[Typeface, ...]

    def width(self, text: str) -> float:
        """Return the width of a text in parts of the type size, as `Typeface.width` does."""
        return sum(next((one for one in self.faces if one.has(char)), self.faces[0]).width(char) for char in text)


def typeface(assets: Assets, families: Sequence[str], weight: int) -> Typeface | None:
    """Return the metrics of the first known family at the weight CSS would pick, or None."""
    for family in families:
        weights = [face for face in faces(assets) if face.family == family]
        if weights:
            return Typeface(_nearest(weights, weight))
    return None


def _nearest(candidates: Iterable[Face], weight: int) -> Face:
    """Pick as CSS Fonts 4 section 5.2 does for weights above 500 (heavier first) and up to 500 (lighter first)."""

    def distance(face: Face) -> tuple[bool, int]:
        is_wrong_side = face.weight < weight if weight > 500 else face.weight > weight
        return is_wrong_side, abs(face.weight - weight)

    return min(candidates, key=distance)


def missing_characters(assets: Assets, text: str, *, families: Sequence[str]) -> tuple[str, ...]:
    """Return the characters that none of the families has, each once."""
    known = [one for family in families if (one := typeface(assets, [family], 400))]
    lacking = (char for char in text if char not in UNDRAWN and not any(face.has(char) for face in known))
    return tuple(dict.fromkeys(lacking))
