"""Where nothing but lists changed, editions that do not print them stand: no piece of theirs is planned or made."""

import json
import re
from datetime import date

import pytest

from generator.build import Options, build
from generator.cache import Cache
from generator.catalog import Roots, builtin_root
from generator.errors import HandbillError
from generator.plan import Request
from generator.plan.choosing import EditionChooser
from generator.unchanged import NOTHING_STANDS, Rebuild, rebuild_of
from generator.write import MANIFEST, read_manifest
from tests.test_cache import EDITION, FILES, NEAR

TODAY = "2026-11-22"
FAR = NEAR.replace("mill", "hill").replace("Mill Street", "Hill Road").replace("555-0118", "555-0119")
TWO = FILES | {
    "content/editions/autumn.yaml": EDITION.replace("Spring", "Autumn").replace("near", "far"),
    "content/lists/far.yaml": FAR.replace("title: Near", "title: Far"),
}
CHANGED = NEAR.replace("555-0118", "555-0117")


@pytest.fixture
def planned(monkeypatch):
    """Gather the pieces that are planned."""
    names = []
    plan = EditionChooser.piece

    def noting(self, language, product, size=None):
        names.append(f"{self.edition_id}/{language}/{product}")
        return plan(self, language, product, size)

    monkeypatch.setattr(EditionChooser, "piece", noting)
    return names


def asked(root, *options):
    return ("build", "--product", "label", "--project", root, "--today", TODAY, "--jobs", 1, *options)


def published(root):
    """Return every file of the output; the report without what is said of the time that it was made."""
    paths = [path for path in (root / "output").rglob("*") if path.is_file() and path.name != ".build.lock"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def change(root, text=CHANGED, name="near"):
    (root / f"content/lists/{name}.yaml").write_text(text)


def test_only_editions_that_print_a_changed_list_are_planned(write, handbill, planned):
    root = write(TWO)
    assert handbill(*asked(root)).exit_code == 0
    assert sorted(planned) == ["autumn/en/label", "spring/en/label"]
    planned.clear()
    change(root)
    assert handbill(*asked(root)).exit_code == 0
    assert planned == ["spring/en/label"]
    lines = read_manifest(root / "output")
    assert "(515) 555-0117" in str(lines["spring/en/label.office.pdf"]["facts"])
    assert "(515) 555-0119" in str(lines["autumn/en/label.office.pdf"]["facts"])


@pytest.mark.parametrize("options", [(), ("--json",), ("--strict",), ("--strict", "--json")], ids=" ".join)
def test_all_is_said_and_written_as_when_everything_is_planned(write, handbill, monkeypatch, planned, options):
    root = write(TWO)
    handbill(*asked(root, *options))
    change(root)
    planned.clear()
    short = handbill(*asked(root, *options))
    written, is_short = published(root), planned == ["spring/en/label"]
    said_again = handbill(*asked(root, *options))

    change(root, NEAR)
    monkeypatch.setattr(Rebuild, "standing", lambda *_: NOTHING_STANDS)
    handbill(*asked(root, *options))
    change(root)
    planned.clear()
    long = handbill(*asked(root, *options))
    assert planned == ["autumn/en/label", "spring/en/label"]
    assert (short.exit_code, short.stdout, short.stderr) == (long.exit_code, long.stdout, long.stderr)
    assert written == published(root)
    assert is_short == ("--strict" not in options)  # its label is warned of, and what was refused does not stand
    unchanged = handbill(*asked(root, *options))
    assert said_again.stdout == unchanged.stdout
    assert said_again.stderr == unchanged.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("content/lists/us-national.yaml", "title: Own\ncountry: US\nresources: []\n"),
        ("content/editions/spring.yaml", TWO["content/editions/spring.yaml"] + "label: Spring 2026\n"),
        ("content/brands/mark.svg", "<svg/>"),
        ("content/kinds.yaml", "kinds: {}\n"),
        ("templates/products/label/front.html", FILES["templates/products/label/front.html"] + "<p>x</p>"),
        ("handbill.yaml", "country: US\n"),
    ],
)
def test_whatever_else_changes_has_everything_planned(write, handbill, planned, name, text):
    root = write(TWO)
    handbill(*asked(root))
    planned.clear()
    change(root)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)
    handbill(*asked(root))
    assert sorted(planned) == ["autumn/en/label", "spring/en/label"]


def test_a_list_that_comes_or_goes_concerns_those_that_print_it(write, handbill, planned):
    root = write(TWO)
    handbill(*asked(root))
    planned.clear()
    (root / "content/lists/third.yaml").write_text(FAR.replace("id: hill", "id: third"))
    handbill(*asked(root))
    assert planned == []
    (root / "content/lists/third.yaml").unlink()
    handbill(*asked(root))
    assert planned == []
    (root / "content/lists/far.yaml").rename(root / "content/lists/gone.yaml")
    assert "far" in handbill(*asked(root)).stderr  # the edition names a list that is not there
    assert planned == []


