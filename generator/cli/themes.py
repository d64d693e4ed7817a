"""handbill themes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from generator.catalog import Roots
from generator.cli.options import json_option, project_option
from generator.cli.tables import print_rows

if TYPE_CHECKING:
    from generator.project import Project

HEADINGS = ("theme", "title", "art")


@click.command("themes")
@project_option
@json_option
@click.pass_context
def command(ctx: click.Context, roots: Roots, as_json: bool) -> None:
    """List the colour themes."""
    print_rows(ctx, HEADINGS, _rows, roots=roots, as_json=as_json)


def _rows(project: "Project") -> Iterator[tuple[str, ...]]:
    for name, one in project.themes.items():
        yield name, one.value.title, one.value.art
