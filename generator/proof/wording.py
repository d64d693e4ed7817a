"""Find phrases of a word list in a text: used, not just named in quotation marks."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from generator.lists.retired import folded
from generator.model.words import BetterWord, WordList

_OPENING, _CLOSING = "“«„", "”»"  # and the straight mark, which is both
_SENTENCE_END = re.compile(r"[.!?…][”»\"’)]*\s")


class Use(Struct, frozen=True):
    """One use of a phrase: where it stands in the text, and the entry that it is in."""

    start: int
    end: int
    word: BetterWord


def uses_in(text: str, words: WordList) -> Iterator[Use]:
    """Yield every use of every phrase of a list, in the order of the list."""
    straight = text.replace("’", "'")
    traced = folded(straight)
    for word in words.words:
        if not any(trace in traced for trace in _traces(word.match)):
            continue
        matches = [*_found(word.match, straight)]  # patterns take long to make: most words have none to look further at
        fine = [match.span() for match in _found(word.unless, straight)] if matches else []
        for match in matches:
            is_fine = any(start <= match.start() and match.end() <= end for start, end in fine)
            if not is_fine and not _is_named(text, match.start(), words.mentioned_after):
                yield Use(match.start(), match.end(), word)


def _found(phrases: tuple[str, ...], text: str) -> Iterator[re.Match[str]]:
    return _pattern(phrases).finditer(text) if phrases else iter(())


@lru_cache(maxsize=1024)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds any of these phrases as whole words; * stands for more letters of a word."""
    longest_first = sorted(phrases, key=len, reverse=True)
    parts = (r"\s+".join(_word(word) for word in phrase.replace("’", "'").split()) for phrase in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _traces(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Return what stands in a folded text wherever one of these phrases does: for each, its longest row of letters."""
    return tuple(folded(max(re.split(r"[\s*]+", one.replace("’", "'")), key=len)) for one in phrases)


def _word(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*")


def _is_named(text: str, start: int, after: Sequence[str]) -> bool:
    """Return whether a phrase stands inside quotation marks, after a word such as "not" in its sentence."""
    sentence = _SENTENCE_END.split(text[:start])[-1]
    opened = max(sentence.rfind(mark) for mark in _OPENING)
    closed = max(sentence.rfind(mark) for mark in _CLOSING)
    if sentence.count('"') % 2 == 1:
        opened = max(opened, sentence.rfind('"'))
    before = sentence[: max(opened, 0)].replace("’", "'")
    return opened > closed and bool(after) and bool(_pattern(tuple(after)).search(before))
