"""Pictures of faces, for people who would rather look than read."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

PREVIEW_DPI = 96
COLOURS = 256
LONGEST_SIDE_PX = 1600  # a large poster is pictured no larger than a screen shows it


def draw_faces(pdf: bytes, *, dpi: int = PREVIEW_DPI) -> tuple[bytes, ...]:
    """Return a PNG of each page as it is trimmed."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return tuple(_draw(page, dpi) for page in document)


def _draw(page: "PdfPage", dpi: int) -> bytes:
    from PIL import Image

    left, bottom, right, top = page.get_trimbox()
    media = page.get_mediabox()
    crop = (left - media[0], bottom - media[1], media[2] - right, media[3] - top)
    scale = min(dpi / 72, LONGEST_SIDE_PX / max(right - left, top - bottom))
    picture = page.render(scale=scale, crop=crop).to_pil().convert("RGB")
    # Flat colours need no more; a third of the bytes. Its dots an inch say how large the face is on paper.
    picture = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    picture.save(out, format="PNG", compress_level=6, dpi=(scale * 72, scale * 72))
    return out.getvalue()
