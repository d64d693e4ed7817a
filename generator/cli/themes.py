"""handbill themes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.cli.tables import listing

if TYPE_CHECKING:
    from generator.project import Project


def _rows(project: "Project") -> Iterator[tuple[str, ...]]:
    for name, one in project.themes.items():
        yield name, one.value.title, one.value.art


command = listing("themes", "List the colour themes.", ("theme", "title", "art"), _rows)
