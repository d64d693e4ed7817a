"""What is made of an event alone: a badge for everyone once, a sign for each table, lines to sign in on, an agenda."""

import io
from collections import Counter

import openpyxl
import pytest

from generator.lists.attendees import read_attendees
from generator.model.event import Event
from generator.model.written import validate
from generator.source import parse_yaml
from tests.events.made import FAIR, PROJECT, jobs_of, make, pages_of, pdf_of, words, written

PEOPLE = [{"name": f"Person {letter}", "organisation": "Helpers"} for letter in "ABCDEFGHIJ"]
LEILA = "ليلى عبد الرحمن"


def badge(**more):
    return {"product": "name-badge", "language": "en", **more}


def placed(job):
    """How often each face stands on the sheets."""
    return Counter(one.face for sheet in job.sheets for one in sheet.placements)


def test_everyone_has_one_badge_and_there_are_blank_ones():
    (one,) = jobs_of(badge(spares="20"), people=PEOPLE)
    assert (one.copies, one.spares) == (10, 2)
    assert placed(one.job) == {**dict.fromkeys(range(10), 1), 10: 2}
    assert len(one.job.sheets) == 2  # of eight badges each
    (made,) = make(badge(spares="20"), people=PEOPLE)
    pages = pages_of(pdf_of(made, "office"))
    names = Counter(person["name"] for person in PEOPLE for page in pages for _ in range(page.count(person["name"])))
    assert names == Counter({person["name"]: 1 for person in PEOPLE})
    assert sum(page.count("Hello, my name is") for page in pages) == 2


def test_badges_begin_at_the_first_free_label():
    (one,) = jobs_of(badge(used="1-3", spares="0"), people=PEOPLE)
    assert [one.slot for one in one.job.sheets[0].placements] == [3, 4, 5, 6, 7]
    assert sum(placed(one.job).values()) == 10


@pytest.mark.parametrize(("stock", "size", "slots"), [("avery-5390", None, 8), ("avery-74459", "4x3", 6)])
def test_the_stock_chooses_the_size_of_the_badge(stock, size, slots):
    (one,) = jobs_of(badge(stock=stock))
    assert (one.job.stock_id, one.job.piece.size_id, len(one.job.stock.slots)) == (stock, size, slots)
    assert not [found for found in one.job.diagnostics if found.is_error]


def test_a_name_from_right_to_left_is_printed_whole_and_proved():
    (made,) = make(badge(spares="0"), people=[{"name": LEILA, "role": "Host"}])
    (page,) = pages_of(pdf_of(made, "office"))
    assert set(LEILA.split()) <= set(page.split())
    (entry,) = (one.entry for one in made.artifacts if one.entry)
    assert [fact["printed"] for fact in entry["facts"] if fact["kind"] == "name"] == [LEILA]


def test_a_long_name_is_set_smaller_within_bounds_and_told():
    long = "Maximilian Alexander Featherstonehaugh-Wellington"
    (made,) = make(badge(spares="0"), people=[{"name": "Jo"}, {"name": long}])
    (told,) = (one for one in made.diagnostics if one.code == "long-name")
    assert long in told.message
    # Where a line ends at a hyphen, reading the page back gives a sign of its own for it.
    assert words(long.replace("-", "\x02")) in words(pages_of(pdf_of(made, "office"))[0])


def test_a_long_name_is_told_in_the_file_of_the_event():
    long = "Maximilian Alexander Featherstonehaugh-Wellington"
    (made,) = make(badge(spares="0"), people=[{"name": long}])
    (told,) = (one for one in made.diagnostics if one.code == "long-name")
    assert str(told.place) == f"content/events/{FAIR}.yaml"


def test_someone_who_stands_in_the_list_twice_has_two_badges():
    people = [{"name": "Bo Li"}, {"name": "Ana"}, {"name": "Bo Li"}]
    (made,) = make(badge(spares="0"), people=people)
    assert sum(page.count("Bo Li") for page in pages_of(pdf_of(made, "office"))) == 2


