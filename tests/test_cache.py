"""The cache: what is kept comes back whole or not at all, and a piece is made again when anything of it differs."""

import io
import json
import os
import pickle
import re
import subprocess
import sys
import time
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest
from msgspec.structs import replace

from generator import build as building
from generator import dispatch, values
from generator.build import Options, build
from generator.cache import Cache, usual_folder
from generator.catalog import Roots, builtin_root
from generator.plan import Request, plan_jobs
from generator.project import load_project
from generator.proof import preview
from generator.recall import Digests, Recall, recall_in
from generator.render import code
from generator.report import page
from generator.values import as_bytes, from_bytes

pytestmark = pytest.mark.usefixtures("nothing_kept")
KEY, OTHER = "a" * 64, "ab" * 32
TODAY = date(2026, 11, 22)
EDITION = "title: Spring\nlanguages: [en]\nplace: {country: US, county: Larkin}\nlists: [us-national, near]\n"
NEAR = """\
title: Near
country: US
scope: local
licence: Public domain
resources:
  - id: mill
    name: Mill Street clinic
    kind: clinic
    phones: [515-555-0118]
    area: {country: US, county: Larkin}
    checked: 2026-11-01
"""
LABEL = (
    "title: Label\nfaces: [front]\nsize: {us: 3.5in x 2in, iso: 85mm x 54mm}\n"
    "stock: {us: avery-5371, iso: avery-c32011}\nneeds: []\nfinishes: [screen, office, press]\n"
    "room: {local: 3, national: 0, total: 3}\n"
)
FRONT = (
    "<h1>{{ phone(piece.lead.call) }}</h1><p>{{ phone(piece.emergency.call) }}</p>"
    "{% for one in piece.local %}<p>{{ phone(one.call) }}</p>{% endfor %}"
)
FILES = {
    # Quickly drawn: what is tried here is the same for every piece.
    "templates/products/label/product.yaml": LABEL,
    "templates/products/label/front.html": FRONT,
    "templates/products/label/layout.css": "h1, p { font-size: 1rem; margin: 0; padding: 6mm 6mm 0 }",
    "content/editions/spring.yaml": EDITION,
    "content/editions/autumn.yaml": EDITION.replace("Spring", "Autumn"),
    "content/lists/near.yaml": NEAR,
}


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def test_what_is_put_in_comes_out(cache):
    assert cache.get(KEY) is None
    assert cache.put(KEY, b"card")
    assert cache.put(OTHER, b"")
    assert (cache.get(KEY), cache.get(OTHER)) == (b"card", b"")
    assert cache.contents().files == 2


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: data[:-1] + b"X", lambda data: b"", lambda data: b"x" + data]
)
def test_a_damaged_file_is_not_there_and_goes(cache, damage):
    cache.put(KEY, b"card" * 100)
    (path,) = cache.folder.glob("*/*")
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get(KEY) is None
    assert not path.exists()


def test_a_file_under_another_name_is_not_taken_for_it(cache):
    cache.put(KEY, b"card")
    (path,) = cache.folder.glob("*/*")
    there = cache.folder / OTHER[:2] / f"{OTHER}.kept"
    there.parent.mkdir()
    path.rename(there)
    assert cache.get(OTHER) is None


def test_what_was_longest_not_asked_for_goes_first(cache):
    small = replace(cache, most=4000)
    keys = [f"{number:064x}" for number in range(5)]
    for age, key in enumerate(keys):
        small.put(key, b"x" * 900)
        (path,) = small.folder.glob(f"*/{key}.kept")
        os.utime(path, (1000 + age, 1000 + age))
    assert small.get(keys[0])  # asked for now
    small.trim()
    assert [small.get(key) is not None for key in keys] == [True, False, False, True, True]


