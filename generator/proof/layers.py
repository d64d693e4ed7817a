"""Take a PDF apart: the same pages with nothing but their text, and with everything but their text.

The first is the ink that should be there: black, opaque, clipped by nothing. The second is what lies behind it.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pikepdf

SHOWING = frozenset({"Tj", "TJ", "'", '"'})
# What places text. Colours, clips, opacity and render modes stay out of the text layer.
PLACING = frozenset({"q", "Q", "cm", "BT", "ET", "Tf", "Tm", "Td", "TD", "T*", "Tc", "Tw", "Tz", "TL", "Ts"})
FAR = 100_000  # a bounding box that clips nothing


Drawn = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


@dataclass(frozen=True, slots=True)
class ShownFont:
    """A font as a file uses it: the font dictionary and every two-byte code that is shown in it."""

    font: pikepdf.Object
    codes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Layers:
    """The two parts as PDFs, and the fonts that the text is shown in."""

    text: bytes
    art: bytes
    fonts: tuple[ShownFont, ...]


def take_apart(pdf: pikepdf.Pdf, data: bytes) -> Layers:
    """Return the layers of an open PDF, whose bytes are given too. Patterns and pictures count as art."""
    with pikepdf.open(io.BytesIO(data)) as text, pikepdf.open(io.BytesIO(data)) as art:
        splitter = _Splitter(pdf, text, art)
        for number, page in enumerate(pdf.pages):
            splitter.split_page(number, page)
        return Layers(_bytes_of(text), _bytes_of(art), splitter.fonts())


def _bytes_of(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return out.getvalue()


class _Splitter:
    """Walk each content stream once and write its two halves into the two copies."""

    def __init__(self, pdf: pikepdf.Pdf, text: pikepdf.Pdf, art: pikepdf.Pdf) -> None:
        self.pdf, self.text, self.art = pdf, text, art
        self.seen: set[tuple[int, int]] = set()
        self.codes: dict[tuple[int, int], set[int]] = {}

    def split_page(self, number: int, page: pikepdf.Page) -> None:
        resources = page.obj.get("/Resources", pikepdf.Dictionary())
        text, art = self._split(page.obj, resources)
        self.text.pages[number].Contents = self.text.make_stream(text)
        self.art.pages[number].Contents = self.art.make_stream(art)

    def fonts(self) -> tuple[ShownFont, ...]:
        found = ((self.pdf.get_object(key), codes) for key, codes in sorted(self.codes.items()))
        return tuple(ShownFont(font, frozenset(codes)) for font, codes in found)

    def _split(self, stream: pikepdf.Object, resources: pikepdf.Object) -> tuple[bytes, bytes]:
        instructions = [(str(one.operator), one) for one in pikepdf.parse_content_stream(stream)]
        self._note_codes(instructions, resources)
        forms = self._split_forms(resources)
        text = [one for name, one in instructions if name in PLACING or name in SHOWING or _draws(one, name, forms)]
        art = [one for name, one in instructions if name not in SHOWING]
        return pikepdf.unparse_content_stream(text), pikepdf.unparse_content_stream(art)

    def _split_forms(self, resources: pikepdf.Object) -> frozenset[str]:
        """Split the form XObjects that a stream may draw, and return their names."""
        found = []
        for name, inner in _entries(resources, "/XObject"):
            if inner.get("/Subtype") != "/Form":
                continue
            found.append(name)
            if inner.objgen not in self.seen:
                self.seen.add(inner.objgen)
                self._split_form(inner, resources)
        return frozenset(found)

    def _split_form(self, form: pikepdf.Object, outer: pikepdf.Object) -> None:
        text, art = self._split(form, form.get("/Resources", outer))
        text_form, art_form = self.text.get_object(form.objgen), self.art.get_object(form.objgen)
        text_form.write(text)
        art_form.write(art)
        text_form.BBox = pikepdf.Array([-FAR, -FAR, FAR, FAR])
        if "/Group" in text_form:
            del text_form["/Group"]

    def _note_codes(self, instructions: Iterable[tuple[str, Drawn]], resources: pikepdf.Object) -> None:
        fonts = {name: font.objgen for name, font in _entries(resources, "/Font")}
        current: set[int] = set()
        for name, one in instructions:
            if name == "Tf":
                key = fonts.get(str(one.operands[0]))
                current = self.codes.setdefault(key, set()) if key else set()
            elif name in SHOWING:
                current.update(_codes(one.operands))


def _draws(one: Drawn, name: str, forms: frozenset[str]) -> bool:
    return name == "Do" and str(one.operands[0]) in forms


def _entries(resources: pikepdf.Object, kind: str) -> Iterator[tuple[str, pikepdf.Object]]:
    entries: Mapping[str, pikepdf.Object] = dict(resources.get(kind, pikepdf.Dictionary()).items())
    yield from entries.items()


def _codes(operands: Iterable[object]) -> Iterator[int]:
    """Yield the two-byte codes of a text-showing instruction's strings (Identity-H, as WeasyPrint writes)."""
    for operand in operands:
        strings = operand if isinstance(operand, pikepdf.Array) else [operand]
        for one in strings:
            if isinstance(one, pikepdf.String):
                raw = bytes(one)
                yield from (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw) - 1, 2))
