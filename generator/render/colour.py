"""A brand's colour, brought to the lightness each role has, so that contrast never depends on it."""

import math

from generator.model.edition import Brand
from generator.model.theme import Theme

# Lightness (CIE L*) and greatest chroma of the roles that take a brand's hue: templates' contrast rests on them.
ROLES = {"primary": (35.0, 50.0), "deep": (17.0, 34.0), "soft": (90.0, 12.0)}
# CIE 1931 2 degree D65 white, which sRGB is defined with (IEC 61966-2-1).
WHITE = (0.95047, 1.0, 1.08883)
_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_FROM_XYZ = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
Triple = tuple[float, float, float]


def themed(theme: Theme, brand: Brand | None) -> Theme:
    """Return the theme in a brand's hue. Themes of outlines keep their black: colour is what they save."""
    if not brand or theme.art == "line" or not (brand.colour or brand.accent):
        return theme
    roles: dict[str, str] = {}
    if brand.colour:
        roles = {role: at_lightness(brand.colour, light, chroma) for role, (light, chroma) in ROLES.items()}
    if brand.accent:
        roles["accent"] = at_lightness(brand.accent, 64.0, 70.0)
    return theme.model_copy(update=roles)


def at_lightness(colour: str, lightness: float, most_chroma: float) -> str:
    """Return a colour of the same hue at a CIE lightness, as colourful as the cap and sRGB allow."""
    _, a, b = _lab(colour)
    chroma, hue = min(math.hypot(a, b), most_chroma), math.atan2(b, a)
    while chroma > 0 and not _is_printable(_linear_rgb(lightness, chroma, hue)):
        chroma -= 0.1
    return _hex(_linear_rgb(lightness, max(chroma, 0.0), hue))


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Return a colour with `share` of the other in it, mixed as painters of screens do, in sRGB."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02X}" for a, b in pairs)


def _channels(colour: str) -> Triple:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (_decoded(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _decoded(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _encoded(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


def _times(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    x, y, z = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z


def _lab(colour: str) -> Triple:
    red, green, blue = (_decoded(channel) for channel in _channels(colour))
    xyz = _times(_TO_XYZ, (red, green, blue))
    x, y, z = (_lab_root(value / white) for value, white in zip(xyz, WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _lab_root(ratio: float) -> float:
    return ratio ** (1 / 3) if ratio > (6 / 29) ** 3 else ratio / (3 * (6 / 29) ** 2) + 4 / 29


def _lab_cube(root: float) -> float:
    return root**3 if root > 6 / 29 else 3 * (6 / 29) ** 2 * (root - 4 / 29)


def _linear_rgb(lightness: float, chroma: float, hue: float) -> Triple:
    middle = (lightness + 16) / 116
    roots = (middle + chroma * math.cos(hue) / 500, middle, middle - chroma * math.sin(hue) / 200)
    x, y, z = (_lab_cube(root) * white for root, white in zip(roots, WHITE, strict=True))
    return _times(_FROM_XYZ, (x, y, z))


def _is_printable(linear: Triple) -> bool:
    return all(-1e-4 <= channel <= 1 + 1e-4 for channel in linear)


def _hex(linear: Triple) -> str:
    return "#" + "".join(f"{round(255 * _encoded(min(max(channel, 0), 1))):02X}" for channel in linear)
