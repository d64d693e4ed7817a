"""Lists that were read before: found again only when nothing that reading them depends on differs."""

import pytest

from generator import recall
from generator.cache import Cache
from generator.lists import read_list
from generator.model import phone
from generator.project import known, load_project
from generator.recall import known_lists
from tests.test_cache import EDITION, FILES, NEAR

READER = "generator.project.known.read_list"


@pytest.fixture
def kept(tmp_path):
    return Cache(tmp_path / "kept")


@pytest.fixture
def read(monkeypatch, write, roots, kept):
    """Load a project, and return it, what was found in it, and the lists that were read for it."""

    def load(files=FILES, *, has_cache=True):
        names = []

        def noting(path, **told):
            names.append(path.name)
            return read_list(path, **told)

        monkeypatch.setattr(READER, noting)
        project, found = load_project(roots(write(files)), known_lists(kept if has_cache else None))
        return project, found, names

    return load


def test_lists_are_read_once_and_are_the_same_again(read):
    project, found, names = read()
    assert {"near.yaml", "us-national.yaml"} <= set(names)
    again, found_again, none = read()
    assert none == []
    assert again.lists == project.lists
    assert found_again == found
    near = again.lists["near"][0].resources[0]
    assert near.model_fields_set == project.lists["near"][0].resources[0].model_fields_set
    assert read(has_cache=False)[2] == names


def test_one_that_changed_is_read_anew_and_no_other(read):
    read()
    project, _, names = read({"content/lists/near.yaml": NEAR.replace("0118", "0119")})
    assert names == ["near.yaml"]
    assert "0119" in project.lists["near"][0].resources[0].phones[0].number


def test_what_a_reader_is_told_makes_another_list(read):
    bare = FILES | {"content/lists/near.yaml": NEAR.replace("country: US\nscope", "scope")}
    assert "near.yaml" in read(bare)[2]
    both = {
        f"content/editions/{name}.yaml": EDITION.replace("country: US", "country: CA") for name in ("spring", "autumn")
    }
    assert "near.yaml" in read(bare | both)[2]
    kinds = "kinds:\n  clinic: {label: {en: Surgery}}\n"
    assert "near.yaml" in read(bare | both | {"content/kinds.yaml": kinds})[2]
    assert read(bare | both)[2] == []


def test_other_programs_read_anew(read, monkeypatch):
    names = read()[2]
    monkeypatch.setattr(recall, "packages_here", lambda: ("other",))
    assert read()[2] == names


@pytest.mark.parametrize("damage", [b"", b"x", b"handbill cache 1\n" + b"0" * 64 + b"\n"])
def test_a_damaged_entry_is_read_anew(read, kept, damage):
    project, found, names = read()
    for path in kept.folder.rglob("*.kept"):
        path.write_bytes(damage)
    again, found_again, read_again = read()
    assert read_again == names
    assert (again.lists, found_again) == (project.lists, found)


def test_what_is_wrong_with_a_list_is_told_again(read):
    files = FILES | {"content/lists/near.yaml": NEAR.replace("kind: clinic", "knid: clinic")}
    _, found, names = read(files)
    assert "near.yaml" in names
    _, again, none = read(files)
    assert none == []
    assert again == found
    assert any(one.is_error and one.place.line == 8 for one in again)


RETIRED = "retired:\n  - {match: 515-555-0187, why: the clinic moved}\n"


def test_what_services_have_given_up_is_told_again_and_told_when_it_is_new(read):
    moved = FILES | {"content/lists/near.yaml": NEAR.replace("0118", "0187")}
    files = moved | {"content/retired.yaml": RETIRED}
    assert not [one for one in read(moved)[1] if one.code == "retired-text"]
    _, found, names = read(files)
    assert "near.yaml" in names
    (told,) = (one for one in found if one.code == "retired-text")
    assert told.place.path is not None
    assert told.place.path.name == "near.yaml"
    _, again, none = read(files)
    assert none == []
    assert again == found


def test_numbers_of_known_lists_are_not_read_again(read, monkeypatch):
    read()
    monkeypatch.setattr(phone, "_known", {})
    project = read()[0]
    monkeypatch.setattr(phone, "_read_telephone", None)  # whoever asks for more fails
    numbers = [
        (listed.country or "US", one)
        for parts in project.lists.values()
        for listed in parts
        for one in listed.resources
    ]
    dialled = [number.telephone(country).dial for country, one in numbers for number in one.phones]
    assert any(one.endswith("0118") for one in dialled)


def test_a_list_that_is_written_while_it_is_read_is_not_kept(kept, monkeypatch, write):
    changed = NEAR.replace("0118", "0119")

    def writing(path, **told):
        if path.name == "near.yaml":
            path.write_text(changed)
        return read_list(path, **told)

    near = write(FILES) / "content/lists/near.yaml"

    def number():
        listed = known.read_known(near, "US", known.Told({}), known_lists(kept)).listed
        assert listed is not None
        return listed.resources[0].phones[0].number

    monkeypatch.setattr(READER, writing)
    assert "0119" in number()
    monkeypatch.setattr(READER, read_list)
    near.write_text(NEAR)
    assert "0118" in number()