DAMAGE = {
    "taken away": lambda path: path.unlink(),
    "changed": lambda path: path.write_bytes(b"X" + path.read_bytes()[1:]),
}


@pytest.mark.parametrize("name", ["label.office.pdf", "label.press.pdf", "label-1.png"])
@pytest.mark.parametrize("damage", ["taken away", "changed"])
def test_an_edition_with_a_damaged_file_is_made_good(write, handbill, planned, name, damage):
    root = write(TWO)
    handbill(*asked(root, "--finish", "office", "--finish", "press"))
    whole = published(root)
    planned.clear()
    DAMAGE[damage](root / "output/autumn/en" / name)
    change(root)
    assert handbill(*asked(root, "--finish", "office", "--finish", "press")).exit_code == 0
    assert sorted(planned) == ["autumn/en/label", "spring/en/label"]
    autumn = {path: data for path, data in whole.items() if "/autumn/" in path}
    assert {path: data for path, data in published(root).items() if "/autumn/" in path} == autumn


def test_nothing_stands_when_another_build_wrote_the_manifest(write, handbill, planned):
    root = write(TWO)
    handbill(*asked(root))
    manifest = root / "output" / MANIFEST
    manifest.write_text(manifest.read_text().replace('"ok"', '"warned"').replace('"warned"', '"ok"') + "\n")
    planned.clear()
    change(root)
    handbill(*asked(root))
    assert sorted(planned) == ["autumn/en/label", "spring/en/label"]


def test_an_edition_with_a_refused_piece_is_planned_again(write, handbill, planned):
    old = FAR.replace("2026-11-01", "2019-11-01").replace("title: Near", "title: Far")
    root = write(TWO | {"content/lists/far.yaml": old})
    assert handbill(*asked(root)).exit_code == 1
    planned.clear()
    change(root)
    again = handbill(*asked(root))
    assert again.exit_code == 1
    assert re.search("autumn/en/label +refused", again.stderr)
    assert sorted(planned) == ["autumn/en/label", "spring/en/label"]


def test_together_everything_is_planned(write, handbill, planned):
    root = write(TWO)
    handbill(*asked(root, "--together"))
    planned.clear()
    change(root)
    handbill(*asked(root, "--together"))
    assert sorted(planned) == ["autumn/en/label", "spring/en/label"]


def test_another_day_has_everything_planned(write, handbill, planned):
    root = write(TWO)
    handbill(*asked(root))
    planned.clear()
    change(root)
    handbill(*(one if one != TODAY else "2026-11-23" for one in asked(root)))
    assert sorted(planned) == ["autumn/en/label", "spring/en/label"]


def test_a_build_that_writes_meanwhile_is_seen(write, tmp_path, monkeypatch):
    root, cache = write(TWO), Cache(tmp_path / "own")
    roots, request = Roots(root.resolve(), builtin_root()), Request(products=("label",))

    def make():
        today, output = date(2026, 11, 22), root / "output"
        rebuild = rebuild_of(cache, roots, request, output=output, today=today, is_strict=False)
        options = Options(output, today, 1, cache=cache, rebuild=rebuild)
        return build(roots, request, options, watch=lambda *_: None)

    make()
    change(root)
    standing = Rebuild.standing

    def late(self, lists):
        found = standing(self, lists)
        manifest = root / "output" / MANIFEST
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "today": "2026-11-20"}))
        return found

    monkeypatch.setattr(Rebuild, "standing", late)
    before = published(root)["output/spring/en/label.office.pdf"]
    with pytest.raises(HandbillError, match="another build has written here"):
        make()
    assert published(root)["output/spring/en/label.office.pdf"] == before


def test_progress_counts_every_piece(write, handbill, tmp_path):
    root, cache = write(TWO), Cache(tmp_path / "own")
    roots, request, today = Roots(root.resolve(), builtin_root()), Request(products=("label",)), date(2026, 11, 22)
    for text in (NEAR, CHANGED):
        change(root, text)
        told: list[tuple[int, int, str]] = []
        rebuild = rebuild_of(cache, roots, request, output=root / "output", today=today, is_strict=False)
        options = Options(root / "output", today, 1, cache=cache, rebuild=rebuild)
        outcome = build(roots, request, options, watch=lambda *one, told=told: told.append(one[:3]))
    assert [one[:2] for one in told] == [(1, 2), (2, 2)]
    assert [one[2] for one in told] == ["autumn/en/label", "spring/en/label"]
    assert len(outcome.made) == 1
    assert len(outcome.said) == 2
