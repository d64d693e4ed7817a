"""Find numbers, words and addresses that services have given up, however they are written."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec import Struct

from generator.errors import NOWHERE, Diagnostic, Place, error
from generator.lists.numbers import KEYPAD
from generator.model.resource import Resource
from generator.model.retired import RetiredText
from generator.model.written import Localized
from generator.source import Document, Step, Tree

_GAP = r"[\s().\-‐-―/·\u00a0\u202f]{0,3}"  # what people put between the digits of one number
_PRESS = (
    r"(?:press|push|dial|select|choose|option|opt\.?|hit|oprim[ae]|presion[ae]|puls[ae]|marque|marca|opci[oó]n|tecla|menu)"
    r"[\s:,]*(?:(?:the|key|number|button|el|la|n[uú]mero|tecla|opci[oó]n|option)\s+)*[\"'“‘#(]*"
)
_DIGIT_WORDS = (
    "zero|cero", "one|uno", "two|dos", "three|tres", "four|cuatro", "five|cinco", "six|seis", "seven|siete",
    "eight|ocho", "nine|nueve",
)  # fmt: skip
_TO = r"[\"'”’*]*\s+(?:to|at|al?|an|au)\s+(?:the\s+number\s+|n[uú]mero\s+)?"
_KEY = re.compile(r"press (\d)", re.I)
_KEYWORD = re.compile(r"text (\S+) to (\S+)", re.I)
_PRESSING = (
    *("press", "push", "dial", "select", "choose", "opt", "hit", "oprim", "presion", "puls", "marque", "marca"),
    *("opción", "opcion", "tecla", "menu"),
)  # a trace of each word of _PRESS
_NO_DIGITS = re.compile(r"\D+")
_VANITY = re.compile(r"(?<![A-Za-z])\d[\d\-. ()]*[A-Z][A-Z\d\-. ]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_])|\n\s*\n")


class Passage(Struct, frozen=True):
    """A stretch of text that is read together, such as a sentence or a whole resource, and where it stands."""

    text: str
    place: Place = NOWHERE


def find_retired(passages: Iterable[Passage], retired: Sequence[RetiredText]) -> tuple[Diagnostic, ...]:
    """Return an error for each retired text in each passage, with the reason."""
    those = tuple(passages)
    # What is not in all of them together, as nearly every time, is in none: no pattern asks what a line stands between.
    whole = _Said(Passage("\n".join(one.text for one in those)))
    every = (_Sought(one, _traces(one.match)) for one in retired)
    sought = [one for one in every if one.may_be_in(whole)]
    found = (_found(said, one) for said in (map(_Said, those) if sought else ()) for one in sought if one.is_in(said))
    return tuple(dict.fromkeys(found))


def passages_of(document: Document) -> tuple[Passage, ...]:
    """Return the passages of a file: each resource as one, and every sentence of every other text."""
    return tuple(_passages(document, document.tree, ()))


def passages_of_resource(resource: Resource, place: Place = NOWHERE) -> tuple[Passage, ...]:
    """Return a resource as passages: all that would be printed of it as one text."""
    return (Passage("\n".join(_said(resource)), place),)


def sentences(text: str) -> tuple[str, ...]:
    """Return a text as its sentences, each with the one after it: "Dial 988. Then press 3." is said in two."""
    parts = [part for part in _SENTENCE.split(text) if part.strip()]
    return tuple(" ".join(parts[index : index + 2]) for index in range(max(1, len(parts) - 1))) if parts else ()


class _Said:
    """A passage as it is searched: one form of every letter, and its vanity numbers in digits as well."""

    def __init__(self, passage: Passage) -> None:
        self.place = passage.place
        self.text = unicodedata.normalize("NFKC", passage.text)
        self.digits = _in_digits(self.text)
        self.folded = folded(self.text if self.digits == self.text else f"{self.text}\n{self.digits}")
        self.row = _NO_DIGITS.sub("", self.digits)

    def find(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        hit = pattern.search(self.text)
        return hit if hit or self.digits == self.text else pattern.search(self.digits)


class _Traces(Struct, frozen=True):
    """What stands in a passage wherever a pattern finds something: these digits in a row, and one of these words.

    Looking for them rules out nearly every passage of a long list, in a small part of the time of a pattern.
    """

    row: str
    words: tuple[str, ...]

    def are_in(self, said: _Said) -> bool:
        return self.row in said.row and (not self.words or any(word in said.folded for word in self.words))


class _Sought(Struct, frozen=True):
    """A retired text, and what finds it."""

    text: RetiredText
    traces: _Traces

    @property
    def match(self) -> re.Pattern[str]:
        """What finds it, which takes long to make: it is asked for where there are traces."""
        return _pattern(self.text.match)

    def may_be_in(self, said: _Said) -> bool:
        return self.traces.are_in(said) and said.find(self.match) is not None

    def is_in(self, said: _Said) -> bool:
        return self.may_be_in(said) and self._is_near(said)

    def _is_near(self, said: _Said) -> bool:
        return not self.text.near or _pattern(self.text.near).search(said.text) is not None


def _found(said: _Said, sought: _Sought) -> Diagnostic:
    hit, one = said.find(sought.match), sought.text
    written = " ".join(said.text[hit.start() : hit.end()].split()) if hit else one.match
    beside = f' beside "{one.near}"' if one.near else ""
    message = f'"{written}"{beside} is out of use: {one.why}'
    return error("retired-text", message, place=said.place, hint="take it out, or write what replaced it")


def folded(text: str) -> str:
    """Return a text in which letters are the same that a pattern takes for the same, each by itself."""
    return text.casefold().replace("ı", "i").replace("\u0307", "")  # it takes a Turkish i, with and without, for ours


def _in_digits(text: str) -> str:
    """Return the text with the capitals of vanity numbers as the keys they stand on, each in its place."""
    return _VANITY.sub(lambda match: "".join(KEYPAD.get(char, char) for char in match[0]), text)


@cache
def _traces(match: str) -> _Traces:
    """Return the traces of a retired text, whichever way it is spelled."""
    if digits := _digits_of_number(match):
        return _Traces(_national(digits), ())
    if _KEY.fullmatch(match.strip()):
        return _Traces("", _PRESSING)
    if keyword := _KEYWORD.fullmatch(match.strip()):
        return _Traces(_national(keyword[2]), (folded(keyword[1]),))
    return _Traces("", (folded(max(match.split(), key=len, default="")),))


@cache
def _pattern(match: str) -> re.Pattern[str]:
    """Return what finds a retired text in its other spellings: of a number, of a key to press, of a text line."""
    if digits := _digits_of_number(match):
        return _number(digits)
    if key := _KEY.fullmatch(match.strip()):
        return re.compile(rf"\b{_PRESS}(?:{key[1]}(?!\d)|(?:{_DIGIT_WORDS[int(key[1])]})\b)", re.I)
    if keyword := _KEYWORD.fullmatch(match.strip()):
        return re.compile(rf"\b{re.escape(keyword[1])}{_TO}{_number(keyword[2]).pattern}", re.I)
    words = r"\s+".join(re.escape(word) for word in match.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.I)


def _digits_of_number(match: str) -> str:
    """Return the digits of a text that is a number, nothing for another."""
    digits = re.sub(r"[\s().\-+]", "", match)
    return digits if digits.isdigit() else ""


def _national(number: str) -> str:
    """Return the digits of a number without its country's 1."""
    digits = re.sub(r"\D", "", number)
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _number(number: str) -> re.Pattern[str]:
    """Return what finds a number whatever stands between its digits, with or without its country's 1."""
    national = _national(number)
    code = rf"(?:\+?1{_GAP})?" if len(national) == 10 else ""
    gap = _GAP if len(national) > 6 else "[- ]?"
    return re.compile(rf"(?<!\d)(?<!\d[-.]){code}[(]?{gap.join(national)}(?!\d)(?![-.]\d)")


