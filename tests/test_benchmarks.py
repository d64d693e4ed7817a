"""The benchmark command: what it is asked, what it reckons, and what it writes. Nothing here is timed."""

import json
import re
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from msgspec.structs import replace

from benchmarks import report as reports
from benchmarks import rounds
from benchmarks.__main__ import asked, main
from benchmarks.contenders import HANDBILL, RIVALS, reason_to_skip
from benchmarks.editions import write_project
from benchmarks.figures import Run, middle, ratios, scaled
from benchmarks.listed import read_list
from benchmarks.pages import PARTS_OUT, Fitted, _fitted, write_pages
from benchmarks.plot import LINE, apart, drawn
from benchmarks.process import Cost, Failed, run
from benchmarks.report import BEGIN, END, Report, of_docs, of_readme, put_between_marks, read_report, write_report
from benchmarks.rounds import ON_EVERY_PIECE, brought_to_size, change_list, change_national
from benchmarks.tables import markdown, told
from generator.build import Options, build
from generator.cache import Cache
from generator.catalog import Roots, builtin_root
from generator.plan import Request

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 22)


def run_of(contender, wall=10.0, *, editions=100, measured=0, brands="one", **changes):
    cost = replace(
        Cost(wall=wall, cpu=wall * 1.5, peak_mb=200.0, worker_mb=150.0, files=300, size=9_000_000), **changes
    )
    return Run(contender, brands, editions, measured or editions, 1, cost)


def runs_of_all(editions):
    contenders = [one.id for one in (*RIVALS, *HANDBILL)] + ["check", "help"]
    return [run_of(name, 1.0 + number, editions=editions) for number, name in enumerate(contenders)]


# What it is asked.


def test_sizes_are_put_in_order_and_named_once():
    assert asked(["--editions", "100,1,10,10"]).editions == (1, 10, 100)


def test_rivals_are_chosen_by_name_and_keep_their_order():
    assert asked(["--rivals", "typst,weasyprint"]).rivals == ("weasyprint", "typst")
    assert asked(["--rivals", "none"]).rivals == ()
    assert asked([]).rivals == tuple(one.id for one in RIVALS)


