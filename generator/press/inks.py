"""Colours to inks: through the printing condition's profile to CMYK, or to greys."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from generator.press.paint import Paint
from generator.press.profile import Profile

Values = tuple[float, ...]
Pixels = NDArray[np.uint8]
Brand = Mapping[tuple[int, int, int], Values]
# Text this dark (CIE L*) and this near to grey (chroma) is black to a reader: black ink alone has L* 17 on coated
# paper, and letters in one ink cannot go out of register (GWG 2022, R0015 and R0017).
DARK_LIGHTNESS, DARK_CHROMA = 20.0, 20.0
NEAR = 2  # of 255: a brand's colour that went through the lightness of its role comes back this near
WHITE_INK: Values = (0.0, 0.0, 0.0, 0.0)
BLACK_INK: Values = (0.0, 0.0, 0.0, 1.0)


class Inks(Protocol):
    """What colours are turned into. `space` is the PDF's name for it; `fill` and `stroke` its operators."""

    space: str
    fill: str
    stroke: str
    overprints: bool

    def ink(self, paint: Paint) -> Values:
        """Return the inks of a colour."""

    def text_ink(self, paint: Paint) -> Values:
        """Return the inks of a colour that letters are set in."""

    def picture(self, image: Image.Image) -> tuple[str, bytes]:
        """Return a picture's colour space and its samples, eight bits each."""


class Separation:
    """Four inks, through a profile: relative colorimetric, with black point compensation, from sRGB."""

    space, fill, stroke, overprints = "/DeviceCMYK", "k", "K", True

    def __init__(self, profile: Profile, *, limit: float, brand: Brand | None = None) -> None:
        opened, lab = profile.opened(), ImageCms.createProfile("LAB")
        relative = ImageCms.Intent.RELATIVE_COLORIMETRIC
        compensated = ImageCms.Flags.BLACKPOINTCOMPENSATION
        srgb = ImageCms.createProfile("sRGB")
        self._inked = ImageCms.buildTransform(srgb, opened, "RGB", "CMYK", relative, compensated)
        self._seen = ImageCms.buildTransform(srgb, lab, "RGB", "LAB", relative)
        self._printed = ImageCms.buildTransform(opened, lab, "CMYK", "LAB", relative)
        self._limit, self._brand = limit, brand or {}
        self._tones = self._black_tones()
        self.ink = lru_cache(maxsize=None)(self._ink)  # a page has a dozen colours and a thousand uses of them
        self.text_ink = lru_cache(maxsize=None)(self._text_ink)

    def picture(self, image: Image.Image) -> tuple[str, bytes]:
        """Return a picture in four inks, or in black alone when it has no colour in it."""
        if image.mode == "CMYK":
            return self.space, self._limited(_pixels(image)).tobytes()
        pixels = _pixels(image.convert("RGB"))
        if (pixels == pixels[..., :1]).all():
            return "/DeviceGray", (255 - self._tones[pixels[..., 0]]).tobytes()
        inked = self._limited(_pixels(self._inked.apply(image.convert("RGB"))))
        inked[(pixels == 255).all(axis=-1)] = 0
        return self.space, inked.tobytes()

    def _ink(self, paint: Paint) -> Values:
        if paint.model == "cmyk":
            return self._within(paint.values)
        red, green, blue = _bytes_of(paint)
        named = self._brand_ink((red, green, blue))
        if named:
            return named
        if red == green == blue:
            return (0.0, 0.0, 0.0, _share(int(self._tones[red])))
        pixel = self._inked.apply(Image.new("RGB", (1, 1), (red, green, blue)))
        return self._within(tuple(_share(int(value)) for value in _pixels(pixel)[0, 0]))

    def _text_ink(self, paint: Paint) -> Values:
        if paint.model == "cmyk" or self._brand_ink(_bytes_of(paint)):
            return self._ink(paint)
        pixel = self._seen.apply(Image.new("RGB", (1, 1), _bytes_of(paint)))
        light = float(_pixels(pixel)[0, 0, 0]) / 2.55
        a, b = (float(value) for value in _pixels(pixel)[0, 0, 1:].view(np.int8))  # signed, unlike lightness
        is_dark = light <= DARK_LIGHTNESS and np.hypot(a, b) <= DARK_CHROMA
        return BLACK_INK if is_dark else self._ink(paint)

    def _brand_ink(self, colour: tuple[int, int, int]) -> Values | None:
        """Return the inks that the brand names for a colour, which are printed as they are."""
        for known, inks in self._brand.items():
            if max(abs(one - other) for one, other in zip(known, colour, strict=True)) <= NEAR:
                return inks
        return None

    def _within(self, inks: Values) -> Values:
        """Return inks whose sum stays under the limit: the colours give way, black keeps the depth."""
        colours = sum(inks[:3])
        room = self._limit - inks[3]
        if colours <= room:
            return inks
        return (*(round(ink * room / colours - 5e-5, 4) for ink in inks[:3]), inks[3])

    def _limited(self, pixels: Pixels) -> Pixels:
        """Return a picture's inks with no pixel over the limit."""
        if pixels.sum(axis=-1, dtype=np.uint16).max() <= self._limit * 255:
            return pixels
        colours = pixels[..., :3].astype(np.float32)
        room = self._limit * 255 - pixels[..., 3:].astype(np.float32)
        share = np.minimum(1.0, room / np.maximum(colours.sum(axis=-1, keepdims=True), 1.0))
        limited: Pixels = np.concatenate([np.floor(colours * share), pixels[..., 3:]], axis=-1).astype(np.uint8)
        return limited

    def _black_tones(self) -> Pixels:
        """Return for each grey of sRGB how much black ink alone looks like it, black itself being all of it."""
        ramp = np.arange(256, dtype=np.uint8)
        black = np.zeros((1, 256, 4), dtype=np.uint8)
        black[0, :, 3] = ramp
        printed = _pixels(self._printed.apply(Image.fromarray(black, "CMYK")))[0, :, 0].astype(np.float64)
        greys = Image.fromarray(np.repeat(ramp[None, :, None], 3, axis=2), "RGB")
        seen = _pixels(self._seen.apply(greys))[0, :, 0].astype(np.float64)
        wanted = printed[-1] + seen * (printed[0] - printed[-1]) / 255
        tones: Pixels = np.rint(np.interp(wanted, printed[::-1], ramp[::-1].astype(np.float64))).astype(np.uint8)
        return tones


