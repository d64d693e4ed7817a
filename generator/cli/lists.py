"""handbill lists: bring a list in, look at it, keep it fresh, and hand it on."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.catalog import Roots, find_layers
from generator.cli.options import complete, json_option, project_option, today_option
from generator.cli.printing import count_of, print_diagnostics

if TYPE_CHECKING:
    from generator.lists.merge import Listed
    from generator.model.resource import ResourceList
    from generator.project import Project

FORMATS = ("csv", "xlsx", "yaml")
complete_lists = complete(lambda roots: find_layers(roots, "content/lists", suffixes=(".yaml", ".csv", ".xlsx")))


@click.group("lists")
def command() -> None:
    """Bring in, look at, check and hand on lists of local services."""


@command.command("show")
@click.argument("names", nargs=-1, shell_complete=complete_lists)
@click.option("--kind", "-k", "kinds", multiple=True, help="Only this kind, such as clinic; repeatable")
@click.option("--language", "-l", help="Only services that answer in this language, such as es")
@click.option("--due", is_flag=True, help="Only services with a fact that is unchecked or old enough to warn")
@click.option("--search", help="Only services whose name or text holds these words")
@project_option
@today_option
@json_option
@click.pass_context
def show(
    ctx: click.Context,
    /,
    names: tuple[str, ...],
    kinds: tuple[str, ...],
    language: str | None,
    due: bool,
    search: str | None,
    roots: Roots,
    today: date,
    as_json: bool,
) -> None:
    """Show the services of lists NAMES, or of every list, as a table."""
    from generator.cli.tables import print_table

    project, listed = _read(ctx, roots, names)
    chosen = [
        one
        for one in listed
        if (not kinds or one.resource.kind in kinds)
        and (not language or _answers_in(one, language))
        and (not search or search.casefold() in _words(one))
        and (not due or _is_due(one, project, today))
    ]
    headings = ("id", "name", "kind", "reached by", "checked", "lists")
    rows = [_row(one) for one in chosen]
    if as_json:
        click.echo(json.dumps([dict(zip(headings, row, strict=True)) for row in rows], indent=1, ensure_ascii=False))
    else:
        print_table(headings, rows)
    click.echo(f"{len(chosen)} of {len(listed)} services", err=True)


@command.command("check")
@click.argument("names", nargs=-1, shell_complete=complete_lists)
@project_option
@today_option
@json_option
@click.pass_context
def check(ctx: click.Context, /, names: tuple[str, ...], roots: Roots, today: date, as_json: bool) -> None:
    """Look for mistakes in lists NAMES, or in every list: rows that cannot be read, old facts, retired numbers."""
    from generator.errors import has_errors
    from generator.lists.freshness import judge
    from generator.project import load_project
    from generator.write import finding_entry

    project, found = load_project(roots)
    _refuse_unknown(project, names)
    wanted = [one for one in found if _concerns(one.place.path, names)]
    policy = project.settings.freshness
    wanted += judge(_merged(project, names), policy, kinds=project.kinds, today=today)
    print_diagnostics(wanted, roots)
    if as_json:
        click.echo(json.dumps([finding_entry(one) for one in wanted], indent=1, ensure_ascii=False))
    click.echo(count_of(wanted), err=True)
    ctx.exit(1 if has_errors(wanted) else 0)


@command.command("export")
@click.argument("name", shell_complete=complete_lists)
@click.option("--to", "form", type=click.Choice(FORMATS), help="[default: by the ending of --output, else csv]")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="[default: NAME and its ending]")
@project_option
@click.pass_context
def export(ctx: click.Context, /, name: str, form: str | None, output: Path | None, roots: Roots) -> None:
    """Write the list NAME as a spreadsheet or as YAML, safe to open and the same when read back."""
    from generator.model.resource import ResourceList
    from generator.write import write_file

    project, listed = _read(ctx, roots, (name,))
    part = project.lists[name][-1]
    whole = ResourceList(
        title=part.title,
        country=part.country,
        scope=part.scope,
        licence=part.licence,
        resources=tuple(one.resource for one in listed),
    )
    form = form or _form_of(output)
    path = output or Path(f"{name}.{form}")
    write_file(path.resolve(), _written(whole, form))
    click.echo(str(path))


def _form_of(output: Path | None) -> str:
    ending = output.suffix.lower().lstrip(".") if output else ""
    return ending if ending in FORMATS else "csv"


def _written(listed: "ResourceList", form: str) -> bytes:
    from generator.lists.export import to_csv, to_xlsx
    from generator.lists.yaml import to_yaml

    if form == "xlsx":
        return to_xlsx(listed)
    return (to_yaml(listed) if form == "yaml" else to_csv(listed)).encode("utf-8")


def _read(ctx: click.Context, roots: Roots, names: tuple[str, ...]) -> tuple["Project", tuple["Listed", ...]]:
    """Return the project and the services of the lists named; errors in these lists end the command."""
    from generator.project import load_project

    project, found = load_project(roots)
    _refuse_unknown(project, names)
    errors = [one for one in found if one.is_error and _concerns(one.place.path, names)]
    if errors:
        print_diagnostics(errors, roots)
        ctx.exit(1)
    return project, _merged(project, names)


def _refuse_unknown(project: "Project", names: tuple[str, ...]) -> None:
    from generator.source import nearest

    for name in names:
        if name not in project.lists:
            raise click.BadParameter(f'There is no list "{name}"; {nearest(name, project.lists)}', param_hint="NAMES")


def _merged(project: "Project", names: tuple[str, ...]) -> tuple["Listed", ...]:
    from generator.lists.merge import merge

    chosen = names or tuple(project.lists)
    return merge([(name, part) for name in chosen for part in project.lists[name]])


def _concerns(path: Path | None, names: tuple[str, ...]) -> bool:
    return path is not None and path.parent.name == "lists" and (not names or path.stem in names)


def _answers_in(one: "Listed", language: str) -> bool:
    from generator.lists.choose import serves_language

    resource = one.resource
    named = [*(phone.languages for phone in resource.phones), *(text.languages for text in resource.texts)]
    return serves_language(resource.languages, language) and any(serves_language(one, language) for one in named)


def _words(one: "Listed") -> str:
    resource = one.resource
    texts = (text for text in (resource.name, resource.description) if text)
    return " ".join(word for text in texts for word in text.texts.values()).casefold()


def _is_due(one: "Listed", project: "Project", today: date) -> bool:
    from generator.lists.freshness import judge

    return bool(judge((one,), project.settings.freshness, kinds=project.kinds, today=today))


def _row(one: "Listed") -> tuple[str, ...]:
    from generator.lists.freshness import dated_facts, oldest_check

    resource = one.resource
    oldest = oldest_check((one,))
    reached = "; ".join(_ways(fact.printed for fact in dated_facts(resource)))
    checked = oldest.isoformat() if oldest else "not yet"
    return one.id, resource.name.text("en"), resource.kind, reached, checked, ", ".join(one.lists)


def _ways(printed: Iterator[str]) -> list[str]:
    ways = [one for one in dict.fromkeys(printed) if one != "hours"]
    return ways if len(ways) <= 3 else [*ways[:3], f"{len(ways) - 3} more"]
