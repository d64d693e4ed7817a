"""The shorter ways through the libraries come to the same: what is asked here is asked the long way too."""

import re

import pytest
import tinyhtml5
import weasyprint
from tinyhtml5 import inputstream
from weasyprint.css import ComputedStyle
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.layout import page as pages

from generator.catalog import builtin_root
from generator.render.shortcuts import MARGIN_BOXES, Patterns, declared_or_not, filled_or_none, take_shortcuts

PAGE = '<html lang="en"><p class="a b" title=\'x "y"\'>One &amp; <b data-x>two</b></p></html>'
STYLED = """
<html lang="es"><head><title>One</title><style>
  @page { size: 120mm 90mm; margin: 8mm; %s }
  :root { --gap: 3mm; font: 500 11pt/1.3 serif; text-indent: calc(2%% + 1mm) }
  body { color: #123456; text-decoration: underline; page: wide }
  div { margin-inline: 2mm 7mm; padding-block-start: var(--gap); border-inline-end: 2px dotted red; inset-inline: 1mm }
  .rtl { direction: rtl; border-start-start-radius: 4px; inline-size: 60%%; min-block-size: calc(10%% + 2px) }
  p { margin: 1em initial; width: inherit; border: medium solid; float: left; columns: 2; column-rule: thick solid }
  p::first-letter { font-size: 2em } p::before { content: "a"; display: block; position: relative; letter-spacing: 1px }
  b { all: unset; font-size: larger; line-height: inherit; text-decoration: overline wavy; text-align: end }
  table { border-collapse: collapse; max-width: 100%% } td { padding: 1%%; text-decoration: none; background: inherit }
</style></head><body><div><p>One <b>two</b></p><div class="rtl"><p>x <i>y <b>z</b></i></p></div></div>
<ul><li>a<li>b</ul><table><tr><th>c<td>d</table><p style="margin-left:var(--gap);height:calc(1px * 3)">e</p></body>
"""


def styles_of(html, monkeypatch, missing):
    """Return the value of every property of every element and every pseudo-element, and what was said of any."""
    monkeypatch.setattr(ComputedStyle, "__missing__", missing)
    sheets = [weasyprint.CSS(filename=path) for path in sorted(builtin_root().glob("templates/base/*.css"))]
    sheets += [weasyprint.CSS(filename=path) for path in sorted(builtin_root().glob("templates/products/*/style.css"))]
    document = weasyprint.HTML(string=html)
    style_for = weasyprint.css.get_all_computed_styles(document, user_stylesheets=sheets, page_rules=[], layers=[])
    elements = {element: at for at, element in enumerate(document.etree_element.iter())}
    found = {}
    for (element, pseudo), style in style_for.get_computed_styles().items():
        for name in INITIAL_VALUES:
            found[elements[element], pseudo, name] = repr(style[name])
    return found


@pytest.fixture
def general():
    """What the library does by itself, whether or not shortcuts were taken before."""
    return getattr(ComputedStyle.__missing__, "__wrapped__", ComputedStyle.__missing__)


def test_styles_have_the_same_values(monkeypatch, general):
    expected = styles_of(STYLED % "", monkeypatch, general)
    asked = []

    def counted(style, name):
        asked.append(name)
        return general(style, name)

    assert styles_of(STYLED % "", monkeypatch, declared_or_not(counted)) == expected
    assert len(expected) > 5_000
    assert len(asked) < len(expected) / 3


@pytest.mark.parametrize("box", MARGIN_BOXES)
def test_margin_boxes_with_content_are_drawn(box):
    written = STYLED % f'{box} {{ content: "Zz" }}'
    (laid,) = weasyprint.HTML(string=written).render().pages
    drawn = [one for one in laid._page_box.descendants() if getattr(one, "text", "") == "Zz"]
    assert len(drawn) == 1


def test_pages_without_margin_boxes_make_none(monkeypatch):
    take_shortcuts()
    general = pages.make_margin_boxes.__wrapped__
    monkeypatch.setattr(pages, "make_margin_boxes", filled_or_none(lambda *_: pytest.fail("one is made")))
    short = weasyprint.HTML(string=STYLED % "").write_pdf()
    monkeypatch.setattr(pages, "make_margin_boxes", general)
    assert weasyprint.HTML(string=STYLED % "").write_pdf() == short


def test_shortcuts_are_taken_once():
    take_shortcuts()
    taken = ComputedStyle.__missing__, pages.make_margin_boxes, inputstream.characters_until_regex
    take_shortcuts()
    assert (ComputedStyle.__missing__, pages.make_margin_boxes, inputstream.characters_until_regex) == taken


def parsed():
    return [(element.tag, dict(element.attrib), element.text) for element in tinyhtml5.parse(PAGE).iter()]


def test_the_parser_reads_the_same_and_makes_no_pattern_twice(monkeypatch):
    monkeypatch.setattr(inputstream, "characters_until_regex", {})
    before = parsed()
    monkeypatch.setattr(inputstream, "characters_until_regex", Patterns())
    assert parsed() == before
    monkeypatch.setattr(inputstream.re, "compile", lambda *_: pytest.fail("a pattern is made a second time"))
    assert parsed() == before


def test_patterns_are_those_of_the_parser(monkeypatch):
    """The parser still keeps its own under keys that it never asks for: else there is no more need for ours."""
    own: dict[tuple[object, bool], re.Pattern[str]] = {}
    monkeypatch.setattr(inputstream, "characters_until_regex", own)
    parsed()
    assert own
    assert all(isinstance(made_of, re.Pattern) for made_of, _ in own)
    monkeypatch.setattr(inputstream, "characters_until_regex", Patterns())
    parsed()
    assert {one.pattern for one in inputstream.characters_until_regex.values()} == {one.pattern for one in own.values()}
