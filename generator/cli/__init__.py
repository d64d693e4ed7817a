"""The command line: each command is a module of this folder, loaded when it is used."""

import click

from generator import __version__
from generator.cli.commands import Commands


@click.group(cls=Commands, package=__name__, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="handbill")
def main() -> None:
    """Make handouts, wallet cards and posters from your content and your own list of local services.

    \b
    handbill build            make every piece of every edition, into the folder output
    handbill check            look for mistakes, make nothing
    handbill doctor           see whether this computer has all that is needed
    """
