"""What a piece says: no word that hurts, sentences that people can read, and a crisis line where one is needed."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.catalog import Roots, builtin_root
from generator.model.words import BetterWord, WordList
from generator.plan import Request, plan_jobs
from generator.project import load_project
from generator.proof import prove
from generator.proof.expected import expect
from generator.proof.readability import (
    english_syllables,
    measure,
    school_grade,
    sentences_of,
    spanish_ease,
    spanish_syllables,
)
from generator.proof.wording import uses_in
from generator.render.assets import Assets
from generator.render.piece import render_piece

ROOTS = Roots(builtin_root(), builtin_root())
PROJECT, FOUND = load_project(ROOTS)
GUIDE = (builtin_root() / "content/guides/mental-health-ally/en.yaml").read_text("utf-8")
SPANISH = (builtin_root() / "content/guides/mental-health-ally/es.yaml").read_text("utf-8")
EDITION = "title: Mine\nguide: mine\nlanguages: [{0}]\nplace: {{country: US}}\nmore_help: https://example.org/x\n"
TIP = (
    "Read a page from a source you trust. These are health conditions, and many people recover. Ask what\n"
    "        it is like for this person."
)

NOTHING_TO_DO = """\
<h1>{{ guide.title }}</h1>
{% for pair in guide.words.pairs %}<p>{{ pair.say }}</p>{% endfor %}
{% for one in guide.signs["items"] %}<p>{{ one }}</p>{% endfor %}
<p>{{ guide.ally.text }}</p><p>{{ guide.signs.lead }}</p><p>{{ guide.signs.note }}</p>
<p>{{ guide.words.note }}</p><p>{{ guide.disclaimer }}</p>
{{ phone(piece.lead.call) }}
"""
SHEET = "title: Sheet\nfaces: front\nsize: 8.5in x 11in\nneeds: [crisis]\n"


@pytest.fixture
def said(write):
    """Return what the words of a handout come to, with a guide and other files of a project's own."""

    def make(guide, *, language="en", files=None, product="handout"):
        edition = EDITION.format(language)
        own = {f"content/guides/mine/{language}.yaml": guide, "content/editions/mine.yaml": edition}
        roots = Roots(write(own | (files or {})).resolve(), builtin_root())
        project, found = load_project(roots)
        assert not [one for one in found if one.is_error], found
        (job,), _ = plan_jobs(project, Request(products=(product,)), today=date(2026, 5, 20))
        rendered = render_piece(job.piece, Assets(roots.folders("templates"), roots.folders("content")))
        expected = expect(job.piece, rendered.facts, pages=rendered.pages, title=job.piece.title)
        return prove(rendered.pdf, expected, only=("words",))

    return make


def with_tip(text):
    assert TIP in GUIDE
    return GUIDE.replace(TIP, text)


@pytest.mark.parametrize(("language", "guide"), [("en", GUIDE), ("es", SPANISH)])
def test_the_built_in_guide_has_nothing_against_it(said, language, guide):
    assert said(guide, language=language) == ()


def test_a_word_that_hurts_is_told_with_a_better_one_its_line_and_its_place_on_the_page(said):
    guide = with_tip("A neighbor committed suicide last year. Be kind.")
    (found,) = said(guide)
    assert (found.code, found.severity) == ("words-better", "warning")
    assert '"committed suicide"' in found.message
    assert "died by suicide" in found.hint
    assert found.place.path == Path("content/guides/mine/en.yaml")
    assert guide.splitlines()[found.place.line - 1].strip() in {
        "text: >-",
        "A neighbor committed suicide last year. Be kind.",
    }
    assert found.page == 1
    left, top, right, bottom = found.bbox_mm
    assert 0 < left < right < 216
    assert 0 < top < bottom < 280


def test_a_word_that_a_template_says_is_told_too(said):
    shell = (builtin_root() / "templates/products/handout/back.html").read_text("utf-8")
    files = {"templates/products/handout/back.html": shell.replace("</h2>", " for the mentally ill</h2>", 1)}
    found = said(GUIDE, files=files)
    assert {(one.code, one.page) for one in found} == {("words-better", 2)}


def test_what_the_guide_tells_people_to_leave_out_is_not_held_against_it(said):
    assert said(GUIDE.replace("“Cheer up. It’s not that bad.”", "“That is crazy.”")) == ()
    told = said(GUIDE.replace("“Thank you for trusting me with this.”", "“That is crazy.”"))
    assert [one.code for one in told] == ["words-better"]


def test_a_phrase_that_is_named_and_not_used_is_not_held_against_it(said):
    assert said(with_tip("Say “died by suicide”, not “committed suicide”. It is kinder.")) == ()


def test_a_long_sentence_is_told_with_its_line(said):
    sentence = "It can help to " + "and to ".join(["sit down "] * 14) + "again."
    (found,) = said(with_tip(sentence))
    assert found.code == "words-long-sentence"
    assert 'the sentence "It can help to sit down' in found.message
    assert found.place.line


@pytest.mark.parametrize(
    ("language", "guide", "limit", "said_of"),
    [("en", GUIDE, "reading_grade: 1.5", "school grade 2."), ("es", SPANISH, "reading_ease: 90", "reading ease of 8")],
)
def test_a_text_harder_than_the_limit_is_told_once(said, language, guide, limit, said_of):
    product = (builtin_root() / "templates/products/handout/product.yaml").read_text("utf-8")
    files = {"templates/products/handout/product.yaml": f"{product}\nproof: {{{limit}}}\n"}
    (found,) = said(guide, language=language, files=files)
    assert found.code == "words-grade"
    assert said_of in found.message
    assert found.place.path == Path(f"content/guides/mine/{language}.yaml")


