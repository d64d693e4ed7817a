"""Pieces made wrong on purpose: each is refused, by the measure of its layout or by the proof of its page."""

import pytest

from generator.catalog import builtin_root
from tests.proof.faults import CODE, LINKS, PAINT, PAIRS, WORDS
from tests.proof.spoiled import LINK, errors_of, job_of, made, write_project

PRODUCTS = ("wallet-card", "handout", "poster")
LANGUAGES = ("en", "es", "ar")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def jobs(project):
    return {(one, language): job_of(project, one, language) for one in PRODUCTS for language in LANGUAGES}


def as_they_should_be():
    """Each piece that is spoiled below, and all of them where that is slow too."""
    for product in PRODUCTS:
        for language in LANGUAGES:
            is_quick = product == "wallet-card" or (product, language) == ("poster", "en")
            yield pytest.param(product, language, marks=() if is_quick else pytest.mark.slow)


@pytest.mark.parametrize(("product", "language"), list(as_they_should_be()))
def test_a_piece_as_it_should_be_is_published(tmp_path, jobs, product, language):
    done = made(tmp_path, jobs[product, language])
    assert errors_of(done) == ()
    assert {one.entry["finish"] for one in done.artifacts if one.entry} == {"screen", "office"}


@pytest.mark.parametrize("fault", [*PAINT, *CODE])
def test_a_card_painted_wrong_is_refused(tmp_path, jobs, fault):
    assert errors_of(made(tmp_path, jobs["wallet-card", "en"], paint=(PAINT | CODE)[fault]))


@pytest.mark.parametrize("fault", WORDS)
def test_a_card_that_says_something_else_is_refused(tmp_path, jobs, fault):
    assert errors_of(made(tmp_path, jobs["wallet-card", "es"], words=WORDS[fault]))


@pytest.mark.parametrize("fault", LINKS)
def test_a_poster_with_another_address_is_refused(tmp_path, jobs, fault):
    assert errors_of(made(tmp_path, jobs["poster", "en"], words=LINKS[fault], of=LINK))


def test_right_numbers_by_each_others_names_are_refused(tmp_path, jobs):
    back = (builtin_root() / "templates/products/wallet-card/back.html").read_text("utf-8")
    assert "phone(one.call)" in back
    path = tmp_path / "templates/products/wallet-card/back.html"
    path.parent.mkdir(parents=True)
    path.write_text(back.replace("phone(one.call)", "phone(rows[loop.index % (rows | length)].call)"), "utf-8")
    assert "fact-misplaced" in {one.code for one in errors_of(made(tmp_path, jobs["wallet-card", "en"]))}


@pytest.mark.parametrize("fault", PAIRS)
def test_two_faults_do_not_hide_each_other(tmp_path, jobs, fault):
    paint, words = PAIRS[fault]
    assert errors_of(made(tmp_path, jobs["wallet-card", "ar"], paint=paint, words=words))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("product", PRODUCTS)
def test_every_fault_is_refused_on_every_product_in_every_language(tmp_path, jobs, product, language):
    job = jobs[product, language]
    missed = [name for name, paint in (PAINT | CODE).items() if not errors_of(made(tmp_path / name, job, paint=paint))]
    missed += [name for name, words in WORDS.items() if not errors_of(made(tmp_path / name, job, words=words))]
    missed += [
        name
        for name, (paint, words) in PAIRS.items()
        if not errors_of(made(tmp_path / name, job, paint=paint, words=words))
    ]
    assert missed == []
