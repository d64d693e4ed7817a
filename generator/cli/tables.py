"""Tables on the terminal."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

import click

from generator.cli.options import json_option, project_option
from generator.cli.printing import print_diagnostics, print_json

if TYPE_CHECKING:
    from generator.catalog import Roots
    from generator.project import Project


Rows = Callable[["Project"], Iterator[tuple[str, ...]]]


def listing(name: str, about: str, headings: Sequence[str], rows: Rows) -> click.Command:
    """Return the command that shows what a project holds, as a table or as JSON."""

    @click.command(name, help=about)
    @project_option
    @json_option
    @click.pass_context
    def command(ctx: click.Context, /, roots: "Roots", as_json: bool) -> None:
        from generator.project import load_project

        project, found = load_project(roots)
        if as_json:
            print_json([dict(zip(headings, row, strict=True)) for row in rows(project)], indent=1)
        else:
            print_table(headings, rows(project))
        errors = [one for one in found if one.is_error]
        print_diagnostics(errors, roots)
        ctx.exit(1 if errors else 0)

    return command


WIDTH_IN_A_PIPE = 200  # characters
_STYLED = ("FORCE_COLOR", "TTY_COMPATIBLE")  # the user asks for more than plain text, in a pipe too


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, err: bool = False) -> None:
    """Print rows under headings; as wide as the terminal, or as wide as the text in a pipe."""
    stream, lines = sys.stderr if err else sys.stdout, [headings, *rows]
    if not stream.isatty() and _is_plain(lines, stream.encoding or "utf-8"):
        click.echo("\n".join(_aligned(lines)), file=stream)
    else:
        _draw(lines, stream)


def _is_plain(lines: Sequence[Sequence[str]], encoding: str) -> bool:
    """Return whether a table is one of short plain texts, which needs none of what makes a drawn one slow."""
    texts = [text for line in lines for text in line]
    fits = sum(_widths(lines)) + 3 * len(lines[0]) - 1 <= WIDTH_IN_A_PIPE
    is_utf8 = encoding.lower().startswith("utf") and not any(map(os.environ.get, _STYLED))
    return fits and is_utf8 and all(one.isascii() and one.isprintable() and one.count(":") < 2 for one in texts)


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*lines, strict=True)]


def _aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table as it is drawn, without styles."""
    widths = _widths(lines)
    rows = [f" {'   '.join(map(str.ljust, line, widths))} " for line in lines]
    nothing, rule = " " * len(rows[0]), f" {'─' * (len(rows[0]) - 2)} "
    yield from (nothing, rows[0], rule, *rows[1:], nothing)


def _draw(lines: Sequence[Sequence[str]], stream: TextIO) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*lines[0], box=box.SIMPLE_HEAD, pad_edge=False)
    for row in lines[1:]:
        table.add_row(*row)
    width = None if stream.isatty() else WIDTH_IN_A_PIPE
    console = Console(file=stream, width=width, highlight=False, markup=False)
    console.print(table)