def test_a_name_that_no_badge_holds_is_refused_by_its_words():
    endless = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren"
    (made,) = make(badge(spares="0"), is_fine=False, people=[{"name": endless}])
    errors = [one.message for one in made.diagnostics if one.is_error]
    assert any(endless[:10] in one for one in errors), errors


def test_a_name_in_letters_that_no_bundled_face_has_is_refused():
    (made,) = make(badge(spares="0"), is_fine=False, people=[{"name": "李娜"}])
    assert [one for one in made.diagnostics if one.is_error]


def test_each_table_has_its_sign_in_each_language():
    wanted = {"product": "table-sign", "spares": "0", "copies": "2"}
    english, spanish = make(wanted)
    pages = [words(page) for page in pages_of(pdf_of(english, "office"))]
    assert len(pages) == 6
    assert sum("Quiet corner" in page for page in pages) == 2
    assert sum("Rincón tranquilo" in words(page) for page in pages_of(pdf_of(spanish, "office"))) == 2
    assert all("988" in page for page in pages)


def test_the_agenda_says_how_to_find_the_place():
    place = {"name": "Old Grange Hall", "note": {"en": "Upstairs, with a lift at the back"}}
    (made,) = make({"product": "agenda", "language": "en"}, place=place)
    (page,) = pages_of(pdf_of(made, "office"))
    assert "Old Grange Hall: Upstairs, with a lift at the back" in words(page)


def test_the_agenda_says_when_what_with_whom_and_where():
    (made,) = make({"product": "agenda", "language": "en"})
    (page,) = pages_of(pdf_of(made, "office"))
    text = words(page)
    for said in ("10:30–11:15 am", "How to be there for someone", "Ana Lucía Torres", "Room 2", "Doors open"):
        assert words(said) in text
    assert text.index("Doors open") < text.index("How to be there") < text.index("Peer support")


def test_a_wrong_time_in_the_agenda_is_an_error_at_its_line():
    text = "title: X\nedition: x\ndate: 2026-12-05\ntimes: 10:00\nplace: Y\npieces: [{product: agenda}]\n"
    document, _ = parse_yaml(
        (text + 'agenda:\n  - {at: "25:00", title: Z}\n').encode(), PROJECT.roots.project / "x.yaml"
    )
    assert document
    _, (found,) = validate(Event, document)
    assert (found.place.line, found.place.column, found.code) == (8, 10, "wrong-value")


def test_people_sign_in_on_lines_and_are_told_what_becomes_of_them():
    (made,) = make({"product": "sign-in-sheet", "language": "en", "copies": "6"})
    (page,) = pages_of(pdf_of(made, "office"))
    assert "We share it with nobody" in words(page)
    (one,) = jobs_of({"product": "sign-in-sheet", "language": "en", "copies": "6"})
    assert (one.copies, one.spares, one.prints) == (6, 1, 7)


def test_an_event_product_needs_an_event(handbill, write):
    root = write({"content/editions/mine.yaml": "title: Mine\nproducts: [handout, name-badge]\n"})
    asked = handbill("build", "--project", root, "--product", "table-sign", "--today", "2026-05-20")
    assert asked.exit_code == 1
    assert "a table-sign is made for an event" in asked.stderr
    assert "among the pieces of content/events/" in asked.stderr
    listed = handbill("check", "--project", root, "--today", "2026-05-20")
    assert listed.exit_code == 1
    assert "content/editions/mine.yaml:2:21: error: a name-badge is made for an event" in listed.stderr


@pytest.mark.parametrize(
    ("product", "needed"), [("name-badge", "attendees"), ("table-sign", "tables"), ("agenda", "agenda")]
)
def test_a_part_of_the_event_that_is_missing_is_told(handbill, write, product, needed):
    event = "title: F\nedition: larkin-county\ndate: 2026-12-05\ntimes: 10:00\nplace: X\n"
    event += f"pieces: [{{product: {product}}}]\n"
    done = handbill("check", "--project", write({"content/events/fair.yaml": event}), "--today", "2026-05-20")
    article = "an" if product == "agenda" else "a"
    place = "content/events/fair.yaml:6:20"
    assert f"{place}: error: {article} {product} needs the {needed} of the event" in done.stderr
    assert f"hint: add {needed}:" in done.stderr


