"""A project of many editions, made up the same way every time: each county has its own name and services.

    python -m benchmarks.editions DIR [--count 100] [--languages en,es] [--brands one|own]

All counties belong to one organisation, as a state's do: one brand, one theme, no sponsors. Or each is on its own,
with a brand, a theme and sponsors of its own choice.

Every telephone number is one of those that North America keeps free for stories (555-0100 to 555-0199), and none
is written twice. Nothing in the project is true, though it is as long, and as uneven, as what counties write.
"""

import argparse
import random
from collections.abc import Iterator
from itertools import count as counting
from pathlib import Path

import yaml

CHECKED = "2026-05-12"
PRODUCTS = ("handout", "wallet-card", "poster")
MOST = 3_000  # as many as the United States have counties; the free numbers would do for a few more
FEWEST_SERVICES, MOST_SERVICES = 4, 8

BEGINNINGS = (
    "Ash", "Bear", "Birch", "Box", "Bridge", "Cedar", "Clay", "Clear", "Cold", "Copper", "Cotton", "Crow", "Deer",
    "Eagle", "East", "Elk", "Elm", "Fair", "Fall", "Fern", "Flint", "Fox", "Glen", "Granite", "Green", "Harbor",
    "Hawk", "Hazel", "Heron", "Iron", "Juniper", "Lake", "Larch", "Laurel", "Lime", "Long", "Maple", "Marble",
    "Meadow", "Mill", "North", "Oak", "Orchard", "Otter", "Pine", "Plum", "Prairie", "Quarry", "Raven", "Red",
    "River", "Rock", "Salt", "Silver", "Spruce", "Stone", "Timber", "Walnut", "West", "Willow",
)  # fmt: skip
ENDINGS = (
    "ton", "ford", "field", "wood", "dale", "view", "mont", "port", "stead", "bury", "ham", "ridge", "land", "brook",
    "more", "gate", "haven", "wick", "shore", "crest", "ville", "burg", "hurst", " Creek", " Falls", " Hills",
    " Springs", " Valley", " Crossing", " Mountain", " Meadows", " Landing", " and Clearwater", "ness", "holm",
    "marsh", "cliff", "grove", "hollow", "bend", "heath", "well", "combe", "moor", "bank", "side", "worth", "lea",
    "stone", "water", " Prairie",
)  # fmt: skip
TOWNS = ("Riverbend", "Fenton", "Saint Ansgar", "Ely", "Mount Pleasant Mills", "Orange City", "Delmar", "Rock Port")
STREETS = ("Main St", "Depot Square", "Orchard Ave", "N Martin Luther King Jr Blvd", "Grain Rd", "Courthouse Sq",
           "County Road 14", "Elm St")  # fmt: skip
STATES = ("IA", "MN", "OH", "PA", "GA", "TX", "OR", "MT", "KY", "VT", "NM", "WI")
AREA_CODES = tuple(
    code
    for code in range(201, 990)
    # no code repeats its last two digits with the first (N11), and those of 800, 900 and Canada are no county's
    if code % 100 != 11 and code % 10 != 0 and str(code)[1:] not in {"22", "33", "44", "55", "66", "77", "88", "99"}
)
COLOURS = ("#0A6B73", "#1F4E8C", "#6B2F5B", "#2F5D3A", "#7A3B12", "#37415C", "#8A1F2D", "#4A3F8F")
ACCENTS = ("#EC7C58", "#F2B544", "#7FB069", "#5FA8D3", "#E4A1B2")
THEMES = ("harbor", "orchard", "prairie", "dusk")
STATE = "state"  # the id of the one organisation's brand

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE_HOURS = ("08:00 17:00", "08:30 16:30", "09:00 18:00", "10:00 14:00")