def test_a_folder_that_cannot_be_written_keeps_nothing_and_says_so(tmp_path):
    (tmp_path / "file").write_text("no folder")
    cache = Cache(tmp_path / "file" / "cache")
    assert not cache.put(KEY, b"card")
    assert cache.get(KEY) is None
    cache.trim()
    assert cache.clear().files == 0


def test_a_full_disk_leaves_no_half_file(cache, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert not cache.put(KEY, b"card")
    assert [path for path in cache.folder.rglob("*") if path.is_file()] == []


def test_clearing_takes_only_what_is_its_own(cache):
    cache.put(KEY, b"card")
    (cache.folder / "notes.txt").write_text("mine")
    assert cache.clear().files == 1
    assert [path.name for path in cache.folder.rglob("*") if path.is_file()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", 1),
        (1, 1.0),
        (True, 1),
        (None, "None"),
        (("a", "b"), ("ab",)),
        (("a",), "a"),
        ((), None),
        ({"a": "b"}, ("a", "b")),
    ],
)
def test_unlike_values_have_unlike_digests(one, other):
    digests = Digests()
    assert digests.of(one) != digests.of(other)
    assert digests.of((one,)) != digests.of((other,))


def test_sets_have_one_digest_whatever_their_order():
    names = [f"name-{number}" for number in range(50)]
    assert Digests().of(frozenset(names)) == Digests().of(frozenset(reversed(names)))
    with pytest.raises(TypeError):
        Digests().of(object())


def keys(root, today=TODAY, **asked):
    """The key of every card of a project."""
    roots = Roots(Path(root).resolve(), builtin_root())
    project, _ = load_project(roots)
    jobs, _ = plan_jobs(project, Request(products=("label",), **asked), today=today)
    recall = recall_in(Cache(usual_folder()), roots)
    return {job.piece.edition_id: recall.key(job) for job in jobs}


