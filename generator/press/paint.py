"""A colour as a content stream names it, read from whatever space it stands in."""

from collections.abc import Sequence
from typing import Literal

import pikepdf
from msgspec import Struct

Model = Literal["grey", "rgb", "cmyk"]
# CIE Lab of a white point to linear sRGB; D50 values are taken as seen by an adapted eye, so both whites are white.
_TO_RGB = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_D65 = (0.95047, 1.0, 1.08883)
_MODELS: dict[str, Model] = {
    "/DeviceGray": "grey",
    "/CalGray": "grey",
    "/DeviceRGB": "rgb",
    "/CalRGB": "rgb",
    "/DeviceCMYK": "cmyk",
}
_BY_COUNT: dict[int, Model] = {1: "grey", 3: "rgb", 4: "cmyk"}


class Unprintable(Exception):
    """Something on a page that the press file cannot carry; the message says what."""


class Paint(Struct, frozen=True):
    """A colour: grey, sRGB or CMYK, each value from 0 to 1."""

    model: Model
    values: tuple[float, ...]


BLACK = Paint("grey", (0.0,))


def read_paint(space: object, values: Sequence[object]) -> Paint:
    """Return the colour of some values in a colour space. Raises Unprintable for spaces of spot inks and the like."""
    numbers = tuple(float(str(value)) for value in values)
    family = family_of(space)
    if family == "/Lab":
        return Paint("rgb", _lab_to_rgb(numbers))
    if family == "/ICCBased" and isinstance(space, pikepdf.Array):
        return Paint(_BY_COUNT[int(space[1].N)], numbers)
    if family not in _MODELS:
        raise Unprintable(f"a colour in the space {family.lstrip('/')}")
    return Paint(_MODELS[family], numbers)


def family_of(space: object) -> str:
    """Return the name of a colour space's family, such as /DeviceRGB."""
    return str(space[0]) if isinstance(space, pikepdf.Array) else str(space)


def _lab_to_rgb(lab: tuple[float, ...]) -> tuple[float, ...]:
    middle = (lab[0] + 16) / 116
    roots = (middle + lab[1] / 500, middle, middle - lab[2] / 200)
    xyz = [white * _cube(root) for white, root in zip(_D65, roots, strict=True)]
    linear = (sum(m * v for m, v in zip(row, xyz, strict=True)) for row in _TO_RGB)
    return tuple(_encoded(min(max(channel, 0.0), 1.0)) for channel in linear)


def _cube(root: float) -> float:
    return root**3 if root > 6 / 29 else 3 * (6 / 29) ** 2 * (root - 4 / 29)


def _encoded(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)
