"""What HTML is parsed with is made once, and is the same that the parser makes by itself."""

import re

import pytest
import tinyhtml5
from tinyhtml5 import inputstream

from generator.render.patterns import Patterns, keep_patterns

PAGE = '<html lang="en"><p class="a b" title=\'x "y"\'>One &amp; <b data-x>two</b></p></html>'


def parsed():
    return [(element.tag, dict(element.attrib), element.text) for element in tinyhtml5.parse(PAGE).iter()]


def test_the_parser_reads_the_same_and_makes_no_pattern_twice(monkeypatch):
    monkeypatch.setattr(inputstream, "characters_until_regex", {})
    before = parsed()
    keep_patterns()
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
