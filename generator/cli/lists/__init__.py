"""handbill lists: bring a list in, look at it, keep it fresh, and hand it on."""

import click

from generator.cli.commands import Commands


@click.group("lists", cls=Commands, package=__name__)
def command() -> None:
    """Bring in, look at, check, keep fresh and hand on lists of local services.

    \b
    handbill lists import services.xlsx --list larkin    make a clean list of a spreadsheet
    handbill lists show larkin --due                     see what is due for a call
    handbill lists verify larkin --by "R. Diaz"          go through it and write down what you found
    """
