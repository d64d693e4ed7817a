"""Hours in prose, English or Spanish, as structured openings; and openings in one cell, exactly."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from generator.model.resource import DAYS, Hours, Opening
from generator.source import Tree

_NAMES = {
    "mon": "mon mo m monday mondays lunes lun lu l",
    "tue": "tue tu tues t tuesday tuesdays martes mar ma",
    "wed": "wed we w weds wednesday wednesdays miercoles mie mier mi x",
    "thu": "thu th thur thurs r thursday thursdays jueves jue ju j",
    "fri": "fri fr f friday fridays viernes vie vi v",
    "sat": "sat sa saturday saturdays sabado sabados sab s",
    "sun": "sun su sunday sundays domingo domingos dom do d",
}
_DAY = {name: day for day, names in _NAMES.items() for name in names.split()}
_GROUPS: dict[str, Sequence[str]] = {
    **dict.fromkeys(("weekday", "weekdays"), DAYS[:5]),
    **dict.fromkeys(("weekend", "weekends"), DAYS[5:]),
    **dict.fromkeys(("daily", "everyday", "days", "diario", "diariamente", "dias"), DAYS),
    "mwf": ("mon", "wed", "fri"),
    **dict.fromkeys(("tth", "tuth"), ("tue", "thu")),
}
_TURN = "(?: (?:a|per|al|del) (?:day|dia)| daily| todos los dias)?"
_WEEK = (
    r"(?:,? ?(?:and |y )?(?:los )?"
    r"(?:7 (?:days|dias)(?: (?:a|per|de la|a la) (?:week|semana))?|every ?day|365(?: days)?(?: a year)?))*"
)
_ALWAYS = re.compile(
    r"(?:(?:open|available|abierto|disponible|answered) )?"
    rf"(?:24 ?/ ?7(?: ?/ ?365)?|(?:las )?24[ -]?(?:hours?|hrs?|horas|h){_TURN}{_WEEK}"
    r"|always(?: open)?|siempre|around the clock|any ?time)"
)
_TOKEN = re.compile(
    r"(?P<time>\d{1,2}(?:(?::|h(?=\d)|\.(?=\d\d))\d{2})?(?:\s*[ap]\.?\s?m\b\.?|[ap]\b|\s*hrs?\b|\s*h\b)?"
    r"|\b(?:noon|midnight|mediodia|medianoche)\b)"
    r"|(?P<to>-+|\b(?:to|thru|through|until|till?|a|al|hasta)\b)"
    r"|(?P<and>[,/&+]|\b(?:and|y|e)\b)"
    r"|(?P<end>[;\n|])"
    r"|(?P<zone>\(?\b(?:[ecmp][sd]?t|akst|hst|(?:eastern|central|mountain|pacific)(?: time)?)\b\)?)"
    r"|(?P<closed>\b(?:closed|cerrado)\b)"
    r"|(?P<filler>[:.@]|\b(?:from|de|del|desde|las?|los|el|open|hours|abierto|horario|every|each|todos|cada|at|on|only)\b)"
    r"|(?P<day>\b[a-z]+\b)"
    r"|(?P<space>\s+)"
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:h.](\d{2}))?\s*([ap])?")
_NAME = "(?:mon|tue|wed|thu|fri|sat|sun)"
_EXACT = re.compile(rf"({_NAME}(?:-{_NAME}|(?: {_NAME})*)) (\d\d:\d\d)-(\d\d:\d\d)")


class Read(Struct, frozen=True):
    """Hours as a tree for the model. `guessed` when another reading of the words is possible."""

    tree: dict[str, Tree]
    guessed: bool = False


def read_hours(cell: str) -> Read:
    """Return the hours that a cell tells: always, openings, or its words as given when they are not understood."""
    text = _folded(cell)
    exact = _exact(cell)
    if exact is not None:
        return Read(exact)
    if _ALWAYS.fullmatch(text.strip(" .")):
        return Read({"always": "true"})
    try:
        clauses = _clauses(text)
    except ValueError:
        return Read({"text": {"": cell}})
    tree: dict[str, Tree] = {"openings": _openings(clauses.pairs)}
    if clauses.zone:
        tree["time_zone"] = clauses.zone
    return Read(tree, guessed=True)


def hours_in_one_cell(hours: Hours) -> str:
    """Return always and openings so that `read_hours` reads them back equal: `mon tue 09:00-17:00; sat 10:00-12:00`."""
    always = ["24/7"] if hours.always else []
    return "; ".join([*always, *(_opening(one) for one in hours.openings)])


def _opening(one: Opening) -> str:
    return f"{' '.join(one.days)} {one.opens}-{one.closes}"


def _exact(cell: str) -> dict[str, Tree] | None:
    tree: dict[str, Tree] = {}
    openings: list[Tree] = []
    for part in cell.split("; "):
        match = _EXACT.fullmatch(part)
        if part == "24/7":
            tree["always"] = "true"
        elif match:
            openings.append({"days": [*_spelled_out(match[1])], "opens": match[2], "closes": match[3]})
        else:
            return None
    return {**tree, "openings": openings} if openings else tree


def _spelled_out(days: str) -> list[str]:
    """Return the days of `mon-fri` or `mon wed`, each by its name."""
    first, _, last = days.partition("-")
    if not last:
        return days.split()
    start = DAYS.index(first)
    return [*(DAYS * 2)[start : start + (DAYS.index(last) - start) % 7 + 1]]


def _folded(cell: str) -> str:
    spread = unicodedata.normalize("NFKD", cell.casefold())
    letters = "".join(char for char in spread if not unicodedata.combining(char))
    return re.sub(r"[ \t]+", " ", re.sub("[‐‑‒–—−]", "-", letters)).strip()


class _Clauses(Struct):
    """What was read so far: days waiting for their times, and pairs of days with times."""

    days: list[str] = field(default_factory=list)
    pairs: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)
    zone: str = ""
    waiting: list[tuple[str, str]] = field(default_factory=list)  # times that stand before their days


def _clauses(text: str) -> _Clauses:
    """Return the days with their times. Raises ValueError at the first thing that is not understood."""
    tokens = _tokens(text)
    clauses, index, had_times = _Clauses(), 0, False
    while index < len(tokens):
        kind, word = tokens[index]
        if kind == "day":
            days, index = _days(tokens, index)
            if had_times:
                clauses.days, had_times = [], False
            clauses.days += days
            continue
        if kind == "time":
            opens, closes, index = _span(tokens, index)
            if clauses.days:
                clauses.pairs.append((tuple(dict.fromkeys(clauses.days)), opens, closes))
            else:
                clauses.waiting.append((opens, closes))
            had_times = bool(clauses.days)
            continue
        index = _closed(clauses, tokens, index) if kind == "closed" else index + 1
        clauses.zone = word.strip("()").upper() if kind == "zone" else clauses.zone
        if kind == "to":
            raise ValueError("a span without its start")
    return _settled(clauses)


def _settled(clauses: _Clauses) -> _Clauses:
    if clauses.waiting and clauses.days and not clauses.pairs:
        clauses.pairs = [(tuple(dict.fromkeys(clauses.days)), *times) for times in clauses.waiting]
    elif clauses.waiting:
        raise ValueError("times without days")
    named = {day for days, _, _ in clauses.pairs for day in days}
    if not clauses.pairs or (clauses.days and not named >= set(clauses.days)):
        raise ValueError("days without times")
    return clauses


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise ValueError(f"{text[position]!r} is not understood")
        kind, word = str(match.lastgroup), match[0].strip()
        if kind == "day" and word not in _DAY and word not in _GROUPS:
            raise ValueError(f"{word!r} is no day")
        if kind not in {"space", "filler"}:
            tokens.append((kind, word))
        position = match.end()
    return tokens


def _days(tokens: Sequence[tuple[str, str]], index: int) -> tuple[list[str], int]:
    """Return one day, one group, or the days of a span such as Mon-Fri, and where to read on."""
    word = tokens[index][1]
    if word in _GROUPS:
        return list(_GROUPS[word]), index + 1
    first = DAYS.index(_DAY[word])
    if index + 2 < len(tokens) and tokens[index + 1][0] == "to" and tokens[index + 2][0] == "day":
        last = DAYS.index(_DAY[tokens[index + 2][1]])
        return [DAYS[(first + step) % 7] for step in range((last - first) % 7 + 1)], index + 3
    return [DAYS[first]], index + 1


def _closed(clauses: _Clauses, tokens: Sequence[tuple[str, str]], index: int) -> int:
    """Pass over `closed` with its days, which may stand on either side."""
    if clauses.days and not any(set(clauses.days) <= set(days) for days, _, _ in clauses.pairs):
        clauses.days = []
        return index + 1
    index += 1
    while index < len(tokens) and tokens[index][0] in {"day", "to", "and"}:
        index += 1
    return index


def _span(tokens: Sequence[tuple[str, str]], index: int) -> tuple[str, str, int]:
    if index + 2 >= len(tokens) or tokens[index + 1][0] != "to" or tokens[index + 2][0] != "time":
        raise ValueError("a time without its end")
    opens, closes = _clock_pair(tokens[index][1], tokens[index + 2][1])
    return opens, closes, index + 3


def _clock_pair(first: str, last: str) -> tuple[str, str]:
    """Return both times as HH:MM. Where one says no half of the day, it is the one that makes a working day."""
    opens, opens_half = _clock(first)
    closes, closes_half = _clock(last)
    is_24 = not (opens_half or closes_half) and (closes > 12 * 60 or first.startswith("0") or opens > 12 * 60)
    if not is_24:
        closes = _half(closes, closes_half or "p")
        opens = _half(opens, opens_half or _opening_half(opens, closes, said=bool(closes_half)))
    return _printed(opens), _printed(closes)


def _opening_half(opens: int, closes: int, *, said: bool) -> str:
    """Return the half of the day in which a place opens whose closing time is known, or `said` outright.

    6:30-8pm shares its pm, 9-5pm does not; nothing opens before six in the morning unless it says so.
    """
    closes_half, other = ("p", "a") if closes >= 720 else ("a", "p")
    if said:
        return closes_half if opens % 720 < closes % 720 else other
    return "p" if opens % 720 < 6 * 60 and _half(opens, "p") < closes else "a"


def _clock(word: str) -> tuple[int, str]:
    """Return the minutes as written and the half of the day as `a`, `p` or nothing. Raises ValueError."""
    named = {"noon": (720, "p"), "mediodia": (720, "p"), "midnight": (720, "a"), "medianoche": (720, "a")}
    if word in named:
        return named[word]
    match = _CLOCK.match(word)
    if not match or int(match[1]) > 24 or int(match[2] or 0) > 59:
        raise ValueError(f"{word!r} is no time")
    return int(match[1]) * 60 + int(match[2] or 0), match[3] or ""


def _half(minutes: int, half: str) -> int:
    if minutes >= 13 * 60:
        return minutes
    return minutes % 720 + (720 if half == "p" else 0)


def _printed(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _openings(pairs: Iterable[tuple[tuple[str, ...], str, str]]) -> list[Tree]:
    """Return one opening for each span of time, with all of its days in the order of the week."""
    days_at: dict[tuple[str, str], set[str]] = {}
    for days, opens, closes in pairs:
        days_at.setdefault((opens, closes), set()).update(days)
    return [
        {"days": [day for day in DAYS if day in days], "opens": opens, "closes": closes}
        for (opens, closes), days in days_at.items()
    ]
