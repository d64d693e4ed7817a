"""Words to leave out, each with a better one: one file a language, content/words/<language>.yaml."""

from typing import Any

from pydantic import Field, field_validator

from generator.model.written import Line, Written


class BetterWord(Written):
    """Phrases to leave out, what to write, and why. In the phrases of `unless` the same words are fine."""

    match: tuple[Line, ...] = Field(min_length=1)
    better: Line
    why: Line
    unless: tuple[Line, ...] = ()

    @field_validator("match", "unless", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class WordList(Written):
    """The words of one language. In quotation marks after one of `mentioned_after`, a phrase is not used but named."""

    mentioned_after: tuple[Line, ...] = ()
    words: tuple[BetterWord, ...] = ()

    def with_own(self, own: "WordList") -> "WordList":
        """Return these words with a project's own, which win where they are about the same phrase."""
        taken = {phrase.casefold() for word in own.words for phrase in word.match}
        kept = [word for word in map(lambda one: _without(one, taken), self.words) if word.match]
        return WordList(mentioned_after=(*self.mentioned_after, *own.mentioned_after), words=(*kept, *own.words))


def _without(word: BetterWord, taken: set[str]) -> BetterWord:
    left = tuple(phrase for phrase in word.match if phrase.casefold() not in taken)
    return word.model_copy(update={"match": left})
