"""handbill proof."""

from pathlib import Path

import click

from generator.catalog import Roots
from generator.cli.options import project_option
from generator.cli.printing import print_diagnostics


@click.command("proof")
@click.argument("pdfs", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), help="[default: output]")
@project_option
@click.pass_context
def command(ctx: click.Context, /, pdfs: tuple[Path, ...], output: Path | None, roots: Roots) -> None:
    """Prove published files again, PDFS or all of them: none missing, none changed, every number still there.

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
    ctx.exit(1 if any(one.status in {"missing", "changed", "faulty"} for one in proved) else 0)
