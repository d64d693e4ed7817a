"""handbill cache: pieces made before, kept for the next build."""

import click

from generator.cli.commands import Commands


@click.group("cache", cls=Commands, package=__name__)
def command() -> None:
    """Look at, or empty, the store of pieces that were made before.

    A piece whose words, numbers, templates and options are all as they were is taken from it, with the very
    bytes that were proved. It never holds more than 3 GB, and nothing is lost by emptying it.

    \b
    handbill cache show
    handbill cache clear
    """
