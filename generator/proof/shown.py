"""What stands in a region and beside it, known by all that it hangs on, whatever frame the region is laid on.

All of it is read from the page that is proved: the forms that may leave ink there, byte for byte; the state that the
page draws them in; the letters near them, one by one; and how the frame looks around them. That is pictured at the
resolutions that checks look at: with nothing in the regions, and with each region that reaches there filled with
black, and with white. What covers, cuts or thins a region shows in these pictures.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import ceil, floor
from operator import attrgetter
from typing import Any

import pikepdf
from msgspec import Struct
from msgspec.structs import replace
from pikepdf import Dictionary, Name, Object

from generator.keeping import Kept, digest_of_bytes, plain_bytes
from generator.proof.alone import page_alone
from generator.proof.composed import Parts, region_name
from generator.proof.expected import Expected, Frame, Region
from generator.proof.glyphs import BBox, Glyph, Line, PageText, Run, around
from generator.proof.layers import entries_of, hidden_streams
from generator.proof.matching import Sighting
from generator.proof.only_faces import exact_digest
from generator.proof.opened import BESIDE_MM, PRINT_DPI, PageView, grown, meet, open_pdf
from generator.units import MM_PER_UNIT

MM = MM_PER_UNIT["pt"]
STEP_MM = 5.0  # what is pictured begins and ends at whole steps, so that texts of other lengths ask for the same
MOST_GROUNDS = 16
MOST_PICTURES = 1_024
OF_DRAWING = frozenset({"/Contents", "/Resources", "/Annots"})
# What a form goes on with from where it is drawn: colours, lines, type and whatever else the graphics state holds.
# Clips are no part of it: they are seen in the pictures.
COLOURS = frozenset({"cs", "CS", "sc", "scn", "SC", "SCN", "g", "G", "rg", "RG", "k", "K"})
STATE = COLOURS | {"w", "J", "j", "M", "d", "ri", "i", "gs", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts"}
NAMED = {
    "gs": "/ExtGState",
    "Tf": "/Font",
    "cs": "/ColorSpace",
    "CS": "/ColorSpace",
    "scn": "/Pattern",
    "SCN": "/Pattern",
    "Do": "/XObject",
    "sh": "/Shading",
}
DEVICES = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"})
_INLINE = re.compile(rb"\sID\s")


class Shown(Struct, frozen=True):
    """What a region of a page shows: the key that it is known by, and the rectangle that the key answers for."""

    key: str
    area: BBox

    def holds(self, boxes: Iterable[BBox]) -> bool:
        """Return whether rectangles of the page lie within what the key answers for."""
        left, top, right, bottom = around([self.area, *boxes])
        return (left, top, right, bottom) == self.area


Ground = tuple[BBox, tuple[int, ...]]  # an area of a page, and the regions that reach into it


class _Grounds:
    """How a page that is put together looks where its regions are, but for what they show."""

    def __init__(self, key: str, page: PageView, parts: Parts, count: int) -> None:
        self.key, self.parts, self.media = key, parts, page.media_pt
        self.drawings = {one.name: one for one in _drawings(page.box)}
        self.states = {name: _state(page, one) for name, one in self.drawings.items()}
        self.names = [region_name(number) for number in range(count)]

    def picture(self, grounds: Sequence[Ground]) -> list[str]:
        """Return of each area a digest of how it looks without regions, and with each that reaches there filled."""
        keys = [digest_of_bytes(self.key.encode(), repr(one).encode()) for one in grounds]
        known = {key: picture for key in keys if (picture := PICTURES.get(key))}
        missing = {key: ground for key, ground in zip(keys, grounds, strict=True) if key not in known}
        for key, picture in self._drawn(missing).items():
            known[key] = picture
            PICTURES.put(key, picture, lasts=True)
        return [known[key] for key in keys]

    def _drawn(self, grounds: Mapping[str, Ground]) -> dict[str, str]:
        parts: dict[str, list[bytes]] = {key: [] for key in grounds}
        for number, level in ((None, 0), *((number, level) for number in range(len(self.names)) for level in (0, 1))):
            asking = {key: area for key, (area, reaching) in grounds.items() if number is None or number in reaching}
            if asking:
                with open_pdf(self._filled(number, level)) as opened:
                    for key, area in asking.items():
                        parts[key] += _pictured(opened.pages[0], area)
        return {key: digest_of_bytes(*found) for key, found in parts.items()}

    def _filled(self, number: int | None, level: int) -> bytes:
        """Return a file of the page with its regions empty, but for one that fills the page with a grey."""
        forms = {}
        for at, name in enumerate(self.names):
            matrix, (left, bottom, right, top) = self.drawings[name].matrix, self.media
            box = (left - matrix.e, bottom - matrix.f, right - matrix.e, top - matrix.f)
            drawing = f"{level} g {box[0]:.4f} {box[1]:.4f} {right - left:.4f} {top - bottom:.4f} re f"
            forms[name] = (drawing.encode() if at == number else b"", box)
        return self.parts.with_forms(forms)


def _pictured(page: PageView, area: BBox) -> Iterator[bytes]:
    """Yield how an area of a page looks, at each resolution that checks look at."""
    for picture in (page.normal_of(area), page.close_up(area, PRINT_DPI)):
        yield repr(picture.shape).encode()
        yield picture.tobytes()


_grounds = Kept[_Grounds](MOST_GROUNDS)
PICTURES = Kept[str](MOST_PICTURES)  # as digests


def shown_in(page: PageView, parts: Parts, frame: Frame, whole: Expected) -> tuple[Shown | None, ...]:
    """Return what each region of a page shows; None for one that is not to be told from the frame around it."""
    forms = [page.box.obj.Resources.XObject[region_name(number)] for number in range(len(frame.regions))]
    if _share_fonts(page.box, forms) or not all(_names_its_own(part) for form in forms for part in _streams_of(form)):
        return (None,) * len(forms)
    key = digest_of_bytes(*parts.contents, parts.rest)
    grounds = _grounds.once(key, lambda: _Grounds(key, page, parts, len(forms)))
    near = {at: found for at, region in enumerate(frame.regions) if (found := _near(page, region, frame, whole))}
    areas = [(area, _reaching(frame, at, area)) for at, (_, area) in near.items()]
    pictures = dict(zip(near, grounds.picture(areas), strict=True))
    digests = [exact_digest(form) for form in forms]
    shown: list[Shown | None] = [None] * len(forms)
    for (at, (words, area)), (_, numbers) in zip(near.items(), areas, strict=True):
        drawn = [(digests[one], grounds.states[region_name(one)], frame.regions[one].box.edges) for one in numbers]
        hangs_on = (drawn, pictures[at], frame.regions[at].facts, replace(whole, pages=()))
        shown[at] = Shown(digest_of_bytes(words, repr(hangs_on).encode()), area)
    return tuple(shown)


def _reaching(frame: Frame, at: int, area: BBox) -> tuple[int, ...]:
    """Return the number of a region and those of the others that reach into the area around it."""
    others = (number for number, one in enumerate(frame.regions) if number != at and meet(one.box.edges, area))
    return (at, *others)


def _near(page: PageView, region: Region, frame: Frame, whole: Expected) -> tuple[bytes, BBox] | None:
    """Return what is written in a region and beside it, letter by letter, and the rectangle around all of it.

    None where a fact of another region stands there.
    """
    (planned,) = whole.pages
    runs = page.runs_near(region.box.edges)
    beside = {glyph for run in runs for glyph in page.text.runs[run].glyphs}
    facts = [one for one in page.sightings(planned.facts) if beside.intersection(one.glyphs)]
    own = {(fact.printed, fact.kind) for fact in (*region.facts, *frame.facts)}
    if not own.issuperset((one.printed, one.kind) for one in facts):
        return None
    runs = sorted({*runs, *(page.text.glyphs[glyph].run for one in facts for glyph in one.glyphs)})
    boxes = [page.text.box_of(page.text.runs[run].glyphs) for run in runs]
    return _written(page.text, runs, facts), _in_steps(grown(around([region.box.edges, *boxes]), BESIDE_MM + 1))


def _written(text: PageText, numbers: Sequence[int], facts: Iterable[Sighting]) -> bytes:
    """Return some runs of a text with the lines and the facts that they are part of, wherever else they stood in it."""
    runs = {number: at for at, number in enumerate(numbers)}
    glyphs = sorted(glyph for number in numbers for glyph in text.runs[number].glyphs)
    place = {glyph: at for at, glyph in enumerate(glyphs)}
    told = (
        [_OF_A_RUN(text.runs[number]) for number in numbers],
        [(_OF_A_GLYPH(text.glyphs[glyph]), runs[text.glyphs[glyph].run]) for glyph in glyphs],
        [(one.text, [None if at is None else place.get(at, -1) for at in one.at]) for one in _lines_of(text, place)],
        [(one.printed, one.kind, [place[glyph] for glyph in one.glyphs]) for one in facts],
    )
    return plain_bytes(told)


def _reader(kind: type[Run] | type[Glyph], *without: str) -> Callable[[Any], tuple[object, ...]]:
    """Return what reads everything that is told of a shape but for some of it."""
    return attrgetter(*(one for one in kind.__struct_fields__ if one not in without))


_OF_A_RUN, _OF_A_GLYPH = _reader(Run, "item", "content_id", "glyphs"), _reader(Glyph, "run")


def _lines_of(text: PageText, glyphs: Mapping[int, int]) -> Iterator[Line]:
    yield from (line for line in text.lines if not glyphs.keys().isdisjoint(line.at))


def _in_steps(box: BBox) -> BBox:
    left, top, right, bottom = (edge / STEP_MM for edge in box)
    return (floor(left) * STEP_MM, floor(top) * STEP_MM, ceil(right) * STEP_MM, ceil(bottom) * STEP_MM)


class _Drawing(Struct, frozen=True):
    """How a page draws a form: its name, how it lies, and the operators whose effect is in force, in order."""

    name: str
    matrix: pikepdf.Matrix
    state: Mapping[tuple[str, str], Sequence[object]]


def _drawings(page: pikepdf.Page) -> Iterator[_Drawing]:
    """Yield each form or picture that a page draws."""
    matrix, outer = pikepdf.Matrix(), []
    state: dict[tuple[str, str], Sequence[object]] = {}
    for one in pikepdf.parse_content_stream(page):
        operator, operands = str(one.operator), list(one.operands)
        if operator == "q":
            outer.append((matrix, dict(state)))
        elif operator == "Q":
            matrix, state = outer.pop() if outer else (pikepdf.Matrix(), {})
        elif operator == "cm":
            matrix = pikepdf.Matrix(*(float(value) for value in operands)) @ matrix
        elif operator in STATE:
            # States set by name may each set something else; of the others the last alone is in force.
            key = (operator, str(operands[0]) if operator == "gs" else "")
            state.pop(key, None)
            state[key] = operands
        elif operator == "Do":
            yield _Drawing(str(operands[0]), matrix, dict(state))


def _state(page: PageView, drawing: _Drawing) -> str:
    """Return a digest of what a form goes on with, and of what else its page is but what it draws."""
    resources = page.box.obj.get("/Resources", Dictionary())
    named: dict[str, dict[str, Object]] = {}
    for (operator, _), operands in drawing.state.items():
        for name in operands if operator in NAMED else ():
            kind = NAMED[operator]
            if isinstance(name, Name) and str(name) in resources.get(kind, Dictionary()):
                named.setdefault(kind, {})[str(name)] = resources[kind][str(name)]
    entries = {key: value for key, value in page.box.obj.items() if key not in OF_DRAWING}
    entries["/Resources"] = Dictionary({kind: Dictionary(ones) for kind, ones in named.items()})
    told = [(operator, [str(one) for one in operands]) for (operator, _), operands in drawing.state.items()]
    return digest_of_bytes(repr((told, drawing.matrix.shorthand)).encode(), page_alone(page.pdf.pike, entries))


def _share_fonts(page: pikepdf.Page, forms: Sequence[Object]) -> bool:
    """Return whether a font of a region is the frame's or another region's as well: its codes belong together."""
    names = frozenset(region_name(number) for number in range(len(forms)))
    parts = [set(_fonts_in(page.obj.get("/Resources", Dictionary()), names, set()))]
    parts += [set(_fonts_in(form.get("/Resources", Dictionary()), frozenset(), set())) for form in forms]
    return len(set().union(*parts)) < sum(map(len, parts))


def _streams_of(form: Object) -> Iterator[Object]:
    """Yield a form and all that is drawn by it and for it."""
    inner, seen = [form], {form.objgen}
    while inner:
        part = inner.pop()
        yield part
        resources = part.get("/Resources", Dictionary())
        drawn = (one for _, one in entries_of(resources, "/XObject") if one.get("/Subtype") == "/Form")
        for one in (*drawn, *hidden_streams(resources, set())):
            if one.objgen not in seen:
                seen.add(one.objgen)
                inner.append(one)


def _names_its_own(stream: Object) -> bool:
    """Return whether all that a stream names is among its resources: else it is looked for among those of the page."""
    resources = stream.get("/Resources")
    if resources is None or _INLINE.search(stream.read_bytes()):  # such a picture names its colours in its own way
        return False
    named = (
        (NAMED[str(one.operator)], str(name))
        for one in pikepdf.parse_content_stream(stream, " ".join(NAMED))
        for name in one.operands
        if isinstance(name, Name) and str(name) not in DEVICES
    )
    return all(name in resources.get(kind, Dictionary()) for kind, name in named)


def _fonts_in(resources: Object, without: frozenset[str], seen: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what the fonts among some resources, and in the forms among them, are known by in their file."""
    yield from (font.objgen for _, font in entries_of(resources, "/Font"))
    for name, form in entries_of(resources, "/XObject"):
        if name not in without and form.objgen not in seen:
            seen.add(form.objgen)
            yield from _fonts_in(form.get("/Resources", Dictionary()), without, seen)
