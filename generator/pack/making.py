"""The way of a pack, in order: plan the event, build its pieces, name their files, write their papers, zip all."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator import __version__
from generator.build import Options, Outcome, Planned, build_planned
from generator.catalog import Roots
from generator.errors import Diagnostic, HandbillError, error, has_errors
from generator.foreman import Foreman
from generator.making import Made, assets_of, stem_of
from generator.model.event import Event
from generator.pack.names import FOLDERS, PROOF, file_name
from generator.pack.order import OrderLine, order_line
from generator.pack.papers import Occasion, order_sheet, run_list
from generator.pack.runs import RunLine, run_line
from generator.pack.tables import order_csv, run_csv, totals_csv
from generator.pack.totals import Totals, totals_of
from generator.pack.zipped import zipped
from generator.plan import EventJob, plan_event
from generator.project import Project, load_project
from generator.recall import known_lists
from generator.render.hours import event_day, event_times
from generator.report.page import make_report
from generator.reporting import drawn_faces
from generator.source import nearest
from generator.summary import Watch
from generator.write import PACKS, locked, read_manifest, write_together

PAPERS_FIRST = 3  # the number of the first file behind the papers
Files = dict[str, bytes]


class Packed(Struct, frozen=True):
    """One proved file that goes into the pack, with its number and name there."""

    one: EventJob
    made: Made
    number: int
    name: str
    data: bytes
    pages: int


class Pack(Struct, frozen=True):
    """What a pack came to. `folder` is None when every piece was refused; then an older pack stays as it was."""

    outcome: Outcome
    folder: Path | None
    written: tuple[Path, ...]
    orders: tuple[OrderLine, ...]
    runs: tuple[RunLine, ...]
    totals: Totals


def pack_event(
    roots: Roots,
    event_id: str,
    options: Options,
    foreman: Foreman | None = None,
    *,
    printer: str | None = None,
    watch: Watch,
) -> Pack:
    """Build the pieces of an event and pack those that passed their proof.

    Raises HandbillError with every error in what people wrote; then nothing in the output was touched.
    """
    project, wanted, found = _planned(roots, event_id, options, printer)
    planned = Planned(project, [one.job for one in wanted], tuple(found))
    outcome = build_planned(planned, options, foreman, watch=watch)
    packed = tuple(_packed(event_id, wanted, outcome))
    occasion = _occasion(project, event_id, wanted, outcome, options)
    orders = tuple(order_line(one.one, one.number, one.name, one.data) for one in _of(packed, "press"))
    runs = tuple(_run(project, one) for one in _of(packed, "office"))
    totals = totals_of(orders, runs, {name: one.value for name, one in project.stocks.items()})
    files = _press(occasion, orders, totals, roots) | _office(occasion, runs, totals, roots)
    files |= {f"{FOLDERS[one.one.piece.finish]}/{one.name}": one.data for one in packed}
    files |= _proof(occasion, totals, outcome, options, roots)
    folder, written = _write(event_id, files if packed else {}, options)
    return Pack(outcome, folder, written, orders, runs, totals)


def _planned(
    roots: Roots, event_id: str, options: Options, printer: str | None
) -> tuple[Project, tuple[EventJob, ...], tuple[Diagnostic, ...]]:
    """Return the project and the event's jobs. Raises HandbillError with every error in both."""
    project, found = load_project(roots, known_lists(options.cache))
    if has_errors(found):
        raise HandbillError(found)
    if printer and printer not in project.printers:
        hint = nearest(printer, project.printers) or "measure one and give it a name: handbill calibrate"
        found = (*found, error("unknown-printer", f'there is no printer "{printer}"', hint=hint))
    elif printer:
        project = replace(project, settings=project.settings.model_copy(update={"printer": printer}))
    wanted, more_found = plan_event(project, event_id, today=options.today)
    found = (*found, *more_found)
    of_pieces = tuple(problem for one in wanted for problem in one.job.diagnostics)
    if has_errors((*found, *of_pieces)):
        # An order without one of its pieces is no order: what is wrong in the event's file stops all of it.
        raise HandbillError((*found, *of_pieces))
    return project, wanted, found


def _packed(event_id: str, wanted: Sequence[EventJob], outcome: Outcome) -> Iterator[Packed]:
    """Yield each file that passed its proof, numbered within its folder."""
    made = {(one.name, one.job.finishes): one for one in outcome.made}
    numbers = dict.fromkeys(FOLDERS, PAPERS_FIRST)
    for one in _in_printing_order(wanted):
        finish, of_job = one.piece.finish, made[one.job.piece.name, one.job.finishes]
        if one.job.piece.name not in outcome.refused:
            (artifact,) = (file for file in of_job.artifacts if file.entry)
            name, pages = file_name(event_id, one, numbers[finish]), int(str(artifact.entry["pages"]))
            yield Packed(one, of_job, numbers[finish], name, artifact.data, pages)
            numbers[finish] += 1


