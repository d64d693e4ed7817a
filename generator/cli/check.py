"""handbill check."""

from datetime import date
from typing import TYPE_CHECKING

import click

from generator.cli.options import json_option, project_option, today_option
from generator.cli.printing import count_of, print_diagnostics, print_json

if TYPE_CHECKING:
    from generator.catalog import Roots


@click.command("check")
@click.option("--strict", is_flag=True, help="End with an error when there are warnings too")
@project_option
@today_option
@json_option
@click.pass_context
def command(ctx: click.Context, roots: "Roots", today: date, strict: bool, as_json: bool) -> None:
    """Look for mistakes in all content, and make nothing.

    \b
    handbill check --project my-county
    """
    from generator.cache import Cache, usual_folder
    from generator.errors import Severity, has_errors
    from generator.plan import Request, own_events, plan_event, plan_jobs
    from generator.project import load_project
    from generator.recall import known_lists
    from generator.write import finding_entry

    project, found = load_project(roots, known_lists(Cache(usual_folder())))
    jobs, more_found = ((), ()) if has_errors(found) else plan_jobs(project, Request(), today=today)
    planned = [plan_event(project, name, today=today) for name in own_events(project)] if not has_errors(found) else []
    jobs = (*jobs, *(one.job for of_event, _ in planned for one in of_event))
    found = (*found, *more_found, *(one for _, of_event in planned for one in of_event))
    found = (*found, *(one for job in jobs for one in job.diagnostics))
    print_diagnostics(found, roots)
    if as_json:
        print_json([finding_entry(one) for one in found], indent=1, ensure_ascii=False)
    events = f", {len(planned)} event{'s' * (len(planned) > 1)}" if planned else ""
    click.echo(f"{len(project.editions)} editions{events}, {len(jobs)} pieces: {count_of(found)}", err=True)
    failed = has_errors(found) or (strict and any(one.severity is Severity.WARNING for one in found))
    ctx.exit(1 if failed else 0)
