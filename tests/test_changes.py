"""A build tells what differs from the one before, and only that differs."""

import hashlib
import json

import pytest

EDITION = """\
title: {title}
languages: [en, es]
place: {{country: US, county: {title}}}
lists: [us-national, {name}]
products: [wallet-card]
"""
LIST = "resources:\n  - {{id: {name}-clinic, name: Elm clinic, kind: clinic, phones: ['515-555-{number}']}}\n"


@pytest.fixture
def project(write):
    files = {}
    for name, number in (("elm", "0142"), ("oak", "0143")):
        files[f"content/editions/{name}.yaml"] = EDITION.format(title=name.title(), name=name)
        files[f"content/lists/{name}.yaml"] = LIST.format(name=name, number=number)
    return write(files)


def digests(folder):
    files = (path for path in folder.rglob("*") if path.suffix in {".pdf", ".png"})
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_one_changed_number_changes_its_pieces_in_all_languages_and_nothing_else(project, handbill, write):
    handbill("build", "--project", project, "--today", "2026-11-25")
    before = digests(project / "output")
    write({"content/lists/elm.yaml": LIST.format(name="elm", number="0199")})
    done = handbill("build", "--project", project, "--today", "2026-11-25")
    after = digests(project / "output")
    changed = {path for path in after if after[path] != before[path]}
    assert changed
    assert {path.split("/")[0] for path in changed} == {"elm"}
    assert {path.split("/")[1] for path in changed} == {"en", "es"}
    said = [line for line in done.stderr.splitlines() if "is now" in line]
    assert said == ["elm-clinic: phone (515) 555-0142 is now (515) 555-0199"]
    assert "in: elm/en/wallet-card, elm/es/wallet-card" in done.stderr


def test_a_build_of_the_same_changes_nothing(project, handbill):
    first = json.loads(handbill("build", "--project", project, "--today", "2026-11-25", "--json").stdout)
    assert {one["is_new"] for one in first["changes"]} == {True}
    again = json.loads(handbill("build", "--project", project, "--today", "2026-11-25", "--json").stdout)
    assert again["changes"] == []


def test_thirteen_months_on_every_expired_fact_is_refused_by_name(project, handbill, write):
    text = LIST.format(name="elm", number="0142").replace("}", ", checked: 2026-11-01, checked_by: Ana}")
    write({"content/lists/elm.yaml": text})
    handbill("build", "elm", "--project", project, "--today", "2026-11-25")
    before = digests(project / "output")
    done = handbill("build", "elm", "--project", project, "--today", "2027-12-25")
    assert done.exit_code == 1
    assert digests(project / "output") == before
    assert '"Elm clinic" (elm-clinic in elm): phone 515-555-0142' in done.stderr
    assert "checked: and checked_by: beside elm-clinic in content/lists/elm" in done.stderr


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "content/lists/elm.yaml",
            "resources:\n  - {id: a, name: A, kind: crisis, phones: [{number: '988', menu: '3'}]}\n",
        ),
        ("content/lists/elm.csv", "name,kind,phone\nA,clinic,1-833-943-5746\n"),
        ("content/editions/elm.yaml", EDITION.format(title="Elm", name="elm") + "label: 988 then press 3\n"),
    ],
)
def test_what_services_have_given_up_is_an_error_with_the_reason(project, handbill, write, path, text):
    write({path: text})
    done = handbill("check", "--project", project)
    assert done.exit_code == 1
    assert "is out of use:" in done.stderr
