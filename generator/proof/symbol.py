"""Whether a QR code is printed as in a mirror: its reader turns it back, a phone's may not."""

import numpy as np
from numpy.typing import NDArray

Modules = NDArray[np.bool_]  # rows and columns of a code, True for dark
FINDER = 7  # modules of the square in three of the corners
MASK, GENERATOR = 0x5412, 0x537  # of the format information: ISO/IEC 18004, 7.9
# Where its 15 bits stand beside the upper left finder, row and column, the highest first.
BITS = (
    *((8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)),
    (7, 8),
    *((row, 8) for row in (5, 4, 3, 2, 1, 0)),
)


def is_mirrored(picture: NDArray[np.uint8], modules: int) -> bool:
    """Return whether a code's format information makes sense only when it is mirrored; it stands level."""
    upright = _upright(_sampled(picture, modules))
    return upright is not None and not _has_format(upright) and _has_format(upright.T)


def _sampled(picture: NDArray[np.uint8], modules: int) -> Modules:
    """Return the modules, by the grey in the middle of each."""
    rows, columns = (((np.arange(modules) + 0.5) * side / modules).astype(int) for side in picture.shape)
    greys = picture[np.ix_(rows, columns)]
    return np.asarray(greys < (int(greys.min()) + int(greys.max())) / 2)


def _upright(modules: Modules) -> Modules | None:
    """Return the code turned so that the corner without a finder is the lower right one."""
    for turns in range(4):
        turned = np.rot90(modules, turns)
        if not _is_finder(turned[-FINDER:, -FINDER:]):
            return turned
    return None


def _is_finder(corner: Modules) -> bool:
    ring = np.zeros((FINDER, FINDER), dtype=bool)
    ring[1:-1, 1:-1] = True
    ring[2:-2, 2:-2] = False
    return bool(np.array_equal(corner, ~ring))


def _has_format(modules: Modules) -> bool:
    """Return whether the format information is a word of its code, without any error."""
    word = int("".join(str(int(modules[at])) for at in BITS), 2) ^ MASK
    for place in range(14, 9, -1):
        if word >> place & 1:
            word ^= GENERATOR << (place - 10)
    return word == 0
