"""A press file read back for whoever orders it: how large its pages are trimmed, and how many inks they take."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pikepdf

from generator.press.boxes import ALL
from generator.units import MM_PER_UNIT, Size

FOUR, BLACK, NOTHING = 4, 1, 0
MM = MM_PER_UNIT["pt"]


@dataclass(frozen=True, slots=True)
class PressPage:
    """One page: its trim, the bleed around it in millimetres, and its inks: 4, 1 for black alone, 0 for blank."""

    trim: Size
    bleed: float
    inks: int


@dataclass(frozen=True, slots=True)
class PressFile:
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
    seen: set[tuple[int, int]] = set()
    contents = page.obj.Contents
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    marks = f"{ALL} CS".encode("ascii")
    art = (one for one in streams if marks not in one.read_bytes())
    return max((ink for one in art for ink in _drawn(one, page.obj.Resources, seen)), default=NOTHING)


def _drawn(stream: pikepdf.Object, resources: pikepdf.Object, seen: set[tuple[int, int]]) -> Iterator[int]:
    """Yield the inks of each colour and of each thing that a stream draws with."""
    for one in pikepdf.parse_content_stream(stream):
        operator, operands = str(one.operator), list(one.operands)
        if operator in {"k", "K", "g", "G"}:
            yield _inks_of([float(str(value)) for value in operands])
        elif operator in _DRAWN_FROM and operands and isinstance(operands[-1], pikepdf.Name):
            thing = resources.get(_DRAWN_FROM[operator], pikepdf.Dictionary()).get(str(operands[-1]))
            if thing is not None and thing.objgen not in seen:
                seen.add(thing.objgen)
                yield from _of_thing(thing, resources, seen)


_DRAWN_FROM = {"Do": "/XObject", "sh": "/Shading", "scn": "/Pattern", "SCN": "/Pattern"}


def _inks_of(values: Sequence[float]) -> int:
    """Return how many inks a colour takes: four numbers are C M Y K, a single one is a grey."""
    if len(values) == 1:
        return BLACK if values[0] < 1 else NOTHING
    return FOUR if any(values[:3]) else BLACK if values[3] else NOTHING


def _of_thing(thing: pikepdf.Object, outer: pikepdf.Object, seen: set[tuple[int, int]]) -> Iterator[int]:
    """Yield the inks of a picture, a form, a pattern or a gradient."""
    if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image":
        yield from _of_samples(thing, "/ColorSpace")
    elif isinstance(thing, pikepdf.Stream):
        yield from _drawn(thing, thing.get("/Resources", outer), seen)
    else:
        yield from _of_function(thing.get("/Shading", thing).Function)


def _of_function(function: pikepdf.Object) -> Iterator[int]:
    for part in function.get("/Functions", [function]):
        yield from _of_samples(part, "/Range")


def _of_samples(stream: pikepdf.Object, key: str) -> Iterator[int]:
    """Yield the inks of a picture's or gradient's samples; a stencil is painted in the colour around it."""
    space = stream.get(key)
    if space is None:
        return
    is_grey = space == "/DeviceGray" if key == "/ColorSpace" else len(space) == 2
    samples = np.frombuffer(stream.read_bytes(), dtype=np.uint8)
    if is_grey:
        yield BLACK if samples.min(initial=255) < 255 else NOTHING
    else:
        yield _inks_of([float(most) for most in samples.reshape(-1, 4).max(axis=0, initial=0)])
