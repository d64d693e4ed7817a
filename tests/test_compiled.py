"""What takes long to compile is kept for the next start, and made anew when it is another or not whole."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest
import tinycss2
from fontTools.ttLib import TTFont
from jinja2 import Environment

from generator import compiled
from generator.catalog import builtin_root
from generator.declared import Declared
from generator.proof.outlines import bundled
from generator.render import fonts, letters, stylesheets
from generator.render.assets import Assets
from generator.render.environment import make_environment
from generator.render.letters import letters_of
from generator.render.shortcuts import _entries

ROOT = Path(__file__).parents[1]
BUILTIN = builtin_root() / "templates"


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """Return where compiled things are kept, an empty folder."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    make_environment.cache_clear()
    yield compiled._file("one").parent
    make_environment.cache_clear()


def test_what_is_kept_is_found_when_it_is_made_of_the_same():
    assert compiled.kept("one", "this") is None
    compiled.keep("one", "this", b"compiled\nfrom this")
    assert compiled.kept("one", "this") == b"compiled\nfrom this"
    assert compiled.kept("one", "that") is None
    compiled.keep("one", "that", b"from that")
    assert (compiled.kept("one", "this"), compiled.kept("one", "that")) == (None, b"from that")


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data + b"x", lambda _: b"", lambda _: b"\n"])
def test_what_is_damaged_is_not_there(folder, damage):
    compiled.keep("one", "this", b"compiled")
    (folder / "one").write_bytes(damage((folder / "one").read_bytes()))
    assert compiled.kept("one", "this") is None


def test_nothing_is_kept_where_python_keeps_nothing(monkeypatch, folder):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    compiled.keep("one", "this", b"compiled")
    assert not folder.exists()


def test_where_nothing_can_be_written_nothing_is_said_or_left(monkeypatch, folder):
    folder.parent.mkdir(parents=True)
    folder.write_text("no folder")
    compiled.keep("one", "this", b"compiled")
    folder.unlink()
    folder.mkdir()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    compiled.keep("one", "this", b"compiled")
    assert [*folder.iterdir()] == []


@pytest.fixture
def compilations(monkeypatch):
    """Return the names of templates that are compiled from now on."""
    names: list[str] = []
    real = Environment.compile

    def compile(self, source, name=None, filename=None, *more, **options):
        names.append(name)
        return real(self, source, name, filename, *more, **options)

    monkeypatch.setattr(Environment, "compile", compile)
    return names


def read(name, *folders):
    """Return a template as the first start of all reads it, or the next one."""
    make_environment.cache_clear()
    return make_environment(Assets((*folders, BUILTIN), ())).get_template(name)


def test_a_builtin_template_is_compiled_once_for_all_starts(compilations):
    first, second = read("report/macros.html"), read("report/macros.html")
    assert compilations == ["report/macros.html"]
    assert first.module.amount(2, "piece") == second.module.amount(2, "piece") == "2 pieces"


def test_a_template_of_a_project_is_compiled_by_each_start(compilations, tmp_path, folder):
    for text in ("one", "two"):
        (tmp_path / "report").mkdir(exist_ok=True)
        (tmp_path / "report/macros.html").write_text(text)
        assert read("report/macros.html", tmp_path).render() == text
    assert len(compilations) == 2
    assert not folder.exists()


def test_a_builtin_template_that_is_another_by_now_is_compiled_anew(compilations, tmp_path):
    for text in ("one", "two", "two"):
        (tmp_path / "a.html").write_text(text)
        make_environment.cache_clear()
        assert make_environment(Assets((tmp_path,), ())).get_template("a.html").render() == text
    assert len(compilations) == 2


def test_how_a_face_names_itself_is_read_once_for_all_starts(tmp_path, monkeypatch):
    bundled = sorted(BUILTIN.rglob("*.ttf"))
    first = [fonts._face(path) for path in bundled]
    assert len({(one.family, one.weight) for one in first}) == len(bundled)
    monkeypatch.setattr(fonts, "_told", lambda data: ("another", 1))
    assert [fonts._face(path) for path in bundled] == first
    changed = tmp_path / bundled[0].name
    changed.write_bytes(bundled[0].read_bytes() + b"x")
    assert fonts._face(changed).family == "another"


