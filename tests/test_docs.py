"""What the documents say is so: commands, options, files and links."""

import re
from pathlib import Path

import pytest

from generator import __version__

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FILE = re.compile(r"```\w+ title=(\S+)\n(.*?)```", re.S)
COMMAND = re.compile(r"(?:\./)?handbill ((?:[a-z]+ ?)+)((?: ?--[a-z-]+)*)")


def ids(pages):
    return [str(page.relative_to(ROOT)) for page in pages]


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_commands_and_their_options_exist(page, handbill):
    for said in re.findall(r"(?:\./)?\bhandbill ([a-z`][^`\n|]*)", page.read_text("utf-8")):
        words = said.split()
        path = [word for word in words[:2] if re.fullmatch(r"[a-z]+", word)]
        if not path or handbill(path[0], "--help").exit_code == 2:
            assert page.name != "README.md" or not path or path[0] in {"doctor"}, said
            continue
        is_group = "Commands:" in handbill(path[0], "--help").stdout
        help_text = handbill(*(path if is_group else path[:1]), "--help").stdout
        for option in re.findall(r"--[a-z][a-z-]*", said):
            assert option in help_text, f"{said}: {option}"


def test_every_command_stands_in_the_readme(handbill):
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in re.findall(r"^  ([a-z]+)  ", handbill("--help").stdout.partition("Commands:")[2], re.M):
        assert re.search(rf"`(?:handbill )?{name}\b", readme), name


def test_the_readme_names_every_option_of_build(handbill):
    row = re.search(r"^\| `handbill build .*$", (ROOT / "README.md").read_text("utf-8"), re.M)
    assert row
    listed = re.findall(r"^  (?:-\w, )?(--[a-z][a-z-]*)", handbill("build", "--help").stdout, re.M)
    assert set(re.findall(r"`(--[a-z-]+)`", row[0])) == {*listed} - {"--help"}


def test_every_stage_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8").partition("## How it is built")[2]
    modules = {path.stem for path in (ROOT / "generator").iterdir() if not path.name.startswith("_")}
    assert modules == set(re.findall(r"`([a-z]+)`", readme.partition("Words of the trade")[0])) - {
        "content",
        "templates",
    }


SHOWING = [
    "first-piece",
    "make-it-yours",
    "bring-your-own-list",
    "add-a-product",
    "print-it-right",
    "events",
    "for-the-print-shop",
]


@pytest.mark.parametrize("name", SHOWING)
def test_the_files_that_a_page_shows_are_right(name, write, handbill):
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    files = dict(FILE.findall(text))
    assert files
    editions = [path for path in files if "/editions/" in path]
    lists = [Path(path).stem for path in files if "/lists/" in path]
    if not editions:
        files["content/editions/mine.yaml"] = f"title: Mine\nlists: {['us-national', *lists]}\n".replace("'", "")
    root = write(files)
    done = handbill("check", "--project", root, "--today", "2026-11-22")
    assert done.exit_code == 0, done.stderr


def test_the_bookmark_of_the_docs_is_made(write, handbill):
    files = dict(FILE.findall((ROOT / "docs" / "add-a-product.md").read_text("utf-8")))
    root = write(files | {"content/editions/mine.yaml": "title: Mine\nplace: {country: US}\n"})
    done = handbill("build", "--project", root, "--product", "bookmark", "--today", "2026-11-22")
    assert done.exit_code == 0, done.stderr
    assert "bookmark.office.pdf" in done.stdout


def test_the_changelog_opens_with_this_version():
    assert re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)[0] == __version__


@pytest.mark.parametrize("name", ["services.csv", "services.xlsx"])
def test_the_starter_spreadsheet_is_understood_as_it_stands(name, tmp_path, handbill):
    done = handbill(
        "lists", "import", ROOT / "docs/starter" / name, "--list", "mine", "--project", tmp_path, "--strict"
    )
    assert done.exit_code == 0, done.stderr
    assert "3 rows read, 3 understood" in done.stderr
