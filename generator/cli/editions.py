"""handbill editions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.cli.tables import listing

if TYPE_CHECKING:
    from generator.project import Project


def _rows(project: "Project") -> Iterator[tuple[str, ...]]:
    for name, one in project.editions.items():
        edition = one.value
        lists = ", ".join(project.lists_of(edition))
        languages = ", ".join(edition.languages)
        yield name, edition.title, edition.guide, languages, project.country_of(edition), lists


command = listing(
    "editions",
    "List the editions of this project and the built-in ones.",
    ("edition", "title", "guide", "languages", "country", "lists"),
    _rows,
)
