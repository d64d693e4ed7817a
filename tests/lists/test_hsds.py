"""Open Referral HSDS: one record, an array, a page, tables in a folder or a zip; and out again without loss."""

import json
import zipfile

import pytest

from generator.lists import read_list, read_rows
from generator.lists.hsds_service import to_hsds

LOCATION = {
    "id": "l1", "location_type": "physical", "name": "Town Hall", "latitude": 41.6, "longitude": -93.6,
    "addresses": [
        {"id": "a2", "address_1": "PO Box 9", "city": "Riverbend", "address_type": "postal", "country": "US"},
        {"id": "a1", "address_1": "12 Depot Sq", "city": "Riverbend", "state_province": "IA", "postal_code": "50001",
         "country": "US", "address_type": "physical"},
    ],
}  # fmt: skip
SERVICE = {
    "id": "s1", "name": "Food shelf", "status": "active", "description": "Groceries for anyone.",
    "url": "https://example.org/food", "email": "food@example.org",
    "organization": {"id": "o1", "name": "Larkin Aid", "description": "Aid", "website": "https://example.org"},
    "phones": [
        {"id": "p1", "number": "\"515-555-0142\"", "extension": 7, "type": "voice",
         "languages": [{"code": "es", "name": "Spanish"}]},
        {"id": "p2", "number": "515-555-0143", "type": "fax"},
        {"id": "p3", "number": "741741", "type": "text", "description": "Text HOME to"},
    ],
    "schedules": [{"opens_at": "09:00:00", "closes_at": "17:00:00", "byday": "MO,WE", "freq": "WEEKLY",
                   "valid_to": "2027-03-01"}],
    "service_at_locations": [{"id": "x1", "location": LOCATION}],
    "attributes": [{"taxonomy_term": {"name": "Food"}}],
    "assured_date": "2026-10-01", "assurer_email": "list@example.org",
    "future_key": {"of": "a later version"},
}  # fmt: skip


@pytest.fixture
def take(tmp_path, kinds):
    def read(record, name="l.json"):
        path = tmp_path / name
        path.write_text(record if isinstance(record, str) else json.dumps(record), "utf-8")
        outcomes, found = read_rows(path, country="US", kinds=kinds)
        return (outcomes.rows if outcomes else ()), found

    return read


def with_(**fields):
    return {**SERVICE, **fields}


def test_a_service_comes_with_all_that_is_printed(take):
    (row,), _ = take(SERVICE)
    one = row.resource
    assert one.name.text("en") == "Larkin Aid: Food shelf"
    assert [(phone.number, phone.extension, phone.languages) for phone in one.phones] == [
        ("515-555-0142", "7", ("es",))
    ]
    assert [(line.number, line.keyword, line.guessed) for line in one.texts] == [("741741", "HOME", True)]
    assert one.address.printed == "12 Depot Sq, Riverbend, IA 50001"
    assert (one.area.point.latitude, one.kind) == (41.6, "food")
    assert [(opening.days, opening.opens) for opening in one.hours.openings] == [(("mon", "wed"), "09:00")]
    assert (str(one.checked), one.checked_by, str(one.print_until)) == ("2026-10-01", "list@example.org", "2027-03-01")
    assert "Fax: 515-555-0143" in one.notes


@pytest.mark.parametrize(
    "shape",
    [
        lambda one: one,
        lambda one: [one],
        lambda one: {"total_items": 1, "contents": [one]},
        lambda one: {**LOCATION, "id": "x", "location": LOCATION, "service": one, "location_type": None},
        lambda one: {
            "id": "o1",
            "name": "Larkin Aid",
            "services": [{k: v for k, v in one.items() if k != "organization"}],
        },
    ],
)
def test_every_shape_of_json_gives_the_service(take, shape):
    rows, _ = take(shape(SERVICE))
    assert [row.resource.phones[0].number for row in rows] == ["515-555-0142"]


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed"])
def test_what_is_not_active_is_rejected_by_name(take, status):
    (row,), _ = take(with_(status=status))
    assert row.resource is None
    assert f'"Food shelf", is {status}' in row.found[0].message


def test_what_is_excluded_from_directories_is_not_printed(take):
    (row,), _ = take(with_(exclude_from_directory=True))
    assert "excluded" in row.found[0].message


def test_around_the_clock_is_00_00_to_23_59_on_every_day(take):
    week = "MO,TU,WE,TH,FR,SA,SU"
    (row,), _ = take(with_(schedules=[{"opens_at": "00:00", "closes_at": "23:59", "byday": week, "freq": "WEEKLY"}]))
    assert row.resource.hours.always


