"""Whether a language can say what stands beside faces on sheets."""

from collections.abc import Mapping, Sequence

from generator.errors import Diagnostic, error
from generator.project import Project


def unsaid(project: Project, language_id: str, wanted: Mapping[str, Sequence[str]]) -> tuple[Diagnostic, ...]:
    """Return an error, at its line of the language's file, for each label that is missing or has other {places}."""
    loaded = project.languages[language_id]
    places = project.roots.shown_place
    hint = "write it as in content/languages/en.yaml, its {places} too"
    return tuple(
        error("sheet-label", message, place=places(loaded.document.place_of_key(("labels", label))), hint=hint)
        for label, message in loaded.value.unsaid(wanted)
    )
