"""The texts of a piece that people wrote, each with the place where it stands: for judging words."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec.structs import replace

from generator.catalog import Roots
from generator.errors import Place
from generator.plan.piece import Passage
from generator.source import Document, Step, Tree

# What is not said to readers: names of things, dates, addresses. A listing's words are those of its list.
UNSAID = frozenset(
    {"id", "art", "url", "status", "countries", "reviewed_by", "logo", "colour", "checked_by", "checked"}
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")  # of Markdown; what is printed is the text in the brackets


@lru_cache(maxsize=256)  # a guide and a language are asked for by every piece of every edition
def passages_of(document: Document, roots: Roots, *, is_guide: bool = False) -> tuple[Passage, ...]:
    """Return the texts of a file, in its order, placed as people see them; those of a guide name its parts."""
    path = roots.shown(document.path)
    return tuple(
        _passage(replace(document.place_of_value(steps), path=path), steps, text, str(steps[0]) if is_guide else "")
        for steps, text in _texts(document.tree, ())
    )


def _passage(place: Place, steps: tuple[Step, ...], text: str, part: str) -> Passage:
    is_left_out = part == "words" and steps[-1] == "avoid"
    return Passage(_LINK.sub(r"\1", text), place, part, is_left_out)


def _texts(tree: Tree, steps: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Yield every text of a tree, with the steps that lead to it."""
    if isinstance(tree, str):
        yield steps, tree
        return
    items = tree.items() if isinstance(tree, dict) else enumerate(tree or ())
    for step, value in items:
        if step not in UNSAID:
            yield from _texts(value, (*steps, step))
