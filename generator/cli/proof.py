"""handbill proof."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.options import project_option, today_option
from generator.cli.printing import print_diagnostics

if TYPE_CHECKING:
    from generator.catalog import Roots
    from generator.published import Reproof


@click.command("proof")
@click.argument("pdfs", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), help="[default: output]")
@project_option
@today_option
@click.pass_context
def command(ctx: click.Context, /, pdfs: tuple[Path, ...], output: Path | None, roots: "Roots", today: date) -> None:
    """Prove published files again, PDFS or all of them: none missing, none changed, every number still there.

    What came of it is told in output/proof.html too.

    \b
    handbill proof
    handbill proof output/larkin-county/en/wallet-card.screen.pdf
    """
    from generator.cli.tables import print_table
    from generator.published import prove_published

    folder = (output or roots.project / "output").resolve()
    proved = list(prove_published(folder, pdfs))
    if not proved:
        click.echo(f"there is no manifest in {folder}: make pieces first with handbill build", err=True)
        ctx.exit(1)
    print_table(("file", "status"), [(one.path, one.status) for one in proved])
    print_diagnostics((found for one in proved for found in one.diagnostics), roots)
    is_reported = _report(folder, proved, roots, today)
    is_fine = not any(one.status in {"missing", "changed", "faulty"} for one in proved)
    ctx.exit(0 if is_fine and is_reported else 1)


def _report(folder: Path, proved: Sequence["Reproof"], roots: "Roots", today: date) -> bool:
    """Write the proof report and say where; return whether that could be done."""
    from generator import __version__
    from generator.errors import HandbillError
    from generator.published import report_again
    from generator.render.assets import Assets

    assets = Assets(roots.folders("templates"), roots.folders("content"))
    try:
        click.echo(report_again(folder, proved, assets, version=__version__, today=today))
    except HandbillError as problem:
        print_diagnostics(problem.diagnostics, roots)
        return False
    return True
