"""A build of which nothing changed says what it said, and touches nothing; whatever differs goes the ordinary way."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from generator.build import Options, build
from generator.cache import Cache
from generator.catalog import Roots, builtin_root
from generator.errors import Diagnostic, HandbillError, Place, Severity
from generator.project import reading
from generator.request import Request
from generator.summary import PieceSummary, Said, Summary
from generator.unchanged import Read, Rebuild, _Noted, _read, _written, rebuild_of
from generator.write import locked
from tests.test_cache import EDITION, FILES, NEAR

TODAY, DAY = "2026-11-22", date(2026, 11, 22)
HEAVY = ("yaml", "pydantic", "phonenumbers", "jinja2", "weasyprint", "pikepdf", "pypdfium2", "PIL", "numpy", "babel")
NEVER = (*HEAVY, "distributed", "rich", "multiprocessing", "asyncio", "importlib.metadata", "generator.build")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>'
PROJECT = {
    "handbill.yaml": "press: {profile: shop/paper.icc}\n",
    "shop/paper.icc": (builtin_root() / "templates/press/ISOcoated_v2_300_bas.icc").read_bytes(),
    "content/editions/spring.yaml": EDITION,
    "content/lists/near.yaml": NEAR,
    "content/lists/other.csv": "name,phone,kind\nHill clinic,515-555-0119,clinic\n",
    "content/brands/mark.svg": SVG,
    "templates/products/wallet-card/note.txt": "kept beside the templates",
}
CARDS = Request(products=("wallet-card",))


class Built(Struct, frozen=True):
    """A project that was built: its folder, what the build said, and what asks for it again."""

    root: Path
    summary: Summary
    ask: Callable[..., Rebuild]

    def __call__(self, **how):
        return self.ask(**how)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build one card, and return what tells whether a build of the same would be said again."""
    root = tmp_path_factory.mktemp("built") / "project"
    for name, text in PROJECT.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text if isinstance(text, bytes) else str(text).encode())
    cache = Cache(root.parent / "cache")

    def ask(request=CARDS, *, output="output", today=DAY, is_strict=False):
        roots = Roots(root.resolve(), builtin_root())
        return rebuild_of(cache, roots, request, output=root / output, today=today, is_strict=is_strict)

    asked = ask()
    options = Options(root / "output", DAY, 1, cache=cache, rebuild=asked)
    outcome = build(asked.roots, CARDS, options, watch=lambda *_: None)
    assert outcome.is_fine
    assert is_said(ask())
    return Built(root, outcome.summary, ask)


def is_said(rebuild):
    return rebuild.said(lambda *_: None, with_entries=True) is not None


@pytest.fixture
def restored(built):
    """Put every file back as it was, and see that the build is then known again."""
    root = built.root
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    folders = {path for path in root.rglob("*") if path.is_dir()}
    yield root
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_symlink() or (path.is_file() and path not in before):
            path.unlink()
        elif path.is_dir() and path not in folders:
            path.rmdir()
    for path, data in before.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    assert is_said(built())


def test_what_is_said_again_is_what_was_said(built):
    told = []
    said = built().said(lambda *one: told.append(one), with_entries=True)
    entries = tuple(json.loads(json.dumps(built.summary.entries)))
    assert said == replace(built.summary, entries=entries, changes=())
    assert told == [(1, 1, "spring/en/wallet-card", "warned")]
    assert built().said(lambda *_: None, with_entries=False).entries == ()


@pytest.mark.parametrize("name", sorted(PROJECT))
def test_a_changed_byte_in_anything_that_is_read_is_seen(built, restored, name):
    path = restored / name
    path.write_bytes(path.read_bytes()[:-1] + b"#")
    assert not is_said(built())


@pytest.mark.parametrize("name", sorted(PROJECT))
def test_a_file_taken_away_is_seen(built, restored, name):
    (restored / name).unlink()
    assert not is_said(built())


@pytest.mark.parametrize("name", sorted(PROJECT))
def test_a_file_turned_into_a_link_is_seen(built, restored, name):
    path = restored / name
    elsewhere = restored / "elsewhere"
    elsewhere.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(elsewhere)
    # The profile may stand anywhere and is read wherever it is; everywhere else a link may lead out.
    assert is_said(built()) == (name == "shop/paper.icc")


@pytest.mark.parametrize(
    "name",
    [
        "content/lists/more.yaml",
        "content/editions/autumn.yaml",
        "content/brands/paper.icc",
        "content/words/en.yaml",
        "templates/base/tokens.css",
        "templates/products/wallet-card/front.html",
        "templates/themes/own.yaml",
    ],
)
def test_an_added_file_is_seen(built, restored, name):
    (restored / name).parent.mkdir(parents=True, exist_ok=True)
    (restored / name).write_text("new\n")
    assert not is_said(built())


