"""Show how far a build is: a moving line on a terminal, one plain line a piece in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from generator.summary import Watch


@contextmanager
def watching() -> Iterator["Watch"]:
    """Yield what a build calls after each piece."""
    if not sys.stderr.isatty():
        yield _plain
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("making pieces", total=None)

        def show(done: int, total: int, name: str, status: str) -> None:
            progress.update(task, completed=done, total=total, description=f"{name} {status}")

        yield show


def _plain(done: int, total: int, name: str, status: str) -> None:
    click.echo(f"[{done}/{total}] {name}: {status}", err=True)
