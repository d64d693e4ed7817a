"""Spreadsheets as people keep them: every row is read, questioned or refused, never lost in silence."""

import pytest

from generator.catalog import Roots, builtin_root
from generator.lists import read_list
from generator.lists.export import to_csv, to_xlsx
from generator.lists.yaml import to_yaml
from generator.project import load_project

PROJECT, _ = load_project(Roots(builtin_root(), builtin_root()))
HEAD = "Agency;Phone #;Hrs;Type;Notes\n"


@pytest.fixture
def read(tmp_path):
    def read_bytes(data, *, name="mine.csv", country="US", **options):
        path = tmp_path / name
        path.write_bytes(data.encode("utf-8-sig") if isinstance(data, str) else data)
        return read_list(path, country=country, kinds=PROJECT.kinds, **options)

    return read_bytes


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("A;(515) 555-0142;;food;", ["(515) 555-0142"]),
        ("A;(515) 555-0142 or 515-555-0143 (nights);;food;", ["(515) 555-0142", "515-555-0143"]),
        ("A;5.155550142E+09;;food;", ["5155550142"]),
        ("A;988;;crisis;", ["988"]),
        ("A;text HOME to 741741;;crisis;", ["HOME 741741"]),
        ("A;call or txt 741741;;crisis;", [" 741741"]),
    ],
)
def test_a_cell_of_numbers_is_taken_apart(read, row, numbers):
    listed, _ = read(HEAD + row + "\n")
    (one,) = listed.resources
    texts = [f"{line.keyword or ''} {line.number}" for line in one.texts]
    assert [phone.number for phone in one.phones] + texts == numbers


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1-8OO-950-6264", "area code"),
        ("=1+1", "formula"),
        ("", "has no phone"),
        ("（５１５）５５５－０１４２", ""),
        ("8001111", ""),
    ],
)
def test_a_number_that_is_none_refuses_the_row_with_its_place(read, cell, said):
    listed, found = read(f"{HEAD}A;{cell};;food;\n")
    errors = [one for one in found if one.is_error]
    assert not listed.resources or not listed.resources[0].phones
    assert errors
    assert said in " ".join(one.message for one in errors)
    assert {one.place.line for one in errors} == {2}


def test_what_was_guessed_says_so(read):
    listed, found = read(f"{HEAD}A;515-555-0142;Mon-Fri 9-5;clinic;\n")
    assert listed.resources[0].hours.guessed
    assert [(one.place.line, one.place.column) for one in found] == [(2, 3)]


def test_blank_lines_are_passed_over_and_rows_keep_their_numbers(read):
    listed, found = read(f"{HEAD}A;515-555-0142;;food;\n;;;;\nB;none;;food;\n")
    assert [one.id for one in listed.resources] == ["a"]
    assert {one.place.line for one in found if one.is_error} == {4}


def test_a_name_that_stands_twice_is_questioned_and_kept(read):
    listed, found = read(f"{HEAD}A;515-555-0142;;food;\nA;515-555-0143;;food;\n")
    assert [one.id for one in listed.resources] == ["a", "a-2"]
    assert any("same name as row 2" in one.message for one in found)


def test_an_encoding_is_never_guessed(read):
    data = "name,kind,phone\nCafé,food,515-555-0142\n".encode("cp1252")
    listed, found = read(data)
    assert listed is None
    assert "--encoding" in found[0].hint
    listed, _ = read(data, encoding="cp1252")
    assert listed.resources[0].name.text("en") == "Café"


@pytest.mark.parametrize("name", PROJECT.lists)
@pytest.mark.parametrize("form", ["csv", "xlsx", "yaml"])
def test_every_built_in_list_reads_back_the_same(read, name, form):
    (listed,) = PROJECT.lists[name]
    write = {"csv": lambda one: to_csv(one).encode(), "xlsx": to_xlsx, "yaml": lambda one: to_yaml(one).encode()}
    again, found = read(write[form](listed), name=f"mine.{form}", country=listed.country)
    assert [one for one in found if one.is_error] == []
    assert again.resources == listed.resources


def test_a_workbook_says_which_sheets_it_left_out_and_on_which_a_row_stands(tmp_path):
    from openpyxl import Workbook

    workbook = Workbook()
    del workbook["Sheet"]
    first = workbook.create_sheet("Food")
    first.append(["Agency", "Phone #", "Type"])
    first.append(["Shelf", "515-555-O142", "food"])
    second = workbook.create_sheet("Legal")
    second.append(["Name", "Tel.", "Type"])
    second.append(["Aid", 5155550145, "legal"])
    workbook.create_sheet("Notes").append(["call Ana"])
    workbook.create_sheet("Old").sheet_state = "hidden"
    path = tmp_path / "mine.xlsx"
    workbook.save(path)
    listed, found = read_list(path, country="US", kinds=PROJECT.kinds)
    assert listed
    assert [phone.number for one in listed.resources for phone in one.phones] == ["5155550145"]
    assert [one.message.split('"')[1] for one in found if one.code == "sheet-left-out"] == ["Notes", "Old"]
    assert {str(one.place.path).partition("#")[2] for one in found if one.is_error} == {"Food"}
