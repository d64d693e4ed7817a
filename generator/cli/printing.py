"""Say what was found: where it stands, the line with a caret under it, and what to do."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from generator.catalog import Roots
    from generator.errors import Diagnostic, Place

_COLOURS = {"error": "red", "warning": "yellow", "advice": "cyan"}  # by severity
# Said once for all pieces: each piece carries a part of the same facts.
COUNTING = frozenset({"unchecked-facts", "guessed-facts"})
MOST_ALIKE = 8  # findings of one kind in one file that are read one by one
_LONGEST_LINE = 160  # characters of a source line worth showing


def print_json(value: object, *, indent: int | None = None, ensure_ascii: bool = True) -> None:
    """Print a value as JSON on stdout, shapes of ours by their fields."""
    import json  # loaded for those who ask for it

    from msgspec.structs import asdict

    click.echo(json.dumps(value, indent=indent, ensure_ascii=ensure_ascii, default=asdict))


def print_diagnostics(diagnostics: Iterable["Diagnostic"], roots: "Roots", *, all_of_them: bool = False) -> None:
    """Print each finding once on stderr, errors last, where they are read first.

    Of one kind of finding in one file the first few are printed and the others counted, unless all are asked for.
    """
    grouped = _group(diagnostics)
    for severity in reversed(_COLOURS):
        alike: dict[tuple[str, Path | None], int] = {}
        for diagnostic, pieces in grouped.items():
            if diagnostic.severity == severity:
                kind = (diagnostic.code, diagnostic.place.path)
                alike[kind] = alike.get(kind, 0) + 1
                if all_of_them or not kind[1] or alike[kind] <= MOST_ALIKE:
                    _print(diagnostic, pieces, roots)
        for (code, path), count in alike.items():
            if path and count > MOST_ALIKE and not all_of_them:
                _print_rest(code, path, severity, count - MOST_ALIKE)


def _print_rest(code: str, path: Path, severity: str, count: int) -> None:
    hint = f"; handbill lists check {path.stem} names them all" if path.parent.name == "lists" else ""
    click.echo(f"{path}: {count} more like these ({severity}, {code}){hint}", err=True)


def _group(diagnostics: Iterable["Diagnostic"]) -> dict["Diagnostic", list[str]]:
    """Return each finding with the pieces it was made of; a counting one is shown as its largest count."""
    grouped: dict[Diagnostic, list[str]] = {}
    counting: dict[str, Diagnostic] = {}
    for diagnostic in sorted(diagnostics, key=lambda one: -len(one.message) if one.code in COUNTING else 0):
        plain = diagnostic.of_piece("")
        if plain.code in COUNTING:
            plain = counting.setdefault(plain.code, plain)
        pieces = grouped.setdefault(plain, [])
        if diagnostic.piece and diagnostic.piece not in pieces:
            pieces.append(diagnostic.piece)
    return grouped


def _print(diagnostic: "Diagnostic", pieces: Sequence[str], roots: "Roots") -> None:
    from generator.errors import printable

    severity = click.style(f"{diagnostic.severity}:", fg=_COLOURS[diagnostic.severity], bold=True)
    where, message = str(diagnostic.place) or _named(pieces), printable(diagnostic.message)
    click.echo(f"{where}: {severity} {message}" if where else f"{severity} {message}", err=True)
    for line in _source_line(diagnostic.place, roots):
        click.echo(f"    {line}", err=True)
    if pieces and str(diagnostic.place):
        click.echo(f"  in: {_named(pieces)}", err=True)
    if diagnostic.page:
        click.echo(f"  on: page {diagnostic.page}{_spot(diagnostic)}", err=True)
    if diagnostic.hint:
        click.echo(f"  hint: {printable(diagnostic.hint)}", err=True)


def _named(pieces: Sequence[str]) -> str:
    shown = ", ".join(pieces[:3])
    return f"{shown} and {len(pieces) - 3} more" if len(pieces) > 3 else shown


def _spot(diagnostic: "Diagnostic") -> str:
    if not diagnostic.bbox_mm:
        return ""
    left, top, _, _ = diagnostic.bbox_mm
    return f", {left:.0f} mm from the left and {top:.0f} mm from the top"


def _source_line(place: "Place", roots: "Roots") -> tuple[str, ...]:
    """Return the line that a place names and a caret under its column, or nothing."""
    if not place.path or not place.line:
        return ()
    path = _find(place.path, roots)
    try:
        line = path.read_text("utf-8-sig", errors="replace").splitlines()[place.line - 1] if path else ""
    except (OSError, IndexError):
        return ()
    if not line.strip() or len(line) > _LONGEST_LINE:
        return ()
    shown = "".join(char if char.isprintable() else " " for char in line)
    return (shown, " " * (place.column - 1) + "^") if place.column else (shown,)


def _find(path: Path, roots: "Roots") -> Path | None:
    candidates = (path, *(layer / path for layer in roots.layers))
    return next((one for one in candidates if one.is_absolute() and one.is_file()), None)


def count_of(diagnostics: Iterable["Diagnostic"]) -> str:
    """Return how many errors and warnings there are, in words."""
    found = {one.of_piece("") for one in diagnostics}
    counts = [(sum(1 for one in found if one.severity == kind), kind) for kind in _COLOURS]
    said = [f"{number} {noun}{'s' if number > 1 and noun != 'advice' else ''}" for number, noun in counts if number]
    return ", ".join(said) or "nothing wrong"
