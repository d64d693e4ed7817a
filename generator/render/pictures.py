"""Pictures, judged before anything decodes them: a small file can ask for hours of work or gigabytes of memory."""

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.parsers import expat

from msgspec import Struct, field

from generator.errors import Diagnostic, Place, error

MAX_BYTES = 50_000_000
MAX_PIXELS = 80_000_000  # a 24x36 in poster at 300 dpi has 78 million
MAX_SHAPES = 20_000  # elements drawn, those that are used again counted again; the busiest of our scenes has 500
MAX_DEPTH = 60
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")  # others run programs of their own, or are decoded by few
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)")
_ASKS = re.compile(r"@import\b|url\(\s*['\"]?(?!#|data:image/)[^)'\"\s]+")
_WHOLE = "put what it needs into the drawing itself"
_SIMPLER = "draw it more simply, or make a photograph of it"


def picture_problem(data: bytes, place: Place) -> Diagnostic | None:
    """Return why a picture is not drawn, standing at its own line where it has lines; None when it may be drawn."""
    if len(data) > MAX_BYTES:
        message = f"is {len(data):,} bytes long; {MAX_BYTES:,} is the most that is read"
        return error("picture-too-large", message, place=place, hint="save it smaller")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return drawing_problem(data, place)
    return _photograph_problem(data, place)


def _photograph_problem(data: bytes, place: Place) -> Diagnostic | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            width, height = Image.open(io.BytesIO(data), formats=FORMATS).size
    except Image.DecompressionBombError:
        width, height = MAX_PIXELS, 2
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        message = f"is no picture that can be drawn: {', '.join(FORMATS)} or SVG"
        return error("unreadable-picture", message, place=place, hint="save it again as PNG or SVG")
    if width * height <= MAX_PIXELS:
        return None
    message = f"has more than {MAX_PIXELS // 1_000_000} million pixels"
    return error("picture-too-large", message, place=place, hint="300 pixels an inch are enough for print")


def drawing_problem(data: bytes, place: Place) -> Diagnostic | None:
    """Return why an SVG is not drawn, at its line and column, or None."""
    drawing = _Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")

    def spot() -> tuple[int, int]:
        return parser.CurrentLineNumber, parser.CurrentColumnNumber + 1

    def refuse_entity(*_: object) -> None:
        hint = "save it again without a document type"
        raise _Excess("declares entities, which are not used here", spot(), hint)

    parser.StartElementHandler = lambda name, attributes: drawing.start(name, attributes, spot())
    parser.EndElementHandler = lambda _name: drawing.end()
    parser.CharacterDataHandler = lambda text: drawing.text(text, spot())
    parser.EntityDeclHandler = refuse_entity
    try:
        parser.Parse(data, True)
        drawing.judge_repeats()
    except expat.ExpatError as problem:
        message = f"is not SVG: {expat.ErrorString(problem.code)}"
        at = Place(place.path, problem.lineno, problem.offset + 1)
        return error("unreadable-picture", message, place=at, hint="save it again")
    except _Excess as excess:
        at = Place(place.path, *excess.spot)
        return error(excess.code, str(excess), place=at, hint=excess.hint)
    return None


def inline_problem(element: ElementTree.Element) -> Diagnostic | None:
    """Return why a drawing that stands within a page is not drawn, or None; its place is not known here."""
    drawing = _Drawing()
    try:
        _read_inline(element, drawing)
        drawing.judge_repeats()
    except _Excess as excess:
        return error(excess.code, f"a drawing on the page {excess}", hint=excess.hint)
    return None


def _read_inline(element: ElementTree.Element, drawing: "_Drawing") -> None:
    drawing.start(str(element.tag), element.attrib, (1, 1))
    drawing.text(element.text or "", (1, 1))
    for child in element:
        _read_inline(child, drawing)
    drawing.end()


class _Excess(Exception):
    """Something in a drawing that is too much, and its line and column."""

    def __init__(
        self, message: str, spot: tuple[int, int], hint: str = _SIMPLER, code: str = "picture-too-large"
    ) -> None:
        super().__init__(message)
        self.spot, self.hint, self.code = spot, hint, code


class _Shape(Struct):
    """An element of a drawing: where it stands, what stands in it, and the names of what it draws again."""

    spot: tuple[int, int]
    tag: str = ""
    repeats: tuple[str, ...] = ()
    inside: list["_Shape"] = field(default_factory=list)
    drawn: int = 0  # how many elements it comes to; 0 until counted


class _Drawing:
    """A drawing as shapes within shapes. Raises _Excess where it is more than any drawing needs."""

    def __init__(self) -> None:
        self.root = _Shape((1, 1))
        self.above = [self.root]
        self.named: dict[str, _Shape] = {}
        self.count = 0

    def start(self, name: str, attributes: Mapping[str, str], spot: tuple[int, int]) -> None:
        """Open a shape."""
        tag = re.split("[ }]", name)[-1]
        for outside in _outside(tag, attributes):
            raise _Excess(f"asks for {outside[:120]}, which is not in it", spot, _WHOLE, "refused")
        self.count += 1
        if self.count > MAX_SHAPES:
            raise _Excess(f"holds more than {MAX_SHAPES:,} shapes", spot)
        if len(self.above) > MAX_DEPTH:
            raise _Excess(f"is nested deeper than {MAX_DEPTH} levels", spot)
        shape = _Shape(spot, tag, tuple(_repeats(attributes)))
        self.above[-1].inside.append(shape)
        self.above.append(shape)
        if "id" in attributes:
            self.named.setdefault(attributes["id"], shape)

    def text(self, text: str, spot: tuple[int, int]) -> None:
        """Read what stands in the shape that was opened last: a style may ask for other files."""
        if self.above[-1].tag == "style" and (outside := _ASKS.search(text)):
            raise _Excess(f"asks for {outside[0]}, which is not in it", spot, _WHOLE, "refused")

    def end(self) -> None:
        """Close the shape that was opened last."""
        self.above.pop()

    def judge_repeats(self) -> None:
        """Raise _Excess where shapes that are used again come to too many, or never end."""
        self._drawn(self.root, ())

    def _drawn(self, shape: _Shape, path: tuple[_Shape, ...]) -> int:
        if any(shape is above for above in path):
            raise _Excess("draws itself again within itself", shape.spot)
        if len(path) > 2 * MAX_DEPTH:
            raise _Excess("repeats what repeats too many others", shape.spot)
        if not shape.drawn:
            below = (*shape.inside, *(self.named[name] for name in shape.repeats if name in self.named))
            drawn = 1 + sum(self._drawn(one, (*path, shape)) for one in below)
            if drawn > MAX_SHAPES:
                raise _Excess(f"comes to more than {MAX_SHAPES:,} shapes where it repeats others", shape.spot)
            shape.drawn = drawn
        return shape.drawn


def _outside(tag: str, attributes: Mapping[str, str]) -> Iterator[str]:
    """Yield the addresses that an element draws from and that are not within the drawing; a link may lead anywhere."""
    for name, value in attributes.items():
        if name.endswith("href") and tag != "a" and not value.startswith(("#", "data:image/")):
            yield value
        elif found := _ASKS.search(value):
            yield found[0]


def _repeats(attributes: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of what an element draws again: by a link to it, or as its paint."""
    for name, value in attributes.items():
        if name.endswith("href") and value.startswith("#"):
            yield value[1:]
        elif "url(" in value:
            yield from _REFERENCE.findall(value)
