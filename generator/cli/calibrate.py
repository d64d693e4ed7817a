"""handbill calibrate."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.options import complete_languages, complete_stocks, project_option, today_option
from generator.cli.printing import print_diagnostics

if TYPE_CHECKING:
    from generator.catalog import Roots


class Measure(click.ParamType[float | str]):
    """A length that was measured: millimetres, or with its unit."""

    name = "mm"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the length in millimetres, nothing for nothing, or fail with what was expected."""
        from generator.units import Length

        if isinstance(value, float) or value == "":
            return value
        text = str(value).strip().replace(",", ".")
        try:
            return Length.parse(f"{text}mm" if re.fullmatch(r"[+-]?\d*\.?\d+", text) else text).mm
        except ValueError:
            self.fail(f'"{value}" is no length; write millimetres, such as 20.5, or a unit, such as 0.8in.', param, ctx)


READINGS = (
    ("left", "from the paper's left edge to A"),
    ("top", "from the paper's upper edge to A"),
    ("top_right", "from the paper's upper edge to B"),
    ("across", "from A to B"),
    ("down", "from A to C"),
    ("back_right", "how far right of A the back's cross is, seen through the paper"),
    ("back_down", "how far below A the back's cross is"),
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each reading."""
    for name, what in reversed(READINGS):
        command = click.option(f"--{name.replace('_', '-')}", name, type=Measure(), help=what.capitalize())(command)
    return command


@click.command("calibrate")
@click.argument("stock", shell_complete=complete_stocks)
@click.option("--save", "name", help="Take the readings and keep them under this name for the printer")
@reading_options
@click.option(
    "--language", "-l", default="en", show_default=True, shell_complete=complete_languages, help="Of the words"
)
@click.option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), help="[default: output]")
@project_option
@today_option
@click.pass_context
def command(ctx: click.Context, /, **asked: Any) -> None:
    """Measure how far a printer prints from its place, on paper of STOCK, so that sheets allow for it.

    Without --save it writes a sheet to print, which says what to measure. With --save it asks for what was
    measured and keeps it as content/printers/NAME.yaml, for build --printer NAME.

    \b
    handbill calibrate letter
    handbill calibrate letter --save front-desk
    handbill calibrate letter --save front-desk --left 21.2 --top 19.2 --across 175.4
    """
    from generator.errors import HandbillError

    roots: Roots = asked["roots"]
    try:
        path = _save(roots, asked) if asked["name"] else _write_sheet(roots, asked)
    except HandbillError as problem:
        print_diagnostics(problem.diagnostics, roots)
        ctx.exit(1)
    click.echo(str(path))


def _write_sheet(roots: "Roots", asked: dict[str, Any]) -> Path:
    from generator.calibrate import write_sheet

    output = (asked["output"] or roots.project / "output").resolve()
    name, path = write_sheet(roots, asked["stock"], output, tag=asked["language"])
    click.echo(f"print it on both sides, measure, then type: handbill calibrate {name} --save NAME", err=True)
    return path


def _save(roots: "Roots", asked: dict[str, Any]) -> Path:
    from generator.calibrate import find_stock, save_printer
    from generator.sheets.correcting import Readings, true_readings

    _, stock = find_stock(roots, asked["stock"])
    true = true_readings(stock.sheet)
    taken: dict[str, Any] = {name: _reading(asked, name, what, getattr(true, name)) for name, what in READINGS}
    return save_printer(roots, asked["name"], Readings(**taken), stock, today=asked["today"])


def _reading(asked: dict[str, Any], name: str, what: str, true: float | None) -> float | None:
    """Return a reading that was given; one left out is true where others were given, and asked for where none was."""
    if asked[name] is not None:
        return float(asked[name])
    if any(asked[other] is not None for other, _ in READINGS):
        return true
    question = f"{what[0].upper()}{what[1:]}, in mm" + (" (return if you printed no back)" if true is None else "")
    default = "" if true is None else round(true, 2)
    answer = click.prompt(question, type=Measure(), default=default, show_default=true is not None, err=True)
    return float(answer) if str(answer) else None
