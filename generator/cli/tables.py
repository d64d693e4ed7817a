"""Tables on the terminal."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from generator.catalog import Roots
from generator.cli.options import json_option, project_option
from generator.cli.printing import print_diagnostics

if TYPE_CHECKING:
    from generator.project import Project


Rows = Callable[["Project"], Iterator[tuple[str, ...]]]


def listing(name: str, about: str, headings: Sequence[str], rows: Rows) -> click.Command:
    """Return the command that shows what a project holds, as a table or as JSON."""

    @click.command(name, help=about)
    @project_option
    @json_option
    @click.pass_context
    def command(ctx: click.Context, /, roots: Roots, as_json: bool) -> None:
        from generator.project import load_project

        project, found = load_project(roots)
        if as_json:
            click.echo(json.dumps([dict(zip(headings, row, strict=True)) for row in rows(project)], indent=1))
        else:
            print_table(headings, rows(project))
        errors = [one for one in found if one.is_error]
        print_diagnostics(errors, roots)
        ctx.exit(1 if errors else 0)

    return command


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, err: bool = False) -> None:
    """Print rows under headings; as wide as the terminal, or as wide as the text in a pipe."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    stream = sys.stderr if err else sys.stdout
    table = Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console = Console(file=stream, width=None if stream.isatty() else 200, highlight=False, markup=False)
    console.print(table)
