"""The text layer of a PDF on its own: the ink that should be there, black, opaque and clipped by nothing."""

import io
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from struct import unpack

import pikepdf
from msgspec import Struct

from generator.keeping import Kept, digest_of_bytes

SHOWING = frozenset({"Tj", "TJ", "'", '"'})
# What places text. Colours, clips, opacity and render modes stay out of the text layer.
PLACING = frozenset({"q", "Q", "cm", "BT", "ET", "Tf", "Tm", "Td", "TD", "T*", "Tc", "Tw", "Tz", "TL", "Ts"})
MOST_STREAMS = 64
OF_TEXT = " ".join((*PLACING, *SHOWING, "Do"))
FAR = 100_000  # a bounding box that clips nothing


class ShownFont(Struct, frozen=True):
    """A font as a file uses it: the font dictionary and every two-byte code that is shown in it."""

    font: pikepdf.Object
    codes: frozenset[int]


class TextLayer(Struct, frozen=True):
    """A PDF of the text alone, the fonts it is shown in, and the pages (from 1) with text inside a pattern or mask."""

    pdf: bytes
    fonts: tuple[ShownFont, ...]
    buried: tuple[int, ...]


def read_text_layer(pdf: pikepdf.Pdf, data: bytes) -> TextLayer:
    """Return the text of an open PDF, whose bytes are given too."""
    with pikepdf.open(io.BytesIO(data)) as text:
        reader = _Reader(pdf, text)
        for number, page in enumerate(pdf.pages):
            reader.read_page(number, page)
        out = io.BytesIO()
        text.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
        return TextLayer(out.getvalue(), reader.fonts(), tuple(sorted(reader.buried)))


class _Reader:
    """Walk each content stream once, and leave of it in the copy what places text."""

    def __init__(self, pdf: pikepdf.Pdf, text: pikepdf.Pdf) -> None:
        self.pdf, self.text = pdf, text
        self.seen: set[tuple[int, int]] = set()
        self.codes: dict[tuple[int, int], set[int]] = {}
        self.buried: set[int] = set()

    def read_page(self, number: int, page: pikepdf.Page) -> None:
        resources = page.obj.get("/Resources", pikepdf.Dictionary())
        self.text.pages[number].Contents = self.text.make_stream(self._text_of(page.obj, resources))
        if any(self._shows_text(stream, set()) for stream in hidden_streams(resources, set())):
            self.buried.add(number + 1)

    def fonts(self) -> tuple[ShownFont, ...]:
        found = ((self.pdf.get_object(key), codes) for key, codes in sorted(self.codes.items()))
        return tuple(ShownFont(font, frozenset(codes)) for font, codes in found)

    def _text_of(self, stream: pikepdf.Object, resources: pikepdf.Object) -> bytes:
        forms = self._read_forms(resources)
        key = digest_of_bytes(" ".join(sorted(forms)).encode(), *_contents(stream))
        shown = _shown.once(key, partial(_read, stream, forms))
        for name, font in entries_of(resources, "/Font"):
            if name in shown.codes:
                self.codes.setdefault(font.objgen, set()).update(shown.codes[name])
        return shown.text

    def _read_forms(self, resources: pikepdf.Object) -> frozenset[str]:
        """Read the form XObjects that a stream may draw, and return their names."""
        found = []
        for name, inner in entries_of(resources, "/XObject"):
            if inner.get("/Subtype") != "/Form":
                continue
            found.append(name)
            if inner.objgen not in self.seen:
                self.seen.add(inner.objgen)
                self._read_form(inner, resources)
        return frozenset(found)

    def _read_form(self, form: pikepdf.Object, outer: pikepdf.Object) -> None:
        text_form = self.text.get_object(form.objgen)
        text_form.write(self._text_of(form, form.get("/Resources", outer)))
        text_form.BBox = pikepdf.Array([-FAR, -FAR, FAR, FAR])
        if "/Group" in text_form:
            del text_form["/Group"]

    def _shows_text(self, stream: pikepdf.Object, seen: set[tuple[int, int]]) -> bool:
        if stream.objgen in seen:
            return False
        seen.add(stream.objgen)
        if any(str(one.operator) in SHOWING for one in pikepdf.parse_content_stream(stream)):
            return True
        inner = entries_of(stream.get("/Resources", pikepdf.Dictionary()), "/XObject")
        return any(self._shows_text(form, seen) for _, form in inner if form.get("/Subtype") == "/Form")


class _Shown(Struct, frozen=True):
    """What a content stream shows: the operators of its text, and the codes shown in each font, by its name."""

    text: bytes
    codes: Mapping[str, frozenset[int]]


_shown = Kept[_Shown](MOST_STREAMS)


def _contents(stream: pikepdf.Object) -> Iterator[bytes]:
    """Yield the bytes of a stream, or of each of a page's."""
    if isinstance(stream, pikepdf.Stream):
        yield stream.read_bytes()
        return
    contents = stream.get("/Contents", pikepdf.Array())
    yield from (one.read_bytes() for one in (contents if isinstance(contents, pikepdf.Array) else [contents]))


def _read(stream: pikepdf.Object, forms: frozenset[str]) -> _Shown:
    """Return what a stream shows, with the forms of these names that it draws."""
    instructions = [(str(one.operator), one) for one in pikepdf.parse_content_stream(stream, OF_TEXT)]
    text = [one for name, one in instructions if name != "Do" or str(one.operands[0]) in forms]
    codes: dict[str, set[int]] = {}
    current: set[int] = set()
    for name, one in instructions:
        if name == "Tf":
            current = codes.setdefault(str(one.operands[0]), set())
        elif name in SHOWING:
            current.update(_codes(one.operands))
    return _Shown(pikepdf.unparse_content_stream(text), {name: frozenset(shown) for name, shown in codes.items()})


def hidden_streams(resources: pikepdf.Object, seen: set[tuple[int, int]]) -> Iterator[pikepdf.Object]:
    """Yield the patterns and masks of some resources: what they draw is in no list of a page's objects."""
    for _, pattern in entries_of(resources, "/Pattern"):
        if pattern.get("/PatternType") == 1:
            yield pattern
    for _, state in entries_of(resources, "/ExtGState"):
        mask = state.get("/SMask")
        if isinstance(mask, pikepdf.Dictionary) and "/G" in mask:
            yield mask.G
    for _, form in entries_of(resources, "/XObject"):
        if form.get("/Subtype") == "/Form" and form.objgen not in seen:
            seen.add(form.objgen)
            yield from hidden_streams(form.get("/Resources", pikepdf.Dictionary()), seen)


def entries_of(resources: pikepdf.Object, kind: str) -> Iterator[tuple[str, pikepdf.Object]]:
    """Yield the resources of a kind, each with its name."""
    entries: Mapping[str, pikepdf.Object] = dict(resources.get(kind, pikepdf.Dictionary()).items())
    yield from entries.items()


def _codes(operands: Iterable[object]) -> Iterator[int]:
    """Yield the two-byte codes of a text-showing instruction's strings (Identity-H, as WeasyPrint writes)."""
    for operand in operands:
        strings = operand if isinstance(operand, pikepdf.Array) else [operand]
        for one in strings:
            if isinstance(one, pikepdf.String):
                shown = bytes(one)
                yield from unpack(f">{len(shown) // 2}H", shown[: len(shown) // 2 * 2])
