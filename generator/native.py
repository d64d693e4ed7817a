"""The text libraries that WeasyPrint draws with: where they are, and loading it with exactly those.

Linux has them from its package manager, or unpacked into the environment by the setup; macOS and Windows
have them from the gstreamer-libs wheel. Left alone, WeasyPrint tries some twenty names, starts a compiler to
look for them on Linux, and takes whatever else lies on the PATH; here each library is named by its file.
"""

import ctypes
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from types import ModuleType

from msgspec import Struct

# Of fontTools, for fonts that vary and where the subset library is missing: a sixth of the time that loading takes.
RARELY_USED = ("fontTools.subset", "fontTools.varLib.instancer")
MIN_PANGO = (1, 44, 0)  # WeasyPrint's documented minimum


class Library(Struct, frozen=True):
    """A library by the names it goes by. `first_name` is what WeasyPrint asks for before any other."""

    title: str
    first_name: str
    linux: str
    macos: str
    windows: tuple[str, ...]
    needed: bool = True


class Found(Struct, frozen=True):
    """A library that opens: `target` is what to open it by, `source` who supplied it."""

    library: Library
    target: str
    source: str


def _library(title: str, stem: str, number: str, *, windows: str = "", needed: bool = True) -> Library:
    dll = windows or f"{stem}-{number}"
    return Library(
        title=title,
        first_name=f"lib{stem}-{number}",
        linux=f"lib{stem}.so.{number}",
        macos=f"lib{stem}.{number}.dylib",
        windows=(f"{dll}.dll", f"lib{stem}-{number}.dll"),
        needed=needed,
    )


# In the order WeasyPrint opens them. Without the subset library whole fonts are embedded, three times slower.
LIBRARIES = (
    _library("GObject", "gobject-2.0", "0"),
    _library("Pango", "pango-1.0", "0"),
    _library("HarfBuzz", "harfbuzz", "0", windows="harfbuzz"),
    _library("HarfBuzz subset", "harfbuzz-subset", "0", windows="harfbuzz-subset"),
    _library("HarfBuzz vector", "harfbuzz-vector", "0", windows="harfbuzz-vector", needed=False),
    _library("fontconfig", "fontconfig", "1"),
    _library("PangoFT2", "pangoft2-1.0", "0"),
)
_REMEDIES = {  # by the ID or ID_LIKE of os-release
    "debian": "sudo apt-get install -y libpangoft2-1.0-0 libharfbuzz-subset0",
    "ubuntu": "sudo apt-get install -y libpangoft2-1.0-0 libharfbuzz-subset0",
    "fedora": "sudo dnf install -y pango harfbuzz",
    "rhel": "sudo dnf install -y pango harfbuzz",
    "arch": "sudo pacman -S --needed pango harfbuzz",
    "alpine": "sudo apk add pango harfbuzz-subset",
    "suse": "sudo zypper install -y libpango-1_0-0 libharfbuzz-subset0",
}
_HOMEBREW_AND_MACPORTS = ("/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib")
_kept: list[object] = []  # open libraries and DLL folders, which must outlive what uses them


class MissingLibraries(Exception):
    """Say which text libraries are missing; `remedy` is one command that installs them."""

    def __init__(self, titles: Sequence[str], remedy: str) -> None:
        super().__init__(f"text cannot be drawn without {', '.join(titles)}")
        self.remedy = remedy


@cache
def find() -> Mapping[str, Found]:
    """Return what was found, by WeasyPrint's first name. The folder in HANDBILL_NATIVE is looked at first."""
    own = os.environ.get("HANDBILL_NATIVE")
    if sys.platform == "win32" or sys.platform == "darwin":
        return _find_in_folders([Path(own)] if own else [])
    found = {} if own else _find_on_system()
    folder = Path(own) if own else Path(sys.prefix) / "native"
    if missing(found) and folder.is_dir():
        found |= {name: entry for name, entry in _find_unpacked(folder).items() if name not in found}
    return found


def missing(found: Mapping[str, Found]) -> tuple[Library, ...]:
    """Return the libraries that are needed and not among those found."""
    return tuple(library for library in LIBRARIES if library.needed and library.first_name not in found)


def remedy() -> str:
    """Return the command that installs the text libraries on this system."""
    if sys.platform == "win32" or sys.platform == "darwin":
        return f'"{sys.executable}" -m pip install "gstreamer-libs>=1.28.8,<1.29"'
    with suppress(OSError):
        release = Path("/etc/os-release").read_text(encoding="utf-8")
        for name in re.findall(r"[a-z]+", " ".join(re.findall(r"^ID(?:_LIKE)?=(.*)$", release, re.M))):
            if name in _REMEDIES:
                return _REMEDIES[name]
    return _REMEDIES["debian"]


def load(fonts_conf: Path | None = None) -> None:
    """Import WeasyPrint with the libraries found, and fontconfig reading `fonts_conf` and nothing else.

    Call it before any other import of weasyprint. Raises MissingLibraries.
    """
    found = find()
    # A missing subset library is told by doctor; the rest cannot be done without.
    if absent := [each.title for each in missing(found) if "subset" not in each.first_name]:
        raise MissingLibraries(absent, remedy())
    if fonts_conf:
        os.environ["FONTCONFIG_FILE"] = str(fonts_conf)
    with _directed(found), loaded_later(RARELY_USED):
        importlib.import_module("weasyprint.text.ffi")


def path_of(entry: Found) -> str:
    """Return the file a found library was opened from, as far as the system tells."""
    name = Path(entry.target).name
    with suppress(OSError):
        for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
            file = line.split(maxsplit=5)[-1]
            if re.match(rf"{re.escape(name)}(\.|$)", Path(file).name):
                return file
    return entry.target


