"""One content stream written again: its colours in inks, black letters overprinting, tags left out.

Colours are written where something is painted, not where they were named: letters and shapes of one colour may
be printed in different inks, and a colour is written only when it changes.
"""

from collections.abc import Callable, Iterator, Sequence

import pikepdf
from msgspec import Struct, field
from msgspec.structs import replace
from pikepdf import ContentStreamInstruction, Name, Operator

from generator.press.inks import BLACK_INK, Inks
from generator.press.paint import BLACK, Paint, Unprintable, family_of, read_paint

OVERPRINT, KNOCK_OUT = "/PressOverprint", "/PressKnockOut"
SHOWING = frozenset({"Tj", "TJ", "'", '"'})
FINE_PIECES = 40  # a path of so many pieces is a QR code or lettering drawn as shapes, which blurs out of register
PATH_ENDS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "n"})
PATH_STARTS = frozenset({"m", "re"})  # from the first of these until it is painted, a path may not change colours
OTHER_PAINT = frozenset({"Do", "sh"})
TAGGING = frozenset({"BMC", "BDC", "EMC", "MP", "DP"})
DEVICE = {"g": "/DeviceGray", "rg": "/DeviceRGB", "k": "/DeviceCMYK"}
FILLING_MODES, STROKING_MODES = frozenset({0, 2, 4, 6}), frozenset({1, 2, 5, 6})

Drawn = ContentStreamInstruction | pikepdf.ContentStreamInlineImage
Source = Paint | tuple[ContentStreamInstruction, ...]  # a colour, or a pattern as it was chosen


class _Side(Struct, frozen=True):
    """The colour of fills or of strokes: as named, in what space, and as last written."""

    source: Source | None
    space: object = "/DeviceGray"
    written: object = None


class _State(Struct, frozen=True):
    fill: _Side
    stroke: _Side
    mode: int = 0
    overprints: bool = False


