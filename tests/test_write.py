import contextlib
import errno
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import HandbillError
from generator.write import LOCK, MANIFEST, REPORT, Staging, line_of, locked, read_manifest, write_file


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != LOCK)


@pytest.mark.parametrize("fault", ["tempfile.mkstemp", "os.fsync", "os.replace"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_write_that_fails_leaves_the_old_file_whole_and_no_litter(tmp_path, monkeypatch, fault, nth):
    target = tmp_path / "card.pdf"
    write_file(target, b"old")
    calls = 0
    module, name = fault.split(".")
    real = getattr(sys.modules[module] if module in sys.modules else __import__(module), name)

    def failing(*args, **named):
        nonlocal calls
        calls += 1
        if calls == nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*args, **named)

    monkeypatch.setattr(f"{fault}", failing)
    with contextlib.suppress(HandbillError):
        write_file(target, b"new")
    assert target.read_bytes() in (b"old", b"new")
    assert files(tmp_path) == ["card.pdf"]
    assert calls >= nth or target.read_bytes() == b"new"


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(HandbillError, match=r"No space left.*untouched"):
        write_file(tmp_path / "card.pdf", b"new")


def test_a_second_build_is_told_so(tmp_path):
    probe = (
        "import sys; from pathlib import Path; from generator.errors import HandbillError; "
        "from generator.write import locked\n"
        "try:\n    with locked(Path(sys.argv[1])): print('in')\n"
        "except HandbillError as problem: print(problem.diagnostics[0].code)"
    )
    with locked(tmp_path):
        done = subprocess.run([sys.executable, "-c", probe, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "output-in-use"
    done = subprocess.run([sys.executable, "-c", probe, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "in"


def test_what_a_killed_build_left_is_swept(tmp_path):
    (tmp_path / "a/en/deeper").mkdir(parents=True)
    for name in (".manifest.json.x0.handbill-tmp", "a/en/.card.pdf.x1.handbill-tmp", "a/en/.mine.tmp"):
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / "a/en/deeper/.far.x2.handbill-tmp").write_bytes(b"not where pieces stand")
    (tmp_path / "packs/fair/2_office").mkdir(parents=True)
    (tmp_path / "packs/fair/2_office/.list.pdf.x3.handbill-tmp").write_bytes(b"half")
    with locked(tmp_path):
        assert files(tmp_path) == [".far.x2.handbill-tmp", ".mine.tmp"]


def test_a_folder_without_locks_is_used_without(tmp_path, monkeypatch):
    def no_locks(*args):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_locks)
    with locked(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_a_finding(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HandbillError, match="cannot be written"), locked(tmp_path / "file" / "output"):
        pass


def publish(folder, numbered):
    with Staging(folder) as staging:
        for name in numbered:
            staging.add(name, b"x")
        staging.publish([{"path": path, "n": n} for path, n in numbered.items()], version="1", today="2026-01-01")


def test_the_manifest_keeps_what_still_stands_and_forgets_what_is_gone(tmp_path):
    publish(tmp_path, {"a.pdf": 1, "b.pdf": 1})
    (tmp_path / "b.pdf").unlink()
    publish(tmp_path, {"c.pdf": 2})
    assert {path: entry["n"] for path, entry in read_manifest(tmp_path).items()} == {"a.pdf": 1, "c.pdf": 2}
    assert json.loads((tmp_path / MANIFEST).read_text())["schema"] == 1


def test_a_line_that_was_written_ahead_is_that_of_its_entry_alone(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"pdf")
    one, equal, other = ({"path": "a.pdf", "name": name} for name in ("Café", "Café", "Cafe"))
    with Staging(tmp_path) as staging:
        assert json.loads(staging.line_of(one)) == json.loads(staging.line_of(equal)) == one
        assert json.loads(staging.line_of(other)) == other
        staging.publish([other], version="1", today="2026-01-01")
    assert read_manifest(tmp_path) == {"a.pdf": other}


told = st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**53), 2**53) | st.booleans() | st.none()


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.recursive(told, st.lists)))
def test_a_line_is_what_python_writes(entry):
    assert line_of(entry) == json.dumps(entry, ensure_ascii=False)


@given(st.floats(-1e6, 1e6))
def test_figures_are_read_back_as_they_were(figure):
    assert json.loads(line_of({"scale": figure})) == {"scale": figure}


@pytest.mark.parametrize("give_names", ["publish", "name_all"])
def test_what_is_written_meanwhile_has_its_name_with_the_others(tmp_path, give_names):
    report = b"proof" * 1_000_000
    with Staging(tmp_path) as staging:
        staging.add_meanwhile(REPORT, report)
        staging.add("a.pdf", b"x")
        assert not (tmp_path / REPORT).exists()
        if give_names == "publish":
            staging.publish([], version="1", today="2026-01-01")
        else:
            staging.name_all()
    assert (tmp_path / REPORT).read_bytes() == report
    assert {"a.pdf", REPORT} == {*files(tmp_path)} - {MANIFEST}


def publish_with_a_report_that_fails(folder, monkeypatch):
    with Staging(folder) as staging:
        staging.add("a.pdf", b"new")
        monkeypatch.setattr("os.fsync", full)
        staging.add_meanwhile(REPORT, b"proof")
        staging._meanwhile[0].exception()
        monkeypatch.undo()
        staging.publish([{"path": "a.pdf"}], version="1", today="2026-01-01")


def test_a_disk_that_is_full_meanwhile_gives_no_file_a_name(tmp_path, monkeypatch):
    (tmp_path / "a.pdf").write_bytes(b"old")
    with pytest.raises(HandbillError, match=r"No space left.*untouched"):
        publish_with_a_report_that_fails(tmp_path, monkeypatch)
    assert (tmp_path / "a.pdf").read_bytes() == b"old"
    assert files(tmp_path) == ["a.pdf"]


def stop_while_a_report_is_written(folder):
    with Staging(folder) as staging:
        staging.add_meanwhile(REPORT, b"proof" * 1_000_000)
        raise KeyboardInterrupt


def test_a_build_that_stops_leaves_nothing_of_what_is_written_meanwhile(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        stop_while_a_report_is_written(tmp_path)
    assert files(tmp_path) == []


def test_a_manifest_that_is_no_manifest_counts_as_none(tmp_path):
    for text in ("[1, 2", "[" * 100_000, "{}", '{"artifacts": [1]}', "\0"):
        (tmp_path / MANIFEST).write_text(text)
        assert read_manifest(tmp_path) == {}
