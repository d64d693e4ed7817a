"""Lists kept as CSV: any delimiter, an encoding that is known and never guessed, every row accounted for."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from generator.errors import Diagnostic, Place, error
from generator.lists.rows import outcomes_of_tables
from generator.lists.table import Outcomes, Row, Table, list_of
from generator.model.kinds import Kind
from generator.model.resource import ResourceList

SUFFIXES = (".csv", ".tsv")
MAX_BYTES = 300_000_000
DELIMITERS = ",;\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read(
    path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None
) -> tuple[ResourceList | None, tuple[Diagnostic, ...]]:
    """Return the list of a CSV file; rows that cannot be read are errors, and are missing from it."""
    outcomes, found = read_outcomes(path, country=country, kinds=kinds, encoding=encoding)
    if outcomes is None:
        return None, found
    listed, more = list_of(outcomes)
    return listed, (*found, *more)


def read_outcomes(
    path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None
) -> tuple[Outcomes | None, tuple[Diagnostic, ...]]:
    """Return what became of each row of a CSV file, or None and the reason."""
    table, found = load(path, encoding=encoding)
    if table is None:
        return None, found
    return outcomes_of_tables((table,), country=country, kinds=kinds), found


def load(path: Path, *, encoding: str | None = None) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """Return the rows of a CSV file as text, or None and the reason."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        message = f"cannot be read: {problem.strerror or problem}"
        return None, (error("unreadable-file", message, place=Place(path)),)
    text, found = decode(data, path, encoding=encoding)
    return (None, found) if text is None else parse(text, path)


def decode(data: bytes, path: Path, *, encoding: str | None = None) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """Return the text of a file: a byte-order mark decides, then `encoding`, then strict UTF-8."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(marked or encoding or "utf-8")
    except LookupError:
        message = f'there is no encoding "{encoding}"'
        return None, (error("unknown-encoding", message, place=Place(path), hint="try --encoding windows-1252"),)
    except UnicodeDecodeError as problem:
        return None, (_undecodable(data, path, problem),)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        hint = "save it again as CSV UTF-8; this looks like UTF-16 without its mark, or not like text"
        return None, (error("nul-character", "holds a NUL character", place=Place(path, line), hint=hint),)
    return text, ()


def parse(text: str, path: Path) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """Return the rows of a text, or None and the reason. Row numbers are those that a spreadsheet shows."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    rows: list[Row] = []
    try:
        rows.extend(Row(number, tuple(cells)) for number, cells in enumerate(lines, 1))
    except csv.Error as problem:
        return None, (_unreadable(problem, path, len(rows), lines.line_num),)
    return Table(path, tuple(rows)), ()


def delimiter_of(text: str) -> str:
    """Return the delimiter that divides the first lines most evenly; a comma when none does."""
    first = [line for line in _unquoted(text[:20_000]).splitlines() if line.strip()][:20]
    counts = {mark: [line.count(mark) for line in first] for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: (sum(count > 0 for count in counts[mark]), sum(counts[mark])))


def _unquoted(text: str) -> str:
    """Return the text without what stands in quotes, so that only delimiters count."""
    return "".join(text.split('"')[::2])


def _undecodable(data: bytes, path: Path, problem: UnicodeDecodeError) -> Diagnostic:
    before = data[: problem.start]
    line = before.count(b"\n") + 1
    column = problem.start - before.rfind(b"\n")
    message = f"byte 0x{data[problem.start]:02X} is not {problem.encoding.upper()}"
    hint = 'save it as "CSV UTF-8", or say what it is, such as --encoding windows-1252'
    return error("undecodable-byte", message, place=Place(path, line, column), hint=hint)


def _unreadable(problem: csv.Error, path: Path, rows: int, line: int) -> Diagnostic:
    if "unexpected end of data" in str(problem):
        message = f"row {rows + 1} opens a quote that is never closed"
        return error("unclosed-quote", message, place=Place(path, rows + 1), hint='close it with another "')
    message = f"row {rows + 1} (line {line} of the file) is not CSV: {problem}"
    return error("broken-csv", message, place=Place(path, rows + 1), hint='double each " that stands within quotes')
