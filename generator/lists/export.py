"""Write a list as CSV or as a workbook: one row a resource, safe to open, the same list when read back."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from generator.lists.cells import guarded, joined
from generator.lists.headers import FIELDS, LANGUAGE, NUMBER, Steps, heading_of
from generator.lists.hours import hours_in_one_cell
from generator.lists.trees import flat, tree_about, tree_of
from generator.model.resource import ResourceChange, ResourceList
from generator.source import Tree

_JOINED = frozenset({"languages", "tags", "audience", "postal_codes", "guessed"})
_ORDER = {path: index for index, path in enumerate(FIELDS.values())}


def to_rows(listed: ResourceList) -> list[list[str]]:
    """Return a list as rows of text, headings first. Every cell is as it is, not yet guarded against formulas."""
    about = dict(_about(listed))
    cells = [{**dict(_cells(entry)), **about} for entry in listed.entries] or [about]
    columns = sorted({path for row in cells for path in row}, key=_place_in_row)
    return [[heading_of(path) for path in columns], *([row.get(path, "") for path in columns] for row in cells)]


def to_csv(listed: ResourceList) -> str:
    """Return a list as CSV that no spreadsheet runs as formulas. It opens with a byte-order mark, for Excel."""
    return csv_text(to_rows(listed))


def csv_text(rows: Iterable[list[str]]) -> str:
    """Return rows of text as CSV that no spreadsheet runs as formulas, with a byte-order mark."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(_guarded(rows))
    return f"\ufeff{text.getvalue()}"


def to_xlsx(listed: ResourceList) -> bytes:
    """Return a list as a workbook whose cells are all text, so that no number loses its zeros."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    workbook = Workbook()
    sheet: Any = workbook.active  # the library's types allow for kinds of sheet that a new workbook never has
    sheet.title = "Resources"
    for row in _guarded(to_rows(listed)):
        sheet.append([text or None for text in row])
    for number, cells in enumerate(sheet.iter_rows()):
        for cell in cells:
            cell.number_format = "@"
            cell.font = Font(bold=number == 0)
    sheet.freeze_panes = "C2"
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def _guarded(rows: Iterable[list[str]]) -> Iterable[list[str]]:
    return ([guarded(cell) for cell in row] for row in rows)


def _about(listed: ResourceList) -> Iterable[tuple[Steps, str]]:
    """Yield what a row says of its list."""
    return flat({"list": tree_about(listed)})


def _cells(entry: ResourceChange) -> Iterable[tuple[Steps, str]]:
    tree = tree_of(entry)
    hours = tree.get("hours")
    if isinstance(hours, dict) and entry.hours:
        kept = {key: value for key, value in hours.items() if key not in {"always", "openings"}}
        openings = hours_in_one_cell(entry.hours)
        tree["hours"] = {**({"openings": openings} if openings else {}), **kept}
    return [cell for key, value in tree.items() for cell in flat(_with_joined(key, value), (key,))]


def _with_joined(key: str, value: Tree) -> Tree:
    """Return a tree whose lists of words are one text each, as one cell holds them."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        if key in _JOINED:
            return joined(str(item) for item in value)
        return [_with_joined("", item) for item in value]
    return {name: _with_joined(name, item) for name, item in value.items()} if value else value


def _place_in_row(path: Steps) -> tuple[int, int, int, str]:
    """Return where a column belongs: fields in our order, all of the first phone before the second."""
    general = tuple(NUMBER if isinstance(step, int) else step for step in path)
    number = next((step for step in path if isinstance(step, int)), 0)
    language = "" if general in _ORDER else str(path[-1])
    known = _ORDER[general] if general in _ORDER else _ORDER[*general[:-1], LANGUAGE]
    group = min(order for field, order in _ORDER.items() if field[0] == path[0])
    return (group, number, known, language)
