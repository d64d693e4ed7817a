"""A calibration sheet to print, and the printer's profile worked out of what was measured on it."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from generator.catalog import Roots
from generator.errors import Diagnostic, HandbillError, error, has_errors
from generator.model.language import Language
from generator.model.printer import MOST_OFFSET_MM, MOST_SCALE_ERROR
from generator.model.stock import Stock
from generator.plan import unsaid
from generator.project import Loaded, Project, load_project
from generator.sheets.calibration import CALIBRATION_LABELS, calibration_sheets
from generator.sheets.correcting import Measured, Readings, measured, true_readings
from generator.source import nearest
from generator.units import Size
from generator.write import write_file

LEAST = Size(140, 200)  # a little less than A5: what crosses, rulers and words take
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LENGTHS = frozenset({"across", "down"})  # readings that differ by the printer's scale, the others by its offset


def find_stock(roots: Roots, name: str) -> tuple[str, Stock]:
    """Return a stock's id and the stock. Raises HandbillError when there is none, or the project has mistakes."""
    loaded = _stock(_read(roots), name)
    return loaded.id, loaded.value


def _read(roots: Roots) -> Project:
    project, found = load_project(roots)
    if has_errors(found):
        raise HandbillError(found)
    return project


def _stock(project: Project, name: str) -> Loaded[Stock]:
    loaded = project.find_stock(name)
    if loaded is None:
        hint = nearest(name, project.stocks)
        raise HandbillError([error("unknown-stock", f'there is no stock "{name}"', hint=hint)])
    return loaded


def _language(project: Project, tag: str) -> Language:
    """Return the language that the sheet's words are in. Raises HandbillError when it has not all of them."""
    if tag not in project.languages:
        hint = nearest(tag, project.languages)
        raise HandbillError([error("unknown-language", f'there is no language "{tag}"', hint=hint)])
    missing = unsaid(project, tag, CALIBRATION_LABELS)
    if missing:
        raise HandbillError(missing)
    return project.languages[tag].value


def write_sheet(roots: Roots, name: str, output: Path, *, tag: str = "en") -> tuple[str, Path]:
    """Write the calibration sheet of a stock, both sides, and return the stock's id and the file's path.

    Its words are in the language of the tag. Raises HandbillError.
    """
    from generator.impose import impose_sheets
    from generator.render.assets import Assets
    from generator.render.words import draw_words

    project = _read(roots)
    loaded = _stock(project, name)
    stock_id, stock, language = loaded.id, loaded.value, _language(project, tag)
    if not LEAST.fits(stock.sheet) and not LEAST.fits(stock.sheet.turned):
        message = f"{stock_id} is {stock.sheet}, too small for the words on the sheet"
        raise HandbillError(
            [error("paper-too-small", message, hint="take letter or a4: a profile holds for all paper")]
        )
    sheets = calibration_sheets(stock, stock_id, language)
    title = language.said("calibration_title", stock=stock_id)
    assets = Assets(roots.folders("templates"), roots.folders("content"))
    words = draw_words(sheets, assets, title=title, tag=tag, language=language)
    data = impose_sheets(b"", sheets, title=title, language=tag, duplex="DuplexFlipLongEdge", words=words)
    path = output / "calibration" / f"{stock_id}.pdf"
    write_file(path, data)
    return stock_id, path


def save_printer(roots: Roots, name: str, readings: Readings, stock: Stock, *, today: date) -> Path:
    """Keep a printer's profile in the project and return its path; one of that name is replaced.

    Raises HandbillError with every reading that no printer can have caused.
    """
    found = [*_check_name(name), *_check(readings, stock.sheet)]
    if found:
        raise HandbillError(found)
    path = roots.project / "content" / "printers" / f"{name}.yaml"
    write_file(path, profile(measured(readings, stock.sheet), today=today).encode("utf-8"))
    return path


def _check_name(name: str) -> Iterator[Diagnostic]:
    if not _NAME.fullmatch(name):
        message = f'--save: "{name}" cannot be a printer\'s name'
        yield error("wrong-name", message, hint="use small letters, digits and hyphens, such as front-desk")


def _check(readings: Readings, size: Size) -> Iterator[Diagnostic]:
    """Yield an error for each reading that is further out than any printer."""
    true = true_readings(size)
    for name in readings.__struct_fields__:
        value, due = getattr(readings, name), getattr(true, name) or 0.0
        most = due * MOST_SCALE_ERROR if name in _LENGTHS else MOST_OFFSET_MM
        if value is not None and not abs(value - due) <= most:
            option = f"--{name.replace('_', '-')}"
            message = f"{option}: {value:g} mm was read, {due:g} mm is true, and no printer is {most:.3g} mm out"
            hint = 'measure again from the sheet\'s edge in millimetres, on a sheet printed at "Actual size"'
            yield error("silly-reading", message, hint=hint)


def profile(figures: Measured, *, today: date) -> str:
    """Return the YAML text of a printer's profile, to a hundredth of a millimetre."""
    offset, back = (f"{_rounded(x)}mm, {_rounded(y)}mm" for x, y in (figures.offset, figures.back))
    scale = "{:.5f}, {:.5f}".format(*figures.scale)
    return (
        "# How this printer errs: handbill calibrate measured it, and build --printer corrects sheets for it.\n"
        f"offset: {offset}  # prints so far right and down\n"
        f"scale: {scale}  # prints so large, across and down\n"
        f"skew: {figures.skew:.3f}  # degrees that it turns the print, clockwise\n"
        f"back: {back}  # prints backs so much further right and down\n"
        f"measured: {today.isoformat()}\n"
    )


def _rounded(millimetres: float) -> str:
    return f"{round(millimetres, 2) + 0.0:g}"  # never -0
