"""What stands in a project's folders must be files that a name on the command line, and in the output, can name."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from generator.catalog import LIST_SUFFIXES, Roots
from generator.errors import Diagnostic, Place, error

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LONGEST = 80
# No file of these names can be made on Windows, whatever its ending.
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
_YAML = (".yaml",)
_FOLDERS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("content/editions", _YAML, _SLUG),
    ("content/events", _YAML, _SLUG),
    ("content/brands", _YAML, _SLUG),
    ("content/lists", LIST_SUFFIXES, _SLUG),
    ("content/languages", _YAML, _LANGUAGE),
    ("content/guides/*", _YAML, _LANGUAGE),
    ("templates/themes", _YAML, _SLUG),
    ("templates/stocks", _YAML, _SLUG),
)
_ALONE = ("handbill.yaml", "content/kinds.yaml", "content/retired.yaml", "templates/products/*/product.yaml")
_NAMED = ("content/guides/*/", "templates/products/*/")


def check_names(roots: Roots) -> Iterator[Diagnostic]:
    """Yield an error for each thing in the project's own folders that no id can come from, or that is no file of it."""
    is_inside = cache(lambda path: path.resolve().is_relative_to(roots.project))
    for folder, suffixes, pattern in _FOLDERS:
        for path in sorted(roots.project.glob(f"{folder}/[!.~]*")):
            if path.suffix.lower() in suffixes:
                yield from _check_file(path, is_inside)
                yield from _check_name(path, path.stem, pattern)
    for name in _ALONE:
        for path in sorted(roots.project.glob(name)):
            yield from _check_file(path, is_inside)
    for name in _NAMED:
        for path in sorted(roots.project.glob(name)):
            yield from _check_name(path, path.name, _SLUG)


def _check_file(path: Path, is_inside: Callable[[Path], bool]) -> Iterator[Diagnostic]:
    if path.is_symlink() and not path.exists():
        yield error("not-a-file", "is a link that leads nowhere", place=Place(path), hint="delete it")
    elif not path.is_file():
        yield error("not-a-file", "is not a file", place=Place(path), hint="move it elsewhere, or name it differently")
    elif not is_inside(path if path.is_symlink() else path.parent):  # which is asked once for all files in it
        hint = "put a copy of the file in its place"
        yield error("link-leads-out", "is a link that leads out of the project", place=Place(path), hint=hint)


def _check_name(path: Path, name: str, pattern: re.Pattern[str]) -> Iterator[Diagnostic]:
    if name.lower() in _RESERVED:
        message = f'"{name}" is a name that Windows keeps for itself'
        yield error("wrong-name", message, place=Place(path), hint="choose another name")
    elif not pattern.fullmatch(name) or len(name) > _LONGEST:
        example = "a code such as en or zh-Hans" if pattern is _LANGUAGE else "small letters, digits and hyphens"
        message = f"its name is no id: {example}, at most {_LONGEST} of them"
        yield error("wrong-name", message, place=Place(path), hint=_suggested(path, name))


def _suggested(path: Path, name: str) -> str:
    better = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:_LONGEST].strip("-")
    return f"rename it, such as {better}{path.suffix}" if better else "rename it"
