import hashlib
import json
import re
import shutil

import pikepdf
import pytest
from click.testing import CliRunner

from generator.cli import main

FILES = {
    "content/editions/mine.yaml": "title: Mine\nplace: {country: US}\nlanguages: [en, es]\n",
}


def built(root, *asked):
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text, "utf-8")
    command = ("build", "--project", str(root), "--product", "wallet-card", "--today", "2026-11-22", "--no-cache")
    done = CliRunner().invoke(main, [*command, *asked], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    return built(tmp_path_factory.mktemp("published"), "--language", "en")


@pytest.fixture
def published(built_once, tmp_path):
    """Cards as they were published, a copy for each test."""
    return shutil.copytree(built_once, tmp_path / "project")


def test_files_as_they_were_published_are_proved_again(published, handbill):
    done = handbill("proof", "--project", published)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count(" ok") == 2


def test_a_changed_and_a_missing_file_are_told(published, handbill):
    folder = published / "output/mine/en"
    screen = folder / "wallet-card.screen.pdf"
    screen.write_bytes(screen.read_bytes() + b"\n")
    (folder / "wallet-card.office.pdf").unlink()
    done = handbill("proof", "--project", published)
    assert done.exit_code == 1
    assert "has changed since it was proved" in done.stderr
    assert "is not there any more" in done.stderr


def test_a_number_that_is_not_on_the_page_is_told(published, handbill):
    manifest = published / "output/manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    for one in told["artifacts"]:
        for fact in one["facts"]:
            fact["printed"] = fact["printed"].replace("988", "989")
    manifest.write_text(json.dumps(told), "utf-8")
    done = handbill("proof", "--project", published)
    assert done.exit_code == 1
    assert '"989"' in done.stderr


def reproved_with(root, handbill, change):
    """Prove the files again after a change to what the manifest says of the sheets."""
    manifest = root / "output/manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    for one in told["artifacts"]:
        change(one)
    manifest.write_text(json.dumps(told), "utf-8")
    return handbill("proof", "--project", root)


def test_a_sheet_that_is_not_as_planned_is_told(published, handbill):
    def elsewhere(one):
        for slot in one["slots"]:
            slot["box_mm"][0] += 0.3

    done = reproved_with(published, handbill, elsewhere)
    assert done.exit_code == 1
    assert "out of place" in done.stderr


def test_a_piece_is_proved_again_by_the_limits_of_its_product(published, handbill):
    done = reproved_with(published, handbill, lambda one: one["faces"]["limits"].update(min_text_pt=9))
    assert done.exit_code == 1
    assert "9 pt is the least here" in done.stderr


def test_a_file_that_nobody_published_is_told(published, handbill, tmp_path):
    stray = tmp_path / "stray.pdf"
    stray.write_bytes(b"%PDF-1.7")
    done = handbill("proof", stray, "--project", published)
    assert done.exit_code == 1
    assert "is not in the manifest" in done.stderr


def test_a_file_without_a_line_counts_as_unproved(published, handbill):
    (published / "output/manifest.json").unlink()
    done = handbill("proof", "--project", published)
    assert done.exit_code == 1
    assert done.stderr.count("is not in the manifest") == 2


def test_a_refused_piece_whose_old_file_was_never_proved_is_told(published, handbill, write):
    (published / "output/manifest.json").unlink()
    write({"templates/products/wallet-card/front.html": "<h1>{{ guide.nothing }}</h1>"})
    asked = ("--product", "wallet-card", "--language", "en", "--today", "2026-11-22")
    assert handbill("build", "--project", published, *asked).exit_code == 1
    done = handbill("proof", "--project", published)
    assert done.exit_code == 1
    assert "was never proved" in done.stderr


@pytest.mark.parametrize(
    "broken", [{"facts": None}, {"facts": [{"page": 1}]}, {"sheets": None}, {"faces": {"count": "many"}}]
)
def test_a_line_that_cannot_be_read_is_told(published, handbill, broken):
    manifest = published / "output/manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["artifacts"] = [{**one, **broken} for one in told["artifacts"]]
    manifest.write_text(json.dumps(told), "utf-8")
    done = handbill("proof", "--project", published)
    assert done.exit_code == 1
    assert "cannot be read" in done.stderr


def test_without_a_manifest_there_is_nothing_to_prove(tmp_path, handbill):
    done = handbill("proof", "--project", tmp_path)
    assert done.exit_code == 1
    assert "handbill build" in done.stderr


@pytest.fixture(scope="module")
def shared_once(tmp_path_factory):
    return built(tmp_path_factory.mktemp("shared"), "--finish", "office", "--together")


@pytest.fixture
def shared(shared_once, tmp_path):
    """Cards of two languages on one sheet, and where they stand, a copy for each test."""
    root = shutil.copytree(shared_once, tmp_path / "project")
    return root, root / "output/together/avery-5371/wallet-card.office.pdf"


def test_sheets_that_pieces_share_are_proved_again_piece_by_piece(shared, handbill):
    root, path = shared
    done = handbill("proof", path, "--project", root)
    assert done.exit_code == 0, done.stderr

    def stricter(one):
        one["together"][1]["faces"]["limits"].update(min_text_pt=9)

    done = reproved_with(root, handbill, stricter)
    assert done.exit_code == 1
    assert "9 pt is the least here" in done.stderr
    assert "mine/es/wallet-card" in done.stderr
    assert "mine/en/wallet-card" not in done.stderr


@pytest.mark.parametrize(("face", "piece"), [("/Face0", "mine/en/wallet-card"), ("/Face2", "mine/es/wallet-card")])
def test_a_faint_number_on_shared_sheets_is_told_with_its_piece(shared, handbill, face, piece):
    """Whoever could change the file and the manifest alike would still be caught by what the page looks like."""
    root, path = shared
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        form = pdf.pages[0].Resources.XObject[face]
        form.write(re.sub(rb"[\d.]+ [\d.]+ [\d.]+ rg", b"0.98 0.98 0.97 rg", form.read_bytes()))
        pdf.save(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    done = reproved_with(root, handbill, lambda one: one.update(sha256=digest))
    assert done.exit_code == 1
    assert piece in done.stderr
    others = {"mine/en/wallet-card", "mine/es/wallet-card"} - {piece}
    assert not any(other in done.stderr for other in others)


def test_shared_sheets_without_all_their_faces_are_told(shared, handbill):
    root, _ = shared
    done = reproved_with(root, handbill, lambda one: one["together"].pop())
    assert done.exit_code == 1
    assert "it has 4 faces, not 2" in done.stderr
