import json
import re

import pytest

MINE = """\
title: Mine
place: {country: US, county: Mine}
lists: [us-national, mine]
"""
MINE_CSV = """\
name,kind,phone,hours,description
Mine crisis line,crisis,(515) 555-0142,24/7,Trained listeners
Mine clinic,clinic,515-555-0118,Mon-Fri 9-5,"220 Mill St, no appointment"
"""


def test_every_command_has_help_with_what_it_does(handbill):
    listed = re.findall(r"^  ([a-z]+)  ", handbill("--help").stdout.partition("Commands:")[2], re.M)
    assert {"build", "check", "doctor", "editions", "languages", "products", "stocks", "themes"} <= set(listed)
    for name in listed:
        done = handbill(name, "--help")
        assert done.exit_code == 0
        assert len(done.stdout.split("Options:")[0].strip().splitlines()) >= 2, name


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["biuld"], 'Did you mean "build"?'),
        (["build", "--today", "tomorrow"], "write it like 2026-05-12"),
        (["build", "--finish", "paper"], "is not one of"),
        (["build", "--project", "nowhere"], "does not exist"),
        (["build", "--start-at", "0"], "not in the range"),
        (["build", "--nonsense"], "No such option"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_so(handbill, args, said):
    done = handbill(*args)
    assert done.exit_code == 2
    assert said in done.stderr


def test_the_version_is_said(handbill):
    assert re.fullmatch(r"handbill, version \d+\.\d+\.\d+\n", handbill("--version").stdout)


@pytest.mark.parametrize("what", ["products", "stocks", "themes", "languages", "editions"])
def test_what_there_is_comes_as_a_table_and_as_json(handbill, tmp_path, what):
    rows = json.loads(handbill(what, "--json", "--project", tmp_path).stdout)
    table = handbill(what, "--project", tmp_path).stdout
    assert rows
    for row in rows:
        assert next(iter(row.values())) in table


def test_a_project_with_content_only_is_checked(handbill, write):
    root = write({"content/editions/mine.yaml": MINE, "content/lists/mine.csv": MINE_CSV})
    done = handbill("check", "--project", root, "--today", "2026-11-22")
    assert done.exit_code == 0, done.stderr
    assert "error" not in done.stderr


def test_one_run_names_every_mistake_with_its_place_and_touches_nothing(handbill, write):
    root = write(
        {
            "content/editions/mine.yaml": "title: M\nlanguges: [en]\ntitle: N\n",
            "content/editions/other.yaml": (
                "title: O\nguide: mental-helth-ally\nlanguages: [en, xx]\ntheme: harbour\nlists: [us-nationl]\n"
                "products: [walet-card]\nbrand: none-such\nsponsors: [{name: S, logo: gone.svg}]\n"
                "more_help: not a url\n"
            ),
            "content/editions/third.yaml": "title: T\ntheme: harbour\nlists: [us-nationl]\nproducts: [walet-card]\n",
            "content/brands/tab.yaml": "name: T\nline:\n\t- x\n",
            "content/lists/bad.yaml": "title: B\nresources:\n  - {id: a, name: A, kind: crysis, phones: ['12']}\n",
            "templates/themes/mine.yaml": "title: X\ndeep: red\n",
            "handbill.yaml": "freshness: {warn: soon}\n",
        }
    )
    done = handbill("build", "--project", root)
    assert done.exit_code == 1
    for said in (
        'mine.yaml:2:1: error: unknown key "languges"',
        'hint: did you mean "languages"?',
        'mine.yaml:3:1: error: the key "title" stands here a second time',
        "other.yaml:9:12: error:",
        'third.yaml:2:8: error: there is no theme "harbour"',
        'hint: did you mean "harbor"?',
        'third.yaml:3:9: error: there is no list "us-nationl"',
        'third.yaml:4:12: error: there is no product "walet-card"',
        "tab.yaml:3:1: error: a tab stands where spaces are expected",
        "bad.yaml:3:",
        "templates/themes/mine.yaml:2:7: error:",
        'handbill.yaml:1:19: error: "warn" should be a whole number',
    ):
        assert said in done.stderr, f"{said}\n---\n{done.stderr}"
    assert "Traceback" not in done.stderr
    assert not (root / "output").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nowhere"], 'there is no edition "nowhere"'),
        (["--product", "walet-card"], 'hint: did you mean "wallet-card"?'),
        (["--language", "xx"], 'there is no language "xx"'),
        (["--stock", "avery-9999"], 'there is no stock "avery-9999"'),
    ],
)
def test_asking_for_what_is_not_there_says_what_is(handbill, write, args, said):
    root = write({"content/editions/mine.yaml": MINE, "content/lists/mine.csv": MINE_CSV})
    done = handbill("build", "--project", root, *args)
    assert done.exit_code == 1
    assert said in done.stderr
    assert not (root / "output").exists()


def test_completion_knows_commands_and_editions(handbill):
    assert "_HANDBILL_COMPLETE" in handbill("completion", "bash").stdout
