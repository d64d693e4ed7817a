"""handbill lists import."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from generator.catalog import Roots
from generator.cli.options import json_option, project_option
from generator.cli.printing import print_diagnostics

if TYPE_CHECKING:
    from generator.errors import Diagnostic
    from generator.lists.importing import ImportReport
    from generator.model.resource import Area
    from generator.project import Project
    from generator.project.keeping import KeptList

_LINES_SHOWN = 120  # of a report on the terminal; all of it stands in its file
Asked = Mapping[str, Any]


def _name(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", value):
        raise click.BadParameter(f'"{value}" should be small letters, figures and hyphens, such as larkin-county.')
    return value


@click.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--list", "name", required=True, callback=_name, help="The list's name, such as larkin-county")
@click.option("--area", help='Whom the services are for unless they say so, such as "Larkin County, IA"')
@click.option("--country", help="Whose numbers they are, such as US  [default: that of the project]")
@click.option("--encoding", help="Of a text file that is not UTF-8, such as cp1252 for old Excel")
@click.option("--dry-run", is_flag=True, help="Say what would happen, write nothing")
@click.option("--strict", is_flag=True, help="End with an error when a row is rejected or something was guessed")
@project_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, **asked: Any) -> None:
    """Make a clean list of FILE: a spreadsheet (CSV, XLSX), a YAML list, or Open Referral HSDS.

    Messy headings and cells are understood where they can be. What was guessed is marked in the list until you
    confirm it; what cannot be used is named with its row and the reason. Importing again updates the list by id
    and keeps your own edits and checks. The report is also written beside the list.

    \b
    handbill lists import services.xlsx --list larkin-county --area "Larkin County, IA"
    handbill lists import old.csv --list larkin-county --encoding cp1252
    """
    from generator.errors import has_errors
    from generator.project import load_project

    roots: Roots = asked["roots"]
    project, _ = load_project(roots)
    kept, problems = _own_list(project, asked)
    report, found = _import(project, kept, asked) if not has_errors(problems) else (None, ())
    if report is None:
        print_diagnostics((*problems, *found), roots)
        click.echo("nothing was imported", err=True)
        ctx.exit(1)
    is_wanted = report.listed.entries and not asked["dry_run"]
    written = _write(roots, asked["name"], report, kept) if is_wanted else []
    _say(report, written, asked)
    is_unclear = bool(report.rejected or report.queried)
    ctx.exit(1 if not report.listed.entries or (asked["strict"] and is_unclear) else 0)


def _own_list(project: "Project", asked: Asked) -> tuple["KeptList | None", tuple["Diagnostic", ...]]:
    """Return the project's own list of this name, if it has one, and why it cannot be imported into."""
    from generator.errors import Place, error
    from generator.project.keeping import cannot_be_written, own_files, own_lists

    name, file = asked["name"], asked["file"]
    paths = own_files(project.roots, name)
    if any(path.samefile(file) for path in paths):
        message = f'is the list "{name}" itself, which is read as it stands'
        return None, (error("imports-itself", message, place=Place(file), hint="name another list with --list"),)
    if len(paths) > 1:
        message = f'{" and ".join(path.name for path in paths)} are both the list "{name}"'
        return None, (error("two-lists", message, place=Place(paths[0]), hint="keep one of them"),)
    refused = tuple(one for one in map(cannot_be_written, paths) if one)
    if refused:
        return None, refused
    kept, problems = own_lists(project, name)
    return (kept[0] if kept else None), problems


def _import(
    project: "Project", kept: "KeptList | None", asked: Asked
) -> tuple["ImportReport | None", tuple["Diagnostic", ...]]:
    from generator.lists import read_rows
    from generator.lists.importing import import_rows, read_fingerprints

    country = (asked["country"] or (kept.listed.country if kept else _country(project, asked["name"]))).upper()
    outcomes, found = read_rows(asked["file"], country=country, kinds=project.kinds, encoding=asked["encoding"])
    if outcomes is None or not outcomes.rows:
        return None, (*found, *(outcomes.found if outcomes else ()))
    outcomes = replace(outcomes, found=(*found, *outcomes.found))
    memory = _memory(project.roots, asked["name"])
    before = read_fingerprints(memory.read_text("utf-8", "replace")) if kept and memory.is_file() else None
    existing, area = (kept.listed if kept else None), _area(asked["area"], country)
    return import_rows(asked["file"], outcomes, existing=existing, before=before, area=area), ()


def _area(text: str | None, country: str) -> "Area | None":
    from generator.lists.importing import read_area

    try:
        return read_area(text, country) if text else None
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--area") from problem


def _country(project: "Project", name: str) -> str:
    """Return the country of the first edition that prints a list, else the project's."""
    editions = (one.value for one in project.editions.values() if name in one.value.lists)
    return next((project.country_of(one) for one in editions), project.settings.country)


def _memory(roots: Roots, name: str) -> Path:
    """Return the file that remembers what an import brought, so that the next one can tell edits from news."""
    return roots.project / "content" / "lists" / f".{name}.imported.json"


def _write(roots: Roots, name: str, report: "ImportReport", kept: "KeptList | None") -> list[Path]:
    """Write the list, its report and the memory of the import; return the first two."""
    from generator.lists.report import to_markdown
    from generator.project.keeping import as_file, new_list
    from generator.write import write_file

    heading = f"Imported from {report.path.name}. What was guessed is marked; see {name}.import.md."
    path, data = as_file(kept or new_list(roots, name, report.listed), report.listed, heading=heading)
    beside = path.with_name(f"{name}.import.md")
    write_file(path, data)
    write_file(beside, to_markdown(report).encode())
    write_file(_memory(roots, name), report.fingerprints.encode())
    return [path, beside]


def _say(report: "ImportReport", written: list[Path], asked: Asked) -> None:
    from generator.lists.report import summary, to_markdown

    if asked["as_json"]:
        click.echo(json.dumps(_as_json(report), indent=1, ensure_ascii=False))
    else:
        for path in written:
            click.echo(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))
    lines = to_markdown(report).splitlines()[4:]
    for line in lines[:_LINES_SHOWN]:
        click.echo(line, err=True)
    if len(lines) > _LINES_SHOWN:
        where = written[1].name if written else "the report"
        click.echo(f"... and {len(lines) - _LINES_SHOWN} lines more in {where}", err=True)
    click.echo(summary(report) + ("; nothing was written" if not written else ""), err=True)


def _as_json(report: "ImportReport") -> dict[str, object]:
    from generator.lists.importing import status_of
    from generator.write import finding_entry

    rows = [
        {"row": one.row, "id": one.id, "status": status_of(one), "findings": [finding_entry(f) for f in one.found]}
        for one in report.rows
    ]
    changed = [{"id": one.id, "fields": one.fields} for one in report.changed]
    kept = [{"id": one.id, "field": one.field, "offered": one.offered} for one in report.kept]
    return {
        "rows": rows,
        "added": report.added,
        "changed": changed,
        "gone": report.gone,
        "kept": kept,
        "findings": [finding_entry(one) for one in report.found],
    }
