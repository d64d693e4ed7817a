"""The pictures of faces: their size on paper, which the file itself states, and the file as a data address."""

import base64
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

MM_PER_METRE = 1000
# A page at 96 dots an inch has so many pixels a metre; taken for pictures that do not say.
USUAL_PER_METRE = 3780
Pictures = Callable[[str], tuple[bytes, ...]]  # the pictures of a piece's faces, by its place in the output


class Picture(Struct, frozen=True):
    """One face: its size in millimetres."""

    width: float
    height: float


def read_picture(data: bytes) -> Picture | None:
    """Return a PNG as a picture, None when it is none."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or len(data) < 33:
        return None
    width, height = struct.unpack(">II", data[16:24])
    at = data.find(b"pHYs", 0, 1000)
    per_metre = struct.unpack(">II", data[at + 4 : at + 12]) if at > 0 else (USUAL_PER_METRE, USUAL_PER_METRE)
    across, down = (max(one, 1) for one in per_metre)
    return Picture(width / across * MM_PER_METRE, height / down * MM_PER_METRE)


def place_of(number: int) -> str:
    """Return what stands for the address of a picture in markup: nothing that is written there looks like it."""
    return f"<{number}>"


def with_pictures(markup: str, drawn: Sequence[bytes]) -> Iterator[bytes]:
    """Yield markup part by part, in the place of each picture an address that holds all of it."""
    for at, part in enumerate(_PLACE.split(markup)):
        yield part.encode() if at % 2 == 0 else b"data:image/png;base64," + base64.b64encode(drawn[int(part) - 1])


_PLACE = re.compile("<([0-9]+)>")


def pictures_on_disk(output: Path) -> Pictures:
    """Return what finds the previews that stand in an output folder."""

    def pictures(stem: str) -> tuple[bytes, ...]:
        found: list[bytes] = []
        while (path := output / f"{stem}-{len(found) + 1}.png").is_file():
            found.append(path.read_bytes())
        return tuple(found)

    return pictures
