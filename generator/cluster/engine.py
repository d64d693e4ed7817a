"""What makes the bytes of a piece besides its content: Handbill, and the programs that draw, by their versions."""

import importlib.metadata
import platform
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from generator import __version__, native
from generator.catalog import builtin_root
from generator.cluster.packing import digest_of, files_of

# Those that write into a file, decide where on the page something stands, or judge a finished piece.
PACKAGES = (
    "weasyprint", "pydyf", "tinycss2", "tinyhtml5", "cssselect2", "fonttools", "pyphen", "jinja2", "markupsafe",
    "markdown-it-py", "babel", "phonenumbers", "segno", "pikepdf", "pypdfium2", "pillow", "numpy", "zxing-cpp",
    "page-validation",
)  # fmt: skip


@cache
def engine_here() -> Mapping[str, str]:
    """Return the name and version of everything here that a piece's bytes depend on, fonts among them.

    Handbill is named with a digest of its own program: a checkout can change without its version doing so.
    """
    libraries = {found.library.title: native.version_of(found) for found in native.find().values()}
    return {
        "Handbill": handbill_here(),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "system": f"{platform.system()} {platform.machine()}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **{name: _version(name) for name in PACKAGES},
        **dict(sorted(libraries.items())),
    }


@cache
def handbill_here() -> str:
    """Return the version of Handbill, with a digest of its program."""
    program = Path(__file__).resolve().parents[1]
    files = {path.relative_to(program).as_posix(): path for path in sorted(program.rglob("*.py"))}
    return f"{__version__} ({digest_of(files)[:16]})"


@cache
def builtin_here() -> str:
    """Return the digest of the templates, fonts and content that are built in here."""
    return digest_of(files_of(builtin_root()))


def differences(there: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Return what differs there from what is wanted, in words, or an empty text."""
    names = sorted(set(there) | set(wanted))
    unlike = [name for name in names if there.get(name) != wanted.get(name)]
    return ", ".join(f"{name} {there.get(name) or 'none'} (here: {wanted.get(name) or 'none'})" for name in unlike)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