HARBOR = (builtin_root() / "templates/themes/harbor.yaml").read_text("utf-8")
CHANGES = {
    "a number": {"content/lists/near.yaml": NEAR.replace("0118", "0119")},
    "a style sheet": {"templates/products/label/style.css": ".face { color: red }"},
    "a template": {"templates/base/macros.html": "{# other #}"},
    "a font or picture": {"content/brands/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"},
    "a theme": {
        "templates/themes/harbor.yaml": (builtin_root() / "templates/themes/harbor.yaml")
        .read_text("utf-8")
        .replace("#0", "#1")
    },
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_piece_has_another_key_when_anything_that_it_is_made_from_differs(write, what):
    before = keys(write(FILES))
    after = keys(write(CHANGES[what]))
    assert set(before.values()).isdisjoint(after.values())


OPTIONS = {"copies": 20, "start_at": 3, "grey": True, "finishes": ("screen",), "stock": "letter-cards-10up"}


def test_options_make_another_key_and_times_of_files_do_not(write):
    root = write(FILES)
    before = keys(root)
    for path in root.rglob("*.yaml"):
        os.utime(path, (1, 1))
    assert keys(root) == before
    for asked in (
        {"copies": 20},
        {"start_at": 3},
        {"grey": True},
        {"finishes": ("screen",)},
        {"stock": "letter-cards-10up"},
    ):
        assert set(keys(root, **asked).values()).isdisjoint(before.values()), asked


def test_a_change_of_one_edition_is_no_change_of_another(write):
    before = keys(write(FILES))
    after = keys(write({"content/editions/spring.yaml": EDITION.replace("Spring", "Sprung")}))
    assert before["spring"] != after["spring"]
    assert before["autumn"] == after["autumn"]


def test_other_programs_make_another_key(write, monkeypatch):
    root = write(FILES)
    before = keys(root)
    from generator.cluster import engine

    monkeypatch.setattr(engine, "engine_here", lambda: {"WeasyPrint": "other"})
    assert set(keys(root).values()).isdisjoint(before.values())


@pytest.fixture
def made(write):
    """Build the cards of a project, with a cache or without one, and return what came of it."""

    def run(output, *, cache=True, files=FILES, jobs=1, today=TODAY, is_fine=True):
        root = write(files)
        seen = []
        options = Options(root / output, today, jobs, cache=Cache(usual_folder()) if cache else None)
        request = Request(products=("label",))
        outcome = build(Roots(root.resolve(), builtin_root()), request, options, watch=lambda *told: seen.append(told))
        assert outcome.is_fine == is_fine, outcome.diagnostics
        return outcome, seen

    return run


def bytes_of(outcome):
    return {path.name: path.read_bytes() for path in outcome.written if path.suffix in {".pdf", ".png"}}


@pytest.fixture
def laid_out(monkeypatch):
    """Count the pieces that workers are given."""
    given: list[str] = []
    run = dispatch.run

    def counting(roots, jobs, *others, **named):
        given.extend(job.piece.name for job in jobs)
        return run(roots, jobs, *others, **named)

    monkeypatch.setattr(building, "run", counting)
    return given


def test_a_second_build_lays_out_nothing_and_gives_the_same(made, laid_out):
    first, seen = made("a")
    assert len(laid_out) == 2
    again, seen_again = made("b")
    assert len(laid_out) == 2
    anew, _ = made("c", cache=False)
    assert len(laid_out) == 4
    assert bytes_of(first) == bytes_of(again) == bytes_of(anew)
    assert [told[:2] for told in seen] == [told[:2] for told in seen_again] == [(1, 2), (2, 2)]
    first_manifest, again_manifest = (json.loads(one.written[-1].read_text("utf-8")) for one in (first, again))
    assert first_manifest == again_manifest
    assert [str(one) for one in first.diagnostics] == [str(one) for one in again.diagnostics]


def test_one_changed_number_makes_only_the_pieces_that_print_it(made, laid_out):
    far = NEAR.replace("mill", "hill").replace("0118", "0120").replace("Near", "Far")
    files = FILES | {"content/lists/far.yaml": far}
    files["content/editions/autumn.yaml"] = EDITION.replace("near", "far")
    made("a", files=files)
    laid_out.clear()
    outcome, _ = made("a", files={"content/lists/far.yaml": far.replace("0120", "0121")})
    assert laid_out == ["autumn/en/label"]
    assert [fact for change in outcome.changes for fact in change.facts if "0121" in fact]


def test_a_broken_entry_is_made_anew(made, laid_out, own_cache):
    first, _ = made("a")
    laid_out.clear()
    for path in own_cache.rglob("*.kept"):
        path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)
    again, _ = made("b")
    assert len(laid_out) == 2
    assert bytes_of(first) == bytes_of(again)


def test_codes_and_pictures_of_faces_are_found_by_later_builds(made, monkeypatch):
    coded = '<div style="position: absolute; right: 6mm; top: 6mm">{{ qr(piece.more_help, "27mm") }}</div>'
    coded = f"{{% if piece.more_help %}}{coded}{{% endif %}}"
    files = FILES | {"templates/products/label/front.html": FRONT + coded}
    files["templates/products/label/product.yaml"] = LABEL + "reading_distance: 20cm\n"
    files["content/editions/spring.yaml"] = EDITION + "more_help: https://example.org/help\n"
    first, _ = made("a", files=files)
    drawn: list[object] = []
    monkeypatch.setattr(code, "_made", lambda payload: drawn.append(payload))
    monkeypatch.setattr(preview, "_draw", lambda *_: drawn.append("a picture"))
    monkeypatch.setattr(Recall, "is_kept", lambda *_: False)  # each piece is made again, of what is known
    again, _ = made("b", files={})
    assert drawn == []
    assert bytes_of(first) == bytes_of(again)


def test_freshness_is_judged_anew_each_day(made):
    made("a")
    outcome, _ = made("a", today=date(2028, 1, 22), is_fine=False)
    assert set(outcome.refused) == {"spring/en/label", "autumn/en/label"}
    assert {one.code for one in outcome.diagnostics if one.is_error} == {"expired-fact"}