def test_hard_words_raise_the_grade():
    hard = "Comprehensive psychoeducational interventions facilitate interdisciplinary rehabilitation."
    assert school_grade(measure([hard], "en")) > 20
    easy = "La psicoeducación interdisciplinaria proporciona rehabilitaciones institucionalizadas."
    assert spanish_ease(measure([easy], "es")) < 0


def test_a_guide_without_a_summary_is_told_on_a_piece_with_much_to_read_and_not_on_a_poster(said):
    start, end = GUIDE.index("summary:"), GUIDE.index("checklist:")
    guide = GUIDE[:start] + GUIDE[end:]
    assert [one.code for one in said(guide)] == ["words-summary"]
    assert said(guide, product="poster") == ()


def test_a_piece_that_names_nothing_to_do_is_told(said):
    files = {"templates/products/sheet/front.html": NOTHING_TO_DO, "templates/products/sheet/product.yaml": SHEET}
    found = said(GUIDE, product="sheet", files=files)
    assert [one.code for one in found] == ["words-action"]


def test_a_product_that_needs_a_crisis_line_and_shows_none_is_refused(said):
    front = "<h1>{{ guide.title }}</h1>"
    files = {
        "templates/products/sticker/front.html": front,
        "templates/products/sticker/product.yaml": "title: Sticker\nfaces: front\nsize: 3in x 3in\nneeds: [crisis]\n",
    }
    (found,) = said(GUIDE, product="sticker", files=files)
    assert (found.code, found.severity) == ("words-crisis", "error")
    files["templates/products/sticker/product.yaml"] = "title: Sticker\nfaces: front\nsize: 3in x 3in\n"
    assert said(GUIDE, product="sticker", files=files) == ()


def test_strict_makes_words_binding(write, handbill):
    edition = EDITION.format("en")
    root = write(
        {
            "content/guides/mine/en.yaml": with_tip("A neighbor committed suicide last year. Be kind."),
            "content/editions/mine.yaml": edition,
            "content/lists/us-national.yaml": "",
        }
    )
    (root / "content/lists/us-national.yaml").unlink()
    asked = ("build", "--project", root, "--product", "handout", "--today", "2026-11-22", "--json")
    done = handbill(*asked)
    assert done.exit_code == 0, done.stderr
    found = [one for one in json.loads(done.stdout)["findings"] if one["code"] == "words-better"]
    assert [(one["path"], one["severity"], one["page"]) for one in found] == [
        ("content/guides/mine/en.yaml", "warning", 1)
    ]
    assert handbill(*asked, "--strict").exit_code == 1


def test_a_projects_own_words_are_added_and_win(said):
    own = "words:\n  - {match: quiet spot, better: calm place, why: it is ours}\n"
    own += "  - {match: crazy, better: unheard of, why: it is ours, unless: crazy quilt}\n"
    files = {"content/words/en.yaml": own}
    (found,) = said(GUIDE, files=files)
    assert found.hint == "better: calm place"
    told = said(with_tip("A crazy quilt is fine. A lunatic one is not."), files=files)
    assert [one.message.partition(":")[0] for one in told if "quiet" not in one.message] == ['"lunatic"']


def test_every_built_in_word_is_found_and_gives_way_to_a_better_one():
    for language, words in PROJECT.words.items():
        for word in words.words:
            for phrase in word.match:
                text = f"Then {phrase.replace('*', 'x')} was written."
                assert [use.word for use in uses_in(text, words)], (language, phrase)
            assert not list(uses_in(f"Then {word.better} was written.", words)), (language, word.better)
            for name in word.unless:
                assert word not in [use.word for use in uses_in(f"Call {name} now.", words)], (language, name)


WORDS = WordList(
    mentioned_after=("not", "instead of"),
    words=(BetterWord(match=("bad word*",), better="good word", why="it is bad"),),
)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("a bad word here", 1),
        ("A BAD\nWORD here", 1),
        ("two bad words, bad word", 2),
        ("a badword, a bad wor", 0),
        ("not bad words", 1),
        ("say good, not “bad word” ever", 0),
        ("“good” instead of “bad word” or “bad words”", 0),
        ("It is not so. “bad word” he said", 1),
        ("they say “bad word” here", 1),
        ('say "good", not "bad word"', 0),
    ],
)
def test_uses_are_told_from_mentions(text, times):
    assert len(list(uses_in(text, WORDS))) == times


@pytest.mark.parametrize(
    ("word", "count"),
    [("make", 1), ("table", 2), ("wanted", 2), ("asked", 1), ("people", 2), ("suicide", 3), ("area", 3)],
)
def test_english_syllables(word, count):
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"), [("línea", 3), ("guía", 2), ("queso", 2), ("pingüino", 3), ("hay", 1), ("ciudad", 2), ("oír", 2)]
)
def test_spanish_syllables(word, count):
    assert spanish_syllables(word) == count


def test_the_formulas_are_those_that_were_published():
    counts = measure(["The cat sat on the mat. It was warm."], "en")
    assert (counts.sentences, counts.words, counts.syllables) == (2, 9, 9)
    assert school_grade(counts) == pytest.approx(0.39 * 4.5 + 11.8 - 15.59)
    assert spanish_ease(measure(["El gato come."], "es")) == pytest.approx(206.835 - 62.3 * 5 / 3 - 3)


@given(st.text(max_size=200))
def test_any_text_can_be_measured(text):
    parts = sentences_of(text)
    assert sum(measure([one], "en").words for one in parts) == measure([text], "en").words
    assert measure([text], "es").syllables >= measure([text], "es").words
    assert list(uses_in(text, PROJECT.words["en"])) is not None