def _in_printing_order(wanted: Sequence[EventJob]) -> list[EventJob]:
    """Return the jobs as the event lists them, but those for the office one stock after the other."""
    stocks = list(dict.fromkeys(one.job.stock_id for one in wanted))
    return sorted(wanted, key=lambda one: stocks.index(one.job.stock_id) if one.piece.finish == "office" else -1)


def _of(packed: Sequence[Packed], finish: str) -> Iterator[Packed]:
    return (one for one in packed if one.one.piece.finish == finish)


def _run(project: Project, packed: Packed) -> RunLine:
    job = packed.made.job
    stock = project.stocks[job.stock_id].value
    return run_line(packed.one, job, stock, packed.number, packed.name, packed.data, packed.pages)


def _occasion(
    project: Project, event_id: str, wanted: Sequence[EventJob], outcome: Outcome, options: Options
) -> Occasion:
    event = project.events[event_id].value
    missing = [(one.piece.finish, one.job.piece.name) for one in wanted if one.job.piece.name in outcome.refused]
    return Occasion(
        id=event_id,
        event=event,
        edition=project.editions[event.edition].value.title,
        system=wanted[0].job.piece.system,
        today=options.today,
        when=_when(project, event),
        missing=tuple(missing),
    )


def _when(project: Project, event: Event) -> str:
    """Return the days and times of an event in English, the language of the papers."""
    days = event_day(event.date, event.until if event.until != event.date else None, "en")
    return f"{days}, {event_times(event.starts, event.ends, 'en', project.languages['en'].value)}"


def _press(occasion: Occasion, lines: Sequence[OrderLine], totals: Totals, roots: Roots) -> Files:
    """Return the papers for the print shop; none when nothing goes there."""
    if not lines:
        return {}
    stem = f"{FOLDERS['press']}/%s_{occasion.id}_order-sheet"
    sheet = order_sheet(occasion, lines, totals, assets_of(roots))
    return {f"{stem % '01'}.pdf": sheet, f"{stem % '02'}.csv": order_csv(occasion.event, lines).encode("utf-8")}


def _office(occasion: Occasion, lines: Sequence[RunLine], totals: Totals, roots: Roots) -> Files:
    """Return the papers for the office; none when nothing is printed there."""
    if not lines:
        return {}
    stem = f"{FOLDERS['office']}/%s_{occasion.id}_run-list"
    listed = run_list(occasion, lines, totals, assets_of(roots))
    return {f"{stem % '01'}.pdf": listed, f"{stem % '02'}.csv": run_csv(lines).encode("utf-8")}


def _proof(occasion: Occasion, totals: Totals, outcome: Outcome, options: Options, roots: Roots) -> Files:
    """Return the proof report on these pieces alone, refused ones too, and the totals."""
    paths = {f"{stem_of(one.job)}.{finish}.pdf" for one in outcome.made for finish in one.job.finishes}
    entries = [entry for path, entry in sorted(read_manifest(options.output).items()) if path in paths]
    drawn = drawn_faces(outcome.made)
    report = make_report(
        entries, lambda stem: drawn.get(stem, ()), assets_of(roots), version=__version__, today=options.today
    )
    stem = f"{PROOF}/%s_{occasion.id}"
    return {
        f"{stem % '01'}_proof-report.html": report,
        f"{stem % '02'}_totals.csv": totals_csv(totals).encode("utf-8"),
    }


def _write(event_id: str, files: Files, options: Options) -> tuple[Path | None, tuple[Path, ...]]:
    """Write the folder and its zip; files of an older pack that this one has not are taken away.

    What else a person put into the folder stays. Raises HandbillError.
    """
    if not files:
        return None, ()
    inside = {f"{PACKS}/{event_id}/{name}": data for name, data in sorted(files.items())}
    archive = zipped({f"{event_id}/{name}": data for name, data in files.items()}, day=options.today)
    with locked(options.output):
        folder = options.output / PACKS / event_id
        old = [path.relative_to(options.output).as_posix() for path in folder.glob(f"*/[0-9]*_{event_id}_*")]
        written = write_together(options.output, inside | {f"{PACKS}/{event_id}.zip": archive}, old=old)
    return folder, written
