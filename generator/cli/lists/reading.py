"""What the commands about lists share: the lists of a project, read and merged."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.catalog import LIST_SUFFIXES, Roots, find_layers
from generator.cli.options import complete
from generator.cli.printing import print_diagnostics

if TYPE_CHECKING:
    from generator.lists.merge import Listed
    from generator.project import Project

complete_lists = complete(lambda roots: find_layers(roots, "content/lists", suffixes=LIST_SUFFIXES))


def read_lists(ctx: click.Context, roots: Roots, names: tuple[str, ...]) -> tuple["Project", tuple["Listed", ...]]:
    """Return the project and the services of the lists named; errors in these lists end the command."""
    from generator.project import load_project

    project, found = load_project(roots)
    refuse_unknown(project, names)
    errors = [one for one in found if one.is_error and concerns(one.place.path, names)]
    if errors:
        print_diagnostics(errors, roots)
        ctx.exit(1)
    return project, merged(project, names)


def refuse_unknown(project: "Project", names: tuple[str, ...]) -> None:
    """Raise a usage error for a name that no list has."""
    from generator.source import nearest

    for name in names:
        if name not in project.lists:
            raise click.BadParameter(f'There is no list "{name}"; {nearest(name, project.lists)}', param_hint="NAMES")


def merged(project: "Project", names: tuple[str, ...]) -> tuple["Listed", ...]:
    """Return every service of the lists named, or of all lists, each once."""
    from generator.lists.merge import merge

    chosen = names or tuple(project.lists)
    return merge([(name, part) for name in chosen for part in project.lists[name]])


def concerns(path: Path | None, names: tuple[str, ...]) -> bool:
    """Return whether a path is the file of one of the lists named, or of any list when none is named."""
    return path is not None and path.parent.name == "lists" and (not names or path.stem in names)