@lru_cache(maxsize=4)
def separation(profile: Profile, limit: float, brand: tuple[tuple[tuple[int, int, int], Values], ...]) -> Separation:
    """Return the inks of a printing condition, made once for all pieces that are printed by it."""
    return Separation(profile, limit=limit, brand=dict(brand))


class Greys:
    """Greys as light as the colours they stand for, so that contrast stays what it was."""

    space, fill, stroke, overprints = "/DeviceGray", "g", "G", False

    def ink(self, paint: Paint) -> Values:
        """Return the grey of a colour."""
        if paint.model == "cmyk":  # ISO 32000-1, 10.3.5
            cyan, magenta, yellow, black = paint.values
            return (round(1 - min(1.0, 0.3 * cyan + 0.59 * magenta + 0.11 * yellow + black), 4),)
        return (_share(int(grey_of(np.array([[_bytes_of(paint)]], dtype=np.uint8))[0, 0])),)

    def text_ink(self, paint: Paint) -> Values:
        """Return the grey of a colour: letters are no darker than the rest."""
        return self.ink(paint)

    def picture(self, image: Image.Image) -> tuple[str, bytes]:
        """Return a picture in greys."""
        return self.space, grey_of(_pixels(image.convert("RGB"))).tobytes()


class Luminosity(Greys):
    """Greys of a soft mask, which is no colour at all: how much of what it masks is seen."""

    def ink(self, paint: Paint) -> Values:
        """Return the mask's value, by the weights that PDF itself takes (ISO 32000-1, 11.5.3)."""
        if paint.model == "rgb":
            red, green, blue = paint.values
            return (round(0.3 * red + 0.59 * green + 0.11 * blue, 6),)
        return paint.values if paint.model == "grey" else super().ink(paint)

    def picture(self, image: Image.Image) -> tuple[str, bytes]:
        """Return a picture's luminosity."""
        return self.space, image.convert("L").tobytes()


def grey_of(pixels: Pixels) -> Pixels:
    """Return the sRGB greys of the same luminance (IEC 61966-2-1, Rec. 709 weights)."""
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    luminance = linear[pixels] @ np.array([0.2126, 0.7152, 0.0722])
    encoded = np.where(luminance <= 0.0031308, luminance * 12.92, 1.055 * luminance ** (1 / 2.4) - 0.055)
    grey: Pixels = np.rint(encoded * 255).astype(np.uint8)
    return grey


def _pixels(image: Image.Image) -> Pixels:
    return np.array(image, dtype=np.uint8)


def _bytes_of(paint: Paint) -> tuple[int, int, int]:
    values = paint.values * 3 if paint.model == "grey" else paint.values
    red, green, blue = (round(255 * min(max(value, 0.0), 1.0)) for value in values)
    return red, green, blue


def _share(value: int) -> float:
    return round(value / 255, 4)
