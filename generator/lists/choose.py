"""Choose what an edition prints from its lists: who is served, in which order, and why the rest is not. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from generator.lists.collector import collector_resting
from generator.lists.merge import Listed
from generator.model.kinds import Kind
from generator.model.resource import Area, Phone, Point, Resource, TextLine

Line = TypeVar("Line", Phone, TextLine)
EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


class Wish(Struct, frozen=True):
    """What an edition asks for in one language. What is empty asks for nothing in particular.

    `most` is the largest number of local resources wanted, nearest and most important first.
    """

    language: str
    country: str
    region: str | None = None
    county: str | None = None
    postal_codes: tuple[str, ...] = ()
    point: Point | None = None
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    most: int | None = None


class SetAside(Struct, frozen=True):
    """A resource that is not printed, and the reason in words."""

    id: str
    reason: str


class Choice(Struct, frozen=True):
    """What is printed, in order, and what is not.

    `local` and `national` hold everything chosen but emergency numbers, so the lead and the second line
    stand in them too. `lead` is the crisis line to call first, `second` another one to text, `emergency`
    the number for danger to life.
    """

    local: tuple[Listed, ...]
    national: tuple[Listed, ...]
    lead: Listed | None
    second: Listed | None
    emergency: Listed | None
    set_aside: tuple[SetAside, ...]

    @property
    def all(self) -> tuple[Listed, ...]:
        """Everything chosen, the heads first, each once."""
        heads = (one for one in (self.lead, self.second, self.emergency) if one)
        return tuple({one.id: one for one in (*heads, *self.local, *self.national)}.values())


@collector_resting()
def choose(listed: Sequence[Listed], wish: Wish, *, kinds: Mapping[str, Kind]) -> Choice:
    """Return what an edition prints in one language.

    The order is: pinned ones as they are pinned, then higher priority, crisis lines, nearer ones (a service
    without a door counts as here), the order of kinds, the name and the id.
    """
    reasons = {one.id: _why_not(one, wish) for one in listed}
    chosen = sorted((one for one in listed if not reasons[one.id]), key=lambda one: _rank(one, wish, kinds))
    emergency, ordinary = _emergency_first(chosen, wish, kinds)
    local = [one for one in ordinary if one.is_local]
    kept = local if wish.most is None else local[: wish.most]
    reasons |= {one.id: f"comes after the first {wish.most}" for one in local[len(kept) :]}
    national = tuple(one for one in ordinary if not one.is_local)
    lead, second = _heads((*kept, *national), wish, kinds)
    set_aside = tuple(SetAside(one.id, reasons[one.id]) for one in listed if reasons[one.id])
    return Choice(tuple(kept), national, lead, second, emergency, set_aside)


def why_here(one: Listed, wish: Wish, *, kinds: Mapping[str, Kind]) -> str:
    """Return in words what gives a chosen resource its place in the order, the strongest reason first."""
    pinned, priority, is_not_crisis, away, _, _, _ = _rank(one, wish, kinds)
    kind = kinds.get(one.resource.kind)
    reasons = (
        "" if math.isinf(pinned) else "pinned",
        f"priority {-priority}" if priority else "",
        "" if is_not_crisis else "crisis line",
        f"{away:.1f} km away" if 0 < away < math.inf else "place unknown" if away else "",
        kind.label.text(wish.language) if kind else one.resource.kind,
    )
    return ", ".join(reason for reason in reasons if reason)


def kilometres_between(one: Point, other: Point) -> float:
    """Return the distance along the surface of a sphere (haversine), within 0.5 % of the true one."""
    latitude, other_latitude = math.radians(one.latitude), math.radians(other.latitude)
    turn = math.radians(other.longitude - one.longitude)
    half = (
        math.sin((other_latitude - latitude) / 2) ** 2
        + math.cos(latitude) * math.cos(other_latitude) * math.sin(turn / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def phones_in(resource: Resource, language: str) -> tuple[Phone, ...]:
    """Return the numbers to call that serve a language, those made for it before those for every language."""
    return _in_language(resource.phones, language)


def texts_in(resource: Resource, language: str) -> tuple[TextLine, ...]:
    """Return the numbers to text that serve a language, those made for it before those for every language."""
    return _in_language(resource.texts, language)


def serves_language(languages: Iterable[str], language: str) -> bool:
    """Return whether a service in these languages serves this one; none named means every language."""
    named = {one.partition("-")[0] for one in languages}
    return not named or language.partition("-")[0] in named


def _in_language(lines: Iterable[Line], language: str) -> tuple[Line, ...]:
    serving = (line for line in lines if serves_language(line.languages, language))
    return tuple(sorted(serving, key=lambda line: not line.languages))


def _why_not(one: Listed, wish: Wish) -> str:
    """Return why a resource is not chosen, or nothing. A pin overrides everything but the edition's own hide."""
    if one.id in wish.hide:
        return "is hidden by the edition"
    if one.id in wish.pin:
        return ""
    resource = one.resource
    if wish.kinds and resource.kind not in wish.kinds:
        return f'is of kind "{resource.kind}", which the edition does not ask for'
    return _wrong_people(resource, wish) or _wrong_place(one, wish) or _wrong_language(resource, wish.language)


