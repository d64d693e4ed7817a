"""Read one cell each: dates, languages, kinds, yes and no, postal codes, and the words for "nothing"."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec import Struct

from generator.lists.headers import plain
from generator.model.kinds import Kind

# What people type to say that there is nothing to say.
_NOTHING = frozenset({"", "n a", "na", "none", "tbd", "tba", "tbc", "unknown", "null", "nil", "not available",
                      "not applicable", "no aplica", "ninguno", "ninguna", "sin datos", "desconocido"})  # fmt: skip
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), 1)
} | {"sept": 9, "set": 9, "setiembre": 9}
# ISO 639 codes of the languages that community lists name, in English, Spanish and their own word.
_LANGUAGES = {
    alias: tag
    for tag, names in {
        "en": "english ingles eng", "es": "spanish espanol castellano spa", "zh": "chinese mandarin chino mandarin",
        "yue": "cantonese cantones", "vi": "vietnamese vietnamita", "ar": "arabic arabe", "so": "somali",
        "fr": "french frances francais", "ht": "haitian kreyol creole", "pt": "portuguese portugues",
        "ru": "russian ruso", "ko": "korean coreano", "tl": "tagalog filipino", "hmn": "hmong", "ne": "nepali",
        "my": "burmese birmano", "kar": "karen", "sw": "swahili suajili", "am": "amharic", "uk": "ukrainian ucraniano",
        "pl": "polish polaco", "de": "german aleman deutsch", "it": "italian italiano", "ja": "japanese japones",
        "hi": "hindi", "ur": "urdu", "pa": "punjabi", "bn": "bengali", "gu": "gujarati", "fa": "farsi persian",
        "prs": "dari", "ps": "pashto", "ase": "asl", "bs": "bosnian", "lo": "lao laotian", "km": "khmer cambodian",
        "mh": "marshallese", "rw": "kinyarwanda", "rn": "kirundi", "ti": "tigrinya", "om": "oromo", "cy": "welsh",
        "ga": "irish", "mi": "maori", "nv": "navajo", "ca": "catalan", "eu": "basque euskera", "gl": "galician",
    }.items()
    for alias in names.split()
}  # fmt: skip
_YES = frozenset({"yes", "true", "y", "1", "x", "si", "sí", "verdadero"})
_NO = frozenset({"no", "false", "n", "0", "falso"})
_EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets, once their leap day of 1900 is let for
_WITH_MONTH_FIRST = frozenset({"US", "PH", "PW", "FM", "MH", "AS", "GU", "MP", "PR", "VI"})
_ITEM = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?=[,;|\n]|$)|([^,;|\n]+)')
_LONGEST_NOTHING = 40  # characters; a longer cell says something
_FORMULA = re.compile(r"[=+\-@\t\r]")


class Cell(Struct, frozen=True):
    """What a cell says. `guess` says what was supposed, `problem` what could not be read; both in words."""

    value: str | list[str] | None = None
    guess: str = ""
    problem: str = ""


def spoilt_by_spreadsheet(cell: str) -> str:
    """Return why a cell is no text: a formula that was not calculated, or the error that it came to."""
    if not cell.startswith(("=", "#")):
        return ""
    if re.match(r"=(?!\"[^\"]*\"$)[\w(+\-\"]", cell):
        return f'"{cell}" is a formula; type what it should say'
    if re.fullmatch(r"#(?:REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!)", cell):
        return f"{cell} is what a broken formula leaves; type what it should say"
    return ""


def unguarded(cell: str) -> str:
    """Return a cell without what keeps a spreadsheet from taking it for a formula or for a quantity."""
    if match := re.fullmatch(r'="([^"]*)"', cell):
        return match[1]
    return cell[1:] if cell.startswith("'") and _is_misread(cell) else cell


def guarded(cell: str) -> str:
    """Return a cell that nobody takes for a formula or for empty; `unguarded` gives the cell back."""
    return f"'{cell}" if _is_misread(cell) else cell


def _is_misread(cell: str) -> bool:
    bare = cell.lstrip("'")
    return bool(bare) and (bool(_FORMULA.match(bare)) or says_nothing(bare))


def says_nothing(cell: str) -> bool:
    """Return whether a cell is empty or only says that it has nothing to say; `guarded` ones do not."""
    if cell.startswith("'") or len(cell) > _LONGEST_NOTHING:
        return False
    words = plain(cell)
    return words in _NOTHING and (bool(words) or not re.search(r"[^\W_]", cell))


def joined(items: Iterable[str]) -> str:
    """Return several texts as one cell, each found again by `parted`."""
    return ", ".join(_quoted(item) for item in items)


def parted(cell: str) -> list[str]:
    """Return the texts of a cell that are divided by commas, semicolons, bars or line ends; quotes keep them whole."""
    parts = (match[1].replace('""', '"') if match[1] is not None else match[2] for match in _ITEM.finditer(cell))
    return [part.strip() for part in parts if part.strip()]


def _quoted(item: str) -> str:
    return '"' + item.replace('"', '""') + '"' if re.search(r'[,;|\n"]', item) else item


def read_date(cell: str, country: str) -> Cell:
    """Return a date as YYYY-MM-DD, with the guess where another reading is possible."""
    text = cell.strip().removesuffix(" 00:00:00").removesuffix("T00:00:00")
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text, re.A):
        return _date(int(match[1]), int(match[2]), int(match[3]), cell)
    if match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", text, re.A):
        return _numeric_date(int(match[1]), int(match[2]), int(match[3]), cell, country)
    if re.fullmatch(r"[3-6]\d{4}(?:\.0+)?", text, re.A):
        day = _EXCEL_EPOCH + timedelta(days=int(text.partition(".")[0]))
        return Cell(day.isoformat(), f'"{cell}" is taken for the day {day} that a spreadsheet counts so')
    return _worded_date(text, cell)


def read_flag(cell: str) -> Cell:
    """Return yes or no as `true` or `false`."""
    word = cell.strip().casefold()
    if word in _YES | _NO:
        return Cell("true" if word in _YES else "false")
    return Cell(problem=f'"{cell}" should be yes or no')


def read_languages(cell: str) -> Cell:
    """Return the codes of languages that are named or given as codes."""
    tags: list[str] = []
    unknown: list[str] = []
    for word in re.split(r"[,;/\n|&+]|\s+(?:and|y|e|und|et)\s+", cell):
        name = plain(word)
        if re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", word.strip()) and name not in _LANGUAGES:
            tags.append(word.strip())
        elif name in _LANGUAGES or name.partition(" ")[0] in _LANGUAGES:
            tags.append(_LANGUAGES.get(name) or _LANGUAGES[name.partition(" ")[0]])
        elif name:
            unknown.append(word.strip())
    problem = f"unknown language: {', '.join(unknown)}" if unknown else ""
    return Cell(list(dict.fromkeys(tags)), problem=problem)


def read_slugs(cell: str) -> Cell:
    """Return words as ids: small letters and hyphens."""
    items = parted(cell)
    return Cell([slug for slug in map(slug_of, items) if slug])


def read_kind(cell: str, kinds: Mapping[str, Kind]) -> Cell:
    """Return the id of the kind that a cell names by its id, its label in any language, or a word for it."""
    words = plain(cell)
    by_name = {plain(kind): kind for kind in kinds}
    by_name |= {plain(label): name for name, kind in kinds.items() for label in kind.label.texts.values()}
    for word in dict.fromkeys((words, words.removesuffix("s"), words.removesuffix("es"))):
        if word in by_name:
            return Cell(by_name[word])
    guess = guess_kind(cell, kinds)
    if guess:
        return Cell(guess, f'"{cell}" is taken for the kind {guess}')
    return Cell(problem=f'unknown kind "{cell}"')


def guess_kind(text: str, kinds: Mapping[str, Kind]) -> str:
    """Return the kind whose words stand first in a text, or nothing."""
    words = f" {plain(text)} "
    hits = [
        (words.index(f" {word} "), -len(word), kind)
        for kind in kinds
        for word in _WORDS.get(kind, "").split("|")
        if word and f" {word} " in words
    ]
    return min(hits)[2] if hits else ""


# Words by which a listing's own category or name shows its kind. A project's kinds are known by their labels.
_WORDS = {
    "crisis": "crisis line|hotline|suicide|crisis hotline|crisis|linea de crisis|suicidio|lifeline",
    "mobile-crisis": "mobile crisis|crisis team",
    "clinic": "clinic|clinics|doctor|medical|health center|health centre|hospital|counseling|counselling|therapy"
    "|behavioral health|mental health|clinica|consejeria|terapia|salud mental|centro de salud|walk in",
    "treatment": "treatment|rehab|recovery|detox|substance use|addiction|tratamiento|adicciones",
    "support-group": "support group|support groups|group meeting|grupo de apoyo|grupos de apoyo|meetings",
    "peer-support": "peer support|peer|warmline|warm line|clubhouse|apoyo entre pares",
    "family": "family|families|parents|caregiver|caregivers|familia|familias|padres",
    "youth": "youth|teen|teens|young people|students|student|children|jovenes|adolescentes",
    "veterans": "veteran|veterans|veteranos|vet center",
    "domestic-violence": "domestic violence|domestic abuse|violence|sexual assault|safe house|violencia domestica"
    "|violencia",
    "information": "information|info|referral and information|informacion|library|biblioteca",
    "referral": "referral|navigation|case management|2 1 1|211|referencias",
    "shelter": "shelter|shelters|housing|homeless|homelessness|albergue|refugio|vivienda|rent",
    "food": "food|food pantry|pantry|food bank|soup kitchen|meal|meals|groceries|comida|alimentos|despensa"
    "|banco de alimentos|comedor",
    "legal": "legal|lawyer|law|legal aid|attorney|immigration|abogado|ayuda legal|inmigracion",
}


def slug_of(text: str) -> str:
    """Return a text as an id of at most 60 characters."""
    return "-".join(plain(text).split())[:60].strip("-")


def _date(year: int, month: int, day: int, cell: str, guess: str = "") -> Cell:
    try:
        return Cell(date(year, month, day).isoformat(), guess)
    except ValueError:
        return Cell(problem=f'"{cell}" is not a date; write it like 2026-05-12')


def _numeric_date(first: int, second: int, year: int, cell: str, country: str) -> Cell:
    year += 2000 if year < 100 else 0
    month_first = first <= 12 and (second > 12 or country in _WITH_MONTH_FIRST)
    month, day = (first, second) if month_first else (second, first)
    is_open = first <= 12 and second <= 12 and first != second
    read = _date(year, month, day, cell)
    guess = f'"{cell}" is taken for {read.value}' if is_open and not read.problem else ""
    return Cell(read.value, guess, read.problem)


def _worded_date(text: str, cell: str) -> Cell:
    parts = [part for part in plain(text).split() if part not in {"de", "del", "of", "the"}]
    months = [_MONTHS[part] for part in parts if part in _MONTHS]
    years = [int(part) for part in parts if re.fullmatch(r"(?:19|20)\d\d", part)]
    days = [int(match[1]) for part in parts if (match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", part))]
    if len(months) != 1 or len(years) != 1 or len(days) > 1 or len(parts) > 3:
        return Cell(problem=f'"{cell}" is not a date; write it like 2026-05-12')
    guess = "" if days else f'"{cell}" names no day; the first of the month is taken'
    return _date(years[0], months[0], days[0] if days else 1, cell, guess)
