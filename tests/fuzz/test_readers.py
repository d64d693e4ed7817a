"""The readers keep their promise whatever they are given; tests/fuzz/run asks for longer."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import readers

FOUND = sorted((Path(__file__).parent / "found").iterdir())
WORDS = st.sampled_from(readers.words())
# Signs that formats are made of, what people hide in texts, and what no text should hold.
SIGNS = st.sampled_from(
    ["\n", "\r", "\t", ",", ";", "|", '"', "'", ":", ": ", "- ", "{", "}", "[", "]", "&a", "*a", "!x", "#", "%", "@",
     "=", "\0", "\x1b", "\u202e", "\u200b", "\ufeff", "\u0663", "８", "\U0001f600", "988", "+1 (800) 985-5990",
     "1.8E+10", "24/7", "Mo-Fr 9-5", "2026-02-30", "9" * 400, "https://example.org", "a@example.org", "US", "en", "yes"]
)  # fmt: skip
TEXTS = st.lists(WORDS | SIGNS | st.text(max_size=6), max_size=40).map("".join)
BYTES = TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=200)

CELLS = st.lists(WORDS | SIGNS | st.text(max_size=12), min_size=1, max_size=6)
ROWS = st.lists(CELLS, min_size=1, max_size=6)
KEYS = WORDS | st.text(max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | SIGNS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
fuzzing = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_fuzzing_found_stays_mended(path):
    readers.READERS[path.name.partition("-")[0]](path.read_bytes())


@pytest.mark.parametrize("reader", readers.READERS)
@fuzzing
@given(data=BYTES)
def test_bytes_of_any_kind(reader, data):
    readers.READERS[reader](data)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@fuzzing
@given(rows=ROWS)
def test_any_table(delimiter, rows):
    text = "\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    readers.check_csv(text.encode("utf-8", "surrogatepass"))


@fuzzing
@given(rows=ROWS)
def test_any_workbook(rows):
    readers.check_xlsx(readers.sheet(rows).encode("utf-8", "surrogatepass"))


PACKED = {
    "zip": readers.tables(readers.TABLES.encode()),
    "xlsx": readers.workbook(readers.sheet([["name"], ["A"]]).encode()),
}


@pytest.mark.parametrize("reader", PACKED)
@fuzzing
@given(changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_any_zip_with_some_bytes_changed(reader, changes):
    data = bytearray(PACKED[reader])
    for index, byte in changes:
        data[-1 - index % len(data)] = byte
    readers.READERS[reader](b"PK" + data[2:])


@fuzzing
@given(value=VALUES)
def test_any_json(value):
    import json

    readers.check_json(json.dumps(value).encode())


@fuzzing
@given(value=VALUES)
def test_any_tree_of_yaml(value):
    import json

    readers.check_yaml(json.dumps(value).encode())
    readers.check_list(json.dumps(value).encode(), ".yaml")
