"""Pieces that look right and that a screen reader could not use: each is refused, for its own reason."""

import io
import multiprocessing
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from msgspec.structs import replace

from generator.catalog import Roots, builtin_root
from generator.keeping import Kept
from generator.making import make_piece
from generator.plan import Request, plan_event, plan_jobs
from generator.project import load_project
from generator.proof import prove
from generator.proof.expected import expect
from generator.proof.preview import draw_faces
from generator.render import face
from generator.render.assets import Assets
from generator.render.piece import render_piece
from generator.repeats import read_once

VERAPDF = Path(__file__).resolve().parents[2] / "setup/verapdf"
ACCESS = ("document", "headings", "alternatives", "tables", "order", "conformance")
CARD = "templates/products/wallet-card"
BACK = f"{CARD}/back.html"
FRONT = f"{CARD}/front.html"
STYLE = f"{CARD}/style.css"
SHELL = "templates/base/page.html"
SVG = '<svg width="9" height="9" viewBox="0 0 9 9">{}<path d="M0 0h9v9z"/></svg>'
TABLE = "<table><tr><{0}>Day</{0}></tr><tr><td>Monday</td></tr></table>"
ROWS = "{% for one in rows %}"

# name -> the code that tells it, the template, what stands there, what takes its place
FAULTS = {
    "a heading that skips a level": ("heading-skipped", BACK, "h2>", "h4>"),
    "a first heading of level 2": ("heading-first", FRONT, "h1", "h2"),
    "a drawing without a title": ("picture-without-text", BACK, "</h2>", "</h2>" + SVG.format("")),
    "a drawing with a blank title": ("picture-without-text", BACK, "</h2>", "</h2>" + SVG.format("<title> </title>")),
    "a file's name": ("picture-named-by-file", BACK, "</h2>", "</h2>" + SVG.format("<title>photo.jpg</title>")),
    "a camera's name": ("picture-named-by-file", BACK, "</h2>", "</h2>" + SVG.format("<title>IMG_2041</title>")),
    "a table without headers": ("table-without-header", BACK, "</h2>", "</h2>" + TABLE.format("td")),
    "another language": ("language-wrong", SHELL, 'lang="{{ piece.language_id }}"', 'lang="fr"'),
    "listings turned round": ("reading-order", BACK, ROWS, "{% for one in rows | reverse %}"),
    "an element inside a link": ("pdf-ua", BACK, "</h2>", '</h2><a href="#top"><strong id="top">Top</strong></a>'),
}
PAINT = {
    "turned round by flex": ".rows { display: flex; flex-direction: column-reverse; }",
    "moved to another's place": (".rows li:nth-child(1) { top: .35in; } .rows li:nth-child(2) { top: -.35in; }"),
}


@pytest.fixture
def made(write):
    """Return what a built-in card comes to in proof, with some files in the place of the built-in ones.

    What its layout had against it is left out here: that it no longer fits is not what is asked.
    """

    def make(files, product="wallet-card"):
        roots = Roots(write(files).resolve(), builtin_root())
        project, found = load_project(roots)
        assert not found
        request = Request(editions=("larkin-county",), products=(product,), languages=("en",))
        (job,), _ = plan_jobs(project, request, today=date(2026, 5, 20))
        rendered = render_piece(job.piece, Assets(roots.folders("templates"), roots.folders("content")))
        expected = expect(job.piece, rendered.facts, pages=rendered.pages, title=job.piece.title)
        return prove(rendered.pdf, expected, only=ACCESS)

    return make


def errors_of(found):
    return {one.code: one for one in found if one.is_error}


def changed(name, old, new):
    text = (builtin_root() / name).read_text("utf-8")
    assert old in text
    return {name: text.replace(old, new)}


def test_the_card_as_it_should_be_has_no_error(made):
    assert errors_of(made({})) == {}


def test_a_table_with_headers_and_a_drawing_with_words_are_fine(made):
    words = SVG.format("<title>A bench under a tree</title>")
    assert errors_of(made(changed(BACK, "</h2>", "</h2>" + words))) == {}
    codes = errors_of(made(changed(BACK, "</h2>", "</h2>" + TABLE.format("th"))))
    assert "table-without-header" not in codes


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_only_a_screen_reader_meets_is_told(made, fault):
    code, name, old, new = FAULTS[fault]
    errors = errors_of(made(changed(name, old, new)))
    assert code in errors, errors
    assert errors[code].message
    assert errors[code].hint


def test_another_title_is_told(made):
    # Running text is one document, whose title its template writes.
    errors = errors_of(made(changed(SHELL, "{{ title }}", "list_final_2"), product="directory"))
    assert "title-wrong" in errors, errors


