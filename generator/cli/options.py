"""Options that commands share."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from generator.cache import Cache
    from generator.catalog import Roots
    from generator.units import Length

PDFX = ("x-4", "x-1a", "x-3")
Command = TypeVar("Command", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A day, written 2026-05-12."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail with what was expected."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is not a day; write it like 2026-05-12.', param, ctx)


def project_option(command: Command) -> Command:
    """Add `--project`, which gives the command a `roots` argument."""
    return click.option(
        "--project",
        "roots",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=".",
        callback=lambda _ctx, _param, value: _roots_at(value.resolve()),
        help="The project's folder, with content/ and templates/ in it. [default: this folder]",
    )(command)


def _roots_at(project: Path) -> "Roots":
    from generator.catalog import Roots, builtin_root

    return Roots(project, builtin_root())


def today_option(command: Command) -> Command:
    """Add `--today`, the day that ages of facts are counted from."""
    return click.option(
        "--today",
        type=Day(),
        default=_today,
        help="Count the age of facts from this day, such as 2026-05-12. [default: today]",
    )(command)


def building_options(command: Command) -> Command:
    """Add how pieces are built: `--printer`, `--jobs`, `--output` and `--strict`."""
    strict = "Refuse pieces with warnings too, such as drafts and unchecked numbers"
    cores = os.cpu_count() or 1
    options = (
        click.option("--printer", shell_complete=complete_printers, help="Correct sheets for this measured printer"),
        click.option("--jobs", "-j", type=click.IntRange(1, 64), default=cores, help="Pieces made at once"),
        click.option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), help="[default: output]"),
        click.option("--strict", is_flag=True, help=strict),
        click.option("--no-cache", is_flag=True, help="Make every piece anew, and keep none for the next time"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def cache_of(asked: dict[str, Any]) -> "Cache | None":
    """Return where pieces made before are looked up; None with `--no-cache`."""
    from generator.cache import Cache, usual_folder

    return None if asked["no_cache"] else Cache(usual_folder())


class WrittenLength(click.ParamType["Length"]):
    """A length, written 3mm or 0.125in."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Length":
        """Return the length, or fail with what was expected."""
        from generator.units import MOST_BLEED_MM, Length

        if isinstance(value, Length):
            return value
        try:
            length = Length.parse(value)
        except ValueError as problem:
            self.fail(str(problem), param, ctx)
        if not 0 <= length.mm <= MOST_BLEED_MM:
            self.fail(f"a bleed is from 0mm to {MOST_BLEED_MM:g}mm.", param, ctx)
        return length


def press_options(command: Command) -> Command:
    """Add what a print shop may ask for: `--pdfx`, `--marks`, `--bleed`, and `--grey`."""
    options = (
        click.option("--pdfx", type=click.Choice(PDFX), help="Standard of press files [default: x-4]"),
        click.option("--marks/--no-marks", default=None, help="Printer's marks on press files [default: on]"),
        click.option("--bleed", type=WrittenLength(), help="Bleed of press files, such as 5mm or 0.125in"),
        click.option("--grey", is_flag=True, help="Office and press files in greys"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def json_option(command: Command) -> Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON")(command)


def _today() -> date:
    """Return SOURCE_DATE_EPOCH's day where it is set, for builds that can be repeated, else today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), tz=UTC).date()
    return date.today()


Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def complete(find: Callable[["Roots"], Iterable[str]]) -> Completer:
    """Return what completes an argument with the ids that a project has."""

    def names(ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
        roots = ctx.params.get("roots") or _roots_at(Path.cwd())
        return [name for name in find(roots) if name.startswith(typed)]

    return names


def _of_folder(folder: str) -> Completer:
    def find(roots: "Roots") -> Iterable[str]:
        from generator.catalog import find_files

        return find_files(roots, folder)

    return complete(find)


def _products(roots: "Roots") -> Iterable[str]:
    from generator.catalog import find_products

    return find_products(roots)


complete_editions = _of_folder("content/editions")
complete_products = complete(_products)
complete_stocks = _of_folder("templates/stocks")
complete_events = _of_folder("content/events")
complete_printers = _of_folder("content/printers")
complete_languages = _of_folder("content/languages")