@pytest.mark.parametrize(
    "wrong",
    [["--editions", "0"], ["--editions", "9999"], ["--editions", "many"], ["--rivals", "word"], ["--brands", "two"]],
)
def test_what_makes_no_sense_is_refused(wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        asked(wrong)
    assert ended.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_a_rival_that_is_not_here_is_skipped_with_the_reason(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert reason_to_skip("chromium") == reason_to_skip("chromium-kept") == "no Chromium on the PATH"
    assert reason_to_skip("weasyprint") == ""


# What it makes up.


def read(path):
    return yaml.safe_load(path.read_text("utf-8"))


def test_counties_of_one_organisation_share_brand_and_theme_and_nothing_else(tmp_path):
    ids = write_project(tmp_path, 5, own_brands=False)
    editions = [read(tmp_path / f"content/editions/{id}.yaml") for id in ids]
    assert {(one["brand"], one["theme"], *one["sponsors"]) for one in editions} == {("state", "harbor")}
    for key in ("place", "more_help", "lists"):
        assert len({json.dumps(one[key]) for one in editions}) == 5
    assert sorted(path.name for path in (tmp_path / "content/brands").iterdir()) == ["state.svg", "state.yaml"]


def test_counties_on_their_own_have_each_a_brand(tmp_path):
    ids = write_project(tmp_path, 5)
    assert {read(tmp_path / f"content/editions/{id}.yaml")["brand"] for id in ids} == set(ids)


def test_one_number_of_one_county_is_changed(tmp_path):
    (id,) = write_project(tmp_path, 1)
    path = tmp_path / f"content/lists/{id}.yaml"
    before = path.read_text().splitlines()
    change_list(path, 7)
    (line,) = [new for old, new in zip(before, path.read_text().splitlines(), strict=True) if old != new]
    assert line.endswith("555-0107")


def test_the_national_number_that_changes_stands_in_the_list(tmp_path):
    path = tmp_path / "us-national.yaml"
    path.write_bytes((ROOT / "content/lists/us-national.yaml").read_bytes())
    for times, (before, after) in enumerate(pairwise(ON_EVERY_PIECE), 1):
        change_national(path, times)
        assert before not in path.read_text()
        assert after in path.read_text()


# What others make.


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    first = min(write_project(folder / "project", 2, own_brands=False))
    roots = Roots((folder / "project").resolve(), builtin_root())
    options = Options(output=folder / "output", today=TODAY, jobs=1, proof=False)
    build(roots, Request(editions=(first,)), options, watch=lambda *_: None)
    write_pages(folder / "project", folder / "output", folder / "pages", 1)
    return folder / "pages"


def test_every_piece_of_the_editions_asked_for_becomes_a_page(pages):
    assert sorted(one.product for one in read_list(pages)) == ["handout", "poster", "wallet-card"]


def test_cards_are_laid_out_ten_to_a_sheet_on_both_sides(pages):
    (card,) = [one for one in read_list(pages) if one.product == "wallet-card"]
    html = (pages / card.html).read_text("utf-8")
    sides = html.split('<div class="paper"')[1:]
    assert [side.count('class="face face-front"') for side in sides] == [10, 0]
    assert [side.count('class="face face-back"') for side in sides] == [0, 10]
    assert "@page{size:215.9mm 279.4mm;margin:0}" in html


def test_the_words_for_typst_hold_every_number_and_picture_of_the_page(pages):
    for one in read_list(pages):
        html, words = (pages / one.html).read_text("utf-8"), (pages / one.words).read_text("utf-8")
        numbers = set(re.findall(r'class="phone whole"[^>]*>([^<]+)<', html))
        assert numbers
        assert [number for number in numbers if number not in words] == []
        for name in re.findall(r"/pictures/\w+\.svg", words):
            assert (pages / name[1:]).is_file()


def test_the_linked_page_differs_by_its_links_alone(pages):
    for one in read_list(pages):
        linked = (pages / one.linked).read_text("utf-8")
        links = re.findall(r'<link rel="stylesheet" href="([^"]+)">', linked)
        assert links == [Path(style).as_uri() for style in one.styles]
        assert re.sub(r"<link [^>]+>", "", linked) == (pages / one.html).read_text("utf-8")


def test_what_fitting_left_out_is_read_from_the_manifest():
    finding = {"code": "part-left-out", "message": f"{PARTS_OUT}signs and crisis, summary (front: goes past (2 mm))"}
    entry = {"fit_scale": 0.96, "left_out": ["us-211"], "findings": [finding, {"code": "other", "message": "no"}]}
    assert _fitted(entry) == Fitted(0.96, ("us-211",), frozenset({"signs and crisis", "summary"}))


# Pieces without proofs.


def test_pieces_without_proofs_are_called_unproved_and_have_no_pictures(pages):
    output = pages.parent / "output"
    entries = json.loads((output / "manifest.json").read_text("utf-8"))["artifacts"]
    assert {one["status"] for one in entries} == {"unproved"}
    assert list(output.rglob("*.png")) == []


def test_pieces_without_proofs_are_kept_in_no_cache(tmp_path):
    with pytest.raises(ValueError, match="not proved"):
        Options(output=tmp_path, today=TODAY, jobs=1, cache=Cache(tmp_path / "cache"), proof=False)


@pytest.mark.parametrize("option", ["--no-proof", "--unproved", "--no-prove", "--proof"])
def test_no_option_of_the_command_leaves_proofs_out(handbill, option):
    assert handbill("build", option).exit_code == 2


# What a command costs.


def python(code, **options):
    return run([sys.executable, "-c", code], folder=ROOT, environment={}, **options)


def test_a_command_costs_its_processes_and_their_memory():
    child = "bytearray(90_000_000); import time; sum(range(3_000_000)); time.sleep(1.5)"
    alone = python("pass")
    cost = python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', 'kept = {child}'])")
    assert cost.peak_mb > 90
    assert cost.cpu > alone.cpu
    if sys.platform == "linux":
        assert cost.peak_mb >= cost.worker_mb > 90 > alone.worker_mb


def test_the_files_of_a_command_are_counted(tmp_path):
    (tmp_path / "a").mkdir()
    code = f"import pathlib; pathlib.Path({str(tmp_path)!r}, 'a', 'b.pdf').write_bytes(b'12345')"
    cost = python(code, output=tmp_path)
    assert (cost.files, cost.size) == (1, 5)


def test_a_command_that_fails_says_how():
    with pytest.raises(Failed, match=r"ended with 3\n(.*\n)*went wrong"):
        python("import sys; print('went wrong', file=sys.stderr); sys.exit(3)")


# What is reckoned.


def test_the_middle_of_several_runs_is_their_median_and_the_most_memory():
    costs = [Cost(wall, wall * 2, 100 + wall, 50 + wall, 3, 9) for wall in (1.0, 9.0, 2.0)]
    assert middle(costs) == Cost(2.0, 4.0, 109.0, 59.0, 3, 9)


def test_a_sample_counts_its_start_once():
    single, sample = Cost(3.0, 2.0, 10, 5, 3, 30), Cost(12.0, 11.0, 90, 80, 30, 300)
    assert scaled(sample, 10, 100, single) == Cost(102.0, 101.0, 90, 80, 300, 3000)
    assert scaled(sample, 10, 100) == Cost(120.0, 110.0, 90, 80, 300, 3000)
    assert scaled(sample, 10, 10, single) is sample


def test_a_sample_is_reckoned_with_the_single_edition_of_its_own_kind():
    runs = [
        run_of("typst", 3.0, editions=1),
        run_of("typst", 99.0, editions=1, brands="own"),
        run_of("typst", 12.0, measured=10),
    ]
    assert [one.cost.wall for one in brought_to_size(runs)] == [3.0, 99.0, 102.0]


def by_title(runs):
    return {(one.title, one.editions): one for one in ratios(runs)}


def test_ratios_are_of_the_clock_and_held_against_their_bars():
    runs = [run_of("weasyprint", 100.0), run_of("handbill", 20.0), run_of("handbill-unproved", 8.1)]
    found = by_title([*runs, run_of("handbill-same", 1.1)])
    assert found["Handbill / WeasyPrint as usual", 100].value == 0.2
    assert found["Handbill / WeasyPrint as usual", 100].is_met
    assert not found["Handbill without proofs / WeasyPrint as usual", 100].is_met
    assert not found["Nothing changed", 100].is_met
    assert ("handbill --help, processor", 100) not in found


def test_the_largest_worker_is_held_against_its_bar():
    assert not by_title([run_of("handbill", worker_mb=401.0)])["Largest worker", 100].is_met
    assert by_title([run_of("handbill", peak_mb=500.0)])["Largest worker", 100].is_met


def test_growth_is_told_from_a_hundred_editions_on():
    runs = [run_of("handbill", wall, editions=size) for size, wall in ((10, 1.0), (100, 20.0), (1000, 150.0))]
    grown = {size: one.value for (title, size), one in by_title(runs).items() if title.startswith("Growth")}
    assert grown == {1000: 0.75}


@pytest.mark.parametrize(("files", "is_kept"), [(6, True), (5, False)])
def test_a_rival_that_makes_fewer_pieces_is_left_out(tmp_path, monkeypatch, files, is_kept):
    monkeypatch.setattr(rounds, "_run", lambda *_: Cost(1.0, 1.0, 1.0, files=files))
    lines: list[str] = []
    course = rounds.Course(tmp_path, "one", editions=100, jobs=1, sample=2)
    kept = [*rounds._rival(course, "typst", lines.append)]
    assert (bool(kept), lines == []) == (is_kept, is_kept)
    assert is_kept or "5 of 6 files" in lines[0]


# What is written.


def test_the_report_is_read_as_it_was_written(tmp_path):
    cost = Cost(1.234, 5.678, 90.1, 80.2, 3, 999)
    report = Report((Run("handbill", "own", 10, 10, 3, cost),), {"handbill": "1"}, 2, 4, {"typst": "not installed"})
    write_report(report, tmp_path)
    assert read_report(tmp_path) == report
    write_report(replace(report, skipped={}), tmp_path)
    assert read_report(tmp_path).skipped == {}


def test_figures_go_between_the_marks_and_the_rest_stays(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    put_between_marks(path, "new")
    put_between_marks(path, "newer\n")
    assert path.read_text() == f"before\n{BEGIN}\nnewer\n{END}\nafter\n"


@pytest.mark.parametrize("text", ["nothing", BEGIN, f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_page_without_marks_is_left_alone(tmp_path, text):
    path = tmp_path / "page.md"
    path.write_text(text)
    with pytest.raises(ValueError, match="once each"):
        put_between_marks(path, "new")
    assert path.read_text() == text


def test_the_plot_names_every_contender_and_keeps_names_apart():
    root = ElementTree.fromstring(drawn([*runs_of_all(1), *runs_of_all(100)]))
    texts = {one.text: float(one.get("y", 0)) for one in root.iter("{http://www.w3.org/2000/svg}text")}
    heights = sorted(texts[one.title] for one in (*RIVALS, *HANDBILL))
    assert all(below - above >= LINE - 0.2 for above, below in pairwise(heights))
    assert "prefers-color-scheme:dark" in drawn([])


def test_labels_at_the_foot_are_moved_up():
    placed = apart({"a": 99.0, "b": 99.0, "c": 98.0}, 0.0, 100.0)
    assert sorted(placed.values(), reverse=True) == [100.0, 100.0 - LINE, 100.0 - 2 * LINE]
    assert list(placed) == ["c", "a", "b"]


def test_points_that_were_reckoned_are_hollow():
    plot = drawn([run_of("typst"), run_of("weasyprint", 20.0, measured=10)])
    assert re.findall(r'r="3.6" fill="([^"]+)"', plot) == ["none", "#DDB840"]


def test_the_tables_hold_every_contender_and_mark_what_was_reckoned():
    runs = [*runs_of_all(100), run_of("chromium", 55.5, editions=1000, measured=10)]
    table = markdown(runs)
    assert "| Chromium, one process a piece | 1,000 | 55.5 * |" in table
    assert [one.title for one in (*RIVALS, *HANDBILL) if f"| {one.title} | 100 |" not in table] == []
    assert "exceeded" in told([run_of("handbill-same", 1.01)])
    assert "exceeded" not in told([run_of("handbill-same", 0.99)])


def test_the_docs_say_what_was_left_out_and_what_was_reckoned():
    said = of_docs(Report((run_of("handbill", measured=10),), {"handbill": "1"}, skipped={"typst": "not installed"}))
    assert "Typst, kept open (not installed)" in said
    assert "With a star" in said


def test_the_readme_tells_the_largest_project_of_one_organisation():
    runs = (run_of("handbill", 3.0, editions=10), run_of("handbill", 30.0), run_of("handbill", 9.0, brands="own"))
    assert of_readme(Report(runs)).startswith("100 counties, 300 files, every one proved: **30.0 s**")


def test_the_docs_are_what_the_command_writes_of_its_figures():
    report = read_report(ROOT / "docs")
    assert {one.id for one in HANDBILL} <= {one.contender for one in report.runs}
    assert (ROOT / "docs" / reports.PLOT).read_text("utf-8") == drawn(report.runs)
    for path, text in ((ROOT / "docs/speed.md", of_docs(report)), (ROOT / "README.md", of_readme(report))):
        between = path.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
        assert between.strip() == text.strip()


@pytest.mark.slow
def test_one_edition_is_measured_in_earnest(tmp_path, monkeypatch, capsys):
    wanted = ["--editions", "1", "--brands", "one", "--rivals", "weasyprint,typst", "--rounds", "1"]
    monkeypatch.setattr(sys, "argv", ["handbill-bench", *wanted, "--output", str(tmp_path)])
    main()
    costs = {one.contender: one.cost for one in read_report(tmp_path).runs}
    assert {"weasyprint", *(one.id for one in HANDBILL), "check", "help"} <= costs.keys()
    assert {name: one.files for name, one in costs.items() if name not in {"check", "help"} and one.files != 3} == {}
    assert "Handbill / WeasyPrint as usual" in capsys.readouterr().out
