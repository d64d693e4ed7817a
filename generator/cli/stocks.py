"""handbill stocks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from generator.catalog import Roots
from generator.cli.options import json_option, project_option
from generator.cli.tables import print_rows

if TYPE_CHECKING:
    from generator.project import Project

HEADINGS = ("stock", "title", "sheet", "label", "a sheet", "also fits")


@click.command("stocks")
@project_option
@json_option
@click.pass_context
def command(ctx: click.Context, roots: Roots, as_json: bool) -> None:
    """List the label sheets and papers that pieces can be printed on."""
    print_rows(ctx, HEADINGS, _rows, roots=roots, as_json=as_json)


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
