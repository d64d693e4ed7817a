"""Look at every link of the chain that draws a page, in the order in which each depends on those before.

Imports nothing outside the standard library by itself, so that it works where everything else is broken. What
could crash the process, fontconfig and the drawing, is tried in a process of its own.
"""

import ctypes
import importlib.metadata
import io
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from generator import native

MIN_PYTHON = (3, 11)
TRIAL_SECONDS = 120  # a cold start on a slow disk takes some ten
TRIAL_WORDS = "Handbill can draw this page"
_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE.parent
_TRUETYPE = (b"\x00\x01\x00\x00", b"OTTO", b"true")  # the first four bytes of a font file
_FC_SET_SYSTEM = 0  # fontconfig.h


class Check(Struct, frozen=True):
    """One link: whether it holds, what was seen, and when it does not, one command that mends it."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def examine(output: Path = Path("output")) -> tuple[Check, ...]:
    """Return every check in order. Nothing is drawn once a check that drawing stands on has failed."""
    basis = (
        _python(),
        _packages(),
        *_libraries(),
        _bundled_fonts(),
    )
    fonts = _after(basis, "fontconfig sees the fonts", _fontconfig)
    places = (_writable("temporary folder", Path(tempfile.gettempdir())), _writable("output folder", output))
    return (*basis, fonts, *places, _after((*basis, fonts, *places), "trial page", _trial_page))


def fonts_folder() -> Path:
    """Return the folder of the bundled fonts: beside the package in a checkout, inside it once installed."""
    inside = Path("templates", "base", "fonts")
    beside = _ROOT / inside
    return beside if beside.is_dir() else _PACKAGE / "_data" / inside


def _after(earlier: Sequence[Check], name: str, check: Callable[[], Check]) -> Check:
    """Return the check, or why it was not tried: without fonts, for one, the drawing library crashes."""
    broken = next((each for each in earlier if not each.ok), None)
    return Check(name, False, f"not tried until this is mended: {broken.name}", broken.remedy) if broken else check()


def _python() -> Check:
    ok = sys.version_info[:2] >= MIN_PYTHON
    detail = f"{platform.python_version()} at {sys.executable}"
    return Check("Python", ok, detail, "" if ok else _anew("python3.11"))


def _packages() -> Check:
    """Compare what is installed with the lock, or where there is none, with the distribution's own list."""
    lock = _ROOT / "requirements.lock"
    wanted = tuple(_locked(lock) if lock.is_file() else _declared())
    wrong = [(name, version, _installed(name)) for name, version in wanted if not _fits(name, version)]
    if not wrong:
        source = lock.name if lock.is_file() else "the distribution's own list"
        return Check("packages", bool(wanted), f"{len(wanted)} as in {source}", "" if wanted else _anew())
    seen = ", ".join(f"{name} {version or 'any'} (here: {there or 'none'})" for name, version, there in wrong)
    return Check("packages", False, f"wanted: {seen}", _anew())