def test_a_piece_with_errors_is_not_kept(write, laid_out):
    files = FILES | {"templates/products/label/front.html": "<p>515-555-9999</p>"}
    root = write(files)
    for _ in range(2):
        options = Options(root / "output", TODAY, 1, cache=Cache(usual_folder()))
        outcome = build(
            Roots(root.resolve(), builtin_root()), Request(products=("label",)), options, watch=lambda *_: None
        )
        assert not outcome.is_fine
        assert {one.code for one in outcome.diagnostics if one.is_error}
    assert sorted(laid_out) == sorted(2 * [*dict.fromkeys(laid_out)])  # each of them twice


def test_nothing_heavy_is_loaded_when_nothing_changed(write, own_cache):
    root = write(FILES)
    asked = ["build", "--project", str(root), "--product", "label", "--today", "2026-11-22", "--output"]
    probe = (
        "import sys; from generator.cli import main; from generator.foreman import Foreman\n"
        "run, asked = Foreman.run, []\n"
        "Foreman.run = lambda self, work, items, **how: asked.extend(items) or run(self, work, items, **how)\n"
        f"try: main([*{asked!r}, sys.argv[1]])\nexcept SystemExit as end: assert not end.code, end.code\n"
        "heavy = [name for name in ('weasyprint', 'pypdfium2', 'zxingcpp') if name in sys.modules]\n"
        "sys.stderr.write(str(heavy + [job.piece.name for job in asked]))"
    )
    environment = {**os.environ, "HANDBILL_CACHE": str(own_cache)}
    for is_made, said in ((True, "['autumn/en/label', 'spring/en/label']"), (False, "[]")):
        done = subprocess.run(
            [sys.executable, "-c", probe, str(root / f"output-{is_made}")],  # another one, so that all is read again
            capture_output=True,
            text=True,
            cwd=builtin_root(),
            env=environment,
            check=True,
        )
        assert done.stderr.splitlines()[-1].endswith(said), done.stderr


def test_nothing_is_looked_for_in_a_cache_that_was_empty_when_the_build_began(made, monkeypatch):
    looked: list[str] = []
    has = Cache.has

    def noting(cache, key):
        looked.append(key)
        return has(cache, key)

    monkeypatch.setattr(Cache, "has", noting)
    made("a")
    assert looked == []  # lists are kept before, and do not count
    made("b")
    assert len(looked) == 2


def test_files_that_stay_the_same_are_not_written_again(made):
    first, _ = made("a")
    times = {path: path.stat().st_mtime_ns for path in first.written if path.suffix in {".pdf", ".png"}}
    again, _ = made("a")
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert again.changes == ()


def test_the_plan_says_what_would_be_made(write, handbill, own_cache):
    root = write(FILES)
    asked = ("build", "--project", root, "--product", "label", "--today", "2026-11-22")
    told = handbill(*asked, "--plan", "--json")
    assert json.loads(told.stdout) == {
        "pieces": 2,
        "faces": 2,
        "distinct": 2,
        "known": 0,
        "seconds": None,
        "distinct_faces": 1,  # a title stands on no face
        "drawn_faces": 0,
        "to_make": 2,
    }
    assert not (root / "output").exists()
    assert handbill(*asked).exit_code == 0
    told = handbill(*asked, "--plan")
    assert "2 known from before" in told.stdout
    assert "0 to be made" in told.stdout
    write({"content/editions/spring.yaml": EDITION.replace("Spring", "Sprung")})
    told = json.loads(handbill(*asked, "--plan", "--json").stdout)
    assert (told["known"], told["to_make"]) == (1, 1)
    assert (told["distinct_faces"], told["drawn_faces"]) == (1, 1)
    assert told["seconds"] > 0


