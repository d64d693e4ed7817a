"""The command line: each command is a module of this folder, loaded when it is used."""

import importlib
import pkgutil

import click

from generator import __version__

NOT_COMMANDS = frozenset({"options", "printing", "tables", "progress"})


class Commands(click.Group):
    """Commands found by listing the folder, so that `--help` loads nothing heavy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        modules = (info.name for info in pkgutil.iter_modules(__path__))
        return sorted(name.rstrip("_") for name in modules if name not in NOT_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return one command, or None when there is none of that name."""
        if name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command in the arguments; a near miss is suggested."""
        known = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in known:
            import difflib

            near = difflib.get_close_matches(args[0], known, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else f" There are: {', '.join(known)}."
            ctx.fail(f'There is no command "{args[0]}".{hint}')
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="handbill")
def main() -> None:
    """Make handouts, wallet cards and posters from your content and your own list of local services.

    \b
    handbill build            make every piece of every edition, into the folder output
    handbill check            look for mistakes, make nothing
    handbill doctor           see whether this computer has all that is needed
    """
