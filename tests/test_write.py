import contextlib
import errno
import json
import os
import subprocess
import sys

import pytest

from generator.errors import HandbillError
from generator.write import LOCK, MANIFEST, Staging, locked, read_manifest, write_file


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


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

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


def test_a_manifest_that_is_no_manifest_counts_as_none(tmp_path):
    for text in ("[1, 2", "[" * 100_000, "{}", '{"artifacts": [1]}', "\0"):
        (tmp_path / MANIFEST).write_text(text)
        assert read_manifest(tmp_path) == {}