def test_a_folder_reached_through_a_link_is_read(built, restored):
    (restored / "more").mkdir()
    (restored / "more/one.svg").write_text(SVG)
    before = built().read.rest
    (restored / "content/pictures").symlink_to(restored / "more")
    linked = built().read.rest
    (restored / "more/one.svg").write_text(SVG.replace("10", "12"))
    changed = built().read.rest
    (restored / "more/circle").symlink_to(restored / "content")
    assert len({before, linked, changed, built().read.rest}) == 4


@pytest.mark.parametrize(
    "how",
    [
        {"today": date(2026, 11, 23)},
        {"is_strict": True},
        {"output": "other"},
        {"request": Request()},
        {"request": Request(products=("wallet-card",), languages=("en",))},
        {"request": Request(products=("wallet-card",), copies=3)},
        {"request": Request(products=("wallet-card",), used=(frozenset({1}),))},
    ],
)
def test_another_question_has_another_answer(built, how):
    assert not is_said(built(**how))


@pytest.mark.parametrize("program", ["packages", "libraries", "own"])
def test_another_program_makes_another_key(built, monkeypatch, tmp_path, program):
    from generator import native, unchanged

    before = built().read.rest
    if program == "packages":
        (tmp_path / "weasyprint-99.0.dist-info").mkdir()
        monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    elif program == "libraries":
        monkeypatch.setattr(native, "version_of", lambda _: "99.0")
    else:
        (tmp_path / "unchanged.py").write_text("other")
        monkeypatch.setattr(unchanged, "__file__", str(tmp_path / "unchanged.py"))
    assert built().read.rest != before


OUTPUT = ("manifest.json", "proof.html", "spring/en/wallet-card.office.pdf", "spring/en/wallet-card-1.png")
DAMAGE = {
    "taken away": lambda path: path.unlink(),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "changed": lambda path: path.write_bytes(b"X" + path.read_bytes()[1:]),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", OUTPUT)
def test_a_damaged_output_file_is_seen(built, restored, name, damage):
    DAMAGE[damage](restored / "output" / name)
    assert not is_said(built())


def test_an_output_folder_that_leads_out_is_seen(built, restored, tmp_path):
    folder = restored / "output/spring/en"
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
        path.unlink()
    folder.rmdir()
    folder.symlink_to(tmp_path)
    assert not is_said(built())


@pytest.mark.parametrize("rubbish", [b"", b"[]", b"{}", b'{"summary": {}}', b"\xff", b'{"summary": 1, "told": 2}'])
def test_what_is_no_note_is_taken_for_none(built, rubbish):
    rebuild = built()
    kept = rebuild.cache.get(rebuild.key)
    rebuild.cache.put(rebuild.key, rubbish)
    assert not is_said(built())
    rebuild.cache.put(rebuild.key, kept)
    assert is_said(built())


def test_a_build_that_is_writing_is_waited_for_by_nobody(built):
    with locked(built.root / "output"), pytest.raises(HandbillError, match="another build is writing here"):
        is_said(built())


def test_nothing_is_noted_when_a_file_changes_while_it_builds(write, roots):
    root = write(PROJECT)
    cache, output = Cache(root.parent / "own"), root / "output"
    asked = rebuild_of(cache, roots(root), CARDS, output=output, today=DAY, is_strict=False)

    def save(*_):
        (root / "content/lists/near.yaml").write_text(NEAR.replace("0118", "0117"))

    options = Options(output, DAY, 1, cache=asked.cache, rebuild=asked)
    build(asked.roots, CARDS, options, watch=save)
    (root / "content/lists/near.yaml").write_text(NEAR)
    assert not is_said(asked)


@pytest.fixture
def ordinary(monkeypatch):
    """Count the builds that read content."""
    read: list[Roots] = []
    load = reading.load_project

    def counting(roots, *known):
        read.append(roots)
        return load(roots, *known)

    monkeypatch.setattr("generator.build.load_project", counting)
    return read


@pytest.mark.parametrize(
    "options",
    [
        ("--product", "label"),
        ("--product", "label", "--json"),
        ("--product", "label", "--strict"),
        ("--product", "label", "--strict", "--json"),
        ("--product", "label", "--together", "--start-at", "3"),
        ("spring", "--product", "label", "--cluster", "tcp://127.0.0.1:1"),
    ],
    ids=" ".join,
)
def test_it_prints_what_a_rebuild_prints(write, handbill, ordinary, monkeypatch, options):
    root = write(FILES)
    asked = ("build", *options, "--project", root, "--today", TODAY, "--jobs", 1)
    first = handbill(*(one for one in asked if not str(one).startswith(("--cluster", "tcp"))))
    files = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()}
    again = handbill(*asked)
    assert len(ordinary) == 1, again.stderr
    assert files == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()}
    monkeypatch.setattr(Rebuild, "said", lambda *_, **__: None)
    rebuilt = handbill(*asked)
    assert len(ordinary) == 2
    assert (again.exit_code, again.stdout, again.stderr) == (rebuilt.exit_code, rebuilt.stdout, rebuilt.stderr)
    assert first.exit_code == again.exit_code == (1 if "--strict" in options else 0)


