"""500 times one digit is changed between the plan and the page, and 500 times the proof says so."""

import random
from datetime import date

import pytest
from msgspec.structs import replace

from generator.catalog import Roots, builtin_root
from generator.plan import Request, plan_jobs
from generator.project import load_project
from generator.proof.checks import facts, unknown
from generator.proof.expected import expect
from generator.proof.opened import open_pdf
from generator.render.assets import Assets
from generator.render.piece import render_piece

TIMES = 500
SEED = 20261122


@pytest.fixture(scope="module")
def cards():
    roots = Roots(builtin_root(), builtin_root())
    project, _ = load_project(roots)
    request = Request(editions=("larkin-county",), products=("wallet-card",), languages=("en", "es"))
    jobs, _ = plan_jobs(project, request, today=date(2026, 5, 20))
    assets = Assets(roots.folders("templates"), roots.folders("content"))
    drawn = [(job.piece, render_piece(job.piece, assets)) for job in jobs]
    return [(one.pdf, expect(piece, one.facts, pages=one.pages, title=piece.title)) for piece, one in drawn]


def changed(number, chance):
    """Return a number with one digit replaced, left out, put in, or exchanged for the next."""
    at = chance.choice([index for index, char in enumerate(number) if char.isdigit()])
    kind = chance.choice(["other", "less", "more", "exchanged"])
    if kind == "other":
        return number[:at] + chance.choice([one for one in "0123456789" if one != number[at]]) + number[at + 1 :]
    if kind == "less":
        return number[:at] + number[at + 1 :]
    if kind == "more":
        return number[:at] + chance.choice("0123456789") + number[at:]
    return number[:at] + number[at + 1 : at + 2] + number[at] + number[at + 2 :]


def test_500_changed_digits_are_noticed(cards):
    chance = random.Random(SEED)
    missed, tried = [], 0
    for number_of_cards, (data, expected) in enumerate(cards, 1):
        with open_pdf(data) as pdf:
            assert not facts.check(pdf, expected)
            assert not unknown.check(pdf, expected)
            while tried < TIMES * number_of_cards // len(cards):
                number, planned = one_changed(expected, chance)
                if number is None:
                    continue
                tried += 1
                if not facts.check(pdf, planned):
                    missed.append(number)
    assert tried == TIMES
    assert missed == []


def one_changed(expected, chance):
    """Return a changed number, and the plan with it in the place of the true one; None where nothing changed."""
    index = chance.randrange(len(expected.pages))
    page = expected.pages[index]
    places = [at for at, fact in enumerate(page.facts) if fact.kind in {"phone", "sms"}]
    if not places:
        return None, expected
    at = chance.choice(places)
    number = changed(page.facts[at].printed, chance)
    if number == page.facts[at].printed:
        return None, expected
    told = replace(page, facts=(*page.facts[:at], replace(page.facts[at], printed=number), *page.facts[at + 1 :]))
    return number, replace(expected, pages=(*expected.pages[:index], told, *expected.pages[index + 1 :]))
