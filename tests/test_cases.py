"""Each file of tests/cases is a project that is wrong or hostile, with what has to come of it; a new file, a new test.

It opens with comments: what the case is, then what to run and to expect.

    # run: build              instead of: check
    # exit: 0                 instead of: 1
    # expect: content/editions/mine.yaml:3:5 duplicate-key
    # expect: content/brands/logo.svg picture-too-large
    # says: words of a message or hint, or of what is printed on the pages when the exit is 0
    # slow                    it takes seconds

The files follow, each after a line `=== its/path`. Escapes in a path are those of Python. A word after the path says
that the file is written otherwise than it stands:

    === path (bytes)          its text is a Python literal of bytes without quotes; line ends are left out
    === path (text)           the same for text, written as UTF-8
    === path (repeat 1000)    three parts divided by lines of ---; the second stands so many times
    === path (png 30000x30000)  a white picture of this size
    === path (sheet)          a workbook whose only sheet is this XML
    === path (tables)         a zip of tables, each after a line @@name
    === path (fifo), === path (folder), === path (unreadable), === path -> where a link leads

Whatever happens: every error names a file, nothing shows a traceback, connects anywhere, or writes outside `output/`.
"""

import hashlib
import json
import os
import re
import socket
import struct
import sys
import zlib
from pathlib import Path

import pypdfium2
import pytest
from msgspec import Struct, field

from tests.fuzz.readers import tables, workbook

CASES = sorted((Path(__file__).parent / "cases").rglob("*.case"))
DEFAULTS = {
    "content/editions/mine.yaml": b"title: Mine\nplace: {country: US}\nproducts: [x]\n",
    "templates/products/x/product.yaml": b"title: X\nfaces: [front]\nsize: 90mm x 60mm\nneeds: []\n",
    "templates/products/x/front.html": b"<h1>X</h1>",
}
HEADER = re.compile(r"=== (?P<path>.+?)(?: \((?P<how>[a-z]+)(?: (?P<about>\S+))?\)| -> (?P<target>.+))?")
EXPECTED = re.compile(r"(?P<path>[^:]+)(?::(?P<line>\d+))?(?::(?P<column>\d+))? (?P<code>[a-z0-9-]+)")


class Case(Struct):
    """What a case file says."""

    run: str = "check"
    exit: int = 1
    expect: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    is_slow: bool = False
    files: list[tuple[re.Match[str], str]] = field(default_factory=list)


def read_case(path):
    case = Case()
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("=== "):
            match = HEADER.fullmatch(line)
            assert match, line
            case.files.append((match, ""))
        elif case.files:
            match, text = case.files[-1]
            case.files[-1] = (match, f"{text}{line}\n")
        else:
            read_comment(case, line)
    return case


def read_comment(case, line):
    key, _, value = line.removeprefix("#").strip().partition(": ")
    if key in {"expect", "says"}:
        getattr(case, key).append(value)
    elif key == "exit":
        case.exit = int(value)
    elif key == "run":
        case.run = value
    elif key == "slow":
        case.is_slow = True


def escaped(text):
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


def lay(root, match, text):
    """Make one file of a case."""
    path = root / os.fsdecode(escaped(match["path"]).encode("utf-8", "surrogateescape"))
    path.parent.mkdir(parents=True, exist_ok=True)
    if match["target"]:
        path.symlink_to(escaped(match["target"]))
    elif match["how"] in {"folder", "fifo"}:
        path.mkdir() if match["how"] == "folder" else os.mkfifo(path)
    else:
        path.write_bytes(content(match["how"], match["about"], text))
        if match["how"] == "unreadable":
            path.chmod(0)
            if os.access(path, os.R_OK):
                pytest.skip("whoever runs this may read everything")


