"""handbill lists export."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.catalog import Roots
from generator.cli.lists.reading import complete_lists, read_lists
from generator.cli.options import project_option

if TYPE_CHECKING:
    from generator.model.resource import ResourceList

ENDINGS = {"csv": ".csv", "xlsx": ".xlsx", "yaml": ".yaml", "hsds": ".json"}


@click.command("export")
@click.argument("name", shell_complete=complete_lists)
@click.option("--to", "form", type=click.Choice(tuple(ENDINGS)), help="[default: by the ending of --output, else csv]")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="[default: NAME and its ending]")
@project_option
@click.pass_context
def command(ctx: click.Context, /, name: str, form: str | None, output: Path | None, roots: Roots) -> None:
    """Write the list NAME as a spreadsheet, as YAML or as Open Referral HSDS (JSON), the same when read back.

    \b
    handbill lists export larkin --to xlsx
    handbill lists export larkin --to hsds -o larkin.json
    """
    from generator.write import write_file

    project, listed = read_lists(ctx, roots, (name,))
    parts = project.lists[name]
    known = {one.id for one in listed}
    changes = [entry for part in parts for entry in part.changes if entry.id not in known]
    whole = parts[-1].model_copy(update={"entries": (*(one.resource for one in listed), *changes)})
    form = form or _form_of(output)
    path = output or Path(f"{name}{ENDINGS[form]}")
    write_file(path.resolve(), _written(whole, form))
    click.echo(str(path))


def _form_of(output: Path | None) -> str:
    ending = output.suffix.lower() if output else ""
    return next((form for form, known in ENDINGS.items() if known == ending), "csv")


def _written(listed: "ResourceList", form: str) -> bytes:
    from generator.lists.export import to_csv, to_xlsx
    from generator.lists.hsds_service import to_hsds
    from generator.lists.yaml import to_yaml

    if form == "xlsx":
        return to_xlsx(listed)
    write = {"csv": to_csv, "yaml": to_yaml, "hsds": to_hsds}[form]
    return write(listed).encode("utf-8")