def test_a_key_to_press_in_a_description_is_a_guess(take):
    phone = {"number": "988", "type": "voice", "description": "Press 2 for Spanish"}
    (row,), _ = take(with_(phones=[phone]))
    assert [(one.menu, one.languages, one.guessed) for one in row.resource.phones] == [
        (None, (), True),
        ("2", ("es",), True),
    ]
    assert any(one.code == "guessed-cell" for one in row.found)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"phones": [{"number": "1.8E+10", "type": "voice"}]}, "lost"),
        ({"phones": [{"number": "515-555-O142", "type": "voice"}]}, "letter O"),
        ({"email": "not an address"}, "e-mail"),
    ],
)
def test_a_fact_that_cannot_be_used_is_named_and_kept_as_a_note(take, fields, said):
    (row,), _ = take(with_(**fields))
    assert said in " ".join(one.message for one in row.found)
    assert any("not understood" in note for note in row.resource.notes)


def test_a_service_at_two_places_is_two_resources(take):
    door = {"id": "a3", "address_1": "220 Mill St", "city": "Riverbend", "address_type": "physical", "country": "US"}
    other = {**LOCATION, "id": "l2", "name": "Mill", "addresses": [door]}
    places = [{"id": "x1", "location": LOCATION}, {"id": "x2", "location": other}]
    rows, _ = take(with_(service_at_locations=places))
    assert [row.id for row in rows] == ["x1", "x2"]
    assert [row.resource.address.street for row in rows] == ["12 Depot Sq", "220 Mill St"]


TABLES = {
    "organizations.csv": "id,name,description\no1,Larkin Aid,Aid\n",
    "services.csv": "id,organization_id,name,status,description\ns1,o1,Food shelf,active,Groceries\n",
    "phones.csv": 'id,service_id,number,type\np1,s1,"""515-555-0142""",voice\n',
    "locations.csv": "id,location_type,latitude,longitude\nl1,physical,41.6,-93.6\n",
    "service_at_location.csv": "id,service_id,location_id\nx1,s1,l1\n",
    "datapackage.json": "{}",
}
NEW_ADDRESS = "id,location_id,address_1,city,country,address_type\na1,l1,12 Depot Sq,Riverbend,US,physical\n"
OLD_ADDRESS = "id,location_id,address_1,city,country\na1,l1,12 Depot Sq,Riverbend,US\n"


@pytest.mark.parametrize(("name", "text"), [("addresses.csv", NEW_ADDRESS), ("physical_addresses.csv", OLD_ADDRESS)])
@pytest.mark.parametrize("is_zipped", [False, True])
def test_tables_in_a_folder_or_a_zip_are_joined(tmp_path, kinds, name, text, is_zipped):
    files = {**TABLES, name: text}
    path = tmp_path / ("tables.zip" if is_zipped else "tables")
    if is_zipped:
        with zipfile.ZipFile(path, "w") as archive:
            for file, content in files.items():
                archive.writestr(f"hsds/{file}", content)
    else:
        path.mkdir()
        for file, content in files.items():
            (path / file).write_text(content)
    outcomes, found = read_rows(path, country="US", kinds=kinds)
    assert found == ()
    assert outcomes
    one = outcomes.rows[0].resource
    assert one
    assert one.address
    assert one.phones[0].number == "515-555-0142"
    assert one.address.printed == "12 Depot Sq, Riverbend"


# Where a zip says of an entry how it is locked and packed: in the entry itself, and in the list at the end.
@pytest.mark.parametrize(
    ("local", "listed", "number", "said"),
    [(6, 8, 1, "password"), (8, 10, 99, "compression"), (4, 6, 99, "version")],
)
def test_a_zip_that_is_locked_or_packed_in_an_unknown_way_is_told(tmp_path, kinds, local, listed, number, said):
    path = tmp_path / "tables.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("services.csv", TABLES["services.csv"])
    data = bytearray(path.read_bytes())
    data[local] = number
    data[data.index(b"PK\x01\x02") + listed] = number
    path.write_bytes(data)
    _, found = read_rows(path, country="US", kinds=kinds)
    assert [one.code for one in found] == ["broken-zip"]
    assert said in found[0].message


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [("{", "broken-json", 1), ('{"contents": [\n{"id": }]}', "broken-json", 2), ("[" * 5000, "too-deep", None),
     ("{}", "empty-list", None), ('{"contents": []}', "empty-list", None), ("[1, 2]", "empty-list", None)],
)  # fmt: skip
def test_what_is_no_hsds_is_said_with_its_place(take, text, code, line):
    rows, found = take(text)
    assert rows == ()
    assert [(one.code, one.place.line) for one in found] == [(code, line)]


def test_an_export_that_somebody_edited_means_what_it_says_now(tmp_path, kinds, take):
    (row,), _ = take(SERVICE)
    from generator.model.resource import ResourceList

    page = json.loads(to_hsds(ResourceList(country="US", resources=(row.resource,))))
    page["contents"][0]["phones"][0]["number"] = "515-555-0199"
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(page))
    listed, _ = read_list(path, country="US", kinds=kinds)
    assert listed
    assert listed.entries[0].phones[0].number == "515-555-0199"
