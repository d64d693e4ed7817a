"""Headings set in few, even lines: WeasyPrint has no `text-wrap: balance`."""

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

Width = Callable[[str], float]
MOST_WORDS = 20  # with more, trying every way to break takes too long, and it is no heading any more
SMALL_WORD = 2  # letters; "a", "to", "el" belong to the word after them
SMALL_WORD_COST = 0.2  # of the widest line, left blank, is as bad as one small word at a line's end


def balanced(text: str, width_of: Width, *, room: float) -> tuple[str, ...]:
    """Return the lines of a text: as few as the room allows, then as even as that number lets them be.

    The last two words stay together where both fit one line.
    """
    words = _joined(text.split(), width_of, room)
    greedy = _wrapped(words, width_of, room)
    if len(greedy) < 2 or len(words) > MOST_WORDS:
        return tuple(greedy)
    ways = (_lines(words, breaks) for breaks in combinations(range(1, len(words)), len(greedy) - 1))
    fitting = [lines for lines in ways if max(map(width_of, lines)) <= room]
    ranked = sorted(fitting, key=lambda lines: _unevenness(lines, width_of))
    return tuple(ranked[0] if ranked else greedy)


def _joined(words: list[str], width_of: Width, room: float) -> list[str]:
    if len(words) < 3:
        return words
    last = " ".join(words[-2:])
    return [*words[:-2], last] if width_of(last) <= room else words


def _wrapped(words: Sequence[str], width_of: Width, room: float) -> list[str]:
    lines: list[str] = []
    current = ""
    for word in words:
        longer = f"{current} {word}".strip()
        if current and width_of(longer) > room:
            lines.append(current)
            current = word
        else:
            current = longer
    return [*lines, current] if current else lines


def _lines(words: Sequence[str], breaks: tuple[int, ...]) -> list[str]:
    return [" ".join(words[start:end]) for start, end in pairwise((0, *breaks, len(words)))]


def _unevenness(lines: Sequence[str], width_of: Width) -> float:
    widths = [width_of(line) for line in lines]
    widest = max(widths)
    small = sum(len(line.split()[-1]) <= SMALL_WORD for line in lines[:-1])
    return sum((widest - width) ** 2 for width in widths) + small * (SMALL_WORD_COST * widest) ** 2
