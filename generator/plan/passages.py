"""The texts of a piece that people wrote, each with the place where it stands: for judging words."""

import re
from collections.abc import Iterator, Sequence

from generator.plan.piece import Passage
from generator.source import Document, Step, Tree

# What is not said to readers: names of things, dates, addresses. A listing's words are those of its list.
UNSAID = frozenset(
    {"id", "art", "url", "status", "countries", "reviewed_by", "logo", "colour", "checked_by", "checked"}
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")  # of Markdown; what is printed is the text in the brackets


def passages_of(guide: Document, others: Sequence[Document]) -> tuple[Passage, ...]:
    """Return the texts of a guide, in its order, and those of other files, which belong to no part of it."""
    of_guide = (_passage(guide, steps, text, str(steps[0])) for steps, text in _texts(guide.tree, ()))
    of_others = (_passage(one, steps, text, "") for one in others for steps, text in _texts(one.tree, ()))
    return (*of_guide, *of_others)


def _passage(document: Document, steps: tuple[Step, ...], text: str, part: str) -> Passage:
    is_left_out = part == "words" and steps[-1] == "avoid"
    return Passage(_LINK.sub(r"\1", text), document.place_of_value(steps), part, is_left_out)


def _texts(tree: Tree, steps: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Yield every text of a tree, with the steps that lead to it."""
    if isinstance(tree, str):
        yield steps, tree
        return
    items = tree.items() if isinstance(tree, dict) else enumerate(tree or ())
    for step, value in items:
        if step not in UNSAID:
            yield from _texts(value, (*steps, step))
