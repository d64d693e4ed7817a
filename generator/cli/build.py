"""handbill build."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.options import (
    building_options,
    cache_of,
    complete_editions,
    complete_languages,
    complete_products,
    complete_stocks,
    json_option,
    press_options,
    project_option,
    today_option,
)
from generator.cli.printing import count_of, print_diagnostics, print_json

if TYPE_CHECKING:
    from generator.build import Options
    from generator.catalog import Roots
    from generator.changes import Change
    from generator.request import Request
    from generator.summary import PieceSummary, Summary
    from generator.unchanged import Rebuild

FINISHES = ("screen", "office", "press")
DUPLEX = ("long-edge", "short-edge", "by-hand", "by-hand-reversed")
MOST_COPIES = 10_000  # larger print runs are for a print shop


class UsedLabels(click.ParamType[tuple[frozenset[int], ...]]):
    """The used labels of part-used sheets, written like 1-3,7 with a semicolon between sheets."""

    name = "labels"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the used labels of each sheet, or fail with what was expected."""
        if not isinstance(value, str):
            return value
        if not value.strip():
            return ()
        from generator.sheets.grid import parse_used

        try:
            return parse_used(value)
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


class Scheduler(click.ParamType[str]):
    """The address of a Dask scheduler, written tcp://host:port, or tls:// where certificates are set up."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the address, or fail with what was expected."""
        if value and not re.fullmatch(r"(tcp|tls)://([\w.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}", value):
            self.fail(f'"{value}" is not an address; write it like tcp://192.168.0.10:8786.', param, ctx)
        return str(value)


@click.command("build")
@click.argument("editions", nargs=-1, shell_complete=complete_editions)
@click.option(
    "--product",
    "-p",
    "products",
    multiple=True,
    shell_complete=complete_products,
    help="Make only this; repeatable",
)
@click.option(
    "--language",
    "-l",
    "languages",
    multiple=True,
    shell_complete=complete_languages,
    help="Only in this; repeatable",
)
@click.option("--finish", "-f", "finishes", multiple=True, type=click.Choice(FINISHES), help="Make only this finish")
@click.option("--stock", shell_complete=complete_stocks, help="Label sheet or paper, such as avery-5371 or 8371")
@click.option("--size", "sizes", multiple=True, help="Size of a poster, such as 24x36 or a2; repeatable")
@click.option("--copies", type=click.IntRange(1, MOST_COPIES), help="So many of each piece  [default: one sheet full]")
@click.option("--start-at", type=click.IntRange(min=1), help="First free label of the first sheet")
@click.option("--used", type=UsedLabels(), default="", help='Labels that are gone, such as "1-3,7; 1" for two sheets')
@click.option("--together", is_flag=True, help="Pieces that fit the same sheets share them")
@click.option("--stacks", "in_stacks", is_flag=True, help="Deal copies so that cut stacks follow one another")
@click.option("--duplex", type=click.Choice(DUPLEX), help="How the printer turns paper, or a person does")
@click.option("--cluster", type=Scheduler(), default="", help="Make pieces on the Dask cluster at tcp://host:port")
@building_options
@click.option("--plan", "is_plan", is_flag=True, help="Say what would be made and how long it takes; make nothing")
@press_options
@project_option
@today_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, **asked: Any) -> None:
    """Make the pieces of EDITIONS, or of every edition of the project.

    Each finished file is read back and proved before it is published. A piece that fails is refused and
    its old file stays as it is; the others go on.

    \b
    handbill build
    handbill build larkin-county --product wallet-card --stock 8371 --start-at 4
    handbill build larkin-county --product poster --finish press
    handbill build larkin-county --product wallet-card --copies 300 --used "1-3,7; 1-3" --printer front-desk
    handbill build larkin-county --product poster --size 24x36 --stock letter
    """
    from generator.errors import HandbillError

    if asked["start_at"] and asked["used"]:
        raise click.UsageError("--start-at and --used both say which labels are gone; give one of them.")
    if asked["in_stacks"] and not asked["together"]:
        raise click.UsageError("--stacks puts pieces in order that share sheets; give --together as well.")
    roots: Roots = asked["roots"]
    try:
        if asked["is_plan"]:
            _foresee(roots, asked)
            return
        summary = _build(roots, asked)
    except HandbillError as problem:
        print_diagnostics(problem.diagnostics, roots)
        click.echo(f"nothing was made: {count_of(problem.diagnostics)}", err=True)
        if asked["as_json"]:
            print_json({"artifacts": [], "findings": findings(problem.diagnostics)}, indent=1)
        ctx.exit(1)
    _report(summary, roots, asked)
    ctx.exit(0 if summary.is_fine else 1)


def _foresee(roots: "Roots", asked: dict[str, Any]) -> None:
    """Print what a build would do."""
    from msgspec.structs import asdict

    from generator.build import foresee

    options = _options(roots, asked)
    told = foresee(roots, _request(asked), options)
    if asked["as_json"]:
        print_json({**asdict(told), "to_make": told.to_make})
        return
    click.echo(f"{told.pieces} pieces, {told.distinct} of them different, with {told.faces} faces in all")
    click.echo(f"{told.known} known from before: no layout")
    click.echo(f"{told.to_make} to be made" + (f": {_how_long(told.seconds, options.jobs)}" if told.to_make else ""))
    if told.to_make:
        click.echo(f"{told.distinct_faces} different faces on those, {told.drawn_faces} of them drawn before")


