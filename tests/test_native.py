"""The text libraries are found, opened by their files, and nothing else is."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator import doctor, native

FONTS_CONF = doctor.fonts_folder() / "fonts.conf"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def fresh_find():
    native.find.cache_clear()
    yield
    native.find.cache_clear()


def in_own_process(code: str, **environment: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", code],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_every_needed_library_is_here_with_its_file_and_version():
    found = native.find()
    assert native.missing(found) == ()
    for entry in found.values():
        assert Path(native.path_of(entry)).is_file()
        assert native.version_of(entry)[0].isdigit()


def test_the_first_name_is_the_one_weasyprint_asks_for_first():
    assert [library.first_name for library in native.LIBRARIES][:3] == [
        "libgobject-2.0-0",
        "libpango-1.0-0",
        "libharfbuzz-0",
    ]


def test_loading_starts_no_process_and_leaves_cffi_as_it_was():
    code = f"""
import sys, cffi
from pathlib import Path
from generator import native
before, started = cffi.FFI.dlopen, []
sys.addaudithook(lambda event, args: event in ("subprocess.Popen", "os.posix_spawn") and started.append(args))
native.load(Path({str(FONTS_CONF)!r}))
assert cffi.FFI.dlopen is before
assert not started, started
import weasyprint
print(weasyprint.text.ffi.harfbuzz_subset is not None)
"""
    assert in_own_process(code) == "True"


def test_fontconfig_is_pointed_at_our_file():
    code = f"""
import os
from pathlib import Path
from generator import native
native.load(Path({str(FONTS_CONF)!r}))
print(os.environ["FONTCONFIG_FILE"])
"""
    assert in_own_process(code) == str(FONTS_CONF)


def test_a_missing_library_is_named_with_one_command(monkeypatch):
    monkeypatch.setattr(native, "find", dict)
    with pytest.raises(native.MissingLibraries, match="without GObject, Pango, HarfBuzz, fontconfig") as stopped:
        native.load()
    assert stopped.value.remedy
    assert "\n" not in stopped.value.remedy


def test_drawing_goes_on_without_the_subset_library_which_is_the_doctors_to_tell():
    found = {name: entry for name, entry in native.find().items() if "subset" not in name}
    assert [library.title for library in native.missing(found)] == ["HarfBuzz subset"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has libraries unpacked beside the environment")
def test_unpacked_libraries_are_used_where_they_are(tmp_path):
    for entry in native.find().values():
        if Path(entry.source).is_dir():  # they are unpacked here already, with all that they stand on
            shutil.copytree(entry.source, tmp_path, dirs_exist_ok=True, symlinks=True)
            break
        shutil.copy(native.path_of(entry), tmp_path / entry.library.linux)
    code = "from generator import native; print(*{entry.source for entry in native.find().values()})"
    assert in_own_process(code, HANDBILL_NATIVE=str(tmp_path)) == str(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="the file names are Linux's")
def test_unpacked_files_that_cannot_be_opened_are_left_out(tmp_path, monkeypatch, fresh_find):
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"not a library")
    monkeypatch.setenv("HANDBILL_NATIVE", str(tmp_path))
    assert native.find() == {}


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("ID=debian\n", "apt-get"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "apt-get"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "dnf"),
        ("ID=arch\n", "pacman"),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', "zypper"),
        ("ID=unheard-of\n", "apt-get"),
    ],
)
def test_the_remedy_is_for_this_system(release, command, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: release)
    assert f"sudo {command} " in native.remedy()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_where_no_package_manager_can_be_asked_the_wheel_is_the_remedy(platform, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    assert "pip install" in native.remedy()
    assert "gstreamer-libs" in native.remedy()


@pytest.mark.parametrize(("platform", "first"), [("darwin", "macos"), ("win32", "windows")])
def test_a_folder_with_all_libraries_is_taken_whole(platform, first, tmp_path, monkeypatch, fresh_find):
    half, whole = tmp_path / "half", tmp_path / "whole"
    for folder, libraries in ((half, native.LIBRARIES[:3]), (whole, native.LIBRARIES)):
        folder.mkdir()
        for library in libraries:
            name = library.macos if first == "macos" else library.windows[0]
            (folder / name).touch()
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(native, "_wheel_folders", lambda: iter([half, whole]))
    monkeypatch.setattr(native, "_known_folders", lambda: iter([]))
    assert {entry.source for entry in native.find().values()} == {str(whole)}
    assert len(native.find()) == len(native.LIBRARIES)


def test_a_module_that_is_loaded_later_is_loaded_by_its_first_call(tmp_path, monkeypatch):
    (tmp_path / "rarely_used.py").write_text("class Sum:\n    def __init__(self, *of):\n        self.of = sum(of)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with native.loaded_later(["rarely_used", "shutil"]):
        import rarely_used  # type: ignore[import-not-found]
        from rarely_used import Sum

        assert sys.modules["shutil"] is shutil
    assert "rarely_used" not in sys.modules
    assert not hasattr(rarely_used, "__path__")
    assert Sum(3, 4).of == 7
    assert "rarely_used" in sys.modules
    assert rarely_used.Sum(5).of == 5


def test_what_weasyprint_rarely_uses_is_not_loaded_with_it_and_works():
    code = f"""
import io, sys
from pathlib import Path
from generator import native
native.load(Path({str(FONTS_CONF)!r}))
assert not [name for name in native.RARELY_USED if name in sys.modules]
from fontTools.ttLib import TTFont
from weasyprint.pdf import fonts
assert fonts.subset.Options(retain_gids=True).retain_gids
from fontTools.varLib.instancer import instantiateVariableFont
assert instantiateVariableFont.__module__ == "fontTools.varLib.instancer"
"""
    in_own_process(code)