def _locked(lock: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and version of each package that the lock holds for this system."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        match = re.match(r"([\w.-]+)==(\S+?)(?: ; (.+?))? \\$", line)
        if match and _applies(match[3] or ""):
            yield match[1], match[2]


def _declared() -> Iterator[tuple[str, str]]:
    """Yield the name of each package that the installed distribution needs here, in any version."""
    try:
        lines = importlib.metadata.requires("handbill") or []
    except importlib.metadata.PackageNotFoundError:
        return
    for line in lines:
        wanted, _, marker = line.partition(";")
        if (match := re.match(r"[\w.-]+", wanted)) and _applies(marker):
            yield match[0], ""


def _applies(marker: str) -> bool:
    """Return whether a marker holds here. Where nothing can read it, no: its package is then not compared."""
    try:
        from packaging.markers import Marker
    except ImportError:
        return not marker
    return not marker or Marker(marker).evaluate()


def _fits(name: str, version: str) -> bool:
    there = _installed(name)
    return there == version if version else bool(there)


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _libraries() -> Iterator[Check]:
    found = native.find()
    for library in native.LIBRARIES:
        if entry := found.get(library.first_name):
            yield _library(entry)
        elif library.needed:
            yield Check(library.title, False, "not found", native.remedy())


def _library(entry: native.Found) -> Check:
    version = native.version_of(entry)
    detail = f"{version or 'version unknown'} from {entry.source}: {native.path_of(entry)}"
    if entry.library.title == "Pango" and version and _numbers(version) < native.MIN_PANGO:
        oldest = ".".join(map(str, native.MIN_PANGO[:2]))
        return Check("Pango", False, f"{detail}; {oldest} or newer is needed", native.remedy())
    return Check(entry.library.title, True, detail)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _bundled_fonts() -> Check:
    folder = fonts_folder()
    fonts = sorted(folder.rglob("*.ttf"))
    broken = [file.name for file in fonts if not _is_font(file)]
    has_conf = (folder / "fonts.conf").is_file()
    if fonts and has_conf and not broken:
        return Check("bundled fonts", True, f"{len(fonts)} in {folder}")
    wrong = "are missing" if not fonts else f"have damaged files: {', '.join(broken)}"
    wrong = wrong if broken or not fonts else "have no fonts.conf"
    return Check("bundled fonts", False, f"those in {folder} {wrong}", _restore(folder))


def _is_font(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(4) in _TRUETYPE


def _fontconfig() -> Check:
    """Ask fontconfig, told to read our file alone, which fonts it sees."""
    name = "fontconfig sees the fonts"
    seen, problem = _in_own_process("fonts")
    bundled = {str(file) for file in fonts_folder().resolve().rglob("*.ttf")}
    if problem:
        return Check(name, False, problem, _restore(fonts_folder()))
    files = {str(Path(file).resolve()) for file in seen}
    if unseen := bundled - files:
        return Check(name, False, f"it does not see {_names(unseen)}", _restore(fonts_folder()))
    if strange := files - bundled:
        return Check(name, False, f"it also sees {_names(strange)}", _restore(fonts_folder()))
    return Check(name, True, f"{len(files)}, and none of this machine's")


def _names(files: set[str]) -> str:
    names = sorted(Path(file).name for file in files)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _writable(name: str, folder: Path) -> Check:
    """Write a file in the folder, or where it will be made, in the folder that will hold it."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"handbill")
    except OSError as problem:
        reason = problem.strerror or str(problem)
        return Check(name, False, f"{there}: {reason}", f"chmod u+rwx {shlex.quote(str(there))}")
    return Check(name, True, f"{folder.absolute()} can be written")


def _trial_page() -> Check:
    fonts, problem = _in_own_process("page")
    if problem:
        return Check("trial page", False, problem, _anew())
    return Check("trial page", True, f"drawn and read back, with {', '.join(fonts)} embedded")


def _in_own_process(what: str) -> tuple[list[str], str]:
    """Return what the trial found, or what went wrong: it may crash, hang, or raise."""
    environment = {
        **os.environ,
        "FONTCONFIG_FILE": str(fonts_folder() / "fonts.conf"),
        "PYTHONPATH": str(_ROOT),
    }
    command = [sys.executable, "-P", "-m", "generator.doctor", what]
    try:
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=TRIAL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return [], f"did not end within {TRIAL_SECONDS} seconds"
    if ended.returncode:
        said = ended.stderr.strip().splitlines()
        return [], said[-1] if said and ended.returncode > 0 else f"crashed with signal {-ended.returncode}"
    found: list[str] = json.loads(ended.stdout.splitlines()[-1])
    return found, ""


def _anew(python: str = "") -> str:
    """Return the command that installs Handbill's packages again, with another Python if one is named."""
    lock, launcher = _ROOT / "requirements.lock", _ROOT / "handbill"
    if not lock.is_file():
        return f'"{sys.executable}" -m pip install --upgrade --force-reinstall handbill'
    if not python and Path(sys.prefix) != _ROOT / ".venv":
        return f'"{sys.executable}" -m pip install --require-hashes -r {shlex.quote(str(lock))}'
    choice = f"HANDBILL_PYTHON={python} " if python else ""
    return f"rm -rf {shlex.quote(str(_ROOT / '.venv'))} && {choice}{shlex.quote(str(launcher))} doctor"


def _restore(folder: Path) -> str:
    """Return the command that brings back files that came with Handbill."""
    if (_ROOT / ".git").exists():
        return f"git -C {shlex.quote(str(_ROOT))} checkout -- {shlex.quote(str(folder.relative_to(_ROOT)))}"
    if (_ROOT / "requirements.lock").is_file():
        return f"unpack a fresh copy of Handbill over {_ROOT}"
    return _anew()


class _FontSet(ctypes.Structure):
    """FcFontSet of fontconfig.h."""

    _fields_ = (
        ("nfont", ctypes.c_int),
        ("sfont", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    )


def _font_property(name: bytes) -> list[str]:
    """Return a property, such as its file or family, of every font that fontconfig finds."""
    fontconfig = ctypes.CDLL(native.find()["libfontconfig-1"].target)
    fontconfig.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
    fontconfig.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
    fontconfig.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
    text = ctypes.POINTER(ctypes.c_char_p)
    fontconfig.FcPatternGetString.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, text)
    found = fontconfig.FcConfigGetFonts(fontconfig.FcInitLoadConfigAndFonts(), _FC_SET_SYSTEM)
    values = []
    for index in range(found.contents.nfont if found else 0):
        value = ctypes.c_char_p()
        fontconfig.FcPatternGetString(found.contents.fonts[index], name, 0, ctypes.byref(value))
        values.append(os.fsdecode(value.value or b""))
    return values


def _fonts_drawn() -> list[str]:
    """Draw a page in the first bundled family and return the fonts embedded in it. Raises SystemExit."""
    native.load(fonts_folder() / "fonts.conf")
    import weasyprint

    family = min(_font_property(b"family"))
    page = f"<p style=\"font-family: '{family}'\">{TRIAL_WORDS}</p>"
    drawn: bytes = weasyprint.HTML(string=page).write_pdf()
    if TRIAL_WORDS not in _words(drawn):
        raise SystemExit("the words of the page could not be read back from it")
    fonts = _embedded_fonts(drawn)
    if not any(_letters(family) in _letters(font) for font in fonts):
        raise SystemExit(f"the page was to use {family}, and embeds: {', '.join(fonts) or 'no font'}")
    return fonts


def _letters(name: str) -> str:
    return re.sub(r"\W", "", name).lower()  # fonts are embedded under names with hyphens for spaces


def _words(drawn: bytes) -> str:
    import pypdfium2

    text: str = pypdfium2.PdfDocument(drawn)[0].get_textpage().get_text_bounded()
    return text


def _embedded_fonts(drawn: bytes) -> list[str]:
    """Return the names of the fonts whose files are in the PDF, without the mark of a subset."""
    import pikepdf

    files = ("/FontFile", "/FontFile2", "/FontFile3")
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        dictionaries = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)]
        descriptors = [each for each in dictionaries if any(file in each for file in files)]
        return sorted({re.sub(r"^/(?:[A-Z]{6}\+)?", "", str(each.FontName)) for each in descriptors})


def _try(what: str) -> list[str]:
    return _font_property(b"file") if what == "fonts" else _fonts_drawn()


if __name__ == "__main__":  # in the process of its own
    sys.stdout.write(json.dumps(_try(sys.argv[1])) + "\n")
