"""Who is measured, what each of them does, and the command that does it."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from benchmarks.chromium import NAMES

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "templates/base/fonts/fonts.conf"
PYTHON = (sys.executable, "-P", "-m")


class Contender(Struct, frozen=True):
    """One line of the report: its name on the command line, its title, and what it does, in a sentence."""

    id: str
    title: str
    does: str


RIVALS = (
    Contender(
        "weasyprint",
        "WeasyPrint, as usual",
        "One `write_pdf` a piece in one process, nothing shared; ten cards laid out in HTML; tagged; no proof.",
    ),
    Contender(
        "chromium", "Chromium, one process a piece", "`--print-to-pdf` for each page of the same HTML; no proof."
    ),
    Contender(
        "chromium-kept", "Chromium, kept open", "The same HTML printed by one browser, told over a pipe; no proof."
    ),
    Contender(
        "typst-each",
        "Typst, one process a piece",
        "The same words and pictures in templates of its own, each started afresh from Python; tagged; no proof.",
    ),
    Contender(
        "typst", "Typst, kept open", "The same with one compiler for all, which keeps what pieces share; no proof."
    ),
)
HANDBILL = (
    Contender("handbill", "Handbill", "`handbill build` with an empty cache: every piece made, proved and pictured."),
    Contender("handbill-unproved", "Handbill without proofs", "The same without reading back and pictures; only here."),
    Contender("handbill-national", "Handbill, one national number changed", "A number that stands on every piece."),
    Contender("handbill-list", "Handbill, one county's list changed", "One number of one county."),
    Contender("handbill-same", "Handbill, nothing changed", "The same build again."),
)
COMMANDS = (
    Contender("check", "handbill check", "All content read and looked at."),
    Contender("help", "handbill --help", "The launcher and Python included."),
)
EVERY = {one.id: one for one in (*RIVALS, *HANDBILL, *COMMANDS)}


def reason_to_skip(rival: str) -> str:
    """Return why a rival cannot be measured here, or an empty text."""
    if rival.startswith("chromium") and not browser():
        return "no Chromium on the PATH"
    if rival.startswith("typst") and not find_spec("typst"):
        return "the package typst is not installed"
    return ""


def browser() -> str:
    """Return the path of a Chromium, or an empty text."""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


def rival_command(rival: str, pages: Path, output: Path) -> Sequence[str | Path]:
    """Return the command by which a rival makes all pages of a folder."""
    return {
        "weasyprint": (*PYTHON, "benchmarks.naive", pages, output),
        "chromium": (*PYTHON, "benchmarks.chromium", browser(), pages, output),
        "chromium-kept": (*PYTHON, "benchmarks.chromium", browser(), pages, output, "kept"),
        "typst-each": (*PYTHON, "benchmarks.typesetter", pages, output, "each"),
        "typst": (*PYTHON, "benchmarks.typesetter", pages, output),
    }[rival]


def surroundings(cache: Path) -> Mapping[str, str]:
    """Return the environment that every command runs in: the bundled fonts and no other, and a cache of its own.

    Python's own variables are left out but for the folder of compiled files, which the launchers set.
    """
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    return {**kept, "FONTCONFIG_FILE": str(FONTS), "HANDBILL_CACHE": str(cache), "XDG_CACHE_HOME": str(cache / "xdg")}
