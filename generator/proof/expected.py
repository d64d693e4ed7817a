"""What the plan says must be on the paper, in the shape that the proof reads."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Protocol

from msgspec import Struct, field

from generator.keeping import OfObjects
from generator.model.edition import Finish
from generator.model.words import WordList
from generator.model.written import Written
from generator.plan import Fact, Passage, Piece
from generator.proof.thresholds import Limits, limits_of
from generator.units import Box, Size


class Placed(Protocol):
    """A fact as the renderer placed it: on which face (from 0) and which page (from 1)."""

    @property
    def fact(self) -> Fact:
        """The fact."""

    @property
    def face(self) -> int:
        """The face, from 0."""

    @property
    def page(self) -> int:
        """The page, from 1."""

    @property
    def region(self) -> int:
        """The region of the face that it stands in, from 1; 0 outside of them."""


class PlacedFrame(Protocol):
    """A face with room for regions, as the renderer drew it."""

    @property
    def pdf(self) -> bytes:
        """Its PDF, a single page."""

    @property
    def regions(self) -> tuple[Box, ...]:
        """What each region may leave ink on: in millimetres from the trimmed corner."""


class Region(Struct, frozen=True):
    """A part of a page that is laid out by itself: its box in mm from the trimmed corner, and the facts in it."""

    box: Box
    facts: tuple[Fact, ...] = ()


class Frame(Struct, frozen=True):
    """What many pages share: a PDF of one page, the facts on it, and the regions that are laid on it."""

    pdf: bytes
    facts: tuple[Fact, ...] = ()
    regions: tuple[Region, ...] = ()


class ExpectedPage(Struct, frozen=True):
    """One page of faces: its facts in reading order, and the frame that it is put together from, if it is."""

    facts: tuple[Fact, ...] = ()
    frame: Frame | None = None


class Expected(Struct, frozen=True):
    """What the finished faces of one piece must show, one page a face.

    `texts` is all that the plan may print besides facts, so that a number from nowhere stands out; None leaves
    that question out. `order` holds runs of texts, each to be read in its order. `passages` are the texts that
    people wrote, judged by `words`. Of `crisis` one fact at least must be there, when it names any. `fonts` are
    the families allowed; none named means any. `font_files` are the bundled faces that embedded ones are held
    against; none named leaves that out. `names` are what each resource is called. With `is_tagged` the file is
    held to PDF/UA-1.
    """

    piece: str
    language: str
    title: str
    trim: Size
    pages: tuple[ExpectedPage, ...]
    bleed: float = 0.0
    direction: Literal["ltr", "rtl"] = "ltr"
    finish: Finish = "screen"
    texts: tuple[str, ...] | None = None
    order: tuple[tuple[str, ...], ...] = ()
    passages: tuple[Passage, ...] = ()
    words: WordList = field(default_factory=WordList)
    crisis: tuple[Fact, ...] = ()
    fonts: tuple[str, ...] = ()
    font_files: tuple[Path, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_tagged: bool = True
    limits: Limits = field(default_factory=Limits)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every planned fact of every page."""
        return tuple(fact for page in self.pages for fact in page.facts)

    @property
    def safe_area(self) -> Box:
        """The part of a page where nothing is lost, from the trimmed top left corner."""
        return Box(0, 0, self.trim.width, self.trim.height).inset(self.limits.safe_mm)