class Rewriter(Struct):
    """Writes content streams again. `used` hears the names of graphics states and XObjects that are drawn."""

    inks: Inks
    resources: pikepdf.Object
    keep_tags: bool
    used: Callable[[str, str], None]
    _states: list[_State] = field(default_factory=list)
    _state: _State = field(default_factory=lambda: _State(_Side(None), _Side(None)))

    def rewrite(self, stream: pikepdf.Object, *, is_page: bool = False) -> bytes:
        """Return the stream's new content. A page starts in black; anything else in what it is drawn with.

        Raises Unprintable.
        """
        start = BLACK if is_page else None
        self._state = _State(_Side(start), _Side(start))
        self._states = []
        instructions = list(pikepdf.parse_content_stream(stream))
        return pikepdf.unparse_content_stream(list(self._all(instructions)))

    def _all(self, instructions: Sequence[Drawn]) -> Iterator[ContentStreamInstruction]:
        pieces = _count_pieces(instructions)
        for at, one in enumerate(instructions):
            if isinstance(one, pikepdf.ContentStreamInlineImage):
                raise Unprintable("a picture written into the page itself")
            yield from self._one(str(one.operator), one, pieces.get(at))

    def _one(self, name: str, one: ContentStreamInstruction, pieces: int | None) -> Iterator[ContentStreamInstruction]:
        if name in TAGGING:
            yield from (one,) if self.keep_tags else ()
        elif name.lower() in DEVICE or name.lower() in {"cs", "sc", "scn"}:
            self._choose(name, one)
        else:
            yield from self._before(name, pieces)
            self._follow(name, list(one.operands))
            yield one

    def _choose(self, name: str, one: ContentStreamInstruction) -> None:
        """Take note of a colour; nothing is written yet."""
        which = "fill" if name.islower() else "stroke"
        old: _Side = getattr(self._state, which)
        self._remember(which, self._chosen(name.lower(), one, old))

    def _remember(self, which: str, side: _Side) -> None:
        state = self._state
        self._state = replace(state, fill=side) if which == "fill" else replace(state, stroke=side)

    def _chosen(self, name: str, one: ContentStreamInstruction, old: _Side) -> _Side:
        operands = list(one.operands)
        if name in DEVICE:
            return replace(old, source=read_paint(DEVICE[name], operands), space=DEVICE[name])
        if name == "cs":
            space = self._space(str(operands[0]))
            pattern = (one,) if family_of(space) == "/Pattern" else None
            return replace(old, source=pattern or _first_of(space), space=space)
        if family_of(old.space) == "/Pattern" and isinstance(old.source, tuple):
            return replace(old, source=(old.source[0], one))
        return replace(old, source=read_paint(old.space, operands))

    def _space(self, name: str) -> object:
        named = self.resources.get("/ColorSpace", pikepdf.Dictionary())
        return named.get(name, name)

    def _before(self, name: str, pieces: int | None) -> Iterator[ContentStreamInstruction]:
        """Yield the colours that something about to be painted needs: text, a path that starts, or a thing drawn."""
        if name in SHOWING:
            yield from self._write_text_colours()
        elif pieces is not None or name in OTHER_PAINT:
            yield from self._write("fill", self.inks.text_ink if (pieces or 0) >= FINE_PIECES else self.inks.ink)
            yield from self._write("stroke", self.inks.ink)
            yield from self._overprint(False)

    def _write_text_colours(self) -> Iterator[ContentStreamInstruction]:
        mode = self._state.mode
        sides = [side for side, modes in (("fill", FILLING_MODES), ("stroke", STROKING_MODES)) if mode in modes]
        for side in sides:
            yield from self._write(side, self.inks.text_ink)
        is_black = bool(sides) and all(getattr(self._state, side).written == BLACK_INK for side in sides)
        yield from self._overprint(is_black and self.inks.overprints)

    def _write(self, which: str, ink: Callable[[Paint], tuple[float, ...]]) -> Iterator[ContentStreamInstruction]:
        side: _Side = getattr(self._state, which)
        if side.source is None:
            return
        wanted = ink(side.source) if isinstance(side.source, Paint) else side.source
        if wanted == side.written:
            return
        self._remember(which, replace(side, written=wanted))
        if isinstance(side.source, Paint):
            operator = self.inks.fill if which == "fill" else self.inks.stroke
            yield ContentStreamInstruction([_number(value) for value in ink(side.source)], Operator(operator))
        else:
            yield from side.source

    def _overprint(self, wanted: bool) -> Iterator[ContentStreamInstruction]:
        if wanted != self._state.overprints:
            self._state = replace(self._state, overprints=wanted)
            yield ContentStreamInstruction([Name(OVERPRINT if wanted else KNOCK_OUT)], Operator("gs"))

    def _follow(self, name: str, operands: Sequence[object]) -> None:
        """Keep up with what an instruction does to the graphics state."""
        if name == "q":
            self._states.append(self._state)
        elif name == "Q" and self._states:
            self._state = self._states.pop()
        elif name == "Tr":
            self._state = replace(self._state, mode=int(str(operands[0])))
        elif name in {"gs", "Do"}:
            self.used(name, str(operands[0]))


def _count_pieces(instructions: Sequence[Drawn]) -> dict[int, int]:
    """Return for each path, by where it starts, of how many pieces it is."""
    pieces: dict[int, int] = {}
    start: int | None = None
    for at, one in enumerate(instructions):
        name = str(one.operator)
        if name in PATH_STARTS:
            start = at if start is None else start
            pieces[start] = pieces.get(start, 0) + 1
        elif name in PATH_ENDS:
            start = None
    return pieces


def _first_of(space: object) -> Paint | None:
    """Return the colour that choosing a space sets: black, wherever it is one we read."""
    family = family_of(space)
    return Paint("cmyk", BLACK_INK) if family == "/DeviceCMYK" else BLACK


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value
