"""Pieces of an event carry its strip: when, where and how to sign up, read back from the finished files."""

import io

import pikepdf
import pypdfium2
import pytest

from generator.keeping import Kept
from generator.making import make_piece
from generator.plan import Request, plan_event, plan_jobs
from generator.project import load_project
from generator.render import face
from tests.events.made import FAIR, PROJECT, TODAY, attachments, jobs_of, make, pages_of, pdf_of, words

CARRYING = sorted(
    name for name, one in PROJECT.products.items() if not one.value.of_event and not one.value.is_for_checking
)
WHEN = {"en": ("Saturday, December 5, 2026 · 10 am–2 pm", "Sat, Dec 5 · 10 am–2 pm")}
WHEN["es"] = ("Sábado, 5 de diciembre de 2026 · 10 a. m.–2 p. m.", "Sáb, 5 dic · 10 a. m.–2 p. m.")


def carrying():
    """Every product, and those with least room or most words in the longer language too; all with all is slow."""
    for product in CARRYING:
        yield product, "en"
        is_quick = product in {"wallet-card", "table-tent", "handout"}
        yield pytest.param(product, "es", marks=() if is_quick else pytest.mark.slow)


@pytest.mark.parametrize(("product", "language"), list(carrying()))
def test_every_product_carries_when_where_and_how_to_sign_up(product, language):
    (made,) = make({"product": product, "language": language, "finish": "screen"})
    text = words(" ".join(pages_of(pdf_of(made, "screen"))))
    assert any(words(when) in text for when in WHEN[language]), text
    assert {"en": "Riverbend Free Library", "es": "Biblioteca Riverbend"}[language] in text
    assert "example.org/larkin/fair" in text
    entry = next(one.entry for one in made.artifacts if one.entry)
    kinds = {fact["kind"] for fact in entry["facts"] if fact["resource"] == FAIR}
    assert {"date", "address", "url"} <= kinds
    assert entry["path"] == f"{FAIR}/{language}/{product}.screen.pdf"


def test_a_code_on_the_strip_leads_to_the_sign_up():
    (made,) = make({"product": "handout", "language": "en", "finish": "screen"})
    (entry,) = (one.entry for one in made.artifacts if one.entry)
    codes = [fact["value"] for fact in entry["facts"] if fact["kind"] == "qr" and fact["resource"] == FAIR]
    assert codes == ["https://example.org/larkin/fair"]


@pytest.mark.parametrize("missing", ["{{ when(event) }}", "{{ where(event) }}"])
def test_a_template_that_leaves_the_strip_out_is_refused(write, roots, missing):
    macros = (PROJECT.roots.builtin / "templates/base/event.html").read_text("utf-8")
    assert missing in macros
    root = write({"templates/base/event.html": macros.replace(missing, "soon")})
    project, _ = load_project(roots(root))
    jobs, _ = plan_event(project, FAIR, today=TODAY)
    job = next(one.job for one in jobs if one.job.piece.product_id == "poster")
    codes = {one.code for one in make_piece(roots(root), job).diagnostics if one.is_error}
    assert codes == {"fact-not-placed"}


def test_the_calendar_entry_is_behind_the_date_on_screen_and_nowhere_else():
    pieces = [{"product": "poster", "language": "en", "finish": one} for one in ("screen", "office", "press")]
    screen, office, press = make(*pieces, due="2026-12-01")
    (files, marks) = attachments(pdf_of(screen, "screen"))
    assert list(files) == [f"{FAIR}.ics"]
    assert b"DTSTART:20261205T100000\r\n" in files[f"{FAIR}.ics"]
    assert marks == 1
    for made, finish in ((office, "office"), (press, "press")):
        data = pdf_of(made, finish)
        assert attachments(data) == ({}, 0)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert "/Names" not in pdf.Root
            assert not any("/Annots" in page.obj for page in pdf.pages)


