"""A file comes into a list row by row, and comes again without undoing what people did in between."""

import pytest

from generator.lists import read_rows
from generator.lists.importing import fingerprints, import_rows, read_area, read_fingerprints
from generator.lists.report import summary, to_markdown

HEAD = "name,kind,phone,hours,cost\n"


@pytest.fixture
def take(tmp_path, kinds):
    """Import rows of CSV into a list."""

    def into(rows, **options):
        path = tmp_path / "services.csv"
        path.write_text(HEAD + rows, "utf-8")
        outcomes, found = read_rows(path, country="US", kinds=kinds)
        assert outcomes, found
        return import_rows(path, outcomes, **options)

    return into


def edited(report, id_, **fields):
    entries = tuple(one.model_copy(update=fields) if one.id == id_ else one for one in report.listed.entries)
    return report.listed.model_copy(update={"entries": entries})


def again(take, rows, before, listed=None):
    return take(rows, existing=listed or before.listed, before=read_fingerprints(before.fingerprints))


def test_every_row_is_understood_queried_or_rejected(take):
    report = take("Elm,food,515-555-0142,,\nOak,food,515-555-0143 and 5.155550144E+09,,\nAsh,food,none,,\n")
    assert [one.id for one in report.understood] == ["elm"]
    assert [one.id for one in report.queried] == ["oak"]
    assert [(one.id, one.row) for one in report.rejected] == [("ash", 4)]
    assert summary(report).startswith("3 rows read, 1 understood, 1 to confirm, 1 rejected, 2 added")
    told = to_markdown(report)
    assert "row 3, column C" in told
    assert "row 4" in told
    assert "Elm" in told


def test_a_second_import_of_the_same_changes_nothing(take):
    first = take("Elm,food,515-555-0142,Mon-Fri 9-5,Free\n")
    second = again(take, "Elm,food,515-555-0142,Mon-Fri 9-5,Free\n", first)
    assert second.listed == first.listed
    assert (second.added, second.changed, second.gone, second.kept) == ((), (), (), ())


def test_a_second_import_names_what_is_added_changed_and_gone(take):
    first = take("Elm,food,515-555-0142,,\nOak,food,515-555-0143,,\n")
    second = again(take, "Elm,food,515-555-0149,,\nAsh,food,515-555-0144,,\n", first)
    assert second.added == ("ash",)
    assert [(one.id, one.fields) for one in second.changed] == [("elm", ("phones",))]
    assert second.gone == ("oak",)
    assert [one.id for one in second.listed.entries] == ["elm", "ash"]


def test_a_row_that_cannot_be_read_any_more_is_rejected_and_not_gone(take):
    first = take("Elm,food,515-555-0142,,\n")
    second = again(take, "Elm,food,515-555-O142,,\n", first)
    assert [one.id for one in second.rejected] == ["elm"]
    assert [one.id for one in second.listed.entries] == ["elm"]
    assert second.gone == ()


def test_what_a_person_edited_stays_and_the_file_says_something_else_is_told(take):
    first = take("Elm,food,515-555-0142,,Free\n")
    mine = edited(
        first, "elm", cost=first.listed.entries[0].cost.model_copy(update={"texts": {"": "Give what you can"}})
    )
    same = again(take, "Elm,food,515-555-0142,,Free\n", first, mine)
    assert same.listed.entries[0].cost.text("en") == "Give what you can"
    assert same.kept == ()
    news = again(take, "Elm,food,515-555-0142,,Five dollars\n", first, mine)
    assert news.listed.entries[0].cost.text("en") == "Give what you can"
    assert [(one.id, one.field) for one in news.kept] == [("elm", "cost")]


def test_a_check_stays_with_the_same_number_and_goes_with_another(take):
    from datetime import date

    first = take("Elm,food,515-555-0142,,\n")
    checked = edited(first, "elm", checked=date(2026, 11, 1), checked_by="Ana")
    same = again(take, "Elm,food,515-555-0142,,Free\n", first, checked)
    assert same.listed.entries[0].checked == date(2026, 11, 1)
    other = again(take, "Elm,food,515-555-0149,,\n", first, checked)
    assert other.listed.entries[0].checked is None
    assert other.listed.entries[0].phones[0].checked is None


def test_an_area_is_given_to_what_names_none(take):
    report = take("Elm,food,515-555-0142,,\n", area=read_area("Larkin County, IA", "US"))
    area = report.listed.entries[0].area
    assert (area.country, area.region, area.county) == ("US", "IA", "Larkin")


@pytest.mark.parametrize(
    ("typed", "region", "county", "codes"),
    [
        ("IA", "IA", None, ()),
        ("Larkin County", None, "Larkin", ()),
        ("Larkin, IA", "IA", "Larkin", ()),
        ("50001, 50002", None, None, ("50001", "50002")),
    ],
)
def test_areas_are_read_as_typed(typed, region, county, codes):
    area = read_area(typed, "US")
    assert (area.region, area.county, area.postal_codes) == (region, county, codes)


def test_an_area_of_nothing_is_refused():
    with pytest.raises(ValueError, match="county"):
        read_area(" , ", "US")


def test_what_is_remembered_is_read_back_and_anything_else_is_not(take):
    report = take("Elm,food,515-555-0142,,\n")
    assert read_fingerprints(report.fingerprints) == fingerprints(report.listed.entries)
    assert read_fingerprints("[]") is None
    assert read_fingerprints("{") is None