def version_of(entry: Found) -> str:
    """Return the version of an open library, or an empty text where it does not say."""
    with suppress(OSError, AttributeError, ValueError):
        return _VERSIONS[entry.library.title](ctypes.CDLL(entry.target))
    return ""


def _find_on_system() -> dict[str, Found]:
    found = {}
    for library in LIBRARIES:
        with suppress(OSError):
            _kept.append(ctypes.CDLL(library.linux))
            found[library.first_name] = Found(library, library.linux, "the system")
    return found


def _find_unpacked(folder: Path) -> dict[str, Found]:
    """Open every library under the folder that the system lacks, and return those that are asked for.

    The loader takes a library that is already open for one of the same name, so opening them in an order in
    which each finds the ones it needs makes search paths unnecessary.
    """
    waiting = {match[0]: file for file in sorted(folder.rglob("*.so.*")) if (match := _soname(file))}
    opened: dict[str, Path] = {}
    while waiting:
        ready = {name: file for name, file in waiting.items() if _opens(file)}
        if not ready:
            break
        opened |= ready
        waiting = {name: file for name, file in waiting.items() if name not in ready}
    return {
        library.first_name: Found(library, str(opened[library.linux]), str(folder))
        for library in LIBRARIES
        if library.linux in opened
    }


def _soname(file: Path) -> re.Match[str] | None:
    return None if file.is_symlink() else re.match(r".+?\.so\.\d+", file.name)


def _opens(file: Path) -> bool:
    try:
        _kept.append(ctypes.CDLL(str(file)))
    except OSError:
        return False
    return True


def _find_in_folders(own: Sequence[Path]) -> dict[str, Found]:
    """Return the libraries of the first folder that has all that are needed: mixing suppliers breaks them."""
    for folder in (*own, *_wheel_folders(), *_known_folders()):
        found = {}
        for library in LIBRARIES:
            names = library.windows if sys.platform == "win32" else (library.macos,)
            if name := next((name for name in names if (folder / name).is_file()), None):
                found[library.first_name] = Found(library, str(folder / name), str(folder))
        if not missing(found):
            return found
    return {}


def _wheel_folders() -> Iterator[Path]:
    """Yield where the wheel keeps its libraries. Importing it would change the process's environment."""
    spec = importlib.util.find_spec("gstreamer_libs")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(folder) / ("bin" if sys.platform == "win32" else "lib")


def _known_folders() -> Iterator[Path]:
    if sys.platform == "win32":
        folders = os.environ.get("WEASYPRINT_DLL_DIRECTORIES", r"C:\msys64\ucrt64\bin").split(";")
        yield from (Path(folder) for folder in folders if folder)
    else:
        yield from map(Path, _HOMEBREW_AND_MACPORTS)


@contextmanager
def _directed(found: Mapping[str, Found]) -> Iterator[None]:
    """Let WeasyPrint open each library by what was found for its first name, and nothing by another short name."""
    import cffi

    from generator.declared import Declared

    _add_dll_folders(found)

    def opened(real: Callable[[str, int], object], name: str, flags: int) -> object:
        if name in found:
            return real(found[name].target, flags)
        if not Path(name).is_absolute():
            raise OSError(f"{name} was not found")  # and so cffi does not ask a compiler where it is
        return real(name, flags)

    real = cffi.FFI
    cffi.FFI = partial(Declared, opened)
    try:
        yield
    finally:
        cffi.FFI = real


class _Later(ModuleType):
    """A module whose functions and classes load it when they are called."""

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(*args: object, **named: object) -> object:
            return getattr(importlib.import_module(self.__name__), name)(*args, **named)

        if name.startswith("__"):
            raise AttributeError(name)
        return call


@contextmanager
def loaded_later(names: Sequence[str]) -> Iterator[None]:
    """Let whoever imports modules of these names here have what loads them at its first call."""
    missing = [name for name in names if name not in sys.modules]
    sys.modules |= {name: _Later(name) for name in missing}
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


def _add_dll_folders(found: Mapping[str, Found]) -> None:
    """On Windows, let the libraries find each other, and keep WeasyPrint from adding folders of its own."""
    if sys.platform == "win32":
        folders = sorted({str(Path(entry.target).parent) for entry in found.values()})
        os.environ["WEASYPRINT_DLL_DIRECTORIES"] = ";".join(folders)
        _kept.extend(os.add_dll_directory(folder) for folder in folders)


def _pango_version(library: ctypes.CDLL) -> str:
    number: int = library.pango_version()  # 15012 is 1.50.12
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def _fontconfig_version(library: ctypes.CDLL) -> str:
    number: int = library.FcGetVersion()  # 21402 is 2.14.2
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def _harfbuzz_version(library: ctypes.CDLL) -> str:
    library.hb_version_string.restype = ctypes.c_char_p
    text: bytes = library.hb_version_string()
    return text.decode()


def _glib_version(library: ctypes.CDLL) -> str:
    parts = ("glib_major_version", "glib_minor_version", "glib_micro_version")
    return ".".join(str(ctypes.c_uint.in_dll(library, part).value) for part in parts)


_VERSIONS: Mapping[str, Callable[[ctypes.CDLL], str]] = {
    "GObject": _glib_version,
    "Pango": _pango_version,
    "PangoFT2": _pango_version,
    "HarfBuzz": _harfbuzz_version,
    "HarfBuzz subset": _harfbuzz_version,
    "HarfBuzz vector": _harfbuzz_version,
    "fontconfig": _fontconfig_version,
}

if __name__ == "__main__":  # asked by setup/system.sh, before there is an environment
    sys.exit(", ".join(library.linux for library in missing(find())) or 0)
