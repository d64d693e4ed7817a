"""The shorter ways through the libraries come to the same: what is asked here is asked the long way too."""

import re

import pydyf
import pytest
import tinyhtml5
import weasyprint
from tinyhtml5 import inputstream
from weasyprint.css import ComputedStyle
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import percent

from generator.catalog import builtin_root
from generator.render.shortcuts import (
    MARGIN_BOXES,
    Patterns,
    by_type_or_not,
    declared_or_not,
    in_flow_or_not,
    in_pixels_or_not,
    take_shortcuts,
    without_notes,
)

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
  li { position: absolute; border: 2px hidden; outline: 3px dashed; outline-width: thin; left: 0%%; margin: 0 auto }
  ul { border-width: 5px; box-sizing: border-box; white-space: initial; hyphens: inherit }
  i { border-left-style: solid; outline-style: dotted; border-inline-end-width: 7px }
  i { float: right; position: relative; --own: 4px; margin-top: var(--own); min-width: 0; max-height: none }
  h2 { position: running(head); border-block-start: 1px solid; text-decoration-color: initial; page: narrow }
  b { all: unset; font-size: larger; line-height: inherit; text-decoration: overline wavy; text-align: end }
  table { border-collapse: collapse; max-width: 100%% } td { padding: 1%%; text-decoration: none; background: inherit }
</style></head><body><h2>Head</h2><div><p>One <b>two</b></p><div class="rtl"><p>x <i>y <b>z</b></i></p></div></div>
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
    short = weasyprint.HTML(string=STYLED % "").write_pdf()
    with monkeypatch.context() as without:
        without.setattr(boxes.MarginBox, "__init__", lambda *_: pytest.fail("one is made"))
        assert weasyprint.HTML(string=STYLED % "").render().pages
    monkeypatch.setattr(weasyprint.layout, "make_margin_boxes", weasyprint.layout.make_margin_boxes.__wrapped__)
    assert weasyprint.HTML(string=STYLED % "").write_pdf() == short


def counting(general, asked):
    def counted(*given):
        asked.append(given)
        return general(*given)

    return counted


def measures_of(box):
    """Return all numbers of a box and of those within it, and whether each is in the normal flow."""
    for one in (box, *box.descendants()):
        measured = {name: value for name, value in vars(one).items() if isinstance(value, (int, float, str))}
        yield type(one).__name__, one.is_in_normal_flow(), measured


def laid_out():
    laid = weasyprint.HTML(string=STYLED % "").render()
    return [repr(one) for page in laid.pages for one in measures_of(page._page_box)]


@pytest.mark.parametrize(
    ("owner", "name", "shorter"),
    [(percent, "resolve_one_percentage", in_pixels_or_not), (Box, "is_in_normal_flow", in_flow_or_not)],
)
def test_boxes_have_the_same_measures_and_place_in_the_flow(monkeypatch, owner, name, shorter):
    asked: list[object] = []
    all_asked: list[object] = []
    found = getattr(owner, name)
    general = getattr(found, "__wrapped__", found)
    monkeypatch.setattr(owner, name, counting(general, all_asked))
    expected = laid_out()
    monkeypatch.setattr(owner, name, shorter(counting(general, asked)))
    assert laid_out() == expected
    assert 0 < len(asked) < len(all_asked) / 3


def test_shortcuts_are_taken_once():
    def taken():
        return (
            ComputedStyle.__missing__,
            weasyprint.layout.make_margin_boxes,
            percent.resolve_one_percentage,
            Box.is_in_normal_flow,
            pydyf._to_bytes,
            inputstream.characters_until_regex,
        )

    take_shortcuts()
    before = taken()
    assert all(hasattr(one, "__wrapped__") for one in before[:-1])
    take_shortcuts()
    assert taken() == before


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


@pytest.mark.parametrize(
    "item", [b"a", "b", "", 0, -3, True, 1.0, -0.5, 1e-7, pydyf.String("(c)"), pydyf.Array([1, "d"]), None]
)
def test_parts_of_a_pdf_are_written_the_same(item):
    general = getattr(pydyf._to_bytes, "__wrapped__", pydyf._to_bytes)
    assert by_type_or_not(general)(item) == general(item)


NOTED = "<p>One<span %s>the note</span></p>"
IN_A_SHEET = (
    "span { float: footnote }",
    "span { position: note(a) }",
    "p { --kind: footnote } span { float: var(--kind) }",
)
OF_NOTES = {"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"}


def sheets_asked(html, text, css):
    sheet = weasyprint.CSS(string=css)
    without_notes(html, text, [sheet])
    return html._ua_stylesheets(forms=False), sheet


def kinds(sheet):
    return {one[3] for one in sheet.matcher.other_selectors}


@pytest.mark.parametrize("css", IN_A_SHEET)
@pytest.mark.parametrize("text", [NOTED % "", f"<div style='color: red'>{NOTED % ''}</div>"])
def test_pages_whose_style_sheets_make_notes_have_all_styles(css, text):
    html = weasyprint.HTML(string=text)
    usual = html._ua_stylesheets()
    asked, sheet = sheets_asked(html, text, css)
    assert asked == usual
    assert html.render(stylesheets=[sheet]).pages


@pytest.mark.parametrize(
    "style", ["float:footnote", "color: red; FLOAT : footnote", "position: note(a)", "float:var(--k)"]
)
@pytest.mark.parametrize("quote", ["'", '"'])
def test_pages_that_make_notes_on_the_spot_have_all_styles(style, quote):
    text = NOTED % f" style={quote}{style}{quote}"
    html = weasyprint.HTML(string=text)
    usual = html._ua_stylesheets()
    asked, sheet = sheets_asked(html, text, "p { --k: footnote }")
    assert asked == usual
    assert html.render(stylesheets=[sheet]).pages


def test_pages_without_notes_have_none_of_their_styles():
    text = STYLED % ""
    text = text[text.index("<body>") :]
    html, whole = weasyprint.HTML(string=text), weasyprint.HTML(string=text)
    css = "p { float: left } li { position: absolute } q::before { content: '<' } b { position: running(a) }"
    ((plain,), sheet) = sheets_asked(html, text, css)
    (usual,) = whole._ua_stylesheets()
    assert kinds(usual) - kinds(plain) == {
        "footnote-call",
        "footnote-marker",
        "note-call",
        "note-marker",
        "note-callback",
    }
    assert len(plain.matcher.other_selectors) == len(usual.matcher.other_selectors) - 5
    assert html.write_pdf(stylesheets=[sheet]) == whole.write_pdf(stylesheets=[sheet])
