"""handbill languages."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.cli.tables import listing

if TYPE_CHECKING:
    from generator.project import Project


def _rows(project: "Project") -> Iterator[tuple[str, ...]]:
    for name, one in project.languages.items():
        guides = ", ".join(guide for guide, language in project.guides if language == name)
        yield name, one.value.name, one.value.direction, one.value.status, guides


command = listing(
    "languages",
    "List the languages, and the guides written in them.",
    ("language", "name", "direction", "status", "guides"),
    _rows,
)
