"""What the headings of a spreadsheet mean: our own names exactly, and the many others that people use."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

Steps = tuple[str | int, ...]
# Stand in a path for the number and for the language that a heading names.
NUMBER, LANGUAGE = -1, "*"
_NEAR = 0.88  # how alike an unknown heading must be to a known one to be taken for a slip of the pen
_ROWS_BEFORE = 25  # a title, a date and a note may stand above the headings


def _check_fields(name: str, path: Steps) -> dict[str, Steps]:
    fields = ("checked", "checked_by", "source", "guessed")
    return {f"{name} {field.replace('_', ' ')}": (*path, field) for field in fields}


_TEXTS = ("name", "short name", "description", "cost", "for whom", "confidential", "discreet name")
_PLAIN = ("id", "kind", "languages", "tags", "audience", "priority", "print until", "guessed")
_CHECKED = ("checked", "checked by", "source", "source date")
_ADDRESS = ("street", "city", "region", "postal code")
_AREA = ("country", "region", "county", "postal codes")

# Our own headings: what an export writes and what reads back without a guess.
FIELDS: dict[str, Steps] = {
    "id": ("id",),
    **{name: (name.replace(" ", "_"), LANGUAGE) for name in _TEXTS},
    **{name: (name.replace(" ", "_"),) for name in (*_PLAIN, *_CHECKED)},
    "phone": ("phones", NUMBER, "number"),
    **{f"phone {part}": ("phones", NUMBER, part) for part in ("extension", "menu", "languages", "short")},
    "phone for": ("phones", NUMBER, "for", LANGUAGE),
    **_check_fields("phone", ("phones", NUMBER)),
    "text": ("texts", NUMBER, "number"),
    **{f"text {part}": ("texts", NUMBER, part) for part in ("keyword", "languages")},
    "text for": ("texts", NUMBER, "for", LANGUAGE),
    **_check_fields("text", ("texts", NUMBER)),
    "url": ("url", "url"),
    "url label": ("url", "label", LANGUAGE),
    **_check_fields("url", ("url",)),
    "chat": ("chat", "url"),
    "chat label": ("chat", "label", LANGUAGE),
    **_check_fields("chat", ("chat",)),
    "email": ("email", "email"),
    **_check_fields("email", ("email",)),
    "address": ("address", "text"),
    **{f"address {part}": ("address", part.replace(" ", "_")) for part in _ADDRESS},
    "address note": ("address", "note", LANGUAGE),
    **_check_fields("address", ("address",)),
    "hours": ("hours", "openings"),
    "hours text": ("hours", "text", LANGUAGE),
    "hours note": ("hours", "note", LANGUAGE),
    "hours time zone": ("hours", "time_zone"),
    **_check_fields("hours", ("hours",)),
    **{f"area {part}": ("area", part.replace(" ", "_")) for part in _AREA},
    "area latitude": ("area", "point", "latitude"),
    "area longitude": ("area", "point", "longitude"),
    "area radius km": ("area", "radius_km"),
    "note": ("notes", NUMBER),
    "list title": ("list", "title", LANGUAGE),
    "list country": ("list", "country"),
    "list scope": ("list", "scope"),
    "list licence": ("list", "licence"),
}

# What people write instead, without accents, signs or capitals. Listed by what it means.
_ALIASES: dict[str, str] = {
    "id": "resource id|record id|service id|listing id|key|identificador|clave",
    "name": "agency|agency name|organization|organisation|organization name|organisation name|org|org name|program"
    "|program name|programme|programme name|service|service name|resource|resource name|provider|provider name"
    "|site|site name|title|listing|facility|facility name|nombre|organizacion|agencia|programa|servicio|recurso"
    "|nombre de la organizacion|nombre del programa|entidad|nom|organisme|einrichtung",
    "short name": "abbreviation|acronym|aka|also known as|alternate name|siglas|nombre corto",
    "kind": "type|category|categories|resource type|service type|type of service|topic|group|section|need"
    "|tipo|categoria|tipo de servicio|clase|categorie|kategorie|art",
    "description": "about|what they do|what it does|services|services offered|services provided|details|summary"
    "|program description|service description|descripcion|servicios|detalles|beschreibung",
    "phone": "phones|phone number|phone numbers|phone no|phone nr|ph|tel|tel no|telephone|telephone number|telephones"
    "|main phone|primary phone|primary phone number|office phone|work phone|business phone|contact number|contact phone"
    "|call|number|numbers|phone tel|telefono|telefonos|numero de telefono|numero|tlf|tfno|telf|telefon"
    "|telefonnummer|numero de telephone|contact phone number|public phone",
    "text": "sms|text line|text number|text sms|texting|sms number|text message|short code|mensaje de texto|mensajes"
    "|texto|sms numero",
    "text keyword": "keyword|sms keyword|palabra|palabra clave",
    "phone extension": "ext|extension|phone ext|extn|extension telefonica",
    "phone menu": "menu|menu option|phone option|press|opcion|opcion de menu",
    "url": "web|website|web site|web address|webpage|web page|link|site url|homepage|internet|www|sitio web|sitio"
    "|pagina web|pagina|enlace|url web|webseite|site web",
    "chat": "chat url|online chat|web chat|chat en linea|live chat",
    "email": "e mail|mail|email address|e mail address|contact email|correo|correo electronico|email contact",
    "address": "location|where|street address|physical address|full address|mailing address|address 1|address line 1"
    "|direccion|domicilio|ubicacion|adresse|anschrift|office address",
    "address street": "street|calle",
    "address city": "city|town|ciudad|city town|municipality|localidad|ort|ville",
    "address region": "state|province|state province|estado|provincia",
    "address postal code": "zip|zip code|zipcode|postal code|postcode|codigo postal|cp|plz",
    "hours": "hrs|hours of operation|operating hours|open|opening hours|opening times|business hours|office hours"
    "|days hours|days and hours|hours days|schedule|availability|when|times|horario|horarios|horas"
    "|horario de atencion|dias y horas|hours open|service hours|offnungszeiten|horaires",
    "hours time zone": "time zone|timezone|zona horaria",
    "languages": "language|languages spoken|lang|idioma|idiomas|lenguas|languages available|sprachen",
    "cost": "fee|fees|price|cost fees|payment|costo|coste|precio|tarifa|cost of service",
    "for whom": "who|who for|eligibility|who it is for|who can use|serves|population|target population"
    "|population served|requisitos|para quien|elegibilidad|clients|eligible",
    "audience": "audiences",
    "confidential": "confidentiality|privacy",
    "tags": "tag|labels|keywords|etiquetas",
    "priority": "rank|importance|prioridad|order",
    "print until": "valid to|valid until|expires|expiry|expiration|expiration date|valido hasta|vence",
    "checked": "verified|verified on|last verified|date verified|checked on|last checked|date checked|confirmed"
    "|last confirmed|reviewed|last reviewed|verificado|fecha de verificacion|ultima verificacion|revisado"
    "|assured date|validated|last validated",
    "checked by": "verified by|who checked|reviewed by|confirmed by|verificado por|assured by",
    "source": "source url|fuente|where found|information source",
    "source date": "date of source",
    "area county": "county|condado|county served|counties|counties served|parish",
    "area region": "state served|region|region served",
    "area postal codes": "zip codes served|zips served|postal codes served|service zips|service area zip codes",
    "area country": "country|pais",
    "area latitude": "latitude|lat|latitud",
    "area longitude": "longitude|long|lng|lon|longitud",
    "area radius km": "radius km|radius",
    "note": "notes|comment|comments|remarks|other|additional information|additional info|misc|more info|notas"
    "|comentarios|observaciones|otros|bemerkungen",
}
# A second number has a purpose that its heading tells; it becomes the phone's "for".
_PURPOSES: dict[str, str] = {
    "toll free": "toll free|toll free phone|toll free number|tollfree|800 number|numero gratuito",
    "after hours": "after hours|after hours phone|after hours number|night phone|weekend phone|fuera de horario",
    "crisis line": "crisis line|crisis phone|hotline|helpline|24 hour line|24 hr line|24hr hotline|24 hour hotline"
    "|crisis hotline|warmline|warm line|linea de crisis|linea de ayuda",
    "TTY": "tty|tdd|tty tdd|tty phone|textphone",
    "mobile": "cell|cell phone|mobile|mobile phone|celular|movil",
    "": "phone 2|phone2|phone number 2|second phone|secondary phone|alt phone|alternate phone|other phone|phone alt"
    "|phone b|phone 3|phone3|telefono 2|telefono 3|otro telefono",
}
_SKIPPED = frozenset({"", "#", "no", "nr", "row"})


class Column(Struct, frozen=True):
    """One column: where its cells belong. `exact` says that the heading is our own, so nothing is guessed.

    A column without `path` is kept as notes. `purpose` is what a phone column's heading says the number is for.
    """

    index: int
    heading: str
    path: Steps = ()
    exact: bool = False
    purpose: str = ""
    guess: str = ""


def read_headings(cells: Sequence[str]) -> tuple[Column, ...]:
    """Return what each column means. A field met twice is numbered where a resource may have several."""
    columns: list[Column] = []
    taken: set[Steps] = set()
    for index, cell in enumerate(cells):
        column = _free(_column(index, cell), taken)
        taken.add(column.path)
        columns.append(column)
    return tuple(columns)


def find_heading_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the row that reads most like headings; the first that has any text if none does."""
    scores = [sum(bool(_column(0, cell).path) for cell in row) for row in rows[:_ROWS_BEFORE]]
    if scores and max(scores) >= 2:
        return scores.index(max(scores))
    return next((index for index, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)


def heading_of(path: Steps) -> str:
    """Return our own heading for a path, such as `phone 2 menu` or `name (es)`. Raises KeyError for others."""
    number = next((step for step in path if isinstance(step, int)), None)
    general = tuple(NUMBER if isinstance(step, int) else step for step in path)
    if general in _NAMES:
        name, language = _NAMES[general], ""
    else:
        name, language = _NAMES[*general[:-1], LANGUAGE], str(general[-1])
    first, _, rest = name.partition(" ")
    numbered = " ".join(part for part in (first, str(number + 1) if number else "", rest) if part)
    return f"{numbered} ({language})" if language else numbered


@lru_cache(maxsize=4_096)  # kinds and headings are compared with every row
def plain(heading: str) -> str:
    """Return a heading without accents, signs, capitals and needless spaces."""
    spread = unicodedata.normalize("NFKD", heading.casefold())
    letters = "".join(char for char in spread if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


_NAMES = {path: name for name, path in FIELDS.items()}
_KNOWN = {name: name for name in FIELDS} | {
    alias: name for name, aliases in _ALIASES.items() for alias in aliases.split("|")
}
_KNOWN_PURPOSES = {alias: purpose for purpose, aliases in _PURPOSES.items() for alias in aliases.split("|")}
_OWN = re.compile(
    r"(?P<name>[a-z][a-z ]*?)(?: (?P<number>\d{1,3}))?(?: (?P<rest>[a-z]+(?: [a-z]+)*))?"
    r"(?: ?\((?P<lang>[A-Za-z0-9-]+)\))?"
)


def _column(index: int, cell: str) -> Column:
    own = _own(cell)
    if own:
        return Column(index, cell, own, exact=True)
    words = plain(cell)
    if words in _KNOWN:
        return Column(index, cell, _at(FIELDS[_KNOWN[words]]))
    if words in _KNOWN_PURPOSES:
        return Column(index, cell, _at(FIELDS["phone"]), purpose=_KNOWN_PURPOSES[words])
    near = difflib.get_close_matches(words, list(_KNOWN), n=1, cutoff=_NEAR) if len(words) > 3 else []
    if near:
        name = _KNOWN.get(near[0], near[0])
        return Column(index, cell, _at(FIELDS[name]), guess=f'the heading "{cell}" is taken for {name}')
    return Column(index, cell)


def _own(cell: str) -> Steps:
    match = _OWN.fullmatch(" ".join(cell.replace("_", " ").split()).lower())
    if not match:
        return ()
    name = " ".join(part for part in (match["name"], match["rest"]) if part)
    path = FIELDS.get(name, ())
    is_numbered, is_localized = NUMBER in path, LANGUAGE in path
    if (match["number"] and not is_numbered) or (match["lang"] and not is_localized):
        return ()
    tag = re.search(r"\(([A-Za-z0-9-]+)\)", cell)
    return _at(path, number=int(match["number"] or 1) - 1, language=tag[1] if tag else "")


def _at(path: Steps, *, number: int = 0, language: str = "") -> Steps:
    put: dict[str | int, str | int] = {NUMBER: number, LANGUAGE: language}
    return tuple(put.get(step, step) for step in path)


def _free(column: Column, taken: set[Steps]) -> Column:
    """Return the column with the next free number; a field that can stand only once falls to the notes."""
    path = column.path
    while path and path in taken and any(isinstance(step, int) for step in path):
        path = tuple(step + 1 if isinstance(step, int) else step for step in path)
    if path and path in taken:
        guess = f'a second column means the same as "{column.heading}"; this one is kept as notes'
        return replace(column, path=(), exact=False, guess=guess)
    return replace(column, path=path)
