"""Lists kept as spreadsheets of Excel or LibreOffice: every visible sheet, every cell as the text it shows."""

import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from generator.errors import Diagnostic, Place, error, warning
from generator.lists.headers import find_heading_row, read_headings
from generator.lists.rows import outcomes_of_tables
from generator.lists.table import Outcomes, Row, Table, list_of
from generator.lists.zips import BROKEN_ZIP
from generator.model.kinds import Kind
from generator.model.resource import ResourceList

SUFFIXES = (".xlsx", ".xlsm")
Sheet = Any  # the types of openpyxl allow for cells and sheets that a workbook on disk never has
XlsxCell = Any
MAX_BYTES = 300_000_000  # unpacked; a workbook of 100,000 rows is a third of it
MAX_CELLS = 5_000_000  # rows times columns, whether filled or merged: 100,000 rows of 50
_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def read(
    path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None
) -> tuple[ResourceList | None, tuple[Diagnostic, ...]]:
    """Return the list of a workbook; rows that cannot be read are errors, and are missing from it."""
    outcomes, found = read_outcomes(path, country=country, kinds=kinds)
    if outcomes is None:
        return None, found
    listed, more = list_of(outcomes)
    return listed, (*found, *more)


def read_outcomes(
    path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None
) -> tuple[Outcomes | None, tuple[Diagnostic, ...]]:
    """Return what became of each row of a workbook, or None and the reason. It knows its own encoding."""
    tables, found = load(path)
    return (outcomes_of_tables(tables, country=country, kinds=kinds) if tables else None), found


def load(path: Path) -> tuple[tuple[Table, ...], tuple[Diagnostic, ...]]:
    """Return the sheets of a workbook that have headings, as text, and what was left out."""
    problem = _why_not(path)
    if problem:
        return (), (problem,)
    from openpyxl import load_workbook

    try:
        data = path.read_bytes()
        formulas = load_workbook(io.BytesIO(data), data_only=False)
        values = load_workbook(io.BytesIO(data), data_only=True)
    except Exception as problem:  # a broken part makes openpyxl raise nearly anything, and names no error of its own
        return (), (_broken(path, f"cannot be read as a workbook: {problem or type(problem).__name__}"),)
    sheets: list[Sheet] = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    if any(math.prod(_extent(formulas[sheet.title])) > MAX_CELLS for sheet in sheets):
        return (), (_too_large(path),)
    tables = [_table(path, sheet, formulas[sheet.title], alone=len(sheets) == 1) for sheet in sheets]
    kept = [table for table in tables if _has_headings(table)] or [table for table in tables[:1] if table.rows]
    hidden = (_hidden(path, sheet) for sheet in values.worksheets if sheet.sheet_state != "visible")
    found = (*(_left_out(path, table) for table in tables if table not in kept and table.rows), *hidden)
    if not kept:
        return (), (*found, error("empty-list", "holds no rows", place=Place(path)))
    return tuple(kept), found


def _why_not(path: Path) -> Diagnostic | None:
    """Return why a workbook is not opened: openpyxl would unpack whatever it claims, and make every merged cell."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > MAX_BYTES:
                message = f"unpacks to {size:,} bytes; {MAX_BYTES:,} is the most that is read"
                return error("file-too-large", message, place=Place(path), hint="split it into several files")
            sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    except BROKEN_ZIP:
        return _broken(path, "is not a workbook of Excel 2007 or later")
    return _too_large(path) if any(_merged_cells(sheet) > MAX_CELLS for sheet in sheets) else None


def _broken(path: Path, message: str) -> Diagnostic:
    hint = "save it again as .xlsx without a password, or as CSV"
    return error("broken-workbook", message, place=Place(path), hint=hint)


def _too_large(path: Path) -> Diagnostic:
    message = f"a sheet spreads over more than {MAX_CELLS:,} cells"
    return error("file-too-large", message, place=Place(path), hint="delete the rows and columns beyond the list")


def _merged_cells(sheet: bytes) -> int:
    """Return how many cells the merged ranges of a sheet hold."""
    ranges = (match.groups() for match in _MERGED.finditer(sheet))
    return sum(
        (int(bottom) - int(top) + 1) * (_column(right) - _column(left) + 1) for left, top, right, bottom in ranges
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _extent(sheet: Sheet) -> tuple[int, int]:
    """Return the last row and the last column with something in them; cells that are only coloured reach further."""
    filled = [cell for cell in sheet._cells.values() if cell.value is not None]
    return max((cell.row for cell in filled), default=0), max((cell.column for cell in filled), default=0)


def _has_headings(table: Table) -> bool:
    if not table.rows:
        return False
    start = find_heading_row([row.cells for row in table.rows])
    return sum(bool(column.path) for column in read_headings(table.rows[start].cells)) >= 2


def _left_out(path: Path, table: Table) -> Diagnostic:
    message = f'the sheet "{table.title}" has no headings that are known; it is left out'
    return warning("sheet-left-out", message, place=Place(path), hint="name its columns, such as name, phone, kind")


def _hidden(path: Path, sheet: Sheet) -> Diagnostic:
    message = f'the sheet "{sheet.title}" is hidden; it is left out'
    return warning("sheet-left-out", message, place=Place(path), hint="unhide it to have its rows read")


def _table(path: Path, sheet: Sheet, formulas: Sheet, *, alone: bool) -> Table:
    below = dict(_merged_below(sheet))
    rows: list[Row] = []
    last_row, last_column = _extent(formulas)
    filled = sheet.iter_rows(max_row=last_row, max_col=last_column) if last_row else ()
    for cells in filled:
        texts = [
            _shown(sheet.cell(*below.get((cell.row, cell.column), (cell.row, cell.column))), formulas) for cell in cells
        ]
        rows.append(Row(len(rows) + 1, tuple(texts)))
    while rows and rows[-1].is_blank:
        rows.pop()
    named = path if alone else path.with_name(f"{path.name}#{sheet.title}")
    return Table(named, tuple(rows), "" if alone else sheet.title)


def _merged_below(sheet: Sheet) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield each cell that is merged with one above it, with that one: its text holds for every row."""
    for merged in sheet.merged_cells.ranges:
        for row in range(merged.min_row + 1, merged.max_row + 1):
            yield (row, merged.min_col), (merged.min_row, merged.min_col)


def _shown(cell: XlsxCell, formulas: Sheet) -> str:
    """Return a cell as the text that it shows; a formula without a saved result as the formula."""
    value: object = cell.value
    if value is None:
        formula = formulas.cell(cell.row, cell.column).value
        return formula if isinstance(formula, str) and formula.startswith("=") else ""
    if isinstance(value, str):
        return _linked(cell, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _figure(value, cell.number_format)
    return _moment(value)


def _linked(cell: XlsxCell, text: str) -> str:
    """Return the address that a cell's text leads to when the text is only its label."""
    target = cell.hyperlink.target if cell.hyperlink else None
    is_label = bool(target) and str(target).startswith("http") and "." not in text
    return f"'{text}" if text.startswith("=") else str(target) if is_label else text


def _figure(value: float, number_format: str) -> str:
    """Return a number as digits, with the zeros in front that its format shows."""
    if value != int(value):
        return repr(value)
    zeros = number_format if set(number_format) == {"0"} else ""
    return str(int(value)).zfill(len(zeros))


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)