def test_the_mark_lies_over_the_date_and_no_link_to_nowhere_stays():
    (made,) = make({"product": "handout", "language": "en", "finish": "screen"})
    with pikepdf.open(io.BytesIO(pdf_of(made, "screen"))) as pdf:
        links = [one for page in pdf.pages for one in page.Annots]
        (mark,) = (one for one in links if "/FS" in one)
        assert not any(str(one.A.URI).startswith("calendar:") for one in links if "/A" in one)
        assert str(mark.Contents) == "Add it to your calendar"
        x1, y1, x2, y2 = (float(edge) for edge in mark.Rect)
    with pypdfium2.PdfDocument(pdf_of(made, "screen")) as pdf:
        inside = pdf[0].get_textpage().get_text_bounded(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    assert words(inside) == "Saturday, December 5, 2026"


def test_two_builds_of_an_event_piece_are_the_same_bytes(monkeypatch):
    wanted = {"product": "poster", "language": "en", "finish": "screen"}
    one = pdf_of(make(wanted)[0], "screen")
    monkeypatch.setattr(face, "KEPT", Kept(8))  # else it is the first again
    assert pdf_of(make(wanted)[0], "screen") == one


def test_a_card_with_too_long_a_place_says_so_and_loses_no_fact():
    place = {
        "name": "The Friends of the Riverbend Free Library Annex and Community Meeting Rooms",
        "address": "1 Main St",
    }
    (made,) = make({"product": "wallet-card", "language": "en"}, is_fine=False, place=place)
    errors = [one for one in made.diagnostics if one.is_error]
    text = "" if errors else words(" ".join(pages_of(pdf_of(made, "office"))))
    assert errors or place["name"] in text


def test_words_to_leave_out_are_found_in_an_event_too():
    (made,) = make({"product": "agenda", "language": "en"}, line="Free help for the mentally ill")
    told = [one for one in made.diagnostics if "mentally ill" in one.message]
    assert told
    assert str(told[0].place).startswith("content/events/")


NARROW = ("wallet-card", "zine", "trifold", "half-fold", "table-tent", "street-sheet", "name-badge")


@pytest.mark.parametrize("product", [*NARROW, "handout", "poster", "poster-tabs"])
def test_a_long_title_and_place_are_held_with_the_short_title_where_it_is_narrow(product):
    long = {
        "title": "The Fourth Annual Larkin County Mental Health and Wellbeing Fair",
        "short_title": "Wellbeing Fair",
        "place": {
            "name": "Riverbend Free Library Meeting Rooms",
            "address": "1200 North Martin Luther King Boulevard, Larkin, IA 50001",
        },
    }
    (made,) = make({"product": product, "language": "en", "finish": "screen"}, **long)
    text = words(" ".join(pages_of(pdf_of(made, "screen"))))
    assert "Wellbeing Fair" in text
    assert (long["title"] in text) == (product not in NARROW)
    assert "Riverbend Free Library Meeting Rooms" in text or product == "name-badge"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("product", ["trifold", "zine"])
def test_an_address_to_sign_up_stays_on_one_line_where_it_is_narrow(product, language):
    address = "example.org/larkin/harvest-day"
    changes = {"title": {"en": "Harvest Day", "es": "Día de la Cosecha"}, "sign_up": f"https://{address}"}
    (made,) = make({"product": product, "language": language, "finish": "screen"}, **changes)
    assert any(address in page for page in pages_of(pdf_of(made, "screen")))
    assert not [one for one in made.diagnostics if address in one.message]


def test_pieces_of_an_edition_know_nothing_of_events():
    (job,), _ = plan_jobs(
        PROJECT, Request(editions=("larkin-county",), products=("handout",), languages=("en",)), today=TODAY
    )
    assert job.piece.event is None
    assert job.piece.name == "larkin-county/en/handout"
    (made,) = jobs_of({"product": "handout", "language": "en"})
    assert made.job.piece.name == f"{FAIR}/en/handout"


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({"until": "2026-12-06"}, "Dec 5 – 6, 2026 · 10 am–2 pm"),
        ({"times": "18:30"}, "Saturday, December 5, 2026 · 6:30 pm"),
        ({"times": "09:00-11:30"}, "Saturday, December 5, 2026 · 9–11:30 am"),
    ],
)
def test_days_and_times_as_the_language_writes_them(changes, when):
    (made,) = make({"product": "agenda", "language": "en"}, **changes)
    text = words(pages_of(pdf_of(made, "office"))[0]).replace("\u2009", " ")
    assert words(when).replace("\u2009", " ") in text
