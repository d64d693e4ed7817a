"""handbill pack."""

from typing import TYPE_CHECKING, Any

import click

from generator.cli.build import findings, near, print_summary
from generator.cli.options import building_options, cache_of, complete_events, json_option, project_option, today_option
from generator.cli.printing import count_of, print_diagnostics, print_json

if TYPE_CHECKING:
    from generator.catalog import Roots
    from generator.pack import Pack


@click.command("pack")
@click.argument("event", shell_complete=complete_events)
@building_options
@project_option
@today_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, **asked: Any) -> None:
    """Make every piece of EVENT and put it into a folder and a zip, ready for the print shop and the printer.

    The folder holds an order sheet for the shop, a run list for the office, each file under a name that says
    what it is, and the proof report. A piece that fails its proof is not packed; the papers name it.

    \b
    handbill pack larkin-fair
    handbill pack larkin-fair --printer front-desk --strict
    """
    from generator.errors import HandbillError

    roots: Roots = asked["roots"]
    try:
        pack = _pack(roots, asked)
    except HandbillError as problem:
        print_diagnostics(problem.diagnostics, roots)
        click.echo(f"nothing was packed: {count_of(problem.diagnostics)}", err=True)
        if asked["as_json"]:
            print_json({"pack": None, "findings": findings(problem.diagnostics)}, indent=1)
        ctx.exit(1)
    _report(pack, roots, asked)
    ctx.exit(0 if pack.outcome.is_fine else 1)


def _pack(roots: "Roots", asked: dict[str, Any]) -> "Pack":
    from generator.cli.progress import watching
    from generator.foreman import getting_ready

    output = (asked["output"] or roots.project / "output").resolve()
    with watching() as watch, getting_ready(roots) as foreman:  # it loads what the rest is loaded beside
        from generator.build import Options
        from generator.pack import pack_event

        options = Options(
            output=output, today=asked["today"], jobs=asked["jobs"], strict=asked["strict"], cache=cache_of(asked)
        )
        return pack_event(roots, asked["event"], options, foreman, printer=asked["printer"], watch=watch)


def _report(pack: "Pack", roots: "Roots", asked: dict[str, Any]) -> None:
    print_diagnostics(pack.outcome.diagnostics, roots)
    if asked["as_json"]:
        print_json(_as_json(pack), indent=1, ensure_ascii=False)
    else:
        for path in (*pack.outcome.written, *pack.written):
            click.echo(str(near(path)))
    print_summary(pack.outcome.summary)
    if pack.folder is None:
        click.echo("nothing was packed: every piece was refused", err=True)
    else:
        click.echo(f"packed: {near(pack.folder)} and {near(pack.folder)}.zip", err=True)


def _as_json(pack: "Pack") -> dict[str, object]:
    from msgspec.structs import asdict

    artifacts = [one.entry for made in pack.outcome.made for one in made.artifacts if one.entry]
    packed = {
        "files": [str(path) for path in pack.written],
        "order": pack.orders,
        "runs": [{**asdict(line), "whole_sheets": line.whole_sheets} for line in pack.runs],
        "totals": pack.totals,
    }
    return {
        "artifacts": artifacts,
        "pack": packed if pack.folder else None,
        "findings": findings(pack.outcome.diagnostics),
        "refused": pack.outcome.refused,
    }
