"""What a macro places, it records: proof later looks for exactly these."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct, field

from generator.plan import Fact

Document = tuple[int, int]  # a face, and its region counted from 1; 0 is the face itself


class PlacedFact(Struct, frozen=True):
    """A fact as placed: on which face (from 0) and page (from 1), with the very characters printed.

    `fact.printed` is what stands on the paper; for a QR code, which prints no characters, it is the payload.
    `region` counts the regions of the face from 1; it is 0 for what stands outside of them.
    """

    fact: Fact
    face: int
    page: int
    region: int = 0


class Recorder(Struct):
    """Gathers what the macros place while one piece's templates run, face by face.

    Each fact's element carries its number in `data-fact`: where it stands, if at all, is read from the layout.
    A face that is a document of its own has its facts counted from 0, so that they do not hang on other faces; so
    has each region that is laid out by itself.
    """

    face: int = 0
    facts: list[Fact] = field(default_factory=list)
    _numbers: list[tuple[Document, int]] = field(default_factory=list)
    _document: Document = (0, 0)
    _counts: Counter[Document] = field(default_factory=Counter)

    def turn_to(self, face: int, *, is_document: bool) -> None:
        """Go on with another face."""
        self.face = face
        if is_document:
            self._document = (face, 0)

    @property
    def is_apart(self) -> bool:
        """True inside a region."""
        return self._document[1] > 0

    @contextmanager
    def apart(self, region: int) -> Iterator[None]:
        """Count what is placed inside the block as that of a region, from 1."""
        around, self._document = self._document, (self.face, region)
        try:
            yield
        finally:
            self._document = around

    def record(self, fact: Fact) -> int:
        """Keep one fact, and return its number in its document."""
        number = self._counts[self._document]
        self._counts[self._document] += 1
        self.facts.append(fact)
        self._numbers.append((self._document, number))
        return number

    def placed(self, pages: Mapping[Document, Mapping[int, tuple[int, ...]]]) -> tuple[PlacedFact, ...]:
        """Return the facts that stand on pages, in the order they were placed; pages here count from 0."""
        return tuple(
            PlacedFact(fact, page, page + 1, document[1])
            for fact, (document, number) in zip(self.facts, self._numbers, strict=True)
            for page in pages.get(document, {}).get(number, ())
        )