def test_the_cache_is_shown_and_cleared(write, handbill, own_cache):
    root = write(FILES)
    assert handbill("build", "--project", root, "--product", "label", "--no-cache").exit_code == 0
    assert "0 files" in handbill("cache", "show").stdout
    assert handbill("build", "--project", root, "--product", "label").exit_code == 0
    # Two pieces, how long they took, what report came of them, what the build said; their faces, and what was found.
    shown = re.search(r"(\d+) files", handbill("cache", "show").stdout)
    assert shown
    assert int(shown[1]) > 5
    assert f"{shown[1]} files taken away" in handbill("cache", "clear").stdout
    assert "0 files" in handbill("cache", "show").stdout


def test_an_entry_of_another_shape_is_made_anew(made, laid_out, monkeypatch):
    made("a")
    laid_out.clear()
    monkeypatch.setattr(values._Values, "find_class", lambda *_: (_ for _ in ()).throw(AttributeError("gone")))
    made("b")
    assert len(laid_out) == 2


class Planted:
    """What someone else might leave in the folder: reading it back makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("shape", [lambda one: one, lambda one: (one, 1)])
def test_what_someone_else_left_in_the_folder_does_nothing(made, laid_out, own_cache, tmp_path, shape):
    first, _ = made("a")
    laid_out.clear()
    trap = tmp_path / "trap"
    cache = Cache(own_cache)
    for path in own_cache.rglob("*.kept"):
        cache.put(path.stem, pickle.dumps(shape(Planted(trap))))
    again, _ = made("b")
    assert not trap.exists()
    assert len(laid_out) == 2
    assert bytes_of(first) == bytes_of(again)


@pytest.mark.parametrize("module", ["os", "builtins", "generator.cache", "generator.making", "generator.write"])
@pytest.mark.parametrize("name", ["system", "eval", "os.system", "make_piece", "locked", "Staging"])
def test_only_the_shapes_of_a_piece_are_read_back(module, name):
    with pytest.raises((pickle.UnpicklingError, AttributeError)):
        values._Values(io.BytesIO(b"")).find_class(module, name)


def test_a_profile_that_stands_outside_content_counts(write, made):
    profile = next(builtin_root().rglob("*.icc")).read_bytes()
    files = FILES | {"content/editions/spring.yaml": EDITION + "press: {profile: shop.icc}\n", "shop.icc": profile}
    before = keys(write(files), finishes=("press",))
    after = keys(write({"shop.icc": profile[:-1] + b"?"}), finishes=("press",))
    assert before["spring"] != after["spring"]
    assert before["autumn"] == after["autumn"]


@pytest.mark.skipif(os.name == "nt", reason="making a link takes rights there that people seldom have")
def test_a_link_that_leads_elsewhere_counts(write):
    logo = "<svg xmlns='http://www.w3.org/2000/svg'/>"
    root = write(FILES | {"content/brands/old/logo.svg": logo, "content/brands/new/logo.svg": logo + " "})
    link = root / "content/brands/now"
    link.symlink_to("old")
    before = keys(root)
    link.unlink()
    link.symlink_to("new")
    assert set(keys(root).values()).isdisjoint(before.values())


@pytest.mark.skipif(os.name == "nt", reason="making a link takes rights there that people seldom have")
def test_links_in_a_circle_do_no_harm(write):
    root = write(FILES)
    (root / "content/brands").mkdir()
    (root / "content/brands/a.svg").symlink_to("b.svg")
    (root / "content/brands/b.svg").symlink_to("a.svg")
    (root / "content/brands/round").symlink_to(".")
    assert keys(root) == keys(root)


NEXT_DAY = date(2026, 11, 23)


def test_another_day_makes_nothing_anew_that_does_not_show_it(made, laid_out):
    first, _ = made("a")
    laid_out.clear()
    again, _ = made("b", today=NEXT_DAY)
    assert laid_out == []
    assert bytes_of(first) == bytes_of(again) == bytes_of(made("c", today=NEXT_DAY, cache=False)[0])


@pytest.mark.parametrize(
    "said",
    [
        "piece.today",
        "piece['today']",
        "piece | attr('to' ~ 'day')",
        "[piece] | map(attribute='today') | first",
    ],
)
def test_another_day_makes_a_piece_anew_that_asks_for_it(made, laid_out, said):
    files = FILES | {"templates/products/label/front.html": f"{{% set day = {said} %}}" + FRONT}
    made("a", files=files)
    laid_out.clear()
    made("a", files=files)
    assert laid_out == []
    made("b", files=files, today=NEXT_DAY)
    assert len(laid_out) == 2


def test_a_piece_shown_as_a_whole_does_not_let_its_day_out(write):
    roots = Roots(write(FILES).resolve(), builtin_root())
    project, _ = load_project(roots)
    jobs, _ = plan_jobs(project, Request(products=("label",)), today=date(2031, 3, 7))
    assert "2031" not in repr(jobs[0].piece)


def test_files_for_a_print_shop_are_of_their_day(made, laid_out):
    files = FILES | {f"content/editions/{name}.yaml": EDITION + "finishes: [press]\n" for name in ("spring", "autumn")}
    first, _ = made("a", files=files)
    made("a", files=files)
    assert len(laid_out) == 2
    again, _ = made("b", files=files, today=NEXT_DAY)
    assert len(laid_out) == 4
    presses = [{name: data for name, data in bytes_of(one).items() if "press" in name} for one in (first, again)]
    assert presses[0].keys() == presses[1].keys()
    assert all(presses[0][name] != presses[1][name] for name in presses[0])


@pytest.mark.parametrize("package", ["weasyprint", "zxing-cpp", "page-validation", "pypdfium2", "tinyhtml5"])
def test_another_version_of_what_draws_or_judges_makes_another_key(write, monkeypatch, package):
    from generator.cluster import engine

    root = write(FILES)
    before = keys(root)
    version = engine._version
    monkeypatch.setattr(engine, "_version", lambda name: "other" if name == package else version(name))
    engine.engine_here.cache_clear()
    try:
        assert set(keys(root).values()).isdisjoint(before.values())
    finally:
        engine.engine_here.cache_clear()


def test_a_full_disk_costs_the_cache_alone_and_is_said_once(made, own_cache, monkeypatch):
    replace_file = os.replace

    def full(source, target):
        if str(own_cache) in str(target):
            raise OSError(28, "No space left on device")
        replace_file(source, target)

    monkeypatch.setattr(os, "replace", full)
    outcome, _ = made("a")
    assert [one.code for one in outcome.diagnostics].count("cache-not-written") == 1
    assert len(bytes_of(outcome)) > 2
    assert [path for path in own_cache.rglob("*") if path.is_file() and path.name != "trimmed"] == []


def test_what_a_killed_build_left_goes_after_a_day(cache):
    cache.put(KEY, b"card")
    old, new = (cache.folder / KEY[:2] / f"tmp{age}.kept-tmp" for age in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1000, 1000))
    cache.trim()
    assert (old.exists(), new.exists(), cache.get(KEY)) == (False, True, b"card")


def test_it_is_trimmed_after_many_pieces_or_when_nobody_has_for_a_while(cache, monkeypatch):
    trimmed: list[str] = []

    def files(*_, **__):
        trimmed.append("trimmed")
        return iter(())

    monkeypatch.setattr(Cache, "_files", files)
    mark = cache.folder / "trimmed"
    cache.put(KEY, b"card")
    for kept, age, times in ((1, None, 1), (1, None, 1), (21, None, 2), (1, 3_500, 2), (1, 3_700, 3), (1, -60, 4)):
        if age is not None:
            os.utime(mark, (time.time() - age,) * 2)
        cache.trim_when_due(kept)
        assert len(trimmed) == times, (kept, age)
    assert mark.exists()
    monkeypatch.undo()
    assert cache.clear().files == 1
    assert not mark.exists()


def test_times_that_are_no_times_are_not_known(write, own_cache):
    recall = recall_in(Cache(own_cache), Roots(write(FILES).resolve(), builtin_root()))
    for data in (b"", b"{", b"[1]", b'{"card": "long"}', pickle.dumps({"card": 1.0})):
        recall.cache.put(recall._times_key, data)
        assert recall.seconds() == {}


def test_two_builds_at_once_share_a_cache(write, own_cache):
    root = write(FILES)
    asked = [sys.executable, "-m", "generator", "build", "--project", str(root), "--product", "label"]
    environment = {**os.environ, "HANDBILL_CACHE": str(own_cache)}
    running = [
        subprocess.Popen(
            [*asked, "--today", "2026-11-22", "--output", str(root / name)],
            cwd=builtin_root(),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for name in ("a", "b")
    ]
    said = [one.communicate()[1] for one in running]  # of both, else one that is left is told in another test
    assert [one.returncode for one in running] == [0, 0], said
    found = [{path.name: path.read_bytes() for path in (root / name).rglob("*.pdf")} for name in ("a", "b")]
    assert found[0] == found[1] != {}
    assert not [*own_cache.rglob("*.kept-tmp")]
    cache = Cache(own_cache)
    assert all(cache.get(path.stem) is not None for path in own_cache.rglob("*.kept"))


@pytest.fixture
def reports(monkeypatch):
    """Count the proof reports that are drawn."""
    drawn: list[str] = []
    make = page.Page.made

    def counting(self, *asked, **how):
        drawn.append("report")
        return make(self, *asked, **how)

    monkeypatch.setattr(page.Page, "made", counting)
    return drawn


def test_a_report_of_the_very_same_is_left_as_it_stands(made, reports):
    first, _ = made("a")
    report = first.written[-2]
    before = report.read_bytes()
    made("a")
    assert len(reports) == 1
    report.write_bytes(before + b"changed by hand")
    made("a")
    assert len(reports) == 2
    assert report.read_bytes() == before
    made("a", today=NEXT_DAY)
    assert len(reports) == 3
    assert report.read_bytes() != before


def test_a_report_shows_a_changed_picture(made, reports):
    outcome, _ = made("a")
    before = outcome.written[-2].read_bytes()
    made("a", files=FILES | {"content/lists/near.yaml": NEAR.replace("0118", "0119")})
    assert len(reports) == 2
    assert outcome.written[-2].read_bytes() != before


def test_a_report_that_knows_what_was_said_before_is_the_one_that_does_not(made, monkeypatch):
    written: list[str] = []
    write = page.Page._written

    def counting(self, key, stem, *told, **how):
        written.append(stem)
        return write(self, key, stem, *told, **how)

    monkeypatch.setattr(page.Page, "_written", counting)
    changed = FILES | {"content/lists/near.yaml": NEAR.replace("0118", "0119")}
    both = changed | {"content/editions/autumn.yaml": EDITION.replace("[us-national, near]", "[us-national]")}
    made("a", files=FILES | {"content/editions/autumn.yaml": both["content/editions/autumn.yaml"]})
    assert len(written) == 2
    outcome, _ = made("a", files=both)
    assert len(written) == 3
    unknown, _ = made("b", files=both, cache=False)
    assert outcome.written[-2].read_bytes() == unknown.written[-2].read_bytes()


@pytest.mark.parametrize("kind", [one for one in StrEnum.__subclasses__() if one.__module__.startswith("generator.")])
def test_members_of_enumerations_are_kept_by_their_value(kind):
    for member in kind:
        kept = as_bytes(member)
        assert from_bytes(kept) is member
        assert (
            b"getattr" not in kept
        )  # as some versions of Python would have it, and nothing that is read back may call