@pytest.mark.parametrize("fault", PAINT)
def test_what_stands_in_another_order_than_it_is_read_is_told(made, fault):
    style = (builtin_root() / STYLE).read_text("utf-8")
    errors = errors_of(made({STYLE: f"{style}\n{PAINT[fault]}"}))
    assert "reading-order" in errors, errors
    assert errors["reading-order"].page == 2
    assert errors["reading-order"].bbox_mm


HANDOUT = "templates/products/handout"


@pytest.mark.parametrize(
    ("code", "paint"),
    [
        ("reading-order", ".tips .row { direction: rtl }"),
        (None, ".tips .row { background: #FDF6E9 }"),
    ],
)
def test_a_handout_painted_in_another_order_is_told(made, code, paint):
    style = (builtin_root() / HANDOUT / "style.css").read_text("utf-8")
    errors = errors_of(made({f"{HANDOUT}/style.css": f"{style}\n{paint}"}, "handout"))
    assert set(errors) == ({code} if code else set()), errors


@pytest.mark.parametrize(
    ("code", "name", "old", "new"),
    [
        ("heading-skipped", f"{HANDOUT}/back.html", "<h2", "<h5"),
        ("table-without-header", f"{HANDOUT}/back.html", 'th scope="row"', "td"),
        ("picture-named-by-file", "templates/products/poster/front.html", "</h1>", f"</h1>{SVG}"),
    ],
)
def test_a_handout_and_a_poster_are_held_to_the_same(made, code, name, old, new):
    new = new.format("<title>logo.png</title>") if new.endswith("</svg>") else new
    files = changed(name, old, new)
    files = {path: text.replace("</th>", "</td>") if new == "td" else text for path, text in files.items()}
    assert code in errors_of(made(files, name.split("/")[2]))


@pytest.mark.parametrize("attribute", ['lang="{{ piece.language_id }}"', "<title>{{ title }}</title>"])
def test_a_shell_without_language_or_title_is_refused(made, attribute):
    assert errors_of(made(changed(SHELL, attribute, ""), product="directory"))


def test_a_picture_without_words_is_refused(made):
    (logo,) = [path for path in (builtin_root() / "content/brands").glob("larkin*.svg")]
    picture = f'</h2><img src="{logo.as_uri()}" style="width:.2in">'
    assert errors_of(made(changed(BACK, "</h2>", picture)))


@pytest.fixture(scope="module")
def card():
    """A card as rendered, and what is expected of it."""
    roots = Roots(builtin_root(), builtin_root())
    project, _ = load_project(roots)
    request = Request(editions=("us-national",), products=("wallet-card",), languages=("en",))
    (job,), _ = plan_jobs(project, request, today=date(2026, 5, 20))
    rendered = render_piece(job.piece, Assets(roots.folders("templates"), roots.folders("content")))
    expected = expect(job.piece, rendered.facts, pages=rendered.pages, title=job.piece.title)
    return rendered.pdf, expected