def _wrong_people(resource: Resource, wish: Wish) -> str:
    if wish.tags and not set(wish.tags) & set(resource.tags):
        return f"has none of the tags {', '.join(wish.tags)}"
    if wish.audience and resource.audience and not set(wish.audience) & set(resource.audience):
        return f"is for {', '.join(resource.audience)}"
    return ""


def _wrong_place(one: Listed, wish: Wish) -> str:
    if one.country != wish.country:
        return f"serves {one.country}"
    area = one.resource.area
    return _outside(area, wish) if area else ""


def _outside(area: Area, wish: Wish) -> str:
    for served, wanted in ((area.region, wish.region), (area.county, wish.county)):
        if served and wanted and _same_name(served) != _same_name(wanted):
            return f"serves {served}"
    if area.postal_codes and wish.postal_codes:
        wanted_codes = {_same_name(code) for code in wish.postal_codes}
        if not wanted_codes & {_same_name(code) for code in area.postal_codes}:
            return "serves other postal codes"
    if area.point and area.radius_km and wish.point:
        away = kilometres_between(area.point, wish.point)
        if away > area.radius_km:
            return f"serves {area.radius_km:g} km around a place {away:.0f} km away"
    return ""


def _same_name(name: str) -> str:
    return "".join(name.casefold().split())


def _wrong_language(resource: Resource, language: str) -> str:
    own = [line.languages for line in resource.phones] + [line.languages for line in resource.texts]
    if any(languages and serves_language(languages, language) for languages in own):
        return ""
    if not serves_language(resource.languages, language):
        return f"answers in {', '.join(resource.languages)}"
    if any((phones_in(resource, language), texts_in(resource, language))):
        return ""
    if any((resource.url, resource.chat, resource.email, resource.address)):
        return ""
    return f"answers in {', '.join(sorted({one for languages in own for one in languages}))}"


Rank = tuple[float, int, bool, float, int, str, str]


def _rank(one: Listed, wish: Wish, kinds: Mapping[str, Kind]) -> Rank:
    resource = one.resource
    kind = kinds.get(resource.kind)
    pinned = wish.pin.index(one.id) if one.id in wish.pin else math.inf
    name = resource.name.text(wish.language).casefold()
    is_crisis = bool(kind and kind.crisis)
    order = kind.order if kind else 100
    return (pinned, -resource.priority, not is_crisis, _distance(resource, wish.point), order, name, one.id)


def _distance(resource: Resource, point: Point | None) -> float:
    """Return the kilometres to a service's door: 0 when it has none, infinite when nobody wrote where it is."""
    own = resource.area.point if resource.area else None
    if point and own:
        return kilometres_between(point, own)
    return math.inf if point and resource.address else 0.0


def _emergency_first(
    chosen: Sequence[Listed], wish: Wish, kinds: Mapping[str, Kind]
) -> tuple[Listed | None, list[Listed]]:
    numbers = [one for one in chosen if (kind := kinds.get(one.resource.kind)) and kind.emergency]
    callable_ = [one for one in numbers if phones_in(one.resource, wish.language)]
    return (callable_[0] if callable_ else None), [one for one in chosen if one not in numbers]


def _heads(chosen: Iterable[Listed], wish: Wish, kinds: Mapping[str, Kind]) -> tuple[Listed | None, Listed | None]:
    """Return the crisis line of the highest priority that can be called, and another one that can be texted."""
    crisis = [one for one in chosen if (kind := kinds.get(one.resource.kind)) and kind.crisis]
    crisis.sort(key=lambda one: _rank(one, wish, kinds)[:2])
    lead = next((one for one in crisis if phones_in(one.resource, wish.language)), None)
    second = next((one for one in crisis if one is not lead and texts_in(one.resource, wish.language)), None)
    return lead, second
