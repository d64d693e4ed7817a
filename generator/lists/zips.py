"""What Python raises at a zip that is broken, locked or packed in a way that it does not know."""

import lzma
import struct
import zipfile
import zlib

# A RuntimeError says that a password is asked for, or, as its kind that stands for what is not known there, that the
# packing or the version is none that Python reads.
BROKEN_ZIP = (
    OSError, EOFError, ValueError, RuntimeError,
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip
