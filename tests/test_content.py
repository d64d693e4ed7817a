"""The built-in content: it validates, keeps its promises about words and numbers, and reads easily."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.errors import Diagnostic
from generator.model.edition import Brand, Edition
from generator.model.guide import Guide
from generator.model.kinds import Kinds
from generator.model.language import Language
from generator.model.resource import Resource, ResourceList
from generator.model.retired import Retired
from generator.model.written import Localized, Shape, validate
from generator.source import read_yaml

ROOT = Path(__file__).parents[1]
CONTENT = ROOT / "content"
LISTS = sorted((CONTENT / "lists").glob("*.yaml"))
NATIONAL = [path for path in LISTS if path.stem.endswith("-national")]
GUIDES = sorted((CONTENT / "guides").glob("*/*.yaml"))
ALLY = CONTENT / "guides" / "mental-health-ally"
LANGUAGES = sorted((CONTENT / "languages").glob("*.yaml"))
EDITIONS = sorted((CONTENT / "editions").glob("*.yaml"))
BRANDS = sorted((CONTENT / "brands").glob("*.yaml"))


def load(model: type[Shape], path: Path, *, country: str = "US") -> Shape:
    document, found = read_yaml(path)
    assert document is not None, found
    value, problems = validate(model, document, context={"country": country})
    assert value is not None, "\n".join(_told(problem) for problem in problems)
    return value


def _told(problem: Diagnostic) -> str:
    return f"{problem.place}: {problem.message}"


def load_list(path: Path) -> ResourceList:
    document, _ = read_yaml(path)
    assert document is not None
    assert isinstance(document.tree, dict)
    return load(ResourceList, path, country=str(document.tree["country"]))


def load_guide(language: str) -> Guide:
    return load(Guide, ALLY / f"{language}.yaml")


def strings(tree: object) -> Iterator[str]:
    """Yield every text of a dumped model."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from strings(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from strings(value)


def printed(resource: Resource) -> Iterator[str]:
    """Yield the words of a resource that may stand on paper."""
    words = (resource.name, resource.short_name, resource.description, resource.cost, resource.for_whom)
    more = (resource.confidential, resource.discreet_name, resource.hours.text if resource.hours else None)
    for text in (*words, *more):
        if isinstance(text, Localized):
            yield from text.texts.values()


def name_of(path: Path) -> str:
    return str(path.relative_to(CONTENT))


# Everything validates


@pytest.mark.parametrize("path", LISTS, ids=name_of)
def test_list_is_valid_and_each_resource_has_a_known_kind_and_a_source(path: Path) -> None:
    kinds = load(Kinds, CONTENT / "kinds.yaml").kinds
    for resource in load_list(path).resources:
        assert resource.kind in kinds
        assert resource.source
        is_undated = "undated, read" in resource.source or "no dated source" in " ".join(resource.notes)
        assert bool(resource.source_date) != is_undated, resource.id


@pytest.mark.parametrize("path", NATIONAL, ids=name_of)
def test_national_list_has_one_emergency_number_and_a_crisis_line_to_call(path: Path) -> None:
    kinds = load(Kinds, CONTENT / "kinds.yaml").kinds
    listed = load_list(path)
    assert listed.scope == "national"
    assert path.stem == f"{listed.country.lower()}-national"
    emergencies = [one for one in listed.resources if kinds[one.kind].emergency]
    assert [bool(one.phones) for one in emergencies] == [True]
    crisis = [one for one in listed.resources if kinds[one.kind].crisis]
    lead = max(crisis, key=lambda one: one.priority)
    assert lead.phones
    assert [one.priority for one in crisis].count(lead.priority) == 1
    assert lead.hours
    assert lead.hours.always


@pytest.mark.parametrize("path", NATIONAL, ids=name_of)
def test_national_lines_stay_unchecked_until_a_person_checks_them(path: Path) -> None:
    for resource in load_list(path).resources:
        contacts = (
            *resource.phones,
            *resource.texts,
            resource.url,
            resource.chat,
            resource.hours,
            resource.email,
        )
        assert resource.checked is None
        assert resource.checked_by is None
        assert not any(one.checked or one.checked_by for one in contacts if one)


@pytest.mark.parametrize("path", NATIONAL, ids=name_of)
def test_hours_that_are_not_round_the_clock_name_their_time_zone(path: Path) -> None:
    from zoneinfo import ZoneInfo

    for resource in load_list(path).resources:
        if resource.hours and resource.hours.openings:
            assert resource.hours.time_zone, resource.id
            assert ZoneInfo(resource.hours.time_zone).key


def test_every_country_with_facts_has_its_list() -> None:
    countries = {load_list(path).country for path in NATIONAL}
    assert countries == {"US", "CA", "GB", "IE", "AU", "NZ", "IN", "DE", "ES", "FR", "MX"}


def test_lead_line_of_the_us_has_its_own_channels_in_english_and_spanish() -> None:
    by_id = {one.id: one for one in load_list(CONTENT / "lists" / "us-national.yaml").resources}
    lead = by_id["us-988"]
    assert [(one.number, one.menu) for one in lead.phones if "en" in one.languages] == [("988", None)]
    assert [(one.number, one.menu) for one in lead.phones if "es" in one.languages] == [("988", "2")]
    assert [(one.number, one.keyword) for one in lead.texts if "en" in one.languages] == [("988", None)]
    assert [(one.number, one.keyword) for one in lead.texts if "es" in one.languages] == [("988", "AYUDA")]
    second = by_id["us-crisis-text-line"]
    assert second.priority < lead.priority
    assert [(one.number, one.keyword) for one in second.texts if "en" in one.languages] == [("741741", "HOME")]


@pytest.mark.parametrize("path", EDITIONS, ids=name_of)
def test_edition_is_valid_and_names_only_what_exists(path: Path) -> None:
    edition = load(Edition, path)
    assert set(edition.lists) <= {one.stem for one in LISTS}
    assert edition.brand is None or (CONTENT / "brands" / f"{edition.brand}.yaml").is_file()
    known = {one.id for name in edition.lists for one in load_list(CONTENT / "lists" / f"{name}.yaml").resources}
    assert set(edition.pin) <= known
    for language in edition.languages:
        assert (CONTENT / "guides" / edition.guide / f"{language}.yaml").is_file()
        assert (CONTENT / "languages" / f"{language}.yaml").is_file()
    assert set(edition.products) <= {one.name for one in (ROOT / "templates" / "products").iterdir()}
    assert edition.more_help is None or len(edition.more_help.printed) <= 40


@pytest.mark.parametrize("path", sorted((CONTENT / "brands").glob("*.svg")), ids=name_of)
def test_logo_is_a_drawing_of_its_own_without_type_scripts_or_links(path: Path) -> None:
    drawing = path.read_text("utf-8")
    assert drawing.startswith("<svg ")
    assert "<title>" in drawing
    assert not re.search(r"<(text|script|image|use|style|foreignObject)\b|href|url\(|<!", drawing)


def test_brands_and_sponsors_name_logos_that_exist() -> None:
    brands = [load(Brand, path).logo for path in BRANDS]
    sponsors = [one.logo for path in EDITIONS for one in load(Edition, path).sponsors]
    logos = [logo for logo in (*brands, *sponsors) if logo]
    assert len(logos) == 2
    assert all((ROOT / logo).is_file() for logo in logos)


# The made-up county


def test_larkin_county_is_plainly_made_up_checked_and_written_in_both_languages() -> None:
    listed = load_list(CONTENT / "lists" / "larkin-county.yaml")
    assert listed.scope == "local"
    assert 8 <= len(listed.resources) <= 10
    for resource in listed.resources:
        numbers = [one.number for one in resource.phones] + [one.number for one in resource.texts]
        assert all(re.fullmatch(r"515-555-01\d\d", number) for number in numbers), numbers
        assert str(resource.checked) == "2026-05-12"
        assert resource.checked_by
        for text in (resource.name, resource.description, resource.cost):
            assert text is not None
            assert {"en", "es"} <= set(text.texts)


@pytest.mark.parametrize("path", LISTS, ids=name_of)
def test_names_and_descriptions_fit_the_narrowest_place(path: Path) -> None:
    for resource in load_list(path).resources:
        short = resource.short_name or resource.name
        assert all(len(text) <= 32 for text in short.texts.values()), resource.id
        if resource.description:
            assert all(len(text) <= 60 for text in resource.description.texts.values()), resource.id


# Words


def places(label: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", label))


def test_spanish_labels_are_the_english_ones_with_the_same_places_for_facts() -> None:
    tables = {path.stem: load(Language, path).labels for path in LANGUAGES}
    english = tables.pop("en")
    assert "es" in tables
    for language, labels in tables.items():
        assert list(labels) == list(english), language
        for key, text in labels.items():
            assert places(text) == places(english[key]), (language, key)


def test_every_kind_has_its_label_in_english_and_spanish() -> None:
    kinds = load(Kinds, CONTENT / "kinds.yaml").kinds
    assert all({"en", "es"} <= set(kind.label.texts) for kind in kinds.values())
    assert [name for name, kind in kinds.items() if kind.emergency] == ["emergency"]
    assert [name for name, kind in kinds.items() if kind.crisis] == ["crisis"]


@pytest.mark.parametrize("path", [*GUIDES, *LANGUAGES, CONTENT / "kinds.yaml"], ids=name_of)
def test_no_telephone_number_stands_in_guides_labels_or_kinds(path: Path) -> None:
    model: type[Guide | Language | Kinds] = Kinds
    if path.parent.name != "content":
        model = Language if path in LANGUAGES else Guide
    dumped = load(model, path).model_dump(exclude={"sources", "licence"})
    assert not [text for text in strings(dumped) if re.search(r"\d{3}|\d[\d.\- ]+\d", text)]


def test_spanish_guide_is_built_like_the_english_one_and_is_a_draft() -> None:
    english, spanish = load_guide("en"), load_guide("es")
    assert [(one.id, one.art) for one in english.tips.items] == [
        ("listen", "bubbles"),
        ("learn", "book"),
        ("care", "mug"),
        ("patience", "path"),
    ]
    assert [(one.id, one.art) for one in spanish.tips.items] == [(one.id, one.art) for one in english.tips.items]
    assert spanish.status == "draft"
    for section in ("signs", "crisis", "self_care", "summary", "checklist"):
        one, other = getattr(english, section), getattr(spanish, section)
        assert len(one.items) == len(other.items), section
        assert bool(one.note) == bool(other.note), section
    assert english.words
    assert spanish.words
    assert len(english.words.pairs) == len(spanish.words.pairs) == 5


@pytest.mark.parametrize("language", ["en", "es"])
def test_guide_keeps_the_limits_of_the_formats(language: str) -> None:
    guide = load_guide(language)
    headline = f"{guide.headline.first} {guide.headline.second}"
    assert guide.words
    assert guide.signs
    limits = [
        *((60, text) for text in (headline, guide.tagline)),
        (90, guide.headline.sub or ""),
        (36, guide.motto),
        *((150, tip.text) for tip in guide.tips.items),
        *((60, tip.short or "") for tip in guide.tips.items),
        *((55, text) for pair in guide.words.pairs for text in (pair.say, pair.avoid)),
        *((45, text) for text in guide.signs.items),
    ]
    too_long = [(limit, len(text), text) for limit, text in limits if not 0 < len(text) <= limit]
    assert not too_long


@pytest.mark.parametrize("language", ["en", "es"])
def test_guide_holds_summary_tick_list_and_says_no_clinician_has_reviewed_it(language: str) -> None:
    guide = load_guide(language)
    assert guide.summary
    assert guide.checklist
    assert len(guide.summary.items) == 3
    assert len(guide.checklist.items) >= 4
    assert {"en": "No clinician", "es": "Nadie del área clínica"}[language] in guide.disclaimer
    assert any("US" in one.countries for one in guide.sources)
    assert any(not one.countries for one in guide.sources)


@pytest.mark.parametrize("path", [*GUIDES, *LANGUAGES], ids=name_of)
def test_words_for_print_have_no_straight_quotes(path: Path) -> None:
    model: type[Guide | Language] = Guide if path in GUIDES else Language
    found = [text for text in strings(load(model, path).model_dump()) if re.search(r"[\"'´`]|--|\.\.\.", text)]
    assert not found


@pytest.mark.parametrize("path", LISTS, ids=name_of)
def test_printed_words_of_lists_have_no_straight_quotes(path: Path) -> None:
    found = [text for one in load_list(path).resources for text in printed(one) if re.search(r"[\"'´`]", text)]
    assert not found


# What harms or shames (reportingonsuicide.org advice and person-first usage)
UNSAFE = {
    "en": r"commit|successful|failed|completed|epidemic|mentally ill|schizophrenics?\b|addicts?\b|suffer|"
    r"crazy|\bpsychos?\b|insane|victim|chemical imbalance|overdos|ALGEE|first aid",
    "es": r"comet|con éxito|fallid|consumad|epidemia|enfermos? mental|adict[oa]s?\b|sufre|\bloc[oa]s?\b|"
    r"víctima|ALGEE|primeros auxilios",
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_guide_keeps_to_safe_and_person_first_words(language: str) -> None:
    texts = strings(load_guide(language).model_dump())
    assert not [text for text in texts if re.search(UNSAFE[language], text, re.I)]


# Numbers and words that services gave up


def digits(text: str) -> str:
    """Return the text with its numbers closed up and without the 1 that may stand before ten digits."""
    closed = re.sub(r"(?<=\d)[\s().\-]+(?=\d)", "", text)
    return re.sub(r"\b1(?=\d{10}\b)", "", closed)


def test_no_retired_text_stands_in_lists_guides_or_labels() -> None:
    retired = load(Retired, CONTENT / "retired.yaml").retired
    lists = [" ".join(strings(one.model_dump())) for path in LISTS for one in load_list(path).resources]
    others = [path.read_text("utf-8") for path in (*GUIDES, *LANGUAGES, *EDITIONS, *BRANDS)]
    for text in (*lists, *others):
        flat = digits(text).casefold()
        for one in retired:
            is_near = one.near is None or digits(one.near).casefold() in flat
            assert not (is_near and digits(one.match).casefold() in flat), (one.match, text[:60])


def test_retired_texts_are_named_once_each_with_the_reason() -> None:
    retired = load(Retired, CONTENT / "retired.yaml").retired
    matches = [one.match for one in retired]
    assert len(matches) == len(set(matches)) == 8
    assert all(len(one.why) > 20 for one in retired)


# Reading grade


def syllables(word: str) -> int:
    """Count groups of vowels, without a silent final e or -ed: rough, as the formula expects."""
    word = re.sub(r"[^a-z]", "", word.casefold())
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = re.search(r"[^aeiouylt]e$|[^aeioutdy]ed$|[^aeiou]tes?$|[^aeioulsxzcg]es$|[aeiouy]le$", word)
    return max(1, groups - bool(silent))


def sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.?!])[”’]?\s+", text) if re.search(r"\w", one)]


def grade(text: str) -> float:
    """Return the US school grade: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid, 1975)."""
    words = re.findall(r"[A-Za-z’]+", text)
    count = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * count / len(words) - 15.59


def english_prose() -> dict[str, str]:
    guide = load_guide("en")
    assert guide.words
    prose = {
        "headline": f"{guide.headline.first} {guide.headline.second} {guide.headline.sub}",
        "ally": guide.ally.text,
        "tips": " ".join(tip.text for tip in guide.tips.items),
        "words": " ".join([pair.say for pair in guide.words.pairs] + [guide.words.note or ""]),
    }
    for name in ("signs", "crisis", "self_care", "summary"):
        points = getattr(guide, name)
        texts = [points.lead or "", *points.items, points.note or ""]
        prose[name] = " ".join(text if text[-1:] in ".?!”" else f"{text}." for text in texts if text)
    return prose


def test_grade_is_measured_right() -> None:
    # 13 words, 1 sentence; 1 syllable but for "rabbit" and "under" = 15: 5.07 + 13.615 - 15.59
    plain = "The brown dog and the black rabbit slept under the tree all day."
    assert grade(plain) == pytest.approx(3.1, abs=0.1)
    assert grade("Psychological rehabilitation necessitates interdisciplinary collaboration.") > 20
    counted = {
        "recovery": 4,
        "cope": 1,
        "table": 2,
        "asked": 1,
        "waited": 2,
        "little": 2,
        "people": 2,
        "notes": 1,
    }
    assert {word: syllables(word) for word in counted} == counted


def test_english_guide_reads_at_grade_seven_or_below() -> None:
    prose = english_prose()
    assert grade(" ".join(prose.values())) <= 7
    assert {name: round(grade(text), 1) for name, text in prose.items() if grade(text) > 7} == {}


def test_no_english_sentence_is_hard_by_itself() -> None:
    # A single sentence measures roughly, so it is given three grades more than the whole.
    found = [one for text in english_prose().values() for one in sentences(text)]
    assert [one for one in found if len(one.split()) >= 6 and grade(one) > 10] == []


def test_sentences_are_short() -> None:
    lengths = [len(one.split()) for text in english_prose().values() for one in sentences(text)]
    assert sum(length <= 15 for length in lengths) / len(lengths) >= 0.9
    assert max(lengths) <= 22
