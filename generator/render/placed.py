"""What a macro places, it records: proof later looks for exactly these."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.plan import Fact


@dataclass(frozen=True, slots=True)
class PlacedFact:
    """A fact as placed: on which face (from 0) and page (from 1), with the very characters printed.

    `fact.printed` is what stands on the paper; for a QR code, which prints no characters, it is the payload.
    """

    fact: Fact
    face: int
    page: int


@dataclass(slots=True)
class Recorder:
    """Gathers what the macros place while one piece's templates run, face by face.

    Each fact's element carries its number in `data-fact`: where it stands, if at all, is read from the layout.
    A face that is a document of its own has its facts counted from 0, so that they do not hang on other faces.
    """

    face: int = 0
    facts: list[Fact] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])

    def turn_to(self, face: int, *, is_document: bool) -> None:
        """Go on with another face."""
        self.face = face
        if is_document and face:
            self.starts.append(len(self.facts))

    def record(self, fact: Fact) -> int:
        """Keep one fact, and return its number in its document."""
        self.facts.append(fact)
        return len(self.facts) - 1 - self.starts[-1]

    def placed(self, pages: Mapping[int, tuple[int, ...]]) -> tuple[PlacedFact, ...]:
        """Return the facts that stand on pages, in the order they were placed; pages here count from 0."""
        return tuple(
            PlacedFact(fact, page, page + 1) for number, fact in enumerate(self.facts) for page in pages.get(number, ())
        )