def _how_long(seconds: float | None, workers: int) -> str:
    if seconds is None:
        return "how long that takes here is not known before the first build"
    return f"about {max(1, round(seconds))} s with {workers} {'worker' if workers == 1 else 'workers'}"


def _build(roots: "Roots", asked: dict[str, Any]) -> "Summary":
    """Build, or say again what was said when nothing has changed since; that loads none of what builds."""
    from generator.cli.progress import watching

    request, rebuild = _request(asked), _rebuild(roots, asked)
    with watching() as watch:
        said = rebuild.said(watch, with_entries=asked["as_json"]) if rebuild else None
        if said:
            return said
        from generator.foreman import getting_ready

        with getting_ready(roots, is_needed=not asked["cluster"]) as foreman:
            from generator.build import build

            return build(roots, request, _options(roots, asked, rebuild), foreman, watch=watch).summary


def _rebuild(roots: "Roots", asked: dict[str, Any]) -> "Rebuild | None":
    """Return the build as one that may have been made before; None without a cache."""
    from generator.unchanged import rebuild_of

    cache, output, today, is_strict = cache_of(asked), _output(roots, asked), asked["today"], asked["strict"]
    if cache is None:
        return None
    return rebuild_of(cache, roots, _request(asked), output=output, today=today, is_strict=is_strict)


def _request(asked: dict[str, Any]) -> "Request":
    """Return what was asked for."""
    from generator.request import Request

    return Request(
        editions=asked["editions"],
        products=asked["products"],
        languages=asked["languages"],
        finishes=asked["finishes"],
        stock=asked["stock"],
        start_at=asked["start_at"] or 1,
        **{name: asked[name] for name in (*_OF_THE_SHEETS, *_OF_THE_INK)},
    )


def _options(roots: "Roots", asked: dict[str, Any], rebuild: "Rebuild | None" = None) -> "Options":
    """Return how to build."""
    from generator.build import Options

    return Options(
        output=_output(roots, asked),
        today=asked["today"],
        jobs=asked["jobs"],
        strict=asked["strict"],
        cluster=asked["cluster"],
        cache=cache_of(asked),
        rebuild=rebuild,
    )


def _output(roots: "Roots", asked: dict[str, Any]) -> Path:
    output: Path = asked["output"] or roots.project / "output"
    return output.resolve()


_OF_THE_SHEETS = ("sizes", "copies", "used", "together", "in_stacks", "printer", "duplex")
_OF_THE_INK = ("pdfx", "marks", "bleed", "grey")


def _report(summary: "Summary", roots: "Roots", asked: dict[str, Any]) -> None:
    print_diagnostics(summary.diagnostics, roots)
    if asked["as_json"]:
        found = {
            "artifacts": summary.entries,
            "findings": findings(summary.diagnostics),
            "refused": summary.refused,
            "changes": summary.changes,
        }
        print_json(found, indent=1, ensure_ascii=False)
    else:
        for path in summary.written:
            click.echo(str(near(Path(path))))
    print_summary(summary)


def near(path: Path) -> Path:
    """Return a path as seen from the folder that the command runs in."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def print_summary(summary: "Summary") -> None:
    """Print a table of the pieces on stderr, what to know at the printer, and what changed."""
    from generator.cli.tables import print_table

    print_table(("piece", "status", "files", "fitted", "left out"), map(_row, summary.pieces), err=True)
    for name, line in summary.tickets:
        click.echo(f"{name}: {line}", err=True)
    _print_changes(summary.changes)
    made = len(summary.pieces) - len(summary.refused)
    click.echo(f"{made} pieces made, {len(summary.refused)} refused: {count_of(summary.diagnostics)}", err=True)


def _print_changes(changes: Sequence["Change"]) -> None:
    """Say which pieces are not what they were, by the fact that changed them."""
    pieces: dict[str, dict[str, None]] = {}
    for one in changes:
        for said in one.facts or (() if one.is_new else ("changed in other ways",)):
            pieces.setdefault(said, {})[one.piece] = None
    for said, names in pieces.items():
        click.echo(f"{said}\n  in: {', '.join(names)}", err=True)


def _row(piece: "PieceSummary") -> tuple[str, ...]:
    fitted = "" if piece.scale == 1 else f"type at {piece.scale:.0%}"
    return piece.name, piece.status, ", ".join(piece.files), fitted, _left_out(piece.left_out)


def _left_out(names: Sequence[str]) -> str:
    """Return the first few names; all of them stand in the manifest."""
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def findings(diagnostics: Any) -> list[dict[str, object]]:
    """Return findings as --json shows them."""
    from generator.write import finding_entry

    return [{**finding_entry(one), "piece": one.piece or None} for one in diagnostics]