def test_declarations_add_to_those_before():
    declared: Any = Declared(lambda real, name, flags: real(None, flags))
    declared.cdef("typedef unsigned int count_t;")
    declared.cdef("int abs(int); count_t strlen(const char *);")
    library = declared.dlopen("", 0)
    assert (library.abs(-3), library.strlen(b"four"), declared.sizeof("count_t[5]")) == (3, 4, 20)


def test_the_declarations_of_the_text_libraries_are_parsed_once_for_all_starts(tmp_path):
    code = """
import sys
from generator import native
native.load()
from weasyprint.text.ffi import ffi, harfbuzz
assert harfbuzz.hb_tag_from_string(b"GSUB", -1) == 0x47535542
assert list(ffi.new("hb_codepoint_t[3]", [3, 5, 8])) == [3, 5, 8]
print("pycparser" in sys.modules, end=" ")
"""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONPYCACHEPREFIX": str(tmp_path / "starts")}
    said = [
        subprocess.run([sys.executable, "-W", "error", "-c", code], env=environment, capture_output=True, text=True)
        for _ in range(2)
    ]
    assert [one.stdout + one.stderr for one in said] == ["True ", "False "]


def test_what_is_made_once_is_not_made_again():
    made: list[str] = []

    def make() -> bytes:
        made.append("made")
        return b"compiled"

    assert [compiled.once("one", "this", make) for _ in range(2)] == [b"compiled"] * 2
    assert made == ["made"]
    assert compiled.once("one", "that", lambda: b"another") == b"another"


@pytest.fixture
def parsings(monkeypatch):
    """Return the style sheets that are parsed from now on, by their texts."""
    texts: list[str] = []
    real = tinycss2.parse_stylesheet

    def parse(text, *more, **options):
        texts.append(text)
        return real(text, *more, **options)

    monkeypatch.setattr(tinycss2, "parse_stylesheet", parse)
    return texts


def style(path, *folders):
    """Return a style sheet as the first start of all reads it, or the next one."""
    stylesheets._style.cache_clear()
    return stylesheets.parse_style(path, Assets((*folders, BUILTIN), ()))


@pytest.fixture
def builtin(monkeypatch, tmp_path):
    """Return what reads a style sheet of these words, as if it were built in."""
    configuration = fonts.set_up(Assets((BUILTIN,), ()))
    monkeypatch.setattr(fonts, "set_up", lambda _: configuration)

    def read(text):
        (tmp_path / "a.css").write_text(text)
        return stylesheets._style.__wrapped__(tmp_path / "a.css", 0, Assets((tmp_path,), ()))

    return read


def told_by(sheet):
    """Return all that a style sheet declares, each selector's test by its code."""
    tests = ((test.__code__, others) for test, *others in _entries(sheet))
    entries = [(code.co_code, code.co_names, code.co_consts, others) for code, others in tests]
    return re.sub("0x[0-9a-f]+", "", repr([entries, sheet.page_rules, sheet.layers, sheet.base_url]))


# The report's is for browsers, and a template.
SHEETS = sorted(path for path in BUILTIN.rglob("*.css") if path.parent.name != "report")


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: str(path.relative_to(BUILTIN)))
def test_a_builtin_style_sheet_is_parsed_once_for_all_starts(path, parsings):
    (first, found), (second, found_again) = style(path), style(path)
    assert parsings.count(path.read_text("utf-8")) == 1
    assert (found, found_again) == ((), ())
    assert first is not second
    assert told_by(first) == told_by(second)


def test_a_style_sheet_of_a_project_is_parsed_by_each_start(parsings, tmp_path, folder):
    (tmp_path / "own.css").write_text("p{color:red}")
    style(tmp_path / "own.css", tmp_path)
    style(tmp_path / "own.css", tmp_path)
    assert len(parsings) == 2
    assert not folder.exists()


