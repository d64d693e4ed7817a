from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.source import MAX_DEPTH, parse_yaml, read_yaml

PATH = Path("case.yaml")


def parse(text):
    document, found = parse_yaml(text.encode() if isinstance(text, str) else text, PATH)
    return (document.tree if document else None), found


@pytest.mark.parametrize("scalar", ["no", "0116", "12:30", "+18009855990", "1.800", "1_800", "null", "~", "2026-05-12"])
def test_scalars_stay_the_text_that_was_typed(scalar):
    assert parse(f"a: {scalar}") == ({"a": scalar}, ())


def test_nothing_after_a_key_is_none():
    assert parse("checked:\nb: ''") == ({"checked": None, "b": ""}, ())


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\na: 2\n", "duplicate-key", 2, 1),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", "duplicate-key", 4, 3),
        ("a: &x 1\n", "yaml-anchor", 1, 4),
        ("a: 1\nb: *x\n", "yaml-anchor", 2, 4),
        ("a: !!python/object/apply:os.system [id]\n", "yaml-tag", 1, 4),
        ("a:\n\t- b\n", "yaml-tab", 2, 1),
        ("a: b: c\n", "yaml-syntax", 1, 5),
        ("a: [1\n", "yaml-syntax", 2, 1),
        ("? [a]\n: b\n", "yaml-key", 1, 3),
        ("a: 1\n---\nb: 2\n", "yaml-documents", 2, 1),
        (b"a: \x93q\x94\n", "not-utf8", 1, 4),
        ("a: b\n\nc: x\u202ey\n", "invisible-character", 3, 5),
        ("a: x\u200by\n", "invisible-character", 1, 5),
        ("a: x\x00y\n", "invisible-character", 1, 5),
        ("[" * (MAX_DEPTH + 1), "too-deep", 1, MAX_DEPTH + 1),
        ("[" * 5000, "too-deep", 1, MAX_DEPTH + 1),
    ],
)
def test_what_a_plain_tree_must_not_hold_is_located(text, code, line, column):
    _, found = parse(text)
    assert (found[0].code, found[0].place.line, found[0].place.column) == (code, line, column)


def test_every_duplicate_is_named_at_once():
    _, found = parse("a: 1\na: 2\nb: 1\nb: 2\n")
    assert [one.place.line for one in found] == [2, 4]


def test_a_file_too_large_is_refused():
    _, found = parse_yaml(b"a: 1\n" * 10, PATH, max_bytes=20)
    assert [one.code for one in found] == ["file-too-large"]


def test_byte_order_mark_is_no_part_of_the_first_key():
    assert parse("\ufeffa: 1") == ({"a": "1"}, ())


def test_a_missing_file_is_a_finding(tmp_path):
    document, found = read_yaml(tmp_path / "none.yaml")
    assert document is None
    assert found[0].code == "unreadable-file"


KEYS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)


@given(st.recursive(KEYS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)))
def test_any_tree_of_text_reads_back_and_every_value_has_a_place(tree):
    import json

    document, found = parse_yaml(json.dumps(tree).encode(), PATH)
    assert found == ()
    assert document is not None
    assert document.tree == tree
    assert document.place_of_value(()).line == 1


@given(st.text(max_size=60))
def test_no_text_whatever_ends_in_a_traceback(text):
    document, found = parse_yaml(text.encode("utf-8", "surrogatepass"), PATH)
    assert document is not None or found