def _passages(document: Document, tree: Tree, steps: tuple[Step, ...]) -> Iterator[Passage]:
    if isinstance(tree, str):
        place = document.place_of_value(steps)
        yield from (Passage(sentence, place) for sentence in sentences(tree))
    elif isinstance(tree, dict) and "id" in tree:
        yield Passage("\n".join(_lines(tree)), document.place_of_value((*steps, "id")))
    else:
        items = tree.items() if isinstance(tree, dict) else enumerate(tree or ())
        for step, value in items:
            yield from _passages(document, value, (*steps, step))


def _lines(tree: Tree) -> Iterator[str]:
    """Yield the texts of a tree, menus and keywords said as people say them; what is not printed is left out."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for item in tree:
            yield from _lines(item)
    elif isinstance(tree, dict):
        yield from _of_line(tree)
        for key, value in tree.items():
            if key not in {"notes", "source", "checked_by"}:
                yield from _lines(value)


def _of_line(tree: dict[str, Tree]) -> Iterator[str]:
    if "number" in tree and isinstance(tree.get("menu"), str):
        yield f"{tree['number']} press {tree['menu']}"
    if "number" in tree and isinstance(tree.get("keyword"), str):
        yield f"text {tree['keyword']} to {tree['number']}"


def _said(resource: Resource) -> Iterator[str]:
    for text in (resource.name, resource.short_name, resource.description, resource.cost, resource.for_whom):
        yield from text.texts.values() if isinstance(text, Localized) else ()
    for phone in resource.phones:
        yield f"{phone.number} press {phone.menu}" if phone.menu else phone.number
        yield from phone.purpose.texts.values() if phone.purpose else ()
    for line in resource.texts:
        yield f"text {line.keyword} to {line.number}" if line.keyword else line.number
    for web in (resource.url, resource.chat):
        yield from [web.url] if web else []
    for texts in (resource.hours.text, resource.hours.note) if resource.hours else ():
        yield from texts.texts.values() if texts else ()
