"""handbill lists check."""

import json
from datetime import date

import click

from generator.catalog import Roots
from generator.cli.lists.reading import complete_lists, concerns, merged, refuse_unknown
from generator.cli.options import json_option, project_option, today_option
from generator.cli.printing import count_of, print_diagnostics


@click.command("check")
@click.argument("names", nargs=-1, shell_complete=complete_lists)
@project_option
@today_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, names: tuple[str, ...], roots: Roots, today: date, as_json: bool) -> None:
    """Look for mistakes in lists NAMES, or in every list: rows that cannot be read, old facts, retired numbers."""
    from generator.errors import has_errors
    from generator.lists.freshness import judge
    from generator.project import load_project
    from generator.write import finding_entry

    project, found = load_project(roots)
    refuse_unknown(project, names)
    wanted = [one for one in found if concerns(one.place.path, names)]
    policy = project.settings.freshness
    wanted += judge(merged(project, names), policy, kinds=project.kinds, today=today)
    print_diagnostics(wanted, roots, all_of_them=True)
    if as_json:
        click.echo(json.dumps([finding_entry(one) for one in wanted], indent=1, ensure_ascii=False))
    click.echo(count_of(wanted), err=True)
    ctx.exit(1 if has_errors(wanted) else 0)
