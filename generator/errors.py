"""Diagnostics are values: where something stands, what is wrong with it, and what to do."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace


class Severity(StrEnum):
    """How much a finding matters: an error stops a piece, a warning does under --strict, advice never."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


def printable(text: str) -> str:
    """Return a text with whatever could steer a terminal, or reorder what it shows, written as an escape."""
    return text if text.isprintable() else "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    is_plain = char.isprintable() or char in "\u200c\u200d"  # they join letters in words of some languages
    return char if is_plain else char.encode("unicode_escape").decode("ascii")


class Place(Struct, frozen=True):
    """Where something stands: a file, and where known its line and column, both counted from 1."""

    path: Path | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [printable(str(self.path)) if self.path else "", self.line, self.column]
        return ":".join(str(part) for part in parts if part)


NOWHERE = Place()


class Diagnostic(Struct, frozen=True):
    """One finding.

    `code` is a stable kebab-case name, `message` says what was found and what was expected (lower case,
    no full stop), `hint` is the action to take. `page` counts from 1; `bbox_mm` is (left, top, right,
    bottom) in millimetres from the page's trimmed top left corner. `piece` names the piece concerned.
    """

    severity: Severity
    code: str
    message: str
    place: Place = NOWHERE
    hint: str = ""
    page: int | None = None
    bbox_mm: tuple[float, float, float, float] | None = None
    piece: str = ""

    @property
    def is_error(self) -> bool:
        """True when the finding stops what it concerns."""
        return self.severity is Severity.ERROR

    def of_piece(self, piece: str) -> "Diagnostic":
        """Return the same finding, said of one piece."""
        return replace(self, piece=piece)


def error(code: str, message: str, *, place: Place = NOWHERE, hint: str = "") -> Diagnostic:
    """Return an error."""
    return Diagnostic(Severity.ERROR, code, message, place, hint)


def warning(code: str, message: str, *, place: Place = NOWHERE, hint: str = "") -> Diagnostic:
    """Return a warning."""
    return Diagnostic(Severity.WARNING, code, message, place, hint)


def advice(code: str, message: str, *, place: Place = NOWHERE, hint: str = "") -> Diagnostic:
    """Return a piece of advice."""
    return Diagnostic(Severity.ADVICE, code, message, place, hint)


class HandbillError(Exception):
    """Stop a stage after all of its findings were gathered."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{d.place}: {d.message}" for d in self.diagnostics))

    def __reduce__(self) -> tuple[type["HandbillError"], tuple[tuple[Diagnostic, ...]]]:
        """Return what makes the same again, in another process."""
        return type(self), (self.diagnostics,)


class OutOfTime(BaseException):
    """Stop work that has gone on for too long. Not an Exception, so that nothing on the way takes it for another."""


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Return whether any of them is an error."""
    return any(d.is_error for d in diagnostics)
