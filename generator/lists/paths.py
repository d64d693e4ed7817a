"""Values by their paths, as columns name them, and the tree that they make together."""

from collections.abc import Iterable, Mapping

from generator.lists.headers import Steps
from generator.source import Step, Tree


def in_words(value: Tree) -> str:
    """Return what a value says, on one line."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return ", ".join(map(in_words, parts)) if parts else str(value or "")


def plant(tree: dict[str, Tree], path: Steps, value: Tree) -> None:
    """Put a value at the end of a path, making what is missing on the way; numbers are still keys."""
    for step in path[:-1]:
        below = tree.setdefault(str(step), {})
        if not isinstance(below, dict):
            return
        tree = below
    tree[str(path[-1])] = value


def numbered(paths: Iterable[Steps]) -> dict[Steps, Steps]:
    """Return each path with its numbers made to follow on, however many phones were left out between."""
    paths = tuple(paths)
    numbers: dict[Step, set[int]] = {}
    for path in paths:
        if len(path) > 1 and isinstance(path[1], int):
            numbers.setdefault(path[0], set()).add(path[1])
    places = {name: {number: index for index, number in enumerate(sorted(found))} for name, found in numbers.items()}
    return {path: _renumbered(path, places.get(path[0], {})) for path in paths}


def _renumbered(path: Steps, places: Mapping[int, int]) -> Steps:
    return (path[0], places[path[1]], *path[2:]) if len(path) > 1 and isinstance(path[1], int) else path


def as_lists(tree: dict[str, Tree]) -> Tree:
    """Return the tree with numbered keys made lists."""
    made = {key: as_lists(value) if isinstance(value, dict) else value for key, value in tree.items()}
    if made and all(key.isdigit() for key in made):
        return [made[key] for key in sorted(made, key=int)]
    return made


def listed(value: Tree) -> list[Tree]:
    """Return the texts of a list, or of numbered keys that will be one."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value, key=int)]
    return value if isinstance(value, list) else []
