"""How hard a text is to read: sentences, words, syllables, and the formulas made of them."""

import re
from collections.abc import Sequence

from msgspec import Struct

_END = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
# An e that is not heard: at the end ("make", "comes", "asked", not "table", "boxes", "wanted"), and in "careful".
_SILENT = re.compile(
    r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[^aeiouycgszxh])es$|(?<=th)es$|(?<=[^aeiouytd])ed$"
    r"|(?<=[aeiou][^aeiou])e(?=(?:ful|less|ly|ment|ness|times?)$)|(?<=som)e(?=[^aeiou])|(?<=ev)e(?=ry)"
)
# Vowels side by side that are heard apart: "quiet", "area", "being", "radio", "usual", "anyone".
_APART = re.compile(
    r"(?<=[^ct])i(?=a)|(?<=[cst])i(?=a(?:te|tion))|(?<=[^cstgx])i(?=o)|(?<=[^ctf])i(?=e(?:t|n(?!d)))|i(?=u)|sci(?=en)"
    r"|[aeiouy]ea$|(?<=[aeiouy][^aeiou])e(?=a$)|cre(?=at)|(?<=[dr])e(?=o)|[aeiouy](?=ing$)"
    r"|(?<=[^qg])u(?=a)|u(?=ou)|(?<=r)u(?=in)|su(?=ic)|lu(?=id)|y(?=one$)|s(?=m$)"
)
_SPANISH_VOWELS = re.compile(r"[aeiouáéíóúü]+")
_SPANISH_APART = re.compile(r"[aeoáéó](?=[aeoáéó])|[íú](?=[aeoáéó])|[aeoáéó](?=[íú])")


class Measures(Struct, frozen=True):
    """What the formulas are made of."""

    sentences: int
    words: int
    syllables: int


def sentences_of(text: str) -> tuple[str, ...]:
    """Return the sentences of a text; a text without a full stop is one."""
    return tuple(part for part in _END.split(" ".join(text.split())) if _WORD.search(part))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text. A number is none."""
    return tuple(_WORD.findall(text))


def measure(texts: Sequence[str], language: str) -> Measures:
    """Return the counts over some texts; syllables only in a language whose syllables can be counted here."""
    sentences = [one for text in texts for one in sentences_of(text)]
    words = [word for one in sentences for word in words_of(one)]
    count = _SYLLABLES.get(language)
    return Measures(len(sentences), len(words), sum(map(count, words)) if count else 0)


def school_grade(counts: Measures) -> float:
    """Return the US school grade of an English text: Flesch-Kincaid (Kincaid and others, US Navy, 1975)."""
    return 0.39 * counts.words / counts.sentences + 11.8 * counts.syllables / counts.words - 15.59


def spanish_ease(counts: Measures) -> float:
    """Return how easy a Spanish text is, 100 the easiest: Szigriszt-Pazos, 1993, as INFLESZ grades it.

    On that scale (Barrio-Cantalejo and others, 2008) 55 to 65 is normal, 65 to 80 fairly easy.
    """
    return 206.835 - 62.3 * counts.syllables / counts.words - counts.words / counts.sentences


def english_syllables(word: str) -> int:
    """Return how many syllables an English word has, by its vowels; right for most words, near for all."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    groups = len(_ENGLISH_VOWELS.findall(letters))
    return max(1, groups - len(_SILENT.findall(letters)) + len(_APART.findall(letters)))


def spanish_syllables(word: str) -> int:
    """Return how many syllables a Spanish word has: two strong vowels, or a stressed weak one, are two."""
    letters = re.sub(r"(?<=q)u|(?<=g)u(?=[eéií])", "", re.sub(r"y$", "i", word.lower()))
    return max(1, len(_SPANISH_VOWELS.findall(letters)) + len(_SPANISH_APART.findall(letters)))


_SYLLABLES = {"en": english_syllables, "es": spanish_syllables}
