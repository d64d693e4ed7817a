"""The pieces of an event: a job for each product, language and size on its list, with its copies and spares."""

import math
from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from generator.errors import NOWHERE, Diagnostic, advice, error, warning
from generator.model.event import AgendaItem, Event, EventPiece, TableSign
from generator.model.product import Product
from generator.model.resource import WebAddress
from generator.model.written import Localized
from generator.plan.choosing import EditionChooser
from generator.plan.jobs import job_for
from generator.plan.passages import passages_of
from generator.plan.piece import AgendaLine, EventDay, Fact, Job, Passage, Piece, Record
from generator.project import Loaded, Project
from generator.request import Request
from generator.sheets.grid import Used, parse_used
from generator.source import nearest

PRINTED = frozenset({"title", "short_title", "line", "agenda", "tables"})  # the words of an event file


class EventJob(Struct, frozen=True):
    """A piece of an event and how many of it are wanted: copies, and spares besides.

    The job's office file holds all of them where several share a sheet, or each is for somebody else; otherwise it
    holds one, to be printed `prints` times.
    """

    job: Job
    piece: EventPiece
    copies: int
    spares: int

    @property
    def total(self) -> int:
        """Copies and spares together."""
        return self.copies + self.spares

    @property
    def prints(self) -> int:
        """How often the file is printed."""
        return 1 if self.job.copies else self.total


def plan_event(project: Project, event_id: str, *, today: date) -> tuple[tuple[EventJob, ...], tuple[Diagnostic, ...]]:
    """Return a job for each piece of an event, in the order of its list, and what concerns no single piece."""
    loaded = project.events.get(event_id)
    if loaded is None:
        hint = nearest(event_id, project.events) or f"write content/events/{event_id}.yaml"
        return (), (error("unknown-event", f'there is no event "{event_id}"', hint=hint),)
    planner = _Planner(project, loaded, today)
    numbered = [(number, job) for number in range(len(loaded.value.pieces)) for job in planner.jobs(number)]
    found = (*planner.chooser.found, *_past(project, loaded, today), *_spares_of_the_shop(project, loaded))
    found = (*found, *_planned_twice(project, loaded, numbered))
    return tuple(job for _, job in numbered), found


def own_events(project: Project) -> tuple[str, ...]:
    """Return the events of the project itself, not the built-in example."""
    return tuple(name for name, one in project.events.items() if project.roots.is_project_file(one.path))


class _Planner:
    """Plans the pieces of one event, which share their edition's choice of resources."""

    def __init__(self, project: Project, loaded: Loaded[Event], today: date) -> None:
        self.project, self.loaded, self.event = project, loaded, loaded.value
        edition = project.editions[self.event.edition].value
        self.languages = edition.languages
        self.chooser = EditionChooser(project, self.event.edition, edition, today)

    def jobs(self, number: int) -> Iterator[EventJob]:
        """Yield the jobs of one line of the list (from 0); part-used sheets are there once, for its first job."""
        written = self.event.pieces[number]
        for language in written.all_languages or self.languages:
            for size in self._sizes(written):
                yield self._job(number, written, language, size)
                written = written.model_copy(update={"used": None})

    def _sizes(self, written: EventPiece) -> tuple[str | None, ...]:
        """Return the sizes asked for; without any, the one that fills the slots of the stock asked for."""
        stock = self.project.find_stock(written.stock) if written.stock else None
        product = self.project.products[written.product].value
        system = self.chooser.system
        if written.all_sizes or stock is None or stock.value.holds(product.size.of(system)):
            return written.all_sizes or (None,)
        return (next((name for name, one in product.sizes.items() if stock.value.holds(one.size)), None),)

    def _job(self, number: int, written: EventPiece, language: str, size: str | None) -> EventJob:
        piece, found = self.chooser.piece(language, written.product, size)
        copies, spares = self._quantities(written, piece.product)
        event = event_day(self.loaded.id, self.event, language)
        piece = replace(piece, event=event, passages=(*piece.passages, *self._passages()))
        piece = _for_each(piece, self._records(written, spares, language, piece.product))
        used, problems = self._used(number, written)
        request = Request(products=(written.product,), finishes=(written.finish,), stock=written.stock, used=used)
        found = (*found, *problems)
        job = job_for(self.project, piece, request, found)
        if piece.records or (job.stock and len(job.stock.slots) > 1):
            job = job_for(self.project, piece, replace(request, copies=copies + spares), found)
        located = tuple(self._located(one, number).of_piece(piece.name) for one in job.diagnostics)
        return EventJob(replace(job, diagnostics=located), written, copies, spares)

    def _passages(self) -> tuple[Passage, ...]:
        """Return what is written of the event and printed, placed as people see it."""
        document = self.loaded.document
        tree = document.tree if isinstance(document.tree, dict) else {}
        printed = replace(document, tree={key: value for key, value in tree.items() if key in PRINTED})
        return passages_of(printed, self.project.roots)

    def _quantities(self, written: EventPiece, product: Product) -> tuple[int, int]:
        """Return the copies of a piece, of everyone's together, and the spares."""
        each = {"attendees": len(self._attendees), "tables": len(self.event.tables)}
        copies = written.copies * each.get(product.of_event or "", 1)
        percent = self.event.spares if written.spares is None else written.spares
        if written.finish == "screen":
            percent = 0
        # Rounded first: 300 * 1.1 % is a little more than 3.3 to a computer.
        return copies, math.ceil(round(copies * percent / 100, 6))

    @property
    def _attendees(self) -> tuple[Record, ...]:
        people = self.project.attendees.get(self.loaded.id, ())
        return tuple(Record(one.name, one.organisation, one.pronouns, one.role) for one in people)

    def _records(self, written: EventPiece, spares: int, language: str, product: Product) -> tuple[Record, ...]:
        """Return whom or what the piece has a face for each of; spares are faces to write on."""
        known = {"attendees": self._attendees, "tables": tuple(_table(one, language) for one in self.event.tables)}
        records = known.get(product.of_event or "", ())
        blank = (Record("", copies=spares),) if records and spares else ()
        return (*(replace(one, copies=written.copies) for one in records), *blank)

    def _used(self, number: int, written: EventPiece) -> tuple[Used, tuple[Diagnostic, ...]]:
        try:
            return (parse_used(written.used) if written.used else ()), ()
        except ValueError as problem:
            place = self.loaded.document.place_of_value(("pieces", number, "used"))
            return (), (error("no-such-slot", f'"used": {problem}', place=self.project.roots.shown_place(place)),)

    def _located(self, found: Diagnostic, number: int) -> Diagnostic:
        """Return a finding about paper and labels, which has no place of its own, at the piece in the event's file."""
        if found.place != NOWHERE or not found.is_error:
            return found
        key = "used" if found.code == "no-such-slot" else "stock"
        place = self.project.roots.shown_place(self.loaded.document.place_of_value(("pieces", number, key)))
        return replace(found, place=place, message=found.message.replace("--used:", '"used":'))


