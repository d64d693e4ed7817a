"""handbill products."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from generator.catalog import Roots
from generator.cli.options import json_option, project_option
from generator.cli.tables import print_rows

if TYPE_CHECKING:
    from generator.project import Project

HEADINGS = ("product", "title", "US size", "ISO size", "faces", "finishes")


@click.command("products")
@project_option
@json_option
@click.pass_context
def command(ctx: click.Context, roots: Roots, as_json: bool) -> None:
    """List what can be printed: every product with its sizes."""
    print_rows(ctx, HEADINGS, _rows, roots=roots, as_json=as_json)


def _rows(project: "Project") -> Iterator[tuple[str, ...]]:
    for name, one in project.products.items():
        product = one.value
        faces = ", ".join(product.faces) or "as many pages as needed"
        yield (
            name,
            product.title,
            str(product.size.us),
            str(product.size.iso),
            faces,
            ", ".join(product.finishes),
        )
