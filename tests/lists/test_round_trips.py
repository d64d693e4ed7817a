"""Whatever a list holds, every format gives the same list back."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.lists import read_list
from generator.lists.export import to_csv, to_xlsx
from generator.lists.hsds_service import to_hsds
from generator.lists.yaml import to_yaml
from generator.model.resource import ResourceList

LINES = st.text(
    st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters="\u2028\u2029\x85"),
    min_size=1,
    max_size=40,
).filter(lambda text: text.strip() == text and any(char.isalpha() for char in text))
TRICKY = st.sampled_from(
    [
        "=1+1",
        "+1 day",
        "-5 %",
        "@home",
        "'quoted",
        "no",
        "0116",
        "12:30",
        "1.8E+10",
        "a: b",
        "# c",
        '"q"',
        "a, b; c",
        "Zoë | x",
        "two\nlines",
        "~",
        "[x]",
        "{x}",
        "null",
        "2026-05-12",
        "\\n",
        "'=x",
    ]
)
WORDS = st.one_of(LINES, TRICKY.filter(lambda text: any(char.isalpha() for char in text)))
SLUGS = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True)
TEXTS = st.dictionaries(st.sampled_from(["", "en", "es", "ar"]), WORDS, min_size=1)
DATES = st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str)
TAGS = st.lists(st.sampled_from(["en", "es", "ht", "zh-Hans"]), unique=True, max_size=3)
CHECKS = {"checked": DATES, "checked_by": WORDS, "source": WORDS, "guessed": st.just("true")}


def maybe(required, **optional):
    return st.fixed_dictionaries(required, optional=optional)


PHONES = maybe(
    {"number": st.sampled_from(["515-555-0142", "(515) 555-0143", "988", "+15155550144", "+44 20 7946 0018"])},
    extension=st.from_regex(r"[0-9]{1,4}", fullmatch=True),
    menu=st.sampled_from(["1", "2"]),
    languages=TAGS,
    **{"for": TEXTS},
    **CHECKS,
)
LINES_TO_TEXT = maybe(
    {"number": st.sampled_from(["741741", "988", "515-555-0145"])},
    keyword=SLUGS.map(str.upper),
    languages=TAGS,
    **CHECKS,
)
OPENINGS = st.builds(
    lambda days, opens, closes: {"days": sorted(days), "opens": opens, "closes": closes},
    st.sets(st.sampled_from(["mon", "tue", "sun"]), min_size=1),
    st.sampled_from(["00:00", "09:30"]),
    st.sampled_from(["17:00", "24:00"]),
)
HOURS = st.one_of(
    maybe(
        {"openings": st.lists(OPENINGS, min_size=1, max_size=3)},
        always=st.just("true"),
        time_zone=WORDS,
        note=TEXTS,
        **CHECKS,
    ),
    maybe({"text": TEXTS}, note=TEXTS, **CHECKS),
    maybe({"always": st.just("true")}, **CHECKS),
)
AREAS = maybe(
    {"country": st.sampled_from(["US"])},
    region=WORDS,
    county=WORDS,
    postal_codes=st.lists(WORDS, max_size=3),
    radius_km=st.sampled_from(["1.5", "40.0"]),
    point=st.fixed_dictionaries(
        {"latitude": st.floats(-90, 90).map(repr), "longitude": st.floats(-180, 180).map(repr)}
    ),
)
RESOURCES = maybe(
    {
        "id": SLUGS,
        "name": TEXTS,
        "kind": st.sampled_from(["food", "crisis"]),
        "phones": st.lists(PHONES, min_size=1, max_size=3),
    },
    short_name=TEXTS,
    description=TEXTS,
    texts=st.lists(LINES_TO_TEXT, max_size=2),
    cost=TEXTS,
    for_whom=TEXTS,
    chat=maybe({"url": st.just("https://example.org/chat")}, label=TEXTS, **CHECKS),
    url=maybe({"url": st.sampled_from(["https://example.org", "https://example.org/a?b=c#d"])}, **CHECKS),
    email=maybe({"email": st.just("a.b@example.org")}, **CHECKS),
    address=st.one_of(
        maybe({"text": WORDS}, note=TEXTS, **CHECKS), maybe({"street": WORDS, "city": WORDS}, region=WORDS)
    ),
    area=AREAS,
    hours=HOURS,
    languages=TAGS,
    confidential=TEXTS,
    discreet_name=TEXTS,
    tags=st.lists(SLUGS, max_size=3),
    audience=st.lists(SLUGS, max_size=2),
    priority=st.integers(-5, 99).map(str),
    print_until=DATES,
    notes=st.lists(WORDS, max_size=3),
    checked=DATES,
    checked_by=WORDS,
    source=WORDS,
    source_date=DATES,
    guessed=st.lists(WORDS, max_size=2),
)
LISTS = st.builds(
    lambda about, resources: ResourceList.model_validate({**about, "resources": resources}, context={"country": "US"}),
    maybe({}, title=TEXTS, scope=st.sampled_from(["national", "local"]), licence=WORDS),
    st.lists(RESOURCES, min_size=1, max_size=3, unique_by=lambda one: one["id"]),
)


def read_back(kinds, name, data):
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_list(path, country="US", kinds=kinds)


FORMATS = {"l.yaml": to_yaml, "l.csv": to_csv, "l.xlsx": to_xlsx, "l.json": to_hsds}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(listed=LISTS)
def test_a_list_reads_back_equal_and_without_a_finding_in_every_format(kinds, listed):
    for name, write in FORMATS.items():
        again, found = read_back(kinds, name, write(listed))
        assert found == (), name
        assert again == listed, name