def event_day(event_id: str, event: Event, language: str) -> EventDay:
    """Return what the pieces of an event show of it in a language."""
    place = event.place
    name = place.name.text(language)
    where = ", ".join(part for part in (name, place.address) if part)
    return EventDay(
        id=event_id,
        title=event.title.text(language),
        short_title=(event.short_title or event.title).text(language),
        line=_text(event.line, language),
        day=event.date,
        until=event.until if event.until != event.date else None,
        starts=event.starts,
        ends=event.ends,
        place=Fact("address", event_id, where, where),
        place_name=name,
        place_note=_text(place.note, language),
        sign_up=_sign_up(event_id, event.sign_up),
        hosts=event.hosts,
        sponsors=event.sponsors,
        agenda=tuple(_agenda_line(one, language) for one in event.agenda),
    )


def _sign_up(event_id: str, link: WebAddress | None) -> Fact | None:
    return Fact("url", event_id, link.url, link.printed, link.checked, link.checked_by) if link else None


def _agenda_line(item: AgendaItem, language: str) -> AgendaLine:
    speaker, where = _text(item.speaker, language), _text(item.where, language)
    return AgendaLine(item.at, item.until, item.title.text(language), speaker, where)


def _table(sign: TableSign, language: str) -> Record:
    return Record(sign.title.text(language), _text(sign.line, language))


def _text(text: Localized | None, language: str) -> str | None:
    return text.text(language) if text else None


def _for_each(piece: Piece, records: tuple[Record, ...]) -> Piece:
    """Return a piece with its faces repeated for each record; without any it stays as it is."""
    if not records:
        return piece
    product = piece.product.model_copy(update={"faces": piece.product.faces * len(records)})
    return replace(piece, product=product, records=records)


def _past(project: Project, loaded: Loaded[Event], today: date) -> Iterator[Diagnostic]:
    last = loaded.value.last_day
    if last < today:
        place = project.roots.shown_place(loaded.document.place_of_value(("until" if loaded.value.until else "date",)))
        message = f"the event was on {last}, and today is {today}"
        yield warning("past-event", message, place=place, hint="write its new date, or leave the file as a record")


def _spares_of_the_shop(project: Project, loaded: Loaded[Event]) -> Iterator[Diagnostic]:
    """Say which lines ask a print shop for spares: it is ordered the copies, and sees to its own waste."""
    for number, piece in enumerate(loaded.value.pieces):
        if piece.finish == "press" and piece.spares:
            place = project.roots.shown_place(loaded.document.place_of_value(("pieces", number, "spares")))
            message = "a print shop is ordered the copies, and no spares besides"
            yield advice("spares-not-ordered", message, place=place, hint="count them among the copies")


def _planned_twice(
    project: Project, loaded: Loaded[Event], numbered: Sequence[tuple[int, EventJob]]
) -> Iterator[Diagnostic]:
    """Yield an error for each piece that two lines ask for in one finish: one file would take the other's place."""
    seen: set[tuple[str, str]] = set()
    for number, one in numbered:
        name = (one.job.piece.name, one.piece.finish)
        if name in seen:
            place = project.roots.shown_place(loaded.document.place_of_value(("pieces", number, "product")))
            message = f"{name[0]} for {name[1]} stands in the list twice"
            yield error("piece-twice", message, place=place, hint="write the copies of both in one of them")
        seen.add(name)
