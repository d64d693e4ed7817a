"""Icons that pages carry in an address: read once, and drawn by the same operators wherever they stand."""

import base64
import binascii
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol
from xml.etree import ElementTree

from generator.errors import NOWHERE
from generator.render.pictures import picture_problem

MOST_KEPT = 256  # an icon in one colour; some 10 kB each
MOST_SIZES = 8  # of one icon
_CARRIED = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/]+=*)")
# Nothing but shapes in flat colours: no text, no picture, nothing that is told by a name.
_SHAPES = frozenset({"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_NAMED = re.compile(r"url\(|opacity|style=|class=|href")


class Stream(Protocol):
    """What a page draws on: WeasyPrint's stream of operators."""

    stream: list[bytes]

    def set_alpha(self, alpha: float) -> None:
        """Draw with so much of the colour from now on."""


class Drawing:
    """An icon, as WeasyPrint asks pictures for their size and has them drawn."""

    def __init__(self, svg: Any) -> None:
        self._svg = svg
        self._operators: dict[tuple[float, float], list[bytes]] = {}

    def get_intrinsic_size(self, image_resolution: float, font_size: float) -> tuple[Any, Any, Any]:
        """Return its width and height in pixels, and their ratio, as far as it has any."""
        size: tuple[Any, Any, Any] = self._svg.get_intrinsic_size(image_resolution, font_size)
        return size

    def draw(self, stream: Stream, concrete_width: float, concrete_height: float, style: Any) -> None:
        """Draw it so large, at the origin of a stream."""
        size = (concrete_width, concrete_height)
        stream.set_alpha(1.0)  # by name, as each stream has it; then the operators name nothing
        if size in self._operators:
            stream.stream += self._operators[size]
            return
        before = len(stream.stream)
        self._svg.draw(stream, concrete_width, concrete_height, style)
        drawn = stream.stream[before:]
        if len(self._operators) < MOST_SIZES and not any(b"/" in one for one in drawn):
            self._operators[size] = drawn


def named(html: str) -> tuple[str, Mapping[str, Drawing]]:
    """Return a page with short names for the icons that it carries, and the icons by name; others stay as they are.

    Kilobytes of letters are then neither parsed as HTML and CSS nor decoded again for every page.
    """
    icons: dict[str, Drawing] = {}

    def name(found: re.Match[str]) -> str:
        icon = _drawing(found[1])
        if icon is None:
            return found[0]
        short = f"data:,{sha256(found[1].encode()).hexdigest()}"
        icons[short] = icon
        return short

    return _CARRIED.sub(name, html), icons


@lru_cache(maxsize=MOST_KEPT)
def _drawing(letters: str) -> Drawing | None:
    """Return the icon that base64 stands for; None when it is more than shapes, or may not be drawn."""
    from weasyprint.images import SVGImage

    try:
        data = base64.b64decode(letters, validate=True)
        if picture_problem(data, NOWHERE) or _NAMED.search(data.decode()):
            return None
        tree = ElementTree.fromstring(data)
    except (binascii.Error, UnicodeDecodeError, ElementTree.ParseError):
        return None
    if not all(one.tag.rpartition("}")[2] in _SHAPES for one in tree.iter()):
        return None
    return Drawing(SVGImage(tree, "", None, None))
