"""Sheets that are folded, tiled, shared or corrected for a printer: built, read back, and proved again as published."""

import io
import json
import re

import pikepdf
import pytest
from click.testing import CliRunner

from generator.cli import main
from generator.write import sha256

EDITION = "title: Mine\nplace: {country: US}\nlanguages: [en, es]\n"
PRINTER = "offset: 1.2mm, -0.8mm\nscale: 0.995, 1.003\nskew: 0.2\nback: 0.5mm, 0.7mm\nmeasured: 2026-05-01\n"
FOLDED = ["directory", "half-fold", "table-tent", "trifold", "zine"]
TODAY = ("--today", "2026-11-22", "--finish", "office")
POSTER = "mine/en/poster-24x36.office.pdf"


def run(*args):
    return CliRunner().invoke(main, [str(one) for one in args], catch_exceptions=False)


def built(folder, *args):
    for path, text in {"content/editions/mine.yaml": EDITION, "content/printers/desk.yaml": PRINTER}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    done = run("build", "--project", folder, *TODAY, *args)
    assert done.exit_code == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def folded(tmp_path_factory):
    names = [word for name in FOLDED for word in ("--product", name)]
    return built(tmp_path_factory.mktemp("folded"), "--language", "en", *names)


@pytest.fixture(scope="module")
def poster(tmp_path_factory):
    asked = ("--language", "en", "--product", "poster", "--size", "24x36", "--stock", "letter")
    return built(tmp_path_factory.mktemp("poster"), *asked)


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    asked = ("--language", "en", "--product", "wallet-card", "--stock", "8371", "--duplex", "short-edge")
    return built(tmp_path_factory.mktemp("cards"), *asked, "--copies", 25, "--printer", "desk")


def proved(folder):
    return run("proof", "--project", folder)


def entry_of(folder, path):
    told = json.loads((folder / "output/manifest.json").read_text("utf-8"))
    return next(one for one in told["artifacts"] if one["path"] == path)


def sabotaged(folder, path, number, change):
    """Change the content of one sheet, and have the manifest hold the file as if it were published so."""
    file, manifest = folder / "output" / path, folder / "output/manifest.json"
    before = file.read_bytes(), manifest.read_text("utf-8")
    with pikepdf.open(io.BytesIO(before[0])) as pdf:
        page = pdf.pages[number]
        content = page.Contents.read_bytes().decode()
        changed = change(content)
        assert changed != content
        page.Contents = pdf.make_stream(changed.encode())
        pdf.save(file)
    manifest.write_text(before[1].replace(sha256(before[0]), sha256(file.read_bytes())), "utf-8")
    try:
        return proved(folder)
    finally:
        file.write_bytes(before[0])
        manifest.write_text(before[1], "utf-8")


def moved(content, *, points):
    """Return the content with its first face moved to the right."""
    by = re.search(r" (\S+) (\S+) cm /Face", content)
    assert by
    return content.replace(by[0], f" {float(by[1]) + points} {by[2]} cm /Face", 1)


def test_folded_pieces_are_proved_again(folded):
    done = proved(folded)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count(" ok") == len(FOLDED)


def test_a_tiled_poster_is_proved_again(poster):
    done = proved(poster)
    assert done.exit_code == 0, done.stderr
    told = entry_of(poster, POSTER)
    assert len(told["slots"]) == told["pages"] == 16  # a map and five rows of three
    assert told["slots"][0]["scale"] < 0.5
    assert {one["scale"] for one in told["slots"][1:]} == {1}
    assert all(one["clip_mm"] for one in told["slots"][1:])


def test_sheets_corrected_for_a_printer_are_proved_again(cards):
    done = proved(cards)
    assert done.exit_code == 0, done.stderr
    told = entry_of(cards, "mine/en/wallet-card.office.pdf")
    assert told["printer"] == "desk"
    assert all(len(one["correction"]) == 6 for one in told["sheets"])


def test_sheets_that_pieces_share_are_proved_again(tmp_path):
    shared = built(tmp_path, "--product", "wallet-card", "--stock", "8371", "--together", "--grey")
    done = proved(shared)
    assert done.exit_code == 0, done.stderr
    told = entry_of(shared, "together/avery-5371/wallet-card.office.pdf")
    assert [one["piece"] for one in told["together"]] == ["mine/en/wallet-card", "mine/es/wallet-card"]
    assert {fact["page"] for fact in told["facts"]} == {1, 2, 3, 4}


@pytest.mark.parametrize("path", [f"mine/en/{name}.office.pdf" for name in FOLDED])
def test_a_page_that_is_moved_before_it_is_folded_is_refused(folded, path):
    done = sabotaged(folded, path, 0, lambda content: moved(content, points=72 / 25.4))
    assert done.exit_code == 1
    assert "1.00 mm out of place" in done.stderr


def test_a_tile_that_is_moved_is_refused(poster):
    done = sabotaged(poster, POSTER, 5, lambda content: moved(content, points=72 / 25.4))
    assert done.exit_code == 1
    assert "1.00 mm out of place" in done.stderr


def test_a_tile_that_shows_another_part_is_refused(poster):
    def narrower(content):
        return re.sub(r"q (\S+ \S+) (\S+)", lambda found: f"q {found[1]} {float(found[2]) - 9:.4f}", content, count=1)

    def wider(content):
        return re.sub(r"q (\S+ \S+) (\S+)", lambda found: f"q {found[1]} {float(found[2]) + 9:.4f}", content, count=1)

    assert "is cut off within its trim" in sabotaged(poster, POSTER, 5, narrower).stderr
    assert "shows more than its part" in sabotaged(poster, POSTER, 5, wider).stderr


def test_ink_on_a_tile_is_refused(poster):
    done = sabotaged(poster, POSTER, 5, lambda content: f"{content}\n1 g 200 300 60 60 re f")
    assert done.exit_code == 1
    assert "does not look like its face" in done.stderr


def test_words_that_are_missing_or_moved_are_told(poster):
    gone = sabotaged(poster, POSTER, 0, lambda content: content.replace("/Words Do", ""))
    away = sabotaged(poster, POSTER, 0, lambda content: content.replace("/Words Do", "q 1 0 0 1 9 9 cm /Words Do Q"))
    for done in (gone, away):
        assert done.exit_code == 1
        assert "the words beside the faces are not in their place" in done.stderr


@pytest.mark.parametrize("points", [0.5, 72 / 25.4])
def test_a_correction_that_is_not_the_printers_is_refused(cards, points):
    def shifted(content):
        start, _, rest = content.partition(" cm")
        *turn, x, y = start.split()
        return f"{' '.join(turn)} {float(x) + points} {y} cm{rest}"

    done = sabotaged(cards, "mine/en/wallet-card.office.pdf", 2, shifted)
    assert done.exit_code == 1
    assert "out of place" in done.stderr