@pytest.mark.parametrize("text", ["p{colour:red}", "@font-face{font-family:x;src:url(x.ttf)}", '@import "b.css";'])
def test_a_builtin_style_sheet_that_says_more_than_it_holds_is_parsed_by_each_start(text, parsings, builtin, tmp_path):
    (tmp_path / "b.css").write_text("")
    (_, found), (_, found_again) = builtin(text), builtin(text)
    assert parsings.count(text) == 2
    assert found == found_again


def test_a_builtin_style_sheet_that_is_another_by_now_is_parsed_anew(parsings, builtin):
    for text in ("p{color:red}", "p{color:blue}", "p{color:blue}"):
        builtin(text)
    assert parsings == ["p{color:red}", "p{color:blue}"]


def test_the_style_sheets_of_weasyprint_are_parsed_once_for_all_starts(tmp_path):
    code = """
import sys, tinycss2
parsed, real = [], tinycss2.parse_stylesheet
def parse(text):
    parsed.append(text)
    return real(text)
tinycss2.parse_stylesheet = parse
from generator.render.parsed import own_sheets_kept
with own_sheets_kept():
    import weasyprint
assert tinycss2.parse_stylesheet is parse
from generator.render.shortcuts import _entries
from weasyprint import html
as_parsed = [len(list(_entries(weasyprint.CSS(string=text)))) for text in (html.UA, html.UA_FORM, html.PH)]
kept = [len(list(_entries(one))) for one in (html.UA_STYLESHEET, html.UA_FORM_STYLESHEET, html.PH_STYLESHEET)]
assert as_parsed == kept and kept[0] > 200, (as_parsed, kept)
assert {"decimal", "disc"} <= html.UA_COUNTER_STYLE.keys()
assert weasyprint.UA_STYLESHEET is html.UA_STYLESHEET
print(len(parsed) - 3)
"""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONPYCACHEPREFIX": str(tmp_path / "starts")}
    said = [
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True) for _ in range(2)
    ]
    assert [one.stdout + one.stderr for one in said] == ["3\n", "0\n"]


@pytest.mark.parametrize("path", sorted(BUILTIN.rglob("*.ttf")), ids=lambda path: path.stem)
def test_letters_are_measured_once_for_all_starts_as_fonttools_measures_them(path, monkeypatch):
    letters_of.cache_clear()
    first = letters_of(path)
    monkeypatch.setattr(letters, "_measured", None)
    letters_of.cache_clear()
    assert letters_of(path) == first
    font = TTFont(path)
    em, table, names = font["head"].unitsPerEm, font["glyf"], font.getBestCmap()
    assert first.measures.keys() == names.keys()
    for code in [*names][::7]:
        glyph = table[names[code]]
        reach = (glyph.yMax / em, glyph.yMin / em) if glyph.numberOfContours else (0, 0)
        assert first.of(chr(code)) == (font["hmtx"][names[code]][0] / em, *reach)
    assert first.of("\U0001f600") == (1.0, font["hhea"].ascent / em, font["hhea"].descent / em)


class Damaged(dict[str, Any]):
    """A font whose drawings end in the middle of one."""

    reader: ClassVar = {"glyf": b"\0\1" + bytes(4)}


def test_what_is_too_short_to_draw_a_letter_leaves_no_ink():
    assert [*letters._reaches(Damaged(glyf=None, loca=[0, 0, 6, 60]))] == [(0, 0)] * 3
    assert [*letters._reaches(Damaged())] == []


@pytest.mark.parametrize("path", sorted(BUILTIN.rglob("*.ttf")), ids=lambda path: path.stem)
def test_what_the_glyphs_of_a_face_have_in_common_is_read_once_for_all_starts(path, monkeypatch):
    first = bundled(path).common
    for name in ("getGlyphOrder", "getBestCmap"):
        monkeypatch.setattr(TTFont, name, None)
    monkeypatch.setattr("fontTools.ttLib.tables._l_o_c_a.table__l_o_c_a.decompile", None)
    again = bundled(path)
    assert again.common == first
    assert len(first[0]) + 1 == len(first[2])
    assert again.is_blank(first[0].index("space"))
