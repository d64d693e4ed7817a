"""A face put together: what stands around its regions is laid out once for all editions, each region by itself."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from generator.errors import Diagnostic
from generator.joining import DrawnFace, DrawnRegion
from generator.render.boxes import PT_PER_MM
from generator.render.code_drawing import CodeDrawing, draw_code
from generator.render.face import Drawn, Laid, NotDrawn, Press
from generator.render.measure import Hole, Item
from generator.render.paths import alone
from generator.render.placed import Document
from generator.render.shell import Text
from generator.units import Box

BLANK_PX = 2.0  # a box no wider than the blank in it gets its width from its content
NEAR_PX = 0.01  # two layouts of the same box differ by the rounding of their sums
ROOM_MM = 1.0  # around what was measured of a region: letters reach past their boxes


class Region(Struct, frozen=True):
    """A region as laid out by itself, and where it stands on the face."""

    laid: Laid
    hole: Hole


class Face(Struct, frozen=True):
    """A document of a piece: a face, or all its pages; `frame` is what stands around its regions."""

    frame: Laid
    regions: tuple[Region, ...] = ()
    tried: tuple[Laid, ...] = ()  # what else was laid out on the way

    @property
    def documents(self) -> Iterator[tuple[Document, Laid]]:
        """Yield what it consists of."""
        yield (self.frame.first, 0), self.frame
        for number, region in enumerate(self.regions, 1):
            yield (self.frame.first, number), region.laid

    @property
    def known(self) -> Iterator[Laid]:
        """Yield all that was laid out for it and may be taken again."""
        yield from (laid for laid in (self.frame, *(one.laid for one in self.regions), *self.tried) if laid.key)


class NotFixed(Exception):
    """A region that cannot be laid out by itself, and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f'the region "{name}" {why}')
        self.face = 0


def lay_face(press: Press, text: Text, first: int, known: Mapping[str, Laid]) -> Face:
    """Return a document of a piece laid out. Raises NotFixed when a region hangs on what stands around it."""
    if not text.regions:
        return Face(press.lay(text.html, first, known, lasts=True))
    try:
        return _put_together(press, text, first, known)
    except NotFixed as problem:
        problem.face = first
        raise


def asked_for(press: Press, text: Text, first: int) -> tuple[str, bool]:
    """Return what a document is known by before anything is fitted, and whether all of it was drawn before."""
    try:
        face = lay_face(replace(press, is_drawing=False), text, first, {})
        is_drawn = all(laid.drawn.pdf for _, laid in face.documents)
    except (NotDrawn, NotFixed):
        is_drawn = False
    return press.key(repr(text), first), is_drawn


def _put_together(press: Press, text: Text, first: int, known: Mapping[str, Laid]) -> Face:
    empty = press.lay(text.html, first, known, lasts=True)
    regions: list[Laid] = []
    html = text.html
    for number, (name, content) in enumerate(text.regions, 1):
        hole = _hole(empty.drawn, number, name)
        if number not in empty.drawn.paths:
            raise NotFixed(name, "is not the only kind of article on its face")
        if isinstance(content, CodeDrawing):
            regions.append(_code(press, content, number, first, hole))
            continue
        page = alone(text.html, empty.drawn.paths[number], number=number, content=content, width=hole.width)
        laid = press.for_region(number).lay(page, first, known)
        if not laid.drawn.pages:
            return Face(laid)  # it says why
        inside = _hole(laid.drawn, number, name)
        _be_same(name, hole, replace(inside, height=hole.height))
        regions.append(laid)
        html = _with_height(html, number, inside.height)
    frame = press.lay(html, first, known, lasts=True) if html != text.html else empty
    return Face(frame, tuple(_standing(frame, regions, text)) if frame.drawn.pages else (), (empty,))


def _code(press: Press, drawing: CodeDrawing, number: int, first: int, hole: Hole) -> Laid:
    """Return a code as it fills its room on a face."""
    pixel = PT_PER_MM / press.sheet.px_per_mm
    data = draw_code(drawing, side=hole.width, pixel=pixel)
    at = replace(hole, x=0.0, y=0.0, headings=0)
    return Laid("", first, "", Drawn(pages=1, facts={0: (first,)}, holes={number: at}, pdf=data), None)


def _with_height(html: str, number: int, height: float) -> str:
    mark = f'data-region="{number}"'
    return html.replace(mark, f'{mark} style="height:{height!r}px"', 1)


def _hole(drawn: Drawn, number: int, name: str) -> Hole:
    hole = drawn.holes.get(number)
    if hole is None or drawn.pages != 1:
        raise NotFixed(name, "is on no page, or on several")
    if hole.is_bound or hole.width <= BLANK_PX:
        raise NotFixed(name, "is turned, or see-through" if hole.is_bound else "has no width of its own")
    return hole


