"""A stock made up for plain paper, when a product has no stock of its own."""

from generator.model.stock import Stock
from generator.units import Size

GUTTER_PER_BLEED = 2  # both neighbours bleed into the gutter
# Two A5 pages side by side are 1 mm narrower than A4: that is still the whole sheet.
WHOLE_SHEET_MM = 1.0
MARGIN_MM = 8.0  # room for the printer's white edge and the crop marks


def cut_stock(face: Size, paper: Size, *, bleed: float) -> Stock | None:
    """Return a stock that places a face as often as the paper holds, to be cut out; None if it holds none.

    The paper is turned when more fit that way. A face as large as the paper, either way round, lies on it alone.
    """
    for sheet in (paper, paper.turned):
        if face.fits(sheet) and face.same_as(sheet, within=WHOLE_SHEET_MM):
            return _stock(face, sheet, columns=1, rows=1, gutter=0.0)
    options = [_fill(face, sheet, bleed) for sheet in (paper, paper.turned)]
    return max((one for one in options if one), key=lambda one: one.grid.columns * one.grid.rows, default=None)


def _fill(face: Size, sheet: Size, bleed: float) -> Stock | None:
    gutter = bleed * GUTTER_PER_BLEED
    columns = int((sheet.width - 2 * MARGIN_MM + gutter) // (face.width + gutter))
    rows = int((sheet.height - 2 * MARGIN_MM + gutter) // (face.height + gutter))
    if columns < 1 or rows < 1:
        return None
    return _stock(face, sheet, columns=columns, rows=rows, gutter=gutter)


def _stock(face: Size, sheet: Size, *, columns: int, rows: int, gutter: float) -> Stock:
    pitch_x, pitch_y = face.width + gutter, face.height + gutter
    left = (sheet.width - columns * pitch_x + gutter) / 2
    top = (sheet.height - rows * pitch_y + gutter) / 2
    return Stock.model_validate(
        {
            "title": f"plain paper {sheet}, {columns * rows} to a sheet",
            "sheet": sheet,
            "label": face,
            "origin": f"{left:.6f}mm, {top:.6f}mm",
            "pitch": f"{pitch_x:.6f}mm, {pitch_y:.6f}mm",
            "grid": {"columns": columns, "rows": rows},
            "cut": "trim",
            "source": ["worked out from the paper and the face"],
            "confidence": "exact",
        }
    )
