"""The pictures of faces: their size on paper, which the file itself states, and the file as a data address."""

import base64
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MM_PER_METRE = 1000
# A page at 96 dots an inch has so many pixels a metre; taken for pictures that do not say.
USUAL_PER_METRE = 3780
Pictures = Callable[[str], tuple[bytes, ...]]  # the pictures of a piece's faces, by its place in the output


@dataclass(frozen=True, slots=True)
class Picture:
    """One face: its size in millimetres and the address that holds the whole picture."""

    width: float
    height: float
    address: str


def read_picture(data: bytes) -> Picture | None:
    """Return a PNG as a picture, None when it is none."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or len(data) < 33:
        return None
    width, height = struct.unpack(">II", data[16:24])
    at = data.find(b"pHYs", 0, 1000)
    per_metre = struct.unpack(">II", data[at + 4 : at + 12]) if at > 0 else (USUAL_PER_METRE, USUAL_PER_METRE)
    across, down = (max(one, 1) for one in per_metre)
    address = "data:image/png;base64," + base64.b64encode(data).decode("ascii")
    return Picture(width / across * MM_PER_METRE, height / down * MM_PER_METRE, address)


def pictures_on_disk(output: Path) -> Pictures:
    """Return what finds the previews that stand in an output folder."""

    def pictures(stem: str) -> tuple[bytes, ...]:
        found: list[bytes] = []
        while (path := output / f"{stem}-{len(found) + 1}.png").is_file():
            found.append(path.read_bytes())
        return tuple(found)

    return pictures
