"""How a piece that does not fit is tried again: in which order, and how far, parts give way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from generator.model.guide import Guide, Passage, Tip
from generator.model.product import Fit, Product
from generator.plan import Listing, Piece
from generator.render.pour import Poured, most_that_fit

# What fitting can cure: any other finding stays the same however small the type.
CURABLE = frozenset({"overflow", "overlap", "on-fold", "lost-text", "too-many-pages"})


# Parts of a guide that may have a short text.
SHORTENED = ("ally.", "tips.")


class Offer(Struct, frozen=True):
    """An optional part of a face: the part with the highest rank gives way first. `height` in millimetres."""

    name: str
    face: int
    rank: int
    height: float = 0.0


class Attempt(Struct, frozen=True):
    """One way to set a piece: type scale, short texts or long, and the optional parts left out."""

    piece: Piece
    step: int = 0
    is_short: bool = False
    parts_out: frozenset[str] = frozenset()

    @property
    def scale(self) -> float:
        """The type scale of this attempt."""
        return steps_of(self.piece.product)[self.step][1]

    @property
    def columns(self) -> int:
        """How many columns the faces have in this attempt."""
        return steps_of(self.piece.product)[self.step][0]


def steps_of(product: Product) -> tuple[tuple[int, float], ...]:
    """Return how a product may be set, as columns and scale: first more columns, then smaller type."""
    columns = product.pour.columns if product.pour else (1,)
    return (*((count, 1.0) for count in columns[:-1]), *((columns[-1], scale) for scale in product.fit.scale))


class Outcome(Struct, frozen=True):
    """What an attempt came to: faces that did not hold their text, and what could give way on each face."""

    crowded: frozenset[int]
    offers: tuple[Offer, ...]
    printed_on: Mapping[str, frozenset[int]]
    crowded_fields: frozenset[str] = frozenset()
    excess: Mapping[int, float] = field(default_factory=dict)
    poured: Poured | None = None


def next_attempt(attempt: Attempt, outcome: Outcome) -> Attempt | None:
    """Return what to try after an attempt that did not fit, or None when nothing more may give way.

    First optional parts of the crowded faces, then smaller type, then short texts, then whole resources.
    """
    fit = attempt.piece.product.fit
    parts_out = frozenset(_parts_to_leave_out(attempt, outcome))
    if parts_out:
        return replace(attempt, parts_out=attempt.parts_out | parts_out)
    step = _next_step(attempt, outcome.poured)
    if step is not None:
        return replace(attempt, step=step)
    if not attempt.is_short and any(name.startswith(SHORTENED) for name in outcome.crowded_fields):
        return replace(attempt, is_short=True, piece=replace(attempt.piece, guide=shortened(attempt.piece.guide)))
    if outcome.poured:
        may_drop = fit.may_drop == "resources" and not outcome.poured.is_held
        return _with_what_fits(attempt, outcome.poured) if may_drop else None
    return _without_a_resource(attempt, outcome, fit)


# Type at half the size takes a little over a quarter of the room: what stands at the ends of lines stays.
ROOM_EXPONENT = 1.8
DOUBT = 0.15  # of the estimate: a try costs a second, a step too far is seen on paper
NARROWER = 1.04  # lines of narrower columns end a little earlier, so that there are more of them


def _next_step(attempt: Attempt, poured: Poured | None) -> int | None:
    """Return the next way to set a piece; where a poured text is far too long, steps that cannot help are passed."""
    steps = steps_of(attempt.piece.product)
    later = range(attempt.step + 1, len(steps))
    if poured is None or poured.is_held or not later:
        return next(iter(later), None)

    def fill(step: int) -> float:
        columns, scale = steps[step]
        smaller: float = (scale / attempt.scale) ** ROOM_EXPONENT
        return poured.fill * smaller * (1 if columns == attempt.columns else NARROWER)

    return next((step for step in later if fill(step) <= 1 + DOUBT), later[-1])


def _with_what_fits(attempt: Attempt, poured: Poured) -> Attempt | None:
    """Leave out as many listings as a poured text is too long by: the last local ones, then national ones."""
    piece = attempt.piece
    dropping = [one.id for one in (*reversed(piece.local[1:]), *reversed(piece.national[1:]))]
    count = most_that_fit(poured, dropping)
    if not count:
        return None
    for name in dropping[:count]:
        piece = piece.without(name)
    return replace(attempt, piece=piece)


def _parts_to_leave_out(attempt: Attempt, outcome: Outcome) -> Iterator[str]:
    """Yield parts of each crowded face, the highest rank first, until they free what the face lacks."""
    for face in outcome.crowded:
        offers = [one for one in outcome.offers if one.face == face and one.name not in attempt.parts_out]
        lacking = outcome.excess.get(face, 0.0)
        for one in sorted(offers, key=lambda one: -one.rank):
            yield one.name
            lacking -= one.height
            if lacking <= 0 or not one.height:
                break


def _without_a_resource(attempt: Attempt, outcome: Outcome, fit: Fit) -> Attempt | None:
    """Leave out the last local listing of a crowded face while two remain, then the last national one."""
    if fit.may_drop != "resources":
        return None
    for listings in (attempt.piece.local, attempt.piece.national):
        dropped = _last_of(listings, outcome)
        if dropped and len(listings) > 1:
            return replace(attempt, piece=attempt.piece.without(dropped.id))
    return None


def _last_of(listings: Sequence[Listing], outcome: Outcome) -> Listing | None:
    crowding: Iterable[Listing] = (
        one for one in reversed(listings) if outcome.printed_on.get(one.id, frozenset()) & outcome.crowded
    )
    return next(iter(crowding), None)


def shortened(guide: Guide) -> Guide:
    """Return the guide with each short text in the place of its long one."""
    items = tuple(_short_tip(tip) for tip in guide.tips.items)
    tips = guide.tips.model_copy(update={"items": items})
    return guide.model_copy(update={"ally": _short_passage(guide.ally), "tips": tips})


def _short_passage(passage: Passage) -> Passage:
    return passage.model_copy(update={"text": passage.short or passage.text})


def _short_tip(tip: Tip) -> Tip:
    return tip.model_copy(update={"text": tip.short or tip.text})
