"""The guess report of an import, as a text that people read and keep beside the list."""

from collections.abc import Iterable, Iterator

from generator.errors import Diagnostic, Severity
from generator.lists.importing import ImportReport
from generator.lists.table import Outcome
from generator.model.written import Localized


def summary(report: ImportReport) -> str:
    """Return the import in one line of figures."""
    parts = [
        f"{len(report.rows)} rows read",
        f"{len(report.understood)} understood",
        f"{len(report.queried)} to confirm",
        f"{len(report.rejected)} rejected",
        f"{len(report.added)} added",
        f"{len(report.changed)} changed",
        f"{len(report.gone)} gone",
    ]
    return ", ".join(parts)


def to_markdown(report: ImportReport) -> str:
    """Return the whole report: what to confirm, what was rejected and why, what changed, row by row."""
    sections = [
        ("Rejected: not in the list", _rejected(report)),
        ("Not understood: kept as notes", _cells(report.queried, Severity.ERROR)),
        ("Guessed: needs a yes", _cells(report.queried, Severity.WARNING)),
        ("Headings and groups", (f"- {_said(one)}" for one in report.found)),
        ("Your own edits, kept", (f"- `{k.id}`: {k.field}; the file now says {k.offered}" for k in report.kept)),
        ("Changed", (f"- `{one.id}`: {', '.join(one.fields)}" for one in report.changed)),
        ("Gone: no longer in the file, taken out of the list", (f"- `{id_}`" for id_ in report.gone)),
        ("Added", (f"- `{id_}`" for id_ in report.added)),
        ("Understood as written", (f"- {_row(one)}" for one in report.understood)),
    ]
    lines = [f"# Import of {report.path.name}", "", f"{summary(report)}.", ""]
    lines += [
        "What was guessed is marked `guessed` in the list. `handbill lists verify` goes through it with you; or",
        "compare it with what the service says, correct it in the list, and delete the mark: that is the yes.",
        "",
    ]
    for title, found in sections:
        items = list(found)
        lines += [f"## {title} ({len(items)})", "", *items, ""] if items else []
    return "\n".join(lines).rstrip() + "\n"


def _rejected(report: ImportReport) -> Iterator[str]:
    """Yield one line a row, with every reason."""
    for one in report.rejected:
        reasons = dict.fromkeys(_said(diagnostic) for diagnostic in one.found if diagnostic.is_error)
        yield f"- {'; '.join(reasons)}"


def _cells(rows: Iterable[Outcome], severity: Severity) -> Iterator[str]:
    for one in rows:
        said = (_said(diagnostic) for diagnostic in one.found if diagnostic.severity is severity)
        yield from (f"- {text if text.startswith('record ') else f'{_name(one)}, {text}'}" for text in said)


def _name(one: Outcome) -> str:
    name = one.resource.name if one.resource else None
    return name.text("en") if isinstance(name, Localized) else one.id


def _row(one: Outcome) -> str:
    return f"row {one.row}, {_name(one)}"


def _said(diagnostic: Diagnostic) -> str:
    column = diagnostic.place.column
    sheet = str(diagnostic.place.path).partition("#")[2]  # a workbook of several sheets says which
    where = f"row {diagnostic.place.line}, column {_letters(column)}: " if column and diagnostic.place.line else ""
    where = f"sheet {sheet}, {where}" if sheet and where else where
    return " ".join(f"{where}{diagnostic.message}".split())


def _letters(column: int) -> str:
    """Return a column's number as a spreadsheet names it: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