def content(how, about, text):
    match how:
        case "bytes":
            return escaped(text.replace("\n", "")).encode("latin-1")
        case "text":
            return escaped(text.replace("\n", "")).encode("utf-8", "surrogatepass")
        case "repeat":
            first, middle, last = text.split("---\n")
            return f"{first}{middle.rstrip(chr(10)) * int(about)}{last}".encode()
        case "png":
            return white(*map(int, about.split("x")))
        case "sheet":
            return workbook(text.encode())
        case "tables":
            return tables(text.encode())
    return text.encode()


def white(width, height):
    """Return a PNG of one bit a pixel, small however large it unpacks."""
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def fingerprint(folder):
    """Return everything in a folder but what was built, with what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_built = name.startswith("project/output/")
        if path.is_file() and not is_built and os.access(path, os.R_OK):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        elif not is_built and name != "project/output":
            found[name] = ""
    return found


@pytest.fixture
def no_network(tmp_path_factory, monkeypatch):
    """Refuse every connection and return the file that tells of each; workers are forked, so they write to it too."""
    told = tmp_path_factory.mktemp("network") / "connections"
    told.touch()

    def refuse(*args, **named):
        with told.open("a") as file:
            file.write(f"{args!r}\n")
        raise OSError("no connections here")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return told


ENDLESS = ("bombs", "pictures")  # what may take all time or memory is given to processes that have limits


def params():
    for path in CASES:
        marks = [pytest.mark.slow] if read_case(path).is_slow else []
        yield pytest.param(path, id=path.relative_to(path.parents[1]).with_suffix("").as_posix(), marks=marks)


@pytest.mark.skipif(sys.platform == "win32", reason="lays links and names that Windows does not have")
@pytest.mark.parametrize("path", list(params()))
def test_case(path, tmp_path, monkeypatch, handbill, no_network, capfd, request):
    case = read_case(path)
    if path.parent.name in ENDLESS:
        request.getfixturevalue("in_processes")
    root = tmp_path / "project"
    lay_out(root, case)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "elsewhere"))
    monkeypatch.chdir(tmp_path / "elsewhere")
    before = fingerprint(tmp_path)

    done = handbill(*case.run.split(), "--project", root, "--today", "2026-11-22", "--json")

    assert "Traceback" not in done.stderr + "".join(capfd.readouterr())
    assert no_network.read_text() == ""
    assert fingerprint(tmp_path) == before, "something was written outside output/"
    found = json.loads(done.stdout)
    check_findings(case, found["findings"] if isinstance(found, dict) else found, root, done)


def lay_out(root, case):
    given = {match["path"] for match, _ in case.files}
    for name, data in DEFAULTS.items():
        if name not in given:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data)
    for match, text in case.files:
        lay(root, match, text)


def check_findings(case, found, root, done):
    errors = [one for one in found if one["severity"] == "error"]
    shown = "\n".join(f"{one['path']}:{one['line']}:{one['column']} {one['code']}: {one['message']}" for one in found)
    assert done.exit_code == case.exit, shown
    assert all(one["path"] for one in errors), shown
    for expected in case.expect:
        assert any(is_as_expected(one, EXPECTED.fullmatch(expected)) for one in errors), f"{expected}\n{shown}"
    said = shown + "".join(one["hint"] for one in found) + done.stderr + ("" if case.exit else printed(root))
    for words in case.says:
        assert words in said, f"{words}\n{said}"
    assert case.expect or not case.exit, "a case of an error says which"


def is_as_expected(one, expected):
    line, column = expected["line"], expected["column"]
    is_there = one["path"] == expected["path"] and (not line or one["line"] == int(line))
    return is_there and (not column or one["column"] == int(column)) and one["code"] == expected["code"]


def printed(root):
    """Return the text of every page that was made."""
    texts = []
    for path in sorted((root / "output").rglob("*.screen.pdf")):
        with pypdfium2.PdfDocument(path) as pdf:
            texts += [page.get_textpage().get_text_bounded() for page in pdf]
    return "\n".join(texts)
