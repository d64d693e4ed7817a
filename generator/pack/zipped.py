"""Files in one zip that is the same whenever it is made of the same files on the same day."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date

FIRST_YEAR = 1980  # zip knows none before
LEVEL = 6
MODE = 0o644 << 16  # a plain file that its owner may change
UNIX = 3


def zipped(files: Mapping[str, bytes], *, day: date) -> bytes:
    """Return a zip of files by name, sorted, each as if changed at midnight of the day."""
    out = io.BytesIO()
    moment = (max(day.year, FIRST_YEAR), day.month, day.day, 0, 0, 0)
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in sorted(files.items()):
            about = zipfile.ZipInfo(name, moment)
            about.create_system, about.external_attr = UNIX, MODE
            archive.writestr(about, data, zipfile.ZIP_DEFLATED, LEVEL)
    return out.getvalue()