# kind, name and description in English and Spanish; {place} becomes the county's name.
SERVICES = (
    ("crisis", "{place} crisis line", "Línea de crisis de {place}",
     "A local counselor picks up, day or night", "Responde un consejero local, de día y de noche"),
    ("mobile-crisis", "{place} mobile crisis team", "Equipo móvil de crisis de {place}",
     "Two people who come to where you are", "Dos personas que van a donde estás"),
    ("clinic", "{place} walk-in clinic", "Clínica sin cita de {place}",
     "Walk in, no appointment. Pay what you can.", "Ven sin cita. Paga lo que puedas."),
    ("support-group", "Family and friends group", "Grupo para familias y amigos",
     "For people who care for someone", "Para quienes cuidan a alguien"),
    ("youth", "Teen peer line", "Línea entre jóvenes",
     "Teens trained to listen, for ages 13 to 19", "Jóvenes que saben escuchar, de 13 a 19 años"),
    ("treatment", "{place} Counseling and Recovery Center", "Centro de consejería de {place}",
     "Talk therapy for adults and children", "Terapia para adultos y niños"),
    ("domestic-violence", "Harbor House", "Casa Harbor",
     "Safety planning and a place to stay", "Un plan de seguridad y un lugar donde quedarte"),
    ("shelter", "{place} night shelter", "Albergue de {place}",
     "A bed for the night, and help to find housing", "Una cama para la noche y ayuda para buscar vivienda"),
    ("food", "{place} food pantry", "Despensa de {place}",
     "Groceries for anyone. No papers needed.", "Comida para quien la necesite. Sin papeles."),
    ("legal", "Legal Aid desk", "Mesa de ayuda legal",
     "Help with rent, benefits and family papers", "Ayuda con renta, beneficios y trámites familiares"),
    ("veterans", "County veterans office", "Oficina de veteranos del condado",
     "Claims, rides and coffee with other vets", "Trámites, transporte y café con otros veteranos"),
)  # fmt: skip
ALWAYS_OPEN = frozenset({"crisis", "mobile-crisis", "domestic-violence"})

LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><title>{name}</title>
<circle cx="24" cy="24" r="23" fill="{colour}"/><path d="M6 34 L{peak} 12 L42 34 Z" fill="#FFFFFF"/>
<circle cx="35" cy="15" r="4" fill="{accent}"/></svg>
"""


def write_project(
    folder: Path, count: int, languages: tuple[str, ...] = ("en",), *, own_brands: bool = True
) -> tuple[str, ...]:
    """Write a project of so many editions into a folder and return their ids. Raises ValueError beyond MOST."""
    if not 1 <= count <= MOST:
        raise ValueError(f"{count} editions; 1 to {MOST:,} can be made up")
    chance = random.Random(1)
    names = [f"{first}{last}" for first in BEGINNINGS for last in ENDINGS]
    chance.shuffle(names)
    if not own_brands:
        _write_brand(folder, STATE, "Lower Prairie", COLOURS[3], ACCENTS[3], peak=22)
    lines = free_numbers()
    return tuple(_write_edition(folder, name, languages, lines, chance, own_brands) for name in names[:count])


def free_numbers() -> Iterator[str]:
    """Yield telephone numbers that belong to nobody, each once."""
    for number in counting():
        yield f"{AREA_CODES[number // 100]}-555-01{number % 100:02}"


def _write_edition(
    folder: Path,
    name: str,
    languages: tuple[str, ...],
    lines: Iterator[str],
    chance: random.Random,
    own_brand: bool,
) -> str:
    id = f"{name} County".lower().replace(" ", "-")
    colour, accent, peak = chance.choice(COLOURS), chance.choice(ACCENTS), chance.randint(16, 30)
    edition = _edition(id, name, languages, chance)
    if own_brand:
        _write_brand(folder, id, name, colour, accent, peak)
    else:
        edition |= {"brand": STATE, "theme": THEMES[0], "sponsors": []}
    _write(folder / f"content/editions/{id}.yaml", edition)
    _write(folder / f"content/lists/{id}.yaml", _list(id, name, lines, chance))
    return id


def _write_brand(folder: Path, id: str, name: str, colour: str, accent: str, peak: int) -> None:
    _write(folder / f"content/brands/{id}.yaml", _brand(id, name, colour, accent))
    logo = LOGO.format(name=name, colour=colour, accent=accent, peak=peak)
    (folder / f"content/brands/{id}.svg").write_text(logo, encoding="utf-8")


def _edition(id: str, name: str, languages: tuple[str, ...], chance: random.Random) -> dict[str, object]:
    return {
        "title": f"{name} County",
        "languages": list(languages),
        "place": {
            "country": "US",
            "name": {"en": f"{name} County", "es": f"el condado de {name}"},
            "region": chance.choice(STATES),
            "county": name,
        },
        "brand": id,
        "theme": chance.choice(THEMES),
        "lists": ["us-national", id],
        "pin": ["us-nami-helpline", "us-mha", "us-samhsa-helpline"],
        "products": list(PRODUCTS),
        "finishes": ["office"],
        "stocks": {"wallet-card": "avery-5371"},
        "more_help": {"url": f"https://example.org/{id}", **_checked(name)},
        "replace_after": "2027-05-12",
        "sponsors": [f"{name} Free Library"] if chance.random() < 1 / 3 else [],
    }


def _brand(id: str, name: str, colour: str, accent: str) -> dict[str, object]:
    return {
        "name": f"{name} County Public Health",
        "line": {"en": "Here for every neighbor", "es": "Con cada persona del condado"},
        "logo": f"content/brands/{id}.svg",
        "colour": colour,
        "accent": accent,
        "contact": f"example.org/{id}",
    }


def _list(id: str, name: str, lines: Iterator[str], chance: random.Random) -> dict[str, object]:
    town = chance.choice(TOWNS)
    chosen = chance.sample(range(len(SERVICES)), chance.randint(FEWEST_SERVICES, MOST_SERVICES))
    return {
        "title": {"en": f"Help in {name} County", "es": f"Ayuda en el condado de {name}"},
        "country": "US",
        "scope": "local",
        "resources": [_service(id, name, town, number, next(lines), chance) for number in sorted(chosen)],
    }


def _service(id: str, name: str, town: str, number: int, line: str, chance: random.Random) -> dict[str, object]:
    kind, english, spanish, about, about_spanish = SERVICES[number]
    written: dict[str, object] = {
        "id": f"{id}-{kind}",
        "name": {"en": english.format(place=name), "es": spanish.format(place=name)},
        "kind": kind,
        "description": {"en": about, "es": about_spanish},
        "phones": [line],
        "area": {"country": "US", "county": name},
        "languages": ["en", "es"],
        "cost": {"en": "Free", "es": "Gratis"},
        "priority": 60 - number * 3,
        "source": "County service directory",
        "source_date": CHECKED,
        **_checked(name),
    }
    if kind in ALWAYS_OPEN:
        return {**written, "hours": "24/7"}
    address = {"street": f"{chance.randint(1, 4200)} {chance.choice(STREETS)}", "city": town}
    return {**written, "address": address, "hours": {"openings": [_opening(chance)]}}


def _opening(chance: random.Random) -> dict[str, object]:
    first, length = chance.randint(0, 3), chance.randint(1, 5)
    opens, closes = chance.choice(OFFICE_HOURS).split()
    return {"days": list(DAYS[first : first + length]), "opens": opens, "closes": closes}


def _checked(name: str) -> dict[str, str]:
    return {"checked": CHECKED, "checked_by": f"J. Rivera, {name} County Public Health"}


def _write(path: Path, tree: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--languages", default="en", help="such as en,es")
    parser.add_argument("--brands", choices=("one", "own"), default="own", help="one for all, or each its own")
    asked = parser.parse_args()
    languages, is_own = tuple(asked.languages.split(",")), asked.brands == "own"
    made = write_project(asked.folder, asked.count, languages, own_brands=is_own)
    print(f"{len(made):,} editions in {asked.folder}")


if __name__ == "__main__":
    main()
