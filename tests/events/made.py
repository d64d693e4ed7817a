"""Pieces of the built-in event, planned with other lines than its own and made."""

import io
from datetime import date

import pikepdf
import pypdfium2
from msgspec.structs import replace

from generator.catalog import Roots, builtin_root
from generator.making import make_piece
from generator.model.event import Attendee, Event
from generator.model.written import validate
from generator.plan import plan_event
from generator.project import load_project
from generator.source import parse_yaml

ROOTS = Roots(builtin_root(), builtin_root())
PROJECT, _ = load_project(ROOTS)
FAIR = "larkin-mental-health-fair"
TODAY = date(2026, 5, 20)  # the local facts of the built-in county have just been checked


def jobs_of(*pieces, people=None, **changes):
    """The jobs of the event with these lines, its other keys changed."""
    event = PROJECT.events[FAIR]
    assert isinstance(event.document.tree, dict)
    tree = {**event.document.tree, **changes, "pieces": list(pieces)}
    document = replace(event.document, tree=tree)
    value, found = validate(Event, document)
    assert value, found
    attendees = PROJECT.attendees if people is None else {FAIR: tuple(Attendee.model_validate(one) for one in people)}
    project = replace(PROJECT, events={FAIR: replace(event, value=value, document=document)}, attendees=attendees)
    jobs, found = plan_event(project, FAIR, today=TODAY)
    assert not [one for one in found if one.is_error], found
    return jobs


def written(text):
    """A part of an event as it stands in a file."""
    document, found = parse_yaml(text.encode(), builtin_root() / "part.yaml")
    assert document, found
    return document.tree


def make(*pieces, is_fine=True, **changes):
    """The pieces made, and what errors they have when there may be any."""
    made = [make_piece(ROOTS, one.job) for one in jobs_of(*pieces, **changes)]
    errors = [found for one in made for found in one.diagnostics if found.is_error]
    assert not errors or not is_fine, errors
    return made


def pdf_of(made, finish):
    return next(one.data for one in made.artifacts if one.path.endswith(f".{finish}.pdf"))


def pages_of(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def words(text):
    """A text without the breaks of its lines."""
    return " ".join(text.split())


def attachments(data):
    """Each calendar file in a PDF and how often a page opens it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        files = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
        marks = [one for page in pdf.pages for one in page.obj.get("/Annots", []) if "/FS" in one]
        return files, len(marks)
