"""Pictures of faces, for people who would rather look than read."""

import io
import math
import zlib
from collections.abc import Sequence

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image

from generator.keeping import Kept, digest_of_bytes
from generator.proof.alone import faces_alone
from generator.proof.composed import Parts, parts_of

PREVIEW_DPI = 96
LONGEST_SIDE_PX = 1200  # a large poster is pictured no larger than a screen shows it
# Flat colours need no more; a third of the bytes. Where regions are laid on a frame, each has colours of its own.
COLOURS, OF_FRAME = 256, 208
PUT_TOGETHER_PX = 400_000  # a smaller picture is drawn faster than it is put together
# Of zlib: half as much again takes three times the work, and saves an eighth of the bytes.
COMPRESSION = 3
MOST_KEPT = 64  # some fifty kilobytes each
MOST_FRAMES = 4  # a megabyte each
Pixels = NDArray[np.uint8]
Packed = tuple[bytes, tuple[int, ...], tuple[int, ...]]  # of a Flat: pixels compressed, rows and columns, colours
Area = tuple[int, int, int, int]  # of pixels: the first, and the one after the last, across and down
KEPT = Kept[bytes](MOST_KEPT)
FRAMES = Kept[Packed](MOST_FRAMES)


class Flat(Struct, frozen=True):
    """A picture in few colours: the number of each pixel's, and their red, green and blue one after the other."""

    pixels: Pixels
    colours: list[int]


_frames = Kept[Flat](MOST_FRAMES)


def draw_faces(pdf: bytes, *, dpi: int = PREVIEW_DPI) -> tuple[bytes, ...]:
    """Return a PNG of each page as it is trimmed. A face that several pieces have is drawn once."""
    faces = faces_alone(pdf) or ()
    keys = [digest_of_bytes(face, str(dpi).encode()) for face in faces]
    known = [picture for key in keys if (picture := KEPT.get(key))]
    if keys and len(known) == len(keys):
        return tuple(known)
    with pypdfium2.PdfDocument(pdf) as document:
        if not keys:
            return tuple(_draw(page, dpi) for page in document)
        return tuple(KEPT.get(key) or _drawn(document[at], dpi, faces[at], key) for at, key in enumerate(keys))


def _drawn(page: pypdfium2.PdfPage, dpi: int, face: bytes, key: str) -> bytes:
    picture = _draw(page, dpi, face)
    KEPT.put(key, picture, lasts=True)
    return picture


def _draw(page: pypdfium2.PdfPage, dpi: int, face: bytes = b"") -> bytes:
    view = View.of(page, dpi)
    parts = parts_of(face) if b"/Region" in face and view.width * view.height > PUT_TOGETHER_PX else None
    flat = _put_together(page, view, parts) if parts and parts.edges else _flat(view.drawn(page), COLOURS)
    picture = Image.fromarray(flat.pixels, "P")
    picture.putpalette(flat.colours)
    out = io.BytesIO()
    # Its dots an inch say how large the face is on paper.
    picture.save(out, format="PNG", compress_level=COMPRESSION, dpi=(view.scale * 72, view.scale * 72))
    return out.getvalue()


class View(Struct, frozen=True):
    """How a trimmed page is pictured: pixels a point, where it begins on the page in points, and its pixels."""

    scale: float
    left: float
    top: float
    width: int
    height: int

    @classmethod
    def of(cls, page: pypdfium2.PdfPage, dpi: int) -> "View":
        """Return the view of a page at so many dots an inch, or as many as the longest side has room for."""
        left, bottom, right, top = page.get_trimbox()
        media = page.get_mediabox()
        scale = min(dpi / 72, LONGEST_SIDE_PX / max(right - left, top - bottom))
        width, height = math.ceil((right - left) * scale), math.ceil((top - bottom) * scale)
        return cls(scale, left - media[0], media[3] - top, width, height)

    def drawn(self, page: pypdfium2.PdfPage, areas: Sequence[Area] = ()) -> Pixels:
        """Return the picture, rows and columns of red, green and blue; with areas, white outside of them."""
        bitmap = pypdfium2.PdfBitmap.new_native(self.width, self.height, raw.FPDFBitmap_BGR, rev_byteorder=True)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, self.width, self.height)
        scale = self.scale
        matrix = raw.FS_MATRIX(scale, 0, 0, scale, -self.left * scale, -self.top * scale)
        for left, top, right, bottom in areas or [(0, 0, self.width, self.height)]:
            clip = raw.FS_RECTF(left, top, right, bottom)
            flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
            raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, flags)
        pixels: Pixels = bitmap.to_numpy()
        return pixels

    def area(self, edges: Sequence[float], corner: tuple[float, float]) -> Area:
        """Return the pixels that a rectangle of the page may touch, whose left and upper edge are given in points."""
        left, bottom, right, top = edges
        across = [(x - corner[0] - self.left) * self.scale for x in (left, right)]
        down = [(corner[1] - y - self.top) * self.scale for y in (top, bottom)]
        first = (max(math.floor(across[0]) - 1, 0), max(math.floor(down[0]) - 1, 0))
        return (*first, min(math.ceil(across[1]) + 1, self.width), min(math.ceil(down[1]) + 1, self.height))


def _put_together(page: pypdfium2.PdfPage, view: View, parts: Parts) -> Flat:
    """Return the picture of a page from that of its frame, drawn once for all, and the areas of its regions."""
    key = digest_of_bytes(*parts.contents, parts.rest, repr(view).encode())
    frame = _frames.once(key, lambda: _unpacked(FRAMES.once(key, lambda: _packed(_frame(view, parts)), lasts=True)))
    media = page.get_mediabox()
    areas = [view.area(edges, (media[0], media[3])) for edges in parts.edges.values()]
    areas = [(left, top, right, bottom) for left, top, right, bottom in areas if left < right and top < bottom]
    pixels, colours, picture = frame.pixels.copy(), list(frame.colours), view.drawn(page, areas)
    for left, top, right, bottom in areas:
        flat = _flat(picture[top:bottom, left:right], (COLOURS - OF_FRAME) // len(areas))
        pixels[top:bottom, left:right] = flat.pixels + len(colours) // 3
        colours += flat.colours
    return Flat(pixels, colours)


def _frame(view: View, parts: Parts) -> Flat:
    empty = {name: (b"", edges) for name, edges in parts.edges.items()}
    with pypdfium2.PdfDocument(parts.with_forms(empty)) as document:
        return _flat(view.drawn(document[0]), OF_FRAME)


def _packed(flat: Flat) -> Packed:
    return zlib.compress(flat.pixels.tobytes(), COMPRESSION), flat.pixels.shape, tuple(flat.colours)


def _unpacked(packed: Packed) -> Flat:
    data, shape, colours = packed
    return Flat(np.frombuffer(zlib.decompress(data), np.uint8).reshape(shape), list(colours))


def _flat(picture: Pixels, colours: int) -> Flat:
    """Return a picture in so many colours at most."""
    few = Image.fromarray(np.ascontiguousarray(picture)).quantize(
        colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    return Flat(np.asarray(few), list(few.getpalette() or ()))
