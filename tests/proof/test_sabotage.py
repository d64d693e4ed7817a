"""Cards made wrong on purpose: each is refused, by the measure of its layout or by the proof of its page."""

import json
import re

import pytest

from generator.catalog import builtin_root

STYLE = (builtin_root() / "templates/products/wallet-card/style.css").read_text("utf-8")
BACK = (builtin_root() / "templates/products/wallet-card/back.html").read_text("utf-8")
EDITION = """\
title: Mine
languages: [{language}]
place: {{country: US, county: Mine}}
lists: [us-national, mine]
more_help: https://example.org/mine
"""
LIST = """\
resources:
  - {id: mine-line, name: Mine line, kind: crisis, phones: [(515) 555-0142], hours: 24/7}
  - {id: mine-clinic, name: Mine clinic, kind: clinic, phones: [(515) 555-0118]}
"""
COVER = (
    ".back::after {{ background: {colour}; content: ''; height: {height}; left: {left};"
    " position: absolute; top: {top}; width: {width}; }}"
)
PHONE = ".rows .phone {{ {} }}"

PAINT = {
    "covered by a bar": COVER.format(colour="#005C62", height=".12in", left=".9in", top=".5in", width=".6in"),
    "covered in the colour of the ground": COVER.format(
        colour="#FDF6E9", height=".12in", left=".9in", top=".5in", width=".3in"
    ),
    "one digit half covered": COVER.format(colour="#FDF6E9", height=".3in", left="1.5in", top=".4in", width=".04in"),
    "in the colour of the ground": PHONE.format("color: #FDF6E9"),
    "faint": PHONE.format("color: #C9C2B4"),
    "nearly transparent": PHONE.format("opacity: .05"),
    "hidden": PHONE.format("visibility: hidden"),
    "not displayed": PHONE.format("display: none"),
    "mirrored": PHONE.format("display: inline-block; transform: scaleX(-1)"),
    "tiny": PHONE.format("font-size: 2pt"),
    "on top of each other": ".rows li { left: 0; position: absolute; top: .2in }",
    "outside the card": PHONE.format("position: absolute; left: -1.2in"),
    "clipped": ".rows li { height: .1in; overflow: hidden }",
    "code half covered": COVER.format(colour="#FFFFFF", height=".5in", left="2.3in", top=".3in", width=".8in"),
    "code of no contrast": ".code-box { opacity: .04 }",
    "code too small": ".code-box svg { transform: scale(.12) }",
    "code too far out": ".code-box { inset-inline-end: -.9in }",
}
WORDS = {
    "a digit changed": ("{{ phone(one.call) }}", "<b>(515) 555-0143</b>"),
    "a number typed by hand": ("</h2>", "</h2><p>Or call (515) 555-0199</p>"),
    "an address typed by hand": ("</h2>", "</h2><p>www.example.net/old</p>"),
    "the number left out": ("{{ phone(one.call) }}", "call us"),
    "full-width digits": ("{{ phone(one.call) }}", "（５１５）５５５－０１４２"),
    "letters for digits": ("{{ phone(one.call) }}", "(5l5) 555-Ol42"),
    "digits apart": ("{{ phone(one.call) }}", "(515) 555-<br>0142"),
    "no alternative text": ("</h2>", '</h2><svg viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'),
    "another code": ("</h2>", "</h2>{{ code_tile(piece.lead.url, '.9in') }}"),
}


@pytest.fixture
def refused(write, handbill):
    def build(files, language="en"):
        root = write(
            {
                "content/editions/mine.yaml": EDITION.format(language=language),
                "content/lists/mine.yaml": LIST,
                **files,
            }
        )
        done = handbill("build", "--project", root, "--product", "wallet-card", "--today", "2026-11-22", "--json")
        errors = [one for one in json.loads(done.stdout)["findings"] if one["severity"] == "error"]
        assert (done.exit_code == 1) == bool(errors)
        assert errors or (root / f"output/mine/{language}/wallet-card.screen.pdf").is_file()
        return errors

    return build


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_card_as_it_should_be_is_published(refused, language):
    assert refused({}, language) == []


@pytest.mark.parametrize("fault", PAINT)
def test_a_card_painted_wrong_is_refused(refused, fault):
    errors = refused({"templates/products/wallet-card/style.css": f"{STYLE}\n{PAINT[fault]}"})
    assert errors, fault
    assert all(one["message"] for one in errors)


@pytest.mark.parametrize("fault", WORDS)
def test_a_card_that_says_something_else_is_refused(refused, fault):
    old, new = WORDS[fault]
    assert old in BACK
    text = re.sub(re.escape(old), lambda _: new, BACK, count=1)
    errors = refused({"templates/products/wallet-card/back.html": text}, "es")
    assert errors, fault
