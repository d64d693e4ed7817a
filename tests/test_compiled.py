"""What takes long to compile is kept for the next start, and made anew when it is another or not whole."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from generator import compiled
from generator.catalog import builtin_root
from generator.declared import Declared
from generator.render import fonts
from generator.render.assets import Assets
from generator.render.environment import make_environment

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