def without(pdf, *keys):
    """Return a PDF without some entries of its root."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for key in keys:
            del opened.Root[key]
        out = io.BytesIO()
        opened.save(out)
        return out.getvalue()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("/StructTreeRoot", "not-tagged"),
        ("/MarkInfo", "not-tagged"),
        ("/ViewerPreferences", "title-not-shown"),
        ("/Lang", "language-wrong"),
    ],
)
def test_a_file_that_lost_its_tags_its_title_or_its_language_is_told(card, key, code):
    pdf, expected = card
    assert prove(pdf, expected, only=ACCESS) == ()
    codes = {one.code for one in prove(without(pdf, key), expected, only=ACCESS)}
    assert {code, "pdf-ua"} <= codes


def conformance_in_a_fork(pdf, expected, pipe):
    pipe.send([one.code for one in prove(pdf, expected, only=("conformance",))])


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="nothing is forked on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # that is what is tried here
def test_a_process_forked_from_one_that_has_proved_can_prove_too(card):
    pdf, expected = card
    assert prove(pdf, expected, only=("conformance",)) == ()
    ours, theirs = multiprocessing.Pipe()
    arguments = (without(pdf, "/Lang"), expected, theirs)
    forked = multiprocessing.get_context("fork").Process(target=conformance_in_a_fork, args=arguments)
    forked.start()
    try:
        assert ours.poll(120), "it waits for threads that it does not have"
        assert set(ours.recv()) == {"pdf-ua"}
    finally:
        forked.kill()
        forked.join()


def test_an_untagged_file_is_not_asked_for_tags(card):
    pdf, expected = card
    bare = without(pdf, "/StructTreeRoot", "/MarkInfo", "/Lang")
    assert prove(bare, replace(expected, is_tagged=False), only=ACCESS) == ()


def test_the_tags_of_a_card_are_read_in_order(card):
    from generator.proof.opened import open_pdf

    with open_pdf(card[0]) as opened:
        text = opened.flow.text
        roles = [one.role for one in opened.elements]
    assert text.startswith("988 Call or text, any hour")
    assert text.index("Notice. Ask. Listen.") > text.index("911")
    assert roles.count("H1") == 1


# A second opinion on the files themselves. `-m slow` asks for it.
ROOTS = Roots(builtin_root(), builtin_root())
PROJECT, _ = load_project(ROOTS)


@pytest.fixture(scope="module")
def screen_files(tmp_path_factory):
    """Every product of every edition and event in every language, then in every theme, as files for the screen."""
    folder = tmp_path_factory.mktemp("screen")
    for theme in (None, *PROJECT.themes):
        editions = {
            name: replace(one, value=one.value.model_copy(update={"theme": theme or one.value.theme}))
            for name, one in PROJECT.editions.items()
            if theme is None or name == "larkin-county"
        }
        project, today = replace(PROJECT, editions=editions), date(2026, 5, 20)
        of_editions = tuple(name for name, one in PROJECT.products.items() if not one.value.of_event)
        jobs, _ = plan_jobs(project, Request(products=of_editions, finishes=("screen",)), today=today)
        of_events = [one.job for name in PROJECT.events for one in plan_event(project, name, today=today)[0]]
        for job in (*jobs, *(replace(one, finishes=("screen",)) for one in of_events)):
            result = make_piece(ROOTS, job)
            assert not errors_of(result.diagnostics), result.name
            for one in result.artifacts:
                if one.path.endswith(".pdf"):
                    (folder / f"{theme}-{one.path.replace('/', '-')}").write_bytes(one.data)
    return sorted(folder.iterdir())


@pytest.mark.slow
def test_every_screen_file_is_pdf_ua_in_the_eyes_of_verapdf(screen_files):
    if not shutil.which("javac"):
        pytest.skip("veraPDF needs Java with its compiler, which is not here")
    assert len(screen_files) >= len(PROJECT.products) * (len(PROJECT.themes) + 2)
    for name in PROJECT.products:
        assert any(f"-{name}" in path.name for path in screen_files), name
    done = subprocess.run([VERAPDF, *screen_files], capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
    assert done.stdout.count("ok\t") == len(screen_files)


@pytest.mark.slow
def test_verapdf_tells_a_file_that_is_not_pdf_ua(card, tmp_path):
    if not shutil.which("javac"):
        pytest.skip("veraPDF needs Java with its compiler, which is not here")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(without(card[0], "/StructTreeRoot"))
    done = subprocess.run([VERAPDF, broken], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout.startswith("broken\t")


def job_of(product, language="en"):
    request = Request(editions=("larkin-county",), products=(product,), languages=(language,))
    (job,), _ = plan_jobs(PROJECT, request, today=date(2026, 5, 20))
    return job


def screen_file(product):
    result = make_piece(ROOTS, job_of(product))
    assert not errors_of(result.diagnostics)
    return next(one.data for one in result.artifacts if one.path.endswith("screen.pdf"))


def test_the_tear_off_tabs_are_printed_ten_times_and_read_out_once():
    from generator.proof.glyphs import same_characters
    from generator.proof.opened import open_pdf

    with open_pdf(screen_file("poster-tabs")) as opened:
        number = same_characters("(515) 555-0142")
        printed = [line.text for line in opened.texts[0].lines]
        assert sum(number in line for line in printed) == 10
        assert opened.flow.text.count(number) == 1
        links = [str(one.A.URI) for one in opened.pike.pages[0].obj.Annots if "/A" in one]
    assert links.count("tel:+15155550142") == 1
    assert links.count("tel:988") == 2


@pytest.mark.slow  # tests of folded pieces and of whole lists make both, and find no error
@pytest.mark.parametrize("product", ["directory", "call-sheet"])
def test_long_lists_have_no_error_either(product):
    assert screen_file(product)


@pytest.fixture
def said_as_often(monkeypatch):
    """Faces as they are before what repeats is read out once."""
    monkeypatch.setattr(face, "KEPT", Kept(8))
    monkeypatch.setattr(face, "read_once", lambda pdf: pdf)


@pytest.mark.usefixtures("said_as_often")
def test_a_list_that_says_something_new_in_each_item_is_left_alone():
    rendered = render_piece(job_of("wallet-card").piece, Assets(ROOTS.folders("templates"), ROOTS.folders("content")))
    assert read_once(rendered.pdf) is rendered.pdf


@pytest.mark.usefixtures("said_as_often")
def test_reading_once_changes_nothing_on_paper_and_is_the_same_every_time():
    rendered = render_piece(job_of("poster-tabs").piece, Assets(ROOTS.folders("templates"), ROOTS.folders("content")))
    once = read_once(rendered.pdf)
    assert once == read_once(rendered.pdf) != rendered.pdf
    assert draw_faces(once) == draw_faces(rendered.pdf)
    assert read_once(once) == once


def test_a_file_without_tags_is_left_alone(card):
    bare = without(card[0], "/StructTreeRoot")
    assert read_once(bare) is bare