def test_a_damaged_file_is_made_good_and_the_next_build_reads_nothing(write, handbill, ordinary):
    root = write(FILES)
    asked = ("build", "--product", "label", "--project", root, "--today", TODAY, "--jobs", 1)
    handbill(*asked)
    files = [path for path in (root / "output").rglob("*.*") if path.is_file() and path.name != ".build.lock"]
    whole = {path: path.read_bytes() for path in files}
    for number, (damage, name) in enumerate(zip(DAMAGE, OUTPUT[1:], strict=True), 2):
        DAMAGE[damage](root / "output" / name.replace("wallet-card", "label"))
        assert handbill(*asked).exit_code == 0
        assert {path: path.read_bytes() for path in files} == whole
        assert handbill(*asked).exit_code == 0
        assert len(ordinary) == number


def test_a_build_between_that_changes_the_manifest_is_seen(write, handbill, ordinary):
    root = write(FILES)
    how = ("--product", "label", "--project", root, "--today", TODAY)
    spring, autumn = ("build", "spring", *how), ("build", "autumn", *how)
    for asked in (spring, autumn, spring, spring):
        assert handbill(*asked).exit_code == 0
    assert len(ordinary) == 3


def test_without_a_cache_nothing_is_noted_or_said_again(write, handbill, ordinary):
    root = write(FILES)
    asked = ("build", "--product", "label", "--project", root, "--today", TODAY, "--no-cache")
    assert [handbill(*asked).exit_code, handbill(*asked).exit_code, len(ordinary)] == [0, 0, 2]


def test_a_piece_with_errors_is_tried_again_each_time(write, handbill, ordinary):
    bad = {"templates/products/label/front.html": "{{ nothing.of_this_name }}\n"}
    root = write(FILES | bad)
    asked = ("build", "--product", "label", "--project", root, "--today", TODAY, "--jobs", 1)
    assert [handbill(*asked).exit_code, handbill(*asked).exit_code, len(ordinary)] == [1, 1, 2]


def test_a_full_cache_disk_leaves_a_whole_build(write, handbill, ordinary, monkeypatch):
    monkeypatch.setattr(Cache, "put", lambda *_: False)
    root = write(FILES)
    asked = ("build", "--product", "label", "--project", root, "--today", TODAY, "--jobs", 1)
    assert [handbill(*asked).exit_code, handbill(*asked).exit_code, len(ordinary)] == [0, 0, 2]


def test_nothing_heavy_is_loaded_and_nothing_touched(write, handbill, own_cache):
    root = write(FILES)
    asked = ["build", "--product", "label", "--project", str(root), "--today", TODAY]
    probe = (
        "import sys; from generator.cli import main\n"
        f"try: main({asked})\nexcept SystemExit as end: print(end.code)\n"
        f"print([name for name in {NEVER} if name in sys.modules])"
    )

    def run():
        environment = {**os.environ, "HANDBILL_CACHE": str(own_cache)}
        command = [sys.executable, "-c", probe]
        here = builtin_root()
        done = subprocess.run(command, capture_output=True, text=True, cwd=here, env=environment, check=True)
        return done.stdout.splitlines()[-2:]

    assert run()[0] == "0"
    files = [path for path in root.rglob("*") if path.is_file()]
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in files}
    assert run() == ["0", "[]"]
    assert before == {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in files}


def test_a_note_is_read_back_as_it_was_written():
    place = Place(Path("content/guides/own/en.yaml"), 3, 5)
    found = (Diagnostic(Severity.WARNING, "words-better", "said", place, page=2, bbox_mm=(1, 2.5, 3, 4), piece="a"),)
    piece = PieceSummary("a/en/b", "warned", ("office.pdf",), 0.96, ("one",))
    said = Said(piece, ("a/en/b.office.pdf",), found, "print it twice", ({"path": "a/en/b.office.pdf", "pages": 2},))
    noted = _Noted([said], [("a/en/b", "warned")], [*found], ["manifest.json"], {"a": "b"}, {}, Read("c", {"d": "e"}))
    assert _read(_written(noted)) == noted
    assert _read(None) is _read(b'{"said": 3}') is None
