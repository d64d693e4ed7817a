"""Commands found by listing a folder, so that `--help` loads nothing heavy."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import click

NOT_COMMANDS = frozenset({"commands", "options", "printing", "progress", "reading", "tables"})


class Commands(click.Group):
    """The commands that are modules of a package; `import_` is the command `import`."""

    def __init__(self, *arguments: Any, package: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return one command, or None when there is none of that name."""
        module = self._modules.get(name)
        if module is None:
            return None
        command: click.Command = importlib.import_module(f"{self.package}.{module}").command
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

    @cached_property
    def _modules(self) -> Mapping[str, str]:
        """The module of each command; the folder is listed once, as each command is asked for by itself."""
        folder = importlib.import_module(self.package).__path__
        names = (info.name for info in pkgutil.iter_modules(folder))
        return {name.rstrip("_"): name for name in names if name not in NOT_COMMANDS}
