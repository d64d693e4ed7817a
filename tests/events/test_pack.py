"""A packed event: every figure of its papers, counted again from the packed files and the event's own file."""

import csv
import io
import json
import math
import re
import zipfile
from datetime import date

import pikepdf
import pypdfium2
import pytest
import yaml

TODAY = "2026-11-22"
MM = 25.4 / 72
PIECES = """\
  - {product: wallet-card, languages: [en, es], copies: 25, used: "1-3; 5", spares: 20}
  - {product: poster, language: en, size: 18x24, copies: 12, finish: press, spares: 0}
  - {product: trifold, languages: [en, es], copies: 500, finish: press, paper: 100 lb cover}
  - {product: handout, languages: [en, es], copies: 41}
  - {product: wallet-card, language: es, copies: 1000, finish: press, paper: 300 gsm silk}
  - {product: agenda, language: en, copies: 9, finish: screen}
"""
EVENT = f"""\
title: {{en: Spring Fair, es: Feria de Primavera}}
edition: larkin-county
date: 2026-12-12
times: 10:00-14:00
place: {{name: Town Library, address: "12 Main Street, Larkin, IA 50001"}}
sign_up: https://example.org/spring
due: 2026-12-05
deliver_to: "=Front desk"
contact: J. Rivera
spares: 5
agenda:
  - {{at: "10:00", title: Doors open}}
pieces:
{PIECES}"""


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The folder of a packed event, with what the command said as JSON."""
    from click.testing import CliRunner

    from generator.cli import main

    root = tmp_path_factory.mktemp("fair")
    (root / "content/events").mkdir(parents=True)
    (root / "content/events/spring-fair.yaml").write_text(EVENT, encoding="utf-8")
    asked = ["pack", "spring-fair", "--project", str(root), "--today", TODAY, "--json"]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return root / "output/packs/spring-fair", json.loads(done.stdout)


def rows(folder, name):
    (path,) = folder.glob(f"*/*_{name}.csv")
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def lines():
    """Each file that the event asks for: its line and its language, as a person reads the file."""
    for line in yaml.safe_load(PIECES):
        for language in line.get("languages") or [line["language"]]:
            yield line, language


def of_finish(finish):
    return [(line, language) for line, language in lines() if line.get("finish", "office") == finish]


def pages(path):
    with pikepdf.open(path) as pdf:
        return [tuple(float(edge) for edge in page.trimbox) for page in pdf.pages]


def text_of(path):
    with pypdfium2.PdfDocument(path) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())


def test_every_file_is_there_once_under_a_name_for_printers(packed):
    folder, _ = packed
    names = sorted(path.name for path in folder.glob("[123]*/*.pdf") if not re.match(r"0[12]_", path.name))
    assert len(names) == len(list(lines()))
    for name in names:
        shape = r"\d\d_spring-fair_([a-z-]+)_(en|es)_([\d.]+)x([\d.]+)(in|mm)_x(\d+)_(press|office|screen)\.pdf"
        match = re.fullmatch(shape, name)
        assert match, name
        product, language, _, _, _, copies, finish = match.groups()
        wanted = [line["copies"] for line, of in of_finish(finish) if (line["product"], of) == (product, language)]
        assert wanted == [int(copies)]


def test_the_zip_opens_in_order_and_holds_the_folder(packed):
    folder, _ = packed
    with zipfile.ZipFile(folder.with_suffix(".zip")) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {name: archive.read(name) for name in names} == {
            f"spring-fair/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }


SIZES = {  # width first, flat and finished, in inches
    "poster": ((18, 24), (18, 24)), "trifold": ((11, 8.5), (3.6875, 8.5)), "wallet-card": ((3.5, 2), (3.5, 2)),
}  # fmt: skip
PAGES = {"poster": 1, "trifold": 2, "wallet-card": 2}
GSM = {"poster": 148, "trifold": 270, "wallet-card": 300}  # 100 lb text, 100 lb cover, as it was written


def test_every_figure_of_the_order_sheet(packed):
    folder, _ = packed
    ordered = rows(folder, "order-sheet")
    assert [(row["Product"], row["Language"]) for row in ordered] == [
        (line["product"], language) for line, language in of_finish("press")
    ]
    for row, (line, _) in zip(ordered, of_finish("press"), strict=True):
        product = line["product"]
        boxes = pages(folder / "1_print-shop" / row["File"])
        assert int(row["Quantity"]) == line["copies"]
        assert int(row["Pages"]) == len(boxes) == PAGES[product]
        flat, finished = (
            tuple(map(float, re.findall(r"[\d.]+", row[key])[:2])) for key in ("Flat size", "Finished size")
        )
        assert (flat, finished) == SIZES[product]
        for left, bottom, right, top in boxes:
            assert ((right - left) * MM, (top - bottom) * MM) == pytest.approx(
                (flat[0] * 25.4, flat[1] * 25.4), abs=0.02
            )
        assert row["Colours"].startswith(f"4/{4 if len(boxes) == 2 else 0} ")
        assert f"{GSM[product]} gsm" in row["Stock"]
        assert ("panel" in row["Fold"]) == (product == "trifold")
        assert ("score" in row["Finishing"]) == (product == "trifold")  # heavy paper cracks without one
        assert (row["Due"], row["Contact"]) == ("2026-12-05", "J. Rivera")
        assert row["Deliver to"] == "'=Front desk"  # no spreadsheet takes it for a formula


def test_the_bleed_is_that_of_the_file(packed):
    folder, _ = packed
    for row in rows(folder, "order-sheet"):
        with pikepdf.open(folder / "1_print-shop" / row["File"]) as pdf:
            (bleed,) = {round(float(page.trimbox[0] - page.obj.BleedBox[0]) * MM, 2) for page in pdf.pages}
        said = re.search(r"([\d.]+) mm", row["Bleed"])
        assert bleed == pytest.approx(float(said[1]) if said else 0, abs=0.01), row["File"]


def test_every_figure_of_the_run_list(packed):
    folder, _ = packed
    run = rows(folder, "run-list")
    assert len(run) == len(of_finish("office"))
    for row, (line, language) in zip(run, of_finish("office"), strict=True):
        assert (row["Product"], row["Language"]) == (line["product"], language)
        spares = math.ceil(line["copies"] * line.get("spares", 5) / 100)
        assert row["Copies"] == f"{line['copies']} and {spares} spare"
        total, count = line["copies"] + spares, len(pages(folder / "2_office" / row["File"]))
        assert row["Scale"] == "Actual size, never Fit"
        assert row["Sides"] == "Both sides, turned on the long edge"
        if line["product"] == "wallet-card":  # ten a sheet, of which three and one are gone
            part_used, free = (2, 7 + 9) if language == "en" else (0, 0)  # they are there once
            assert int(row["Sheets"]) == part_used + math.ceil((total - free) / 10) == count / 2
            told = "2 first, on top: labels 1 to 3 gone; label 5 gone" if part_used else ""
            assert row["Part-used sheets"] == told
        else:
            assert int(row["Sheets"]) == total
            assert (count, row["Print"]) == (2, f"Print the whole file {total} times")


def test_the_totals_add_up(packed):
    folder, _ = packed
    told = {(row["Of"], row["What"]): row for row in rows(folder, "totals")}
    cards = [line for line, _ in lines() if line["product"] == "wallet-card"]
    assert (
        int(told["product", "Wallet card"]["Pieces"])
        == 25 + 25 + 1000
        == sum(line["copies"] * len(line.get("languages", "x")) for line in {id(line): line for line in cards}.values())
    )
    run = rows(folder, "run-list")
    for kind in {row["Put in"] for row in run}:
        part_used = sum(2 for row in run if row["Put in"] == kind and row["Part-used sheets"])
        sheets = sum(int(row["Sheets"]) for row in run if row["Put in"] == kind)
        assert int(told["stock", kind]["Sheets to buy"]) == sheets - part_used


def test_the_printed_papers_say_the_same_as_the_tables(packed):
    folder, _ = packed
    for name, heads in (("order-sheet", ("File", "Finished size", "Stock")), ("run-list", ("File", "Tray"))):
        (path,) = folder.glob(f"*/*_{name}.pdf")
        text = text_of(path).replace(" ", "").replace("\u00a0", "")
        for row in rows(folder, name):
            for head in heads:
                assert row[head].replace(" ", "") in text, (name, head, row[head])
    assert "December 5, 2026" in text_of(next(folder.glob("*/*_order-sheet.pdf")))


def test_the_proof_report_is_on_these_pieces_alone(packed):
    folder, said = packed
    (report,) = folder.glob("4_proof/*_proof-report.html")
    pieces = set(re.findall(r"(?:spring-fair|larkin-county)/e[ns]/[a-z-]+", report.read_text("utf-8")))
    assert {one.partition("/")[0] for one in pieces} == {"spring-fair"}
    assert said["refused"] == []
    assert all(one["status"] in {"ok", "warned"} for one in said["artifacts"] if "status" in one)


def test_what_is_new_is_told_by_the_names_of_the_events_pieces(write, handbill):
    text = EVENT.partition("pieces:")[0] + "pieces:\n  - {product: sign-in-sheet, language: en}\n"
    root = write({"content/events/spring-fair.yaml": text})
    for changed in (text, text.replace("Spring Fair", "Winter Fair")):
        write({"content/events/spring-fair.yaml": changed})
        done = handbill("pack", "spring-fair", "--project", root, "--today", TODAY)
    assert "spring-fair/en/sign-in-sheet" in done.stderr.partition("changed")[2].partition("\n")[2].partition("\n")[0]
    assert "larkin-county/en/sign-in-sheet" not in done.stderr


@pytest.mark.usefixtures("nothing_kept")
def test_the_same_event_gives_the_same_bytes(write, handbill):
    text = EVENT.partition("pieces:")[0] + "pieces:\n  - {product: poster, copies: 2}\n"
    root = write({"content/events/spring-fair.yaml": text})
    for output in (root / "a", root / "b"):
        done = handbill("pack", "spring-fair", "--project", root, "--today", TODAY, "--output", output)
        assert done.exit_code == 0, done.stderr
    assert (root / "a/packs/spring-fair.zip").read_bytes() == (root / "b/packs/spring-fair.zip").read_bytes()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("date: 2026-12-12\n", ""), "date"),
        (("date: 2026-12-12", "date: 2026-06-31"), "spring-fair.yaml:3:7"),
        (("copies: 41", "copies: 0"), "0 copies print nothing"),
        (("copies: 41", "copies: many"), "many"),
        (("product: handout", "product: handuot"), 'did you mean "handout"'),
        (("size: 18x24, copies: 12, finish: press", "size: 18x24, copies: 12, stock: avery-5371"), "avery-5371"),
        (("paper: 300 gsm silk", "paper: nice"), "write it like 80 lb text"),
        (("due: 2026-12-05", "due: 2026-12-15"), "comes after the event"),
    ],
)
def test_what_is_wrong_in_the_file_stops_the_pack(write, handbill, changed, told):
    before, after = changed
    assert before in EVENT
    root = write({"content/events/spring-fair.yaml": EVENT.replace(before, after)})
    done = handbill("pack", "spring-fair", "--project", root, "--today", TODAY)
    assert done.exit_code == 1
    assert "content/events/spring-fair.yaml:" in done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / "output/packs").exists()


def test_an_unknown_event_and_a_name_with_spaces_are_told(write, handbill):
    root = write({"content/events/spring-fair.yaml": EVENT})
    done = handbill("pack", "spring-fiar", "--project", root)
    assert (done.exit_code, 'did you mean "spring-fair"' in done.stderr) == (1, True)
    root = write({"content/events/Spring Fair.yaml": EVENT}, root=root)
    done = handbill("check", "--project", root)
    assert done.exit_code == 1
    assert "content/events/Spring Fair.yaml" in done.stderr


REFUSED = """\
  - {product: handout, language: en, copies: 41}
  - {product: wallet-card, language: en, copies: 25}
  - {product: wallet-card, language: es, copies: 1000, finish: press}
"""


def test_a_refused_piece_is_not_packed_and_the_papers_say_so(write, handbill):
    broken = '<div class="panel">{{ piece.lead.call.fact.printed }}</div>'
    text = EVENT.partition("pieces:")[0] + "pieces:\n" + REFUSED
    root = write({"content/events/spring-fair.yaml": text, "templates/products/handout/front.html": broken})
    done = handbill("pack", "spring-fair", "--project", root, "--today", TODAY)
    assert done.exit_code == 1
    folder = root / "output/packs/spring-fair"
    assert not list(folder.glob("*/*_handout_*"))
    assert len(list(folder.glob("*/*_wallet-card_*"))) == 2
    assert "This list is not complete" in text_of(next(folder.glob("*/*_run-list.pdf")))
    assert "This order is not complete" not in text_of(next(folder.glob("*/*_order-sheet.pdf")))


def test_the_day_of_the_proof_is_the_one_given(packed):
    folder, _ = packed
    day = date.fromisoformat(TODAY)
    assert f"November {day.day}, {day.year}" in text_of(next(folder.glob("*/*_order-sheet.pdf")))