def people_in(path, text):
    path.write_text(text, encoding="utf-8")
    people, found = read_attendees(path)
    return [one.name for one in people], found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Name\nAna\nBo\n", ["Ana", "Bo"]),
        ("Attendee list\n\nFirst name;Last name;Company\nAna;Ruiz;Helpers\nBo;;\n", ["Ana Ruiz", "Bo"]),
        ("Nombre completo,Pronombres\nAna Ruiz,ella\n,\n", ["Ana Ruiz"]),
        ("E-mail\tFull Name\na@example.org\tAna\n", ["Ana"]),
        ("Emergency contact name;Your name\nEve;Ana\n", ["Ana"]),
        ("Company name,Nombre y apellidos\nHelpers,Ana Ruiz\n", ["Ana Ruiz"]),
    ],
)
def test_attendees_are_read_whatever_their_headings(tmp_path, text, names):
    found, problems = people_in(tmp_path / "people.csv", text)
    assert found == names
    assert not any(one.is_error for one in problems)


@pytest.mark.parametrize(
    ("headings", "printed"),
    [
        ("Name;Preferred Pronouns (optional);Company / Org ;Job title", ("they/them", "Helpers", "Host")),
        ("Name;Your pronouns;Name of organization;Title or role", ("they/them", "Helpers", "Host")),
        ("Name;Pronoun check;Company address;Type of meal", (None, None, None)),
    ],
)
def test_headings_are_known_by_their_words_when_all_of_them_say_the_same(tmp_path, headings, printed):
    path = tmp_path / "people.csv"
    path.write_text(f"{headings}\nAna;they/them;Helpers;Host\n", encoding="utf-8")
    (one,), found = read_attendees(path)
    assert (one.pronouns, one.organisation, one.role) == printed
    assert [told.code for told in found] == ([] if printed[0] else ["unused-column"])


def test_a_list_in_another_encoding_and_an_empty_one_are_told(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes("Name\nZoë\n".encode("cp1252"))
    _, (told,) = read_attendees(path)
    assert (told.place.line, told.place.column, told.hint) == (2, 3, 'save it as "CSV UTF-8"')
    path.write_text("\n,\n", encoding="utf-8")
    _, (told,) = read_attendees(path)
    assert (told.code, told.message) == ("empty-list", "names nobody")


def test_attendees_of_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    assert book.active
    for row in (["Badge name", "Org", "Role"], ["Ana", "Helpers", "Host"], ["Bo", None, None]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    path = tmp_path / "people.xlsx"
    path.write_bytes(out.getvalue())
    people, found = read_attendees(path)
    assert [(one.name, one.organisation, one.role) for one in people] == [
        ("Ana", "Helpers", "Host"),
        ("Bo", None, None),
    ]
    assert found == ()


def test_what_is_wrong_with_attendees_is_told_at_its_row(tmp_path):
    text = "Name,Role\nAna,Host\n,Host\nBo\u202e,\nAna,Host\n"
    names, found = people_in(tmp_path / "people.csv", text)
    assert names == ["Ana", "Ana"]
    assert {(one.code, one.place.line) for one in found} == {("no-name", 3), ("invisible", 4), ("twice", 5)}
    _, (nameless,) = people_in(tmp_path / "other.csv", "Company,Role\nHelpers,Host\n")
    assert nameless.code == "no-names"
    _, (empty,) = people_in(tmp_path / "none.csv", "Name\n")
    assert empty.code == "empty-list"


def test_texts_of_an_event_may_be_written_in_each_language():
    table = written("- {en: Quiet corner, es: Rincón tranquilo}\n- title: Help\n  line: {en: Here}\n")
    (one,) = jobs_of({"product": "table-sign", "language": "es", "spares": "0"}, tables=table)
    assert [(record.title, record.line) for record in one.job.piece.records] == [
        ("Rincón tranquilo", None),
        ("Help", "Here"),
    ]
