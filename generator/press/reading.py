"""A press file read back for whoever orders it: how large its pages are trimmed, and how many inks they take."""

import io
from collections.abc import Iterator, Sequence

import numpy as np
import pikepdf
from msgspec import Struct
from msgspec.structs import replace

from generator.press.boxes import ALL
from generator.press.content import FILLING_MODES, SHOWING, STROKING_MODES
from generator.units import MM_PER_UNIT, Size

FOUR, BLACK, NOTHING = 4, 1, 0
MM = MM_PER_UNIT["pt"]


class PressPage(Struct, frozen=True):
    """One page: its trim, the bleed around it in millimetres, and its inks: 4, 1 for black alone, 0 for blank."""

    trim: Size
    bleed: float
    inks: int


class PressFile(Struct, frozen=True):
    """What a press file says of itself and what its pages are."""

    standard: str  # such as PDF/X-4
    condition: str  # the printing condition that its inks are meant for
    pages: tuple[PressPage, ...]


def read_press(data: bytes) -> PressFile:
    """Return what a shop has to know of a press file that was proved. Its printer's marks count for no ink."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        intent = pdf.Root.OutputIntents[0]
        return PressFile(
            standard=str(pdf.trailer.Info.GTS_PDFXVersion),
            condition=str(intent.get("/OutputCondition", intent.OutputConditionIdentifier)),
            pages=tuple(_page(page) for page in pdf.pages),
        )


def _page(page: pikepdf.Page) -> PressPage:
    trim, bleed = ([float(edge) for edge in box] for box in (page.obj.TrimBox, page.obj.BleedBox))
    size = Size(round((trim[2] - trim[0]) * MM, 2), round((trim[3] - trim[1]) * MM, 2))
    return PressPage(size, round((trim[0] - bleed[0]) * MM, 3), _inks_of_page(page))


def _inks_of_page(page: pikepdf.Page) -> int:
    contents = page.obj.Contents
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    marks = f"{ALL} CS".encode("ascii")
    art = (one for one in streams if marks not in one.read_bytes())
    seen: set[object] = set()
    return max((ink for one in art for ink in _painted(one, page.obj.Resources, _Pens(), seen)), default=NOTHING)


class _Pens(Struct, frozen=True):
    """The inks of what is filled and of what is drawn as a line; a page begins in black. `mode` is that of text."""

    fill: int = BLACK
    stroke: int = BLACK
    mode: int = 0


FILLS, STROKES = frozenset({"f", "F", "f*", "B", "B*", "b", "b*"}), frozenset({"S", "s", "B", "B*", "b", "b*"})


def _painted(stream: pikepdf.Object, resources: pikepdf.Object, pens: _Pens, seen: set[object]) -> Iterator[int]:
    """Yield the inks of all that a stream paints; colours that are chosen and paint nothing count for none."""
    kept: list[_Pens] = []
    for one in pikepdf.parse_content_stream(stream):
        operator, operands = str(one.operator), list(one.operands)
        if operator == "q":
            kept.append(pens)
        elif operator == "Q" and kept:
            pens = kept.pop()
        elif operator == "Tr":
            pens = replace(pens, mode=int(str(operands[0])))
        elif operator in {"Do", "sh"}:
            yield from _thing("/XObject" if operator == "Do" else "/Shading", operands[-1], resources, pens, seen)
        else:
            pens = _chosen(operator, operands, resources, pens)
            yield from _inks_laid(operator, pens)


def _inks_laid(operator: str, pens: _Pens) -> Iterator[int]:
    """Yield the inks that painting a path or showing a text takes."""
    is_text = operator in SHOWING
    if operator in FILLS or (is_text and pens.mode in FILLING_MODES):
        yield pens.fill
    if operator in STROKES or (is_text and pens.mode in STROKING_MODES):
        yield pens.stroke


def _chosen(operator: str, operands: Sequence[object], resources: pikepdf.Object, pens: _Pens) -> _Pens:
    """Return the pens once a colour or a pattern is chosen."""
    if operator.lower() not in {"k", "g", "scn"}:
        return pens
    if isinstance(operands[-1], pikepdf.Name):
        ink = max(_thing("/Pattern", operands[-1], resources, pens, set()), default=NOTHING)
    else:
        ink = _inks_of([float(str(value)) for value in operands])
    return replace(pens, fill=ink) if operator.islower() else replace(pens, stroke=ink)


def _inks_of(values: Sequence[float]) -> int:
    """Return how many inks a colour takes: four numbers are C M Y K, a single one is a grey."""
    if len(values) == 1:
        return BLACK if values[0] < 1 else NOTHING
    return FOUR if any(values[:3]) else BLACK if values[3] else NOTHING


def _thing(kind: str, name: object, resources: pikepdf.Object, pens: _Pens, seen: set[object]) -> Iterator[int]:
    """Yield the inks of a picture, a form, a pattern or a gradient, once for each pair of pens it is drawn with."""
    thing = resources.get(kind, pikepdf.Dictionary()).get(str(name))
    if thing is None or (thing.is_indirect and (thing.objgen, pens) in seen):
        return
    seen.add((thing.objgen, pens))
    if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image":
        yield from [pens.fill] if thing.get("/ImageMask", False) else _of_samples(thing, "/ColorSpace")
    elif isinstance(thing, pikepdf.Stream):
        yield from _painted(thing, thing.get("/Resources", resources), pens, seen)
    else:
        yield from _of_function(thing.get("/Shading", thing).Function)


def _of_function(function: pikepdf.Object) -> Iterator[int]:
    for part in function.get("/Functions", [function]):
        yield from _of_samples(part, "/Range")


def _of_samples(stream: pikepdf.Object, key: str) -> Iterator[int]:
    """Yield the inks of a picture's or gradient's samples."""
    space = stream[key]
    is_grey = space == "/DeviceGray" if key == "/ColorSpace" else len(space) == 2
    samples = np.frombuffer(stream.read_bytes(), dtype=np.uint8)
    if is_grey:
        yield BLACK if samples.min(initial=255) < 255 else NOTHING
    else:
        yield _inks_of([float(most) for most in samples.reshape(-1, 4).max(axis=0, initial=0)])
