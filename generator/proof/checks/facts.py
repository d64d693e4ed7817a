"""Every planned fact stands on its page, whole, with exactly its characters, as often as planned."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from generator.errors import Diagnostic
from generator.plan import Fact
from generator.proof.expected import Expected, ExpectedPage
from generator.proof.glyphs import PageText, same_characters
from generator.proof.matching import Sighting, anywhere, keyword_of, on_one_line
from generator.proof.opened import OpenedPdf, PageView, pages_of
from generator.proof.thresholds import finding

NUMBERS = frozenset({"phone", "sms"})
KEYWORD_REACH = 6.0  # line heights between a word to send and the number it goes to


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return the facts that are missing, broken, printed too often, or without the word to send."""
    return tuple(one for page, index in pages_of(pdf, expected) for one in _page(page, expected.pages[index], expected))


def _page(page: PageView, planned: ExpectedPage, expected: Expected) -> Iterator[Diagnostic]:
    facts = [fact for fact in planned.facts if fact.kind != "qr"]
    found = _on_their_own(page, planned, expected)
    wanted = Counter(fact.printed for fact in facts)
    seen = Counter(one.printed for one in found)
    for printed, count in wanted.items():
        fact = next(one for one in facts if one.printed == printed)
        if seen[printed] < count:
            yield _missing(page, fact, seen[printed], count)
        elif seen[printed] > count and fact.is_whole and not _said_elsewhere(fact, expected):
            yield _repeated(page, fact, seen[printed], count, found)
    for fact in facts:
        keyword = keyword_of(fact)
        if keyword and not _has_keyword(page.text, fact, keyword, found):
            message = f'the word to send, "{keyword}", does not stand by {fact.printed}'
            yield finding("keyword-missing", message, page=page.number, hint="place it with the text_line macro")


def _on_their_own(page: PageView, planned: ExpectedPage, expected: Expected) -> tuple[Sighting, ...]:
    """Return where facts stand, without the places where a longer text says the same, as "988 Lifeline" does."""
    found = page.sightings(planned.facts)
    all_texts = "\n".join(expected.texts or ())  # most numbers are in none of some thousand texts
    printed = {one.printed for one in found if one.kind in NUMBERS and one.printed in all_texts}
    holding = ((text, one) for one in printed for text in expected.texts or () if one in text)
    texts = dict.fromkeys(text for text, one in holding if _says_more(text, one))
    said = [frozenset(glyphs) for text in texts for glyphs in anywhere(page.text, text)]
    return tuple(one for one in found if one.kind not in NUMBERS or not _is_within(one, said))


def _says_more(text: str, printed: str) -> bool:
    """Return whether a text has a number among other words; "room988" only holds its figures."""
    is_word = re.search(rf"(?<!\w){re.escape(printed)}(?!\w)", text)
    return bool(is_word) and any(char.isalnum() for char in text.replace(printed, ""))


def _is_within(one: Sighting, places: Sequence[frozenset[int]]) -> bool:
    return any(glyphs.issuperset(one.glyphs) for glyphs in places)


def _missing(page: PageView, fact: Fact, found: int, planned: int) -> Diagnostic:
    times = f"{found} of {planned} times" if planned > 1 else "not"
    message = f'the {fact.kind} "{fact.printed}" of "{fact.resource}" is {times} found on the page'
    if fact.is_whole and _is_broken(page.text, fact.printed):
        message = f'the {fact.kind} "{fact.printed}" of "{fact.resource}" is broken over two lines'
        return finding("fact-broken", message, page=page.number, hint="keep it on one line with its macro")
    hint = f"something else may stand in its place; place it with the {fact.kind} macro"
    return finding("fact-missing", message, page=page.number, hint=hint)


def _is_broken(text: PageText, printed: str) -> bool:
    flow = "".join(glyph.text for glyph in text.glyphs)
    bare = "".join(char for char in same_characters(printed) if char.isalnum())
    return "".join(char for char in flow if char.isalnum()).find(bare) >= 0 and not any(
        bare in "".join(char for char in line.text if char.isalnum()) for line in text.lines
    )


def _said_elsewhere(fact: Fact, expected: Expected) -> bool:
    """Return whether the plan's other texts print the same: a name that is a number, a text with an address in it."""
    texts = expected.texts
    if texts is None:
        return True
    return fact.printed in texts if fact.kind in NUMBERS else any(fact.printed in text for text in texts)


def _repeated(page: PageView, fact: Fact, found: int, planned: int, sightings: tuple[Sighting, ...]) -> Diagnostic:
    last = [one for one in sightings if one.printed == fact.printed][-1]
    message = f'"{fact.printed}" stands {found} times on the page; the plan has it {planned} times'
    box = page.text.box_of(last.glyphs)
    return finding("fact-repeated", message, page=page.number, bbox=box, hint="place facts with their macros")


def _has_keyword(text: PageText, fact: Fact, keyword: str, found: tuple[Sighting, ...]) -> bool:
    """Return whether the word to send stands near one of the places of its number."""
    numbers = [one.glyphs for one in found if one.printed == fact.printed]
    words = list(on_one_line(text, keyword, "word"))
    return any(_are_near(text, number, word) for number in numbers for word in words)


def _are_near(text: PageText, number: tuple[int, ...], word: tuple[int, ...]) -> bool:
    first, second = text.box_of(number), text.box_of(word)
    reach = KEYWORD_REACH * max(first[3] - first[1], second[3] - second[1])
    across = max(first[0], second[0]) - min(first[2], second[2])
    down = max(first[1], second[1]) - min(first[3], second[3])
    return down <= reach and across <= 4 * reach
