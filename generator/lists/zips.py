"""What Python raises at a zip that is broken, locked or packed in a way that it does not know."""

import lzma
import struct
import zipfile
import zlib

BROKEN_ZIP = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError,
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip
