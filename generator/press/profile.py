"""A printing condition: the ICC profile that says what four inks look like on a paper."""

import io
from pathlib import Path

from msgspec import Struct
from PIL import ImageCms

from generator.errors import Diagnostic, Place, error

# "ISO Coated v2 300% (basICColor)": FOGRA39, offset on coated paper, under the zlib licence beside it.
BUILT_IN = "templates/press/ISOcoated_v2_300_bas.icc"
BUILT_IN_CONDITION = "FOGRA39"


class Profile(Struct, frozen=True):
    """A CMYK output profile: its bytes, what it calls itself, and the registered condition where it has one."""

    data: bytes
    description: str
    condition: str | None = None

    def opened(self) -> ImageCms.ImageCmsProfile:
        """Return the profile as LittleCMS reads it."""
        return ImageCms.ImageCmsProfile(io.BytesIO(self.data))


def read_profile(path: Path, *, condition: str | None) -> tuple[Profile | None, tuple[Diagnostic, ...]]:
    """Return the profile in a file, or None and why it cannot be printed by."""
    try:
        data = path.read_bytes()
        opened = ImageCms.ImageCmsProfile(io.BytesIO(data)).profile
    except (OSError, ImageCms.PyCMSError) as problem:
        return None, (_refused(path, f"cannot be read as an ICC profile: {problem}"),)
    if (opened.xcolor_space.strip(), opened.device_class.strip()) != ("CMYK", "prtr"):
        message = f"is a profile of {opened.xcolor_space.strip()}; a print shop's is of a CMYK printer"
        return None, (_refused(path, message),)
    return Profile(data, (opened.profile_description or path.stem).strip(), condition), ()


def _refused(path: Path, message: str) -> Diagnostic:
    hint = "ask the print shop for its CMYK output profile, or leave press.profile out"
    return error("press-profile", message, place=Place(path), hint=hint)
