"""handbill stocks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.cli.tables import listing

if TYPE_CHECKING:
    from generator.project import Project


def _rows(project: "Project") -> Iterator[tuple[str, ...]]:
    for name, one in project.stocks.items():
        stock = one.value
        yield (
            name,
            stock.title,
            str(stock.sheet),
            str(stock.label),
            str(len(stock.slots)),
            ", ".join(stock.aliases),
        )


command = listing(
    "stocks",
    "List the label sheets and papers that pieces can be printed on.",
    ("stock", "title", "sheet", "label", "a sheet", "also fits"),
    _rows,
)