def expect(
    piece: Piece,
    placed: Iterable[Placed],
    *,
    pages: int,
    title: str,
    finish: Finish = "screen",
    fonts: tuple[str, ...] = (),
    font_files: tuple[Path, ...] = (),
    frames: Mapping[int, PlacedFrame] = MappingProxyType({}),
) -> Expected:
    """Return what a rendered piece must show: what the macros recorded, and what the plan requires.

    `frames` has, by its number, each face that is put together of a frame and regions.
    """
    by_page: dict[int, list[Placed]] = {}
    for one in placed:
        by_page.setdefault(one.page, []).append(one)
    return Expected(
        piece=piece.name,
        language=piece.language_id,
        title=title,
        trim=piece.size,
        pages=tuple(_page(by_page.get(at + 1, ()), frames.get(at)) for at in range(pages)),
        bleed=piece.bleed if piece.product.faces else 0.0,
        direction=piece.language.direction,
        finish=finish,
        texts=_texts_of(piece),
        order=tuple(run for run in _order(piece) if len(run) > 1),
        passages=piece.passages,
        words=piece.words,
        crisis=tuple(_crisis(piece)),
        fonts=fonts or (*piece.language.text_fonts, *piece.language.display_fonts),
        font_files=font_files,
        names={one.id: tuple(dict.fromkeys((one.name, one.short_name))) for one in piece.listings},
        limits=limits_of(piece.product),
    )


def _page(placed: Sequence[Placed], frame: PlacedFrame | None) -> ExpectedPage:
    facts = tuple(one.fact for one in placed)
    if frame is None:
        return ExpectedPage(facts)
    around, *inside = (
        tuple(one.fact for one in placed if one.region == number) for number in range(len(frame.regions) + 1)
    )
    regions = tuple(Region(box, of_region) for box, of_region in zip(frame.regions, inside, strict=True))
    return ExpectedPage(facts, Frame(frame.pdf, around, regions))


def _order(piece: Piece) -> Iterator[tuple[str, ...]]:
    """Yield the runs of a piece: the numbers of its listings, and what the guide puts one after the other."""
    runs = (piece.local, piece.national) if piece.product.order == "priority" else (piece.rows,)
    for listings in runs:
        numbers = [one.call.fact.printed for one in listings if one.call]
        yield tuple(number for number in numbers if numbers.count(number) == 1)
    guide = piece.guide
    yield tuple(tip.title for tip in guide.tips.items)
    yield tuple(pair.say for pair in guide.words.pairs) if guide.words else ()
    for points in (guide.signs, guide.crisis, guide.self_care, guide.summary, guide.checklist):
        yield points.items if points else ()


def _crisis(piece: Piece) -> Iterator[Fact]:
    """Yield the ways to reach a crisis line by voice or text, where the product may not appear without one."""
    lines = (piece.lead, piece.second) if "crisis" in piece.product.needs else ()
    for one in lines:
        yield from (fact for fact in one.ways_to_reach if fact.kind in {"phone", "sms"}) if one else ()


def _texts_of(piece: Piece) -> tuple[str, ...]:
    """Return every text inside a piece that is not a fact, each once."""
    texts: dict[str, None] = {}
    kind: type = type(piece)
    for part in _parts_of(kind)(piece):
        if isinstance(part, Written):  # a guide or a language is that of many pieces
            texts |= dict.fromkeys(_TEXTS.get((part,), partial(_gathered, part)))
        else:
            _gather((part,), texts)
    return tuple(texts)


_TEXTS = OfObjects[tuple[str, ...]](256)


def _gathered(value: object) -> tuple[str, ...]:
    texts: dict[str, None] = {}
    _gather(value, texts)
    return tuple(texts)


def _gather(value: object, texts: dict[str, None]) -> None:
    kind: type = type(value)
    for part in _parts_of(kind)(value):
        if isinstance(part, str):
            texts.setdefault(part)
        else:
            _gather(part, texts)


@cache
def _parts_of(kind: type) -> Callable[[Any], Iterable[object]]:
    """Return what gives the parts of a kind of thing that texts may be in."""
    if issubclass(kind, Mapping):
        return kind.values
    if issubclass(kind, tuple | list | frozenset):
        return iter
    names = _names(kind)
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: [getattr(value, name) for name in names]


def _names(kind: type) -> tuple[str, ...]:
    """Return the names of what holds the texts of a kind of thing; none of a fact, and of what is no text."""
    if issubclass(kind, Fact):
        return ()
    if issubclass(kind, Passage):
        return ("text",)
    if issubclass(kind, Written):
        return tuple(kind.model_fields)
    return kind.__struct_fields__ if issubclass(kind, Struct) else ()