def _be_same(name: str, one: Hole, other: Hole) -> None:
    """Raise NotFixed when a region is not the same box, in the same style, in two layouts."""
    if abs(one.width - other.width) > NEAR_PX or abs(one.height - other.height) > NEAR_PX:
        raise NotFixed(name, "does not keep its size")
    if one.look != other.look:
        raise NotFixed(name, "takes over another style when it is laid out by itself")


def _standing(frame: Laid, regions: list[Laid], text: Text) -> Iterator[Region]:
    for number, (laid, (name, _)) in enumerate(zip(regions, text.regions, strict=True), 1):
        hole, inside = _hole(frame.drawn, number, name), _hole(laid.drawn, number, name)
        _be_same(name, hole, inside)
        yield Region(laid, hole)


def whole(face: Face, press: Press) -> Drawn:
    """Return what was measured of a face and its regions as that of one document, without a PDF."""
    frame, number = face.frame.drawn, face.frame.first
    drawns = [one.laid.drawn for one in face.regions]
    problems = [(moved(found, *_corner(one, press)), item) for one in face.regions for found, item in _problems(one)]
    every = (frame, *drawns)
    sizes = [size for drawn in every for size in (drawn.least_text_pt.get(number, 0.0),) if size]
    return replace(
        frame,
        found=tuple(one for drawn in every for one in drawn.found),
        problems=(*frame.problems, *problems),
        excess=_greatest(every) if face.regions else frame.excess,
        parts={name: height for drawn in every for name, height in drawn.parts.items()},
        fields=_united(every) if face.regions else frame.fields,
        least_text_pt={number: min(sizes, default=0.0)} if face.regions else frame.least_text_pt,
    )


def _problems(region: Region) -> tuple[tuple[Diagnostic, Item | None], ...]:
    return region.laid.drawn.problems


def moved(found: Diagnostic, x: float, y: float) -> Diagnostic:
    """Return a finding of a region at its place on the face, x and y in millimetres."""
    if found.bbox_mm is None:
        return found
    left, top, right, bottom = found.bbox_mm
    return replace(found, bbox_mm=(round(left + x, 2), round(top + y, 2), round(right + x, 2), round(bottom + y, 2)))


def _corner(region: Region, press: Press) -> tuple[float, float]:
    """Return where a region stands on its face: millimetres from the trimmed corner."""
    scale, bleed = press.sheet.px_per_mm, press.sheet.bleed
    return region.hole.x / scale - bleed, region.hole.y / scale - bleed


def _greatest(drawns: tuple[Drawn, ...]) -> dict[int, float]:
    faces = {face for drawn in drawns for face in drawn.excess}
    return {face: max(drawn.excess[face] for drawn in drawns if face in drawn.excess) for face in faces}


def _united(drawns: tuple[Drawn, ...]) -> dict[int, frozenset[str]]:
    faces = {face for drawn in drawns for face in drawn.fields}
    return {face: frozenset().union(*(drawn.fields.get(face, frozenset()) for drawn in drawns)) for face in faces}


def written(face: Face, press: Press) -> Face:
    """Return a face with the PDF of each of its parts, as far as they could be laid out."""
    regions = tuple(
        replace(one, laid=press.for_region(number).written(one.laid)) for number, one in enumerate(face.regions, 1)
    )
    return replace(face, frame=press.written(face.frame), regions=regions)


def drawn_face(face: Face, press: Press) -> DrawnFace:
    """Return what a face is joined from."""
    regions = tuple(_drawn_region(one, press) for one in face.regions)
    return DrawnFace(face.frame.drawn.pdf, face.frame.drawn.levels, regions)


def _drawn_region(region: Region, press: Press) -> DrawnRegion:
    hole, drawn, sheet = region.hole, region.laid.drawn, press.sheet
    height = hole.height / sheet.px_per_mm
    box = room_of(region, press)
    left, bottom, right, top = (edge * PT_PER_MM for edge in (box.x, height - box.bottom, box.right, height - box.y))
    return DrawnRegion(
        drawn.pdf,
        drawn.levels,
        hole.headings,
        corner=(hole.x, hole.y),
        height=hole.height,
        pixel=PT_PER_MM / sheet.px_per_mm,
        face_height=sheet.media.height * PT_PER_MM,
        room=(left, bottom, right, top),
    )


def room_of(region: Region, press: Press) -> Box:
    """Return all that a region may leave ink on: millimetres from its corner."""
    scale = press.sheet.px_per_mm
    ink = region.laid.drawn.ink or Box(0, 0, 0, 0)
    left, top = min(0.0, ink.x), min(0.0, ink.y)
    right, bottom = max(region.hole.width / scale, ink.right), max(region.hole.height / scale, ink.bottom)
    return Box(left, top, right - left, bottom - top).inset(-ROOM_MM)


def place_of_region(region: Region, press: Press) -> Box:
    """Return all that a region may leave ink on, on its face: millimetres from the trimmed corner."""
    x, y = _corner(region, press)
    room = room_of(region, press)
    return Box(room.x + x, room.y + y, room.width, room.height)
