"""Everything that pages draw with, in inks: forms, pictures, patterns, shadings, drawn letters and soft masks.

Each object is converted once, however many pages share it.
"""

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import cast

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name
from PIL import Image

from generator.press.content import KNOCK_OUT, OVERPRINT, Rewriter
from generator.press.inks import Inks, Luminosity
from generator.press.paint import Unprintable, family_of, read_paint

STEPS = 33  # samples of a colour gradient, straight between them: within half a level of 8 bits for smooth ones
DRAWN_BY = {"/ExtGState": "gs", "/XObject": "Do"}
KEPT_SPACES = frozenset({"/Separation", "/DeviceN", "/Pattern"})


class Converter:
    """Converts the pages of a PDF in place, then `settle` tidies what they draw with."""

    def __init__(self, pdf: pikepdf.Pdf, inks: Inks, *, keep_tags: bool = False) -> None:
        self.pdf, self.inks, self.keep_tags = pdf, inks, keep_tags
        self._done: dict[tuple[int, int], set[str]] = {}
        self._forms: list[pikepdf.Object] = []
        self._resources: list[pikepdf.Object] = []
        self._drawn: dict[tuple[int, int], set[str]] = {}  # of each dictionary of things, the names that are drawn

    @cached_property
    def _masking(self) -> "Converter":
        """The converter of soft masks, whose greys are no colours."""
        masking = Converter(self.pdf, Luminosity())
        masking._drawn = self._drawn
        return masking

    def page(self, page: pikepdf.Page) -> set[str]:
        """Convert a page; return what on it is not opaque, in words. Raises Unprintable."""
        if "/Resources" not in page.obj:
            page.obj.Resources = Dictionary()
        data, see_through = self._content(page.obj, page.obj.Resources, is_page=True)
        page.obj.Contents = self.pdf.make_stream(data)
        return see_through

    def settle(self, *, is_opaque: bool) -> None:
        """Take out colour spaces that nothing names any more, and groups and states that an opaque file needs not."""
        for resources in self._resources:
            self._drop_undrawn(resources)
            self._settle(resources, is_opaque)
        for form in self._forms if is_opaque else ():
            if "/Group" in form:
                del form["/Group"]
        if "_masking" in self.__dict__:
            self._masking.settle(is_opaque=False)

    def _drop_undrawn(self, resources: pikepdf.Object) -> None:
        for kind in DRAWN_BY:
            for name, _ in _entries(resources, kind):
                if name not in self._drawn[resources[kind].objgen]:
                    del resources[kind][name]

    def _settle(self, resources: pikepdf.Object, is_opaque: bool) -> None:
        spaces = resources.get("/ColorSpace", Dictionary())
        for name, space in _entries(resources, "/ColorSpace"):
            if family_of(space) not in KEPT_SPACES:
                del spaces[name]
        for _, state in _entries(resources, "/ExtGState") if is_opaque else ():
            for key in ("/ca", "/CA", "/BM", "/SMask", "/AIS"):  # said by nothing that is drawn, or saying nothing
                if key in state:
                    del state[key]
        if self.inks.overprints:
            if "/ExtGState" not in resources:
                resources.ExtGState = Dictionary()
            resources.ExtGState[OVERPRINT] = Dictionary(Type=Name.ExtGState, OP=True, op=True, OPM=1)
            resources.ExtGState[KNOCK_OUT] = Dictionary(Type=Name.ExtGState, OP=False, op=False, OPM=0)

    def _content(
        self, stream: pikepdf.Object, resources: pikepdf.Object, *, is_page: bool = False
    ) -> tuple[bytes, set[str]]:
        used: set[tuple[str, str]] = set()
        rewriter = Rewriter(self.inks, resources, self.keep_tags, lambda kind, name: used.add((kind, name)))
        data = rewriter.rewrite(stream, is_page=is_page)
        see_through: set[str] = set()
        for kind in ("/ExtGState", "/XObject", "/Pattern", "/Shading", "/Font"):
            drawn = {name for by, name in used if by == DRAWN_BY[kind]} if kind in DRAWN_BY else None
            for thing in self._things(resources, kind, drawn):
                see_through |= self._thing(kind, thing, resources)
        self._resources.append(resources)
        return data, see_through

    def _things(self, resources: pikepdf.Object, kind: str, drawn: set[str] | None) -> Iterator[pikepdf.Object]:
        """Yield the things of one kind that are drawn, each an object of its own, so that none is converted twice."""
        if kind not in resources:
            return
        if not resources[kind].is_indirect:
            resources[kind] = self.pdf.make_indirect(resources[kind])
        things = resources[kind]
        names = {name for name, _ in _entries(resources, kind) if drawn is None or name in drawn}
        self._drawn.setdefault(things.objgen, set()).update(names)
        for name in sorted(names):
            if not things[name].is_indirect:
                things[name] = self.pdf.make_indirect(things[name])
            yield things[name]

    def _thing(self, kind: str, thing: pikepdf.Object, resources: pikepdf.Object) -> set[str]:
        if kind == "/ExtGState":
            return self._state(thing, resources)
        if kind == "/Font":
            return self._letters(thing, resources) if thing.get("/Subtype") == "/Type3" else set()
        if kind == "/XObject" and thing.get("/Subtype") == "/Image":
            return self._once(thing, self._picture)
        if kind == "/XObject" or (kind == "/Pattern" and int(thing.PatternType) == 1):
            return self._once(thing, partial(self._stream, resources))
        return self._once(thing, self._pattern if kind == "/Pattern" else self._shading)

    def _once(self, thing: pikepdf.Object, convert: Callable[[pikepdf.Object], set[str]]) -> set[str]:
        """Convert an object unless that was done already; return what is not opaque in it."""
        if thing.objgen not in self._done:
            self._done[thing.objgen] = set()  # against forms that draw themselves
            self._done[thing.objgen] = convert(thing)
        return self._done[thing.objgen]

    def _stream(self, outer: pikepdf.Object, stream: pikepdf.Object) -> set[str]:
        """Convert a form, a tiling pattern or a drawn letter."""
        data, see_through = self._content(stream, stream.get("/Resources", outer))
        stream.write(data)
        if "/Group" in stream:
            self._forms.append(stream)
            stream.Group.CS = Name(self.inks.space)
        return see_through

    def _letters(self, font: pikepdf.Object, outer: pikepdf.Object) -> set[str]:
        """Convert a font whose letters are drawn, such as one of pictures."""
        convert = partial(self._stream, font.get("/Resources", outer))
        return {found for glyph in font.CharProcs.values() for found in self._once(glyph, convert)}

    def _state(self, state: pikepdf.Object, resources: pikepdf.Object) -> set[str]:
        found = {f"opacity {float(state[key]):g}" for key in ("/ca", "/CA") if key in state and float(state[key]) < 1}
        mode = str(state.get("/BM", "/Normal"))
        if mode not in {"/Normal", "/Compatible"}:
            found.add(f"the blend mode {mode.strip('/')}")
        mask = state.get("/SMask", Name("/None"))
        if isinstance(mask, Dictionary):
            found.add("a soft mask")
            self._masking._once(mask.G, partial(self._masking._stream, resources))
        return found

    def _picture(self, picture: pikepdf.Object) -> set[str]:
        if picture.get("/ImageMask", False):
            return set()
        image = _image_of(picture)
        space, samples = self.inks.picture(image)
        for key in ("/DecodeParms", "/Decode", "/Filter"):
            if key in picture:
                del picture[key]
        picture.write(samples)
        picture.ColorSpace, picture.BitsPerComponent = Name(space), 8
        return self._soft_edge(picture)

    def _soft_edge(self, picture: pikepdf.Object) -> set[str]:
        """Return whether a picture is see-through; a mask that hides nothing, or wholly or not, is made plain."""
        if "/SMask" not in picture:
            return set()
        mask = np.array(_image_of(picture.SMask).convert("L"))
        if (mask == 255).all():
            del picture["/SMask"]
            return set()
        if not np.isin(mask, (0, 255)).all():
            return {"a picture with soft edges"}
        picture.Mask = self._stencil(mask)
        del picture["/SMask"]
        return set()

    def _stencil(self, mask: NDArray[np.uint8]) -> pikepdf.Object:
        """Return a mask of one bit: where it is 1, the picture is not painted."""
        stencil = self.pdf.make_stream(Image.fromarray(mask == 0).tobytes())
        stencil.Type, stencil.Subtype = Name.XObject, Name.Image
        stencil.Width, stencil.Height = mask.shape[1], mask.shape[0]
        stencil.ImageMask, stencil.BitsPerComponent = True, 1
        return stencil

    def _pattern(self, pattern: pikepdf.Object) -> set[str]:
        if not pattern.Shading.is_indirect:
            pattern.Shading = self.pdf.make_indirect(pattern.Shading)
        return self._once(pattern.Shading, self._shading)

    def _shading(self, shading: pikepdf.Object) -> set[str]:
        if int(shading.ShadingType) not in {2, 3}:
            raise Unprintable(f"a gradient of the kind {int(shading.ShadingType)}")
        space = shading.ColorSpace
        shading.Function = self._function(shading.Function, space)
        if "/Background" in shading:
            shading.Background = Array(list(self.inks.ink(read_paint(space, list(shading.Background)))))
        shading.ColorSpace = Name(self.inks.space)
        return set()

    def _function(self, function: pikepdf.Object, space: pikepdf.Object) -> pikepdf.Object:
        """Return a gradient's function in inks: each stretch is sampled, hard stops stay where they are."""
        kind = int(function.FunctionType)
        if kind == 3:
            parts = [self._function(one, space) for one in function.Functions]
            kept = {key: function[key] for key in ("/Domain", "/Bounds", "/Encode")}
            return self.pdf.make_indirect(Dictionary({"/FunctionType": 3, "/Functions": Array(parts), **kept}))
        if kind != 2:
            raise Unprintable(f"a gradient with a function of the kind {kind}")
        samples = [self.inks.ink(read_paint(space, values)) for values in _steps(function)]
        stream = self.pdf.make_stream(bytes(round(255 * value) for sample in samples for value in sample))
        channels = len(samples[0])
        stream.FunctionType, stream.Domain, stream.Range = 0, function.Domain, Array([0, 1] * channels)
        stream.Size, stream.BitsPerSample = Array([STEPS]), 8
        return stream


def _entries(resources: pikepdf.Object, kind: str) -> Iterator[tuple[str, pikepdf.Object]]:
    yield from dict(resources.get(kind, Dictionary()).items()).items()


def _image_of(picture: pikepdf.Object) -> Image.Image:
    try:
        return pikepdf.PdfImage(cast("pikepdf.Stream", picture)).as_pil_image()
    except (pikepdf.UnsupportedImageTypeError, pikepdf.DependencyError, OSError) as problem:
        raise Unprintable(f"a picture that cannot be read ({problem})") from problem


def _steps(function: pikepdf.Object) -> Iterator[list[float]]:
    """Yield the colours along an exponential function (ISO 32000-1, 7.10.3) at even steps."""
    first = [float(value) for value in function.get("/C0", Array([0]))]
    last = [float(value) for value in function.get("/C1", Array([1]))]
    start, end = (float(value) for value in function.Domain)
    for step in range(STEPS):
        share = (start + (end - start) * step / (STEPS - 1)) ** float(function.N)
        yield [one + share * (other - one) for one, other in zip(first, last, strict=True)]
