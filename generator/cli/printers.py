"""handbill printers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.cli.tables import listing

if TYPE_CHECKING:
    from generator.project import Project


def _rows(project: "Project") -> Iterator[tuple[str, ...]]:
    for name, one in project.printers.items():
        printer = one.value
        errs = f"{printer.offset.x.mm:+g} mm right, {printer.offset.y.mm:+g} mm down"
        measured = printer.measured.isoformat() if printer.measured else ""
        yield name, printer.title or "", printer.paper or "", printer.duplex or "", errs, measured


command = listing(
    "printers",
    "List the printers that were measured: build --printer prints in place on them.",
    ("printer", "title", "paper", "both sides", "prints", "measured"),
    _rows,
)
