"""The papers that go along with the files: the order sheet for the counter and the run list for the printer."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from generator import __version__
from generator.model.event import Event
from generator.pack.order import OrderLine
from generator.pack.runs import RunLine
from generator.pack.tables import UNNAMED_PAPER, order_answers, run_answers
from generator.pack.totals import Totals
from generator.plan import System
from generator.render.assets import Assets
from generator.render.document import make_document

PAPERS: dict[System, str] = {"us": "letter", "iso": "A4"}
CHECK_DIGITS = 12  # of a file's SHA-256: enough to tell two files apart by eye


class Occasion(Struct, frozen=True):
    """What stands at the head of both papers. `missing` names the pieces that were refused, by finish."""

    id: str
    event: Event
    edition: str
    system: System
    today: date
    when: str
    missing: tuple[tuple[str, str], ...] = ()


def order_sheet(occasion: Occasion, lines: Sequence[OrderLine], totals: Totals, assets: Assets) -> bytes:
    """Return the order sheet as a PDF."""
    values = {"answers": order_answers, "unnamed": UNNAMED_PAPER}
    return _paper("pack/order-sheet.html", "press", occasion, lines, totals, assets, values)


def run_list(occasion: Occasion, lines: Sequence[RunLine], totals: Totals, assets: Assets) -> bytes:
    """Return the office's run list as a PDF."""
    return _paper("pack/run-list.html", "office", occasion, lines, totals, assets, {"answers": run_answers})


def _paper(
    template: str,
    finish: str,
    occasion: Occasion,
    lines: Sequence[OrderLine] | Sequence[RunLine],
    totals: Totals,
    assets: Assets,
    values: dict[str, object],
) -> bytes:
    return make_document(
        template,
        assets,
        id=occasion.id,
        event=occasion.event,
        edition=occasion.edition,
        today=occasion.today,
        when=occasion.when,
        missing=[name for of, name in occasion.missing if of == finish],
        paper=PAPERS[occasion.system],
        lines=lines,
        totals=totals,
        version=__version__,
        check=lambda line: line.sha256[:CHECK_DIGITS],
        **values,
    )
