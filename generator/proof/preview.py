"""Pictures of faces, for people who would rather look than read."""

import io
from functools import partial

import pypdfium2
from PIL import Image

from generator.keeping import Kept, digest_of_bytes
from generator.proof.alone import faces_alone

PREVIEW_DPI = 96
COLOURS = 256
LONGEST_SIDE_PX = 1600  # a large poster is pictured no larger than a screen shows it
# Of zlib: half as much again takes three times the work, and saves an eighth of the bytes.
COMPRESSION = 3
MOST_PICTURES = 64  # some fifty kilobytes each
_pictures = Kept[bytes](MOST_PICTURES)


def draw_faces(pdf: bytes, *, dpi: int = PREVIEW_DPI) -> tuple[bytes, ...]:
    """Return a PNG of each page as it is trimmed. A face that several pieces have is drawn once."""
    with pypdfium2.PdfDocument(pdf) as document:
        faces = faces_alone(pdf) or ()
        keys = [digest_of_bytes(face, str(dpi).encode()) for face in faces]
        if not keys:
            return tuple(_draw(page, dpi) for page in document)
        return tuple(_pictures.once(key, partial(_drawn, document, at, dpi)) for at, key in enumerate(keys))


def _drawn(document: pypdfium2.PdfDocument, at: int, dpi: int) -> bytes:
    return _draw(document[at], dpi)


def _draw(page: pypdfium2.PdfPage, dpi: int) -> bytes:
    left, bottom, right, top = page.get_trimbox()
    media = page.get_mediabox()
    crop = (left - media[0], bottom - media[1], media[2] - right, media[3] - top)
    scale = min(dpi / 72, LONGEST_SIDE_PX / max(right - left, top - bottom))
    picture = page.render(scale=scale, crop=crop, rev_byteorder=True).to_pil()
    # Flat colours need no more; a third of the bytes. Its dots an inch say how large the face is on paper.
    picture = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    picture.save(out, format="PNG", compress_level=COMPRESSION, dpi=(scale * 72, scale * 72))
    return out.getvalue()
