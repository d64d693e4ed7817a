"""Lists kept as spreadsheets of Excel or LibreOffice: every visible sheet, every cell as the text it shows."""

import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from generator.errors import Diagnostic, Place, error, warning
from generator.lists.headers import find_heading_row, read_headings
from generator.lists.table import Outcomes, Row, Table, list_of, outcomes_of_tables
from generator.model.kinds import Kind
from generator.model.resource import ResourceList

SUFFIXES = (".xlsx", ".xlsm")
Sheet = Any  # the types of openpyxl allow for cells and sheets that a workbook on disk never has
XlsxCell = Any
MAX_BYTES = 300_000_000  # unpacked; a workbook of 100,000 rows is a third of it
MAX_ROWS = 200_000


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
        formulas = load_workbook(path, data_only=False)
        values = load_workbook(path, data_only=True)
    except (KeyError, ValueError, TypeError, OSError) as problem:
        message = f"cannot be read as a workbook: {problem}"
        return (), (error("broken-workbook", message, place=Place(path), hint="save it again as .xlsx, or as CSV"),)
    sheets: list[Sheet] = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    tables = [_table(path, sheet, formulas[sheet.title], alone=len(sheets) == 1) for sheet in sheets]
    kept = [table for table in tables if _has_headings(table)] or [table for table in tables[:1] if table.rows]
    hidden = (_hidden(path, sheet) for sheet in values.worksheets if sheet.sheet_state != "visible")
    found = (*(_left_out(path, table) for table in tables if table not in kept and table.rows), *hidden)
    if not kept:
        return (), (*found, error("empty-list", "holds no rows", place=Place(path)))
    return tuple(kept), found


def _why_not(path: Path) -> Diagnostic | None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (OSError, zipfile.BadZipFile):
        message = "is not a workbook of Excel 2007 or later"
        return error(
            "broken-workbook", message, place=Place(path), hint="save it as .xlsx without a password, or as CSV"
        )
    if size > MAX_BYTES:
        message = f"unpacks to {size:,} bytes; {MAX_BYTES:,} is the most that is read"
        return error("file-too-large", message, place=Place(path), hint="split it into several files")
    return None


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
    for cells in sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS)):
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
