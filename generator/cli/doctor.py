"""handbill doctor."""

from pathlib import Path

import click

from generator.cli.options import json_option
from generator.cli.printing import print_json


@click.command("doctor")
@click.option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), default="output", show_default=True)
@json_option
@click.pass_context
def command(ctx: click.Context, output: Path, as_json: bool) -> None:
    """See whether this computer has all that is needed to make pieces; each fault comes with its remedy."""
    from generator.doctor import examine

    checks = examine(output)
    if as_json:
        print_json(checks, indent=1)
    for check in () if as_json else checks:
        mark = click.style("ok   ", fg="green") if check.ok else click.style("fault", fg="red", bold=True)
        click.echo(f"{mark}  {check.name}: {check.detail}")
        if not check.ok and check.remedy:
            click.echo(f"       to mend it: {check.remedy}")
    ctx.exit(0 if all(check.ok for check in checks) else 1)
