"""Each link of the chain is seen to hold, and each broken one is named with a command."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from generator import doctor, native

FONTS = doctor.fonts_folder()


def one(checks, name):
    (found,) = [check for check in checks if check.name == name]
    return found


@pytest.fixture
def fonts(tmp_path, monkeypatch):
    """A copy of the bundled fonts, for the doctor to find broken."""
    copy = tmp_path / "templates" / "base" / "fonts"
    shutil.copytree(FONTS, copy)
    monkeypatch.setattr(doctor, "fonts_folder", lambda: copy)
    monkeypatch.setattr(doctor, "_restore", lambda _: "restore")
    return copy


def test_a_sound_machine_passes_every_check_in_order(tmp_path):
    checks = doctor.examine(tmp_path / "output")
    assert [check for check in checks if not check.ok] == []
    assert [check.name for check in checks] == [
        "Python",
        "packages",
        *(library.title for library in native.LIBRARIES if library.first_name in native.find()),
        "bundled fonts",
        "fontconfig sees the fonts",
        "temporary folder",
        "output folder",
        "trial page",
    ]
    assert "embedded" in checks[-1].detail
    assert not (tmp_path / "output").exists()


def test_without_libraries_nothing_is_drawn_and_each_failure_has_a_command(monkeypatch):
    monkeypatch.setattr(native, "find", dict)
    monkeypatch.setattr(doctor, "_in_own_process", lambda _: pytest.fail("something was drawn"))
    checks = doctor.examine()
    failed = [check for check in checks if not check.ok]
    assert one(checks, "Pango").detail == "not found"
    assert one(checks, "trial page").detail.startswith("not tried until this is mended: GObject")
    assert all(check.remedy for check in failed)


def test_an_optional_library_is_not_missed(monkeypatch):
    monkeypatch.setattr(native, "find", dict)
    assert "HarfBuzz vector" not in [check.name for check in doctor._libraries()]


def test_an_old_pango_is_refused(monkeypatch):
    monkeypatch.setattr(native, "version_of", lambda _: "1.42.4")
    check = one(tuple(doctor._libraries()), "Pango")
    assert not check.ok
    assert "1.44 or newer" in check.detail


def test_an_old_python_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1, "final", 0))
    assert not doctor._python().ok


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("click==0.1 \\", "wanted: click 0.1 (here: "),
        ("no-such-package==1.0 \\", "no-such-package 1.0 (here: none)"),
        ("no-such-package==1.0 ; sys_platform == 'nowhere' \\\nclick==0.1 \\", "wanted: click 0.1"),
    ],
)
def test_packages_are_held_against_the_lock(line, detail, tmp_path, monkeypatch):
    (tmp_path / "requirements.lock").write_text(f"{line}\n    --hash=sha256:00\n")
    monkeypatch.setattr(doctor, "_ROOT", tmp_path)
    check = doctor._packages()
    assert not check.ok
    assert detail in check.detail
    assert check.remedy


def test_without_a_lock_the_distribution_says_what_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "_ROOT", tmp_path)
    wanted = ["click>=8", "no-such-package>=1", "nor-this; sys_platform == 'nowhere'"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: wanted)
    assert doctor._packages().detail == "wanted: no-such-package any (here: none)"


def test_a_distribution_nobody_installed_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "_ROOT", tmp_path)
    monkeypatch.setattr(doctor, "_declared", lambda: iter(()))
    assert not doctor._packages().ok


def test_missing_fonts_are_found_before_anything_is_drawn(fonts):
    for file in fonts.rglob("*.ttf"):
        file.unlink()
    checks = doctor.examine()
    assert "are missing" in one(checks, "bundled fonts").detail
    assert one(checks, "trial page").detail.startswith("not tried")


def test_a_damaged_font_is_named(fonts):
    broken = sorted(fonts.rglob("*.ttf"))[0]
    broken.write_bytes(b"version https://")
    check = doctor._bundled_fonts()
    assert not check.ok
    assert broken.name in check.detail


def test_fonts_without_their_configuration_are_refused(fonts):
    (fonts / "fonts.conf").unlink()
    assert "have no fonts.conf" in doctor._bundled_fonts().detail


def test_fontconfig_must_see_every_bundled_font(fonts):
    conf = fonts / "fonts.conf"
    conf.write_text(conf.read_text().replace(">.<", ">ibm-plex-sans-arabic<"))
    check = doctor._fontconfig()
    assert not check.ok
    assert check.detail.startswith("it does not see Atkinson")


def test_fontconfig_must_see_no_other_font(fonts):
    other = fonts.parent / "other"
    other.mkdir()
    shutil.copy(sorted(fonts.rglob("*.ttf"))[0], other / "Stranger.ttf")
    conf = fonts / "fonts.conf"
    conf.write_text(conf.read_text().replace("<dir", '<dir prefix="relative">../other</dir><dir', 1))
    assert doctor._fontconfig().detail == "it also sees Stranger.ttf"


def test_the_trial_page_must_embed_the_font_it_asks_for(monkeypatch):
    # The page is read back in this process, so nothing is drawn here.
    page = SimpleNamespace(write_pdf=lambda: b"")
    monkeypatch.setitem(sys.modules, "weasyprint", SimpleNamespace(HTML=lambda string: page))
    monkeypatch.setattr(native, "load", lambda _: None)
    monkeypatch.setattr(doctor, "_font_property", lambda _: ["Bricolage Grotesque"])
    monkeypatch.setattr(doctor, "_words", lambda _: doctor.TRIAL_WORDS)
    monkeypatch.setattr(doctor, "_embedded_fonts", lambda _: ["DejaVu-Sans"])
    with pytest.raises(SystemExit, match="was to use Bricolage Grotesque, and embeds: DejaVu-Sans"):
        doctor._fonts_drawn()
    monkeypatch.setattr(doctor, "_embedded_fonts", lambda _: ["Bricolage-Grotesque-Bold"])
    assert doctor._fonts_drawn() == ["Bricolage-Grotesque-Bold"]
    monkeypatch.setattr(doctor, "_words", lambda _: "")
    with pytest.raises(SystemExit, match="could not be read back"):
        doctor._fonts_drawn()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    check = doctor._writable("output folder", tmp_path / "file" / "output")
    assert not check.ok
    assert "file: Not a directory" in check.detail
    assert check.remedy.startswith("chmod")


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for Python")
@pytest.mark.parametrize(
    ("script", "detail"),
    [
        ("kill -SEGV $$", "crashed with signal 11"),
        ("echo first >&2; echo 'OSError: no room' >&2; exit 1", "OSError: no room"),
        ("exec sleep 9", "did not end within 0.2 seconds"),
    ],
)
def test_a_trial_that_goes_wrong_takes_nothing_with_it(script, detail, tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    if "sleep" in script:
        monkeypatch.setattr(doctor, "TRIAL_SECONDS", 0.2)
    assert doctor._in_own_process("page") == ([], detail)


def test_the_doctor_needs_nothing_but_python():
    code = (
        "import sys; from generator import doctor; doctor.native.find();"
        "print([name for name in ('weasyprint', 'cffi', 'click', 'rich', 'pikepdf') if name in sys.modules])"
    )
    root = Path(doctor.__file__).parents[1]
    ended = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.strip() == "[]"
