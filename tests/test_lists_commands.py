"""handbill lists, as people use it: a spreadsheet comes in, is checked by phone, and goes out again."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

HOSTILE = Path(__file__).parent / "cases/lists/hostile.csv"
EDITION = "title: Mine\nplace: {country: US, county: Larkin}\nlists: [us-national, mine]\n"
ROWS = "Agency,Phone #,Hrs\nElm clinic,515-555-0142,Mon-Fri 9-5\nOak line,515-555-0143,24/7\n"


@pytest.fixture
def project(write):
    return write({"content/editions/mine.yaml": EDITION, "services.csv": ROWS})


@pytest.fixture
def lists(handbill, project):
    def run(*arguments):
        return handbill("lists", *arguments, "--project", project)

    return run


@pytest.fixture
def ask(project):
    """Go through what is due, typing these lines."""
    from click.testing import CliRunner

    from generator.cli import main

    def run(*arguments, typed):
        return CliRunner().invoke(main, ["lists", "verify", *arguments, "--project", str(project)], input=typed)

    return run


def test_sixty_hostile_rows_are_each_told_with_their_number_and_reason(lists, project):
    done = lists("import", HOSTILE, "--list", "hostile", "--json")
    assert done.exit_code == 0
    rows = json.loads(done.stdout)["rows"]
    text = HOSTILE.read_text("utf-8-sig").replace("\r\n", "\n")
    filled = [number for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=";"), 1) if any(row)]
    groups = [int(one["line"]) for one in json.loads(done.stdout)["findings"] if one["code"] == "guessed-group"]
    assert sorted([one["row"] for one in rows] + groups) == filled[1:]
    for one in rows:
        assert one["status"] == "understood" or all(found["message"] for found in one["findings"])
        assert one["status"] != "rejected" or any(found["severity"] == "error" for found in one["findings"])
    report = (project / "content/lists/hostile.import.md").read_text("utf-8")
    for one in rows:
        assert f"row {one['row']}" in report
    assert lists("check", "hostile").exit_code == 0


def test_the_report_and_the_list_stand_beside_each_other(lists, project):
    done = lists("import", project / "services.csv", "--list", "mine", "--area", "Larkin County, IA")
    assert done.exit_code == 0
    assert (project / "content/lists/mine.yaml").is_file()
    assert "guessed" in (project / "content/lists/mine.yaml").read_text()
    assert "2 rows read, 0 understood, 2 to confirm" in done.stderr
    shown = json.loads(lists("show", "mine", "--json").stdout)
    assert [one["id"] for one in shown] == ["elm-clinic", "oak-line"]


def test_a_dry_run_writes_nothing(lists, project):
    done = lists("import", project / "services.csv", "--list", "mine", "--dry-run")
    assert done.exit_code == 0
    assert not (project / "content/lists").exists()


def test_strict_ends_with_an_error_when_something_is_open(lists, project):
    assert lists("import", project / "services.csv", "--list", "mine", "--strict").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("import", "services.csv", "--list", "Not A Name"), 2, "small letters"),
        (("import", "missing.csv", "--list", "mine"), 2, "does not exist"),
        (("import", "services.csv", "--list", "mine", "--area", ","), 2, "county"),
        (("import", "services.docx", "--list", "mine"), 1, "is not a list that can be read"),
        (("import", "old.csv", "--list", "mine"), 1, "0xD1 is not UTF-8"),
        (("import", "empty.csv", "--list", "mine"), 1, "nothing was imported"),
        (("export", "nothing"), 2, "There is no list"),
        (("verify", "nothing"), 2, "There is no list"),
        (("show", "--edition", "mime"), 2, 'did you mean "mine"'),
    ],
)
def test_what_cannot_be_done_is_said(lists, project, arguments, code, said):
    (project / "services.docx").write_text("x")
    (project / "old.csv").write_bytes("name,phone\nÑandú,515-555-0142\n".encode("cp1252"))
    (project / "empty.csv").write_text("")
    done = lists(*(project / one if "." in one else one for one in arguments))
    assert done.exit_code == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_encoding_that_is_named_is_read(lists, project):
    (project / "old.csv").write_bytes("name,kind,phone\nÑandú,food,515-555-0142\n".encode("cp1252"))
    assert lists("import", project / "old.csv", "--list", "mine", "--encoding", "cp1252").exit_code == 0
    assert "Ñandú" in (project / "content/lists/mine.yaml").read_text("utf-8")


def test_a_list_is_not_imported_into_itself(lists, project, write):
    write({"content/lists/mine.csv": ROWS})
    done = lists("import", project / "content/lists/mine.csv", "--list", "mine")
    assert done.exit_code == 1
    assert "itself" in done.stderr


def test_a_call_round_writes_dates_corrections_and_confirmed_guesses(lists, project, ask):
    lists("import", project / "services.csv", "--list", "mine")
    done = ask("mine", "--by", "Ana", "--today", "2026-11-25", typed="y\nn\n515-555-0199\ny\nq\n")
    assert done.exit_code == 0, done.output
    text = (project / "content/lists/mine.yaml").read_text("utf-8")
    assert "515-555-0199" in text
    assert "checked_by: Ana" in text
    assert "2026-11-25" in text


def test_stopping_half_way_keeps_what_was_answered(lists, project, ask):
    lists("import", project / "services.csv", "--list", "mine")
    ask("mine", "--by", "Ana", typed="y\ny\ny\nq\n")
    left = json.loads(lists("show", "mine", "--due", "--json").stdout)
    assert [one["id"] for one in left] == ["oak-line"]


def test_a_sheet_goes_out_and_comes_back(lists, project):
    lists("import", project / "services.csv", "--list", "mine")
    sheet = project / "calls.csv"
    assert lists("verify", "mine", "--sheet", sheet).exit_code == 0
    text = sheet.read_text("utf-8-sig")
    sheet.write_text(re.sub(r",,,,(?=\r?\n)", ",yes,,2026-11-20,Ben", text), "utf-8-sig")
    done = lists("verify", "mine", "--from", sheet, "--today", "2026-11-25")
    assert done.exit_code == 0, done.stderr
    assert lists("verify", "mine", "--today", "2026-11-25").stderr.strip().endswith("nothing is due")
    assert "guessed" not in (project / "content/lists/mine.yaml").read_text("utf-8").split("resources:")[1]


def test_a_check_of_a_built_in_number_is_written_into_the_project(lists, project, ask):
    done = ask("us-national", "--by", "Ana", "--today", "2026-11-25", typed="y\nq\n")
    assert done.exit_code == 0, done.output
    own = project / "content/lists/us-national.yaml"
    assert "checked_by: Ana" in own.read_text("utf-8")
    assert lists("check", "us-national", "--today", "2026-11-25").exit_code == 0
    shown = json.loads(lists("show", "us-national", "--json").stdout)
    assert {one["lists"] for one in shown} == {"us-national"}


@pytest.mark.parametrize(("form", "ending"), [("csv", "csv"), ("xlsx", "xlsx"), ("yaml", "yaml"), ("hsds", "json")])
def test_a_list_goes_out_in_every_form_and_comes_back_the_same(lists, project, form, ending):
    lists("import", project / "services.csv", "--list", "mine", "--area", "Larkin County, IA")
    path = project / f"out.{ending}"
    assert lists("export", "mine", "--to", form, "--output", path).exit_code == 0
    assert lists("import", path, "--list", "again").exit_code == 0
    first, again = (json.loads(lists("show", name, "--json").stdout) for name in ("mine", "again"))
    assert [{**one, "lists": ""} for one in first] == [{**one, "lists": ""} for one in again]


def test_what_an_edition_prints_is_explained(lists, project):
    lists("import", project / "services.csv", "--list", "mine")
    rows = json.loads(lists("show", "--edition", "mine", "--json").stdout)
    assert rows[0]["why"].startswith("lead: priority 100, crisis line")
    assert all(one["why"] for one in rows)
