"""Every stock file against figures that do not stand in it: the gaps and the right and bottom margins."""

import csv
from pathlib import Path

import pytest
from msgspec import Struct

from generator.catalog import Roots
from generator.model.stock import Stock
from generator.model.written import validate
from generator.project import load_project
from generator.source import read_yaml
from generator.units import Box

STOCKS = Path(__file__).parents[1] / "templates" / "stocks"
WITHIN_MM = 0.05
MM = {"in": 25.4, "mm": 1.0}


class Drawn(Struct, frozen=True):
    """A sheet measured from its right and bottom edges, in its maker's unit."""

    id: str
    unit: str
    width: float
    height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    gap_x: float
    gap_y: float
    right: float
    bottom: float

    def slots(self) -> list[tuple[float, float, float, float]]:
        """Return the edges of every slot in millimetres, counted back from the right and the bottom edge."""
        scale = MM[self.unit]
        found: list[tuple[float, float, float, float]] = []
        for up in reversed(range(self.rows)):
            for back in reversed(range(self.columns)):
                x2 = (self.width - self.right - back * (self.label_width + self.gap_x)) * scale
                y2 = (self.height - self.bottom - up * (self.label_height + self.gap_y)) * scale
                found.append((x2 - self.label_width * scale, y2 - self.label_height * scale, x2, y2))
        return found


# Unit, sheet width and height, columns, rows, label width and height, gaps across and down, margins at the
# right and the bottom. Labels and cards: gLabels and LibreOffice databases, as named in each file.
DRAWN = (
    Drawn("avery-5371", "in", 8.5, 11, 2, 5, 3.5, 2, 0.0, 0, 0.75, 0.5),
    Drawn("avery-8373", "in", 8.5, 11, 2, 4, 3.5, 2, 0.5, 0.5, 0.5, 0.75),
    Drawn("avery-5388", "in", 8.5, 11, 1, 3, 5, 3, 0, 0, 1.75, 1),
    Drawn("avery-8389", "in", 8.5, 11, 1, 2, 6, 4, 0, 0.5, 1.25, 1.25),
    Drawn("avery-5389", "in", 8.5, 11, 1, 2, 6, 4, 0, 0.5, 1.25, 1.25),
    Drawn("avery-8387", "in", 11, 8.5, 2, 2, 5.5, 4.25, 0.0, 0.0, 0.0, 0.0),
    Drawn("avery-8383", "in", 8.5, 11, 2, 2, 4.25, 5.5, 0.0, 0.0, 0.0, 0.0),
    Drawn("avery-5305", "in", 8.5, 11, 1, 2, 8.5, 5, 0.0, 0, 0.0, 0.5),
    Drawn("avery-5309", "in", 11, 8.5, 1, 1, 11, 7, 0, 0, 0, 0.75),
    Drawn("avery-5302", "in", 8.5, 11, 2, 2, 3.5, 4, 0.0, 0, 0.75, 1.5),
    Drawn("avery-5395", "in", 8.5, 11, 2, 4, 3.375, 2.3333, 0.375, 0.1667, 0.6875, 0.5834),
    Drawn("avery-5390", "in", 8.5, 11, 2, 4, 3.5, 2.1667, 0.0, 0.0, 0.75, 1.1665),
    Drawn("avery-5392", "in", 8.5, 11, 2, 3, 4, 3, 0, 0, 0.25, 1),
    Drawn("avery-74459", "in", 8.5, 11, 2, 3, 4, 3, 0, 0, 0.25, 1),
    Drawn("avery-5361", "in", 8.5, 11, 1, 3, 3.25, 2, 0.0, 1.6665, 0.9374, 0.8335),
    Drawn("avery-5160", "in", 8.5, 11, 3, 10, 2.625, 1, 0.125, 0, 0.1875, 0.5),
    Drawn("avery-5163", "in", 8.5, 11, 2, 5, 4, 2, 0.1875, 0, 0.1562, 0.5),
    Drawn("avery-5164", "in", 8.5, 11, 2, 3, 4, 3.33333, 0.1875, 0.0, 0.1562, 0.5),
    Drawn("avery-5315", "in", 11, 8.5, 2, 1, 5.5, 8.5, 0.0, 0.0, 0.0, 0.0),
    Drawn("avery-c32011", "mm", 210, 297, 2, 5, 85, 54, 10, 0, 15, 13.5),
    Drawn("avery-c32015", "mm", 210, 297, 2, 4, 85, 54, 6, 6, 17, 31.5),
    Drawn("avery-l7414", "mm", 210, 297, 2, 5, 90, 52, 0, 0, 15, 18.5),
    Drawn("avery-l7413", "mm", 210, 297, 2, 5, 90, 50.8, 0, 0.0, 15, 21.5),
    Drawn("avery-l7417", "mm", 210, 297, 2, 5, 90, 54, 0, 0, 15, 13.5),
    Drawn("avery-j8414", "mm", 210, 297, 2, 5, 87, 50.8, 6, 0.0, 15, 21.5),
    Drawn("avery-l7418", "mm", 210, 297, 2, 4, 86, 55, 0, 0, 19, 38.5),
    Drawn("avery-l4785", "mm", 210, 297, 2, 5, 80, 50, 15, 5, 17, 14),
    Drawn("avery-l7160", "mm", 210, 297, 3, 7, 63.5, 38.1, 2.54, 0.0, 7.22, 15.15),
    Drawn("avery-l7163", "mm", 210, 297, 2, 7, 99.06, 38.1, 2.54, 0.0, 4.67, 15.15),
    Drawn("avery-l7165", "mm", 210, 297, 2, 4, 99.06, 67.73, 2.54, 0.0, 4.67, 13.04),
    Drawn("zweckform-32257", "mm", 210, 297, 1, 2, 210, 140, 0, 0, 0, 8.5),
    Drawn("zweckform-32252", "mm", 297, 210, 2, 2, 148.5, 105, 0.0, 0, 0.0, 0),
    Drawn("avery-c9355", "mm", 210, 297, 1, 2, 148, 105, 0, 15, 31, 36),
    Drawn("zweckform-32254", "mm", 210, 297, 2, 4, 105, 70, 0, 0, 0, 8.5),
    # Plain paper, from arithmetic alone
    Drawn("letter", "in", 8.5, 11, 1, 1, 8.5, 11, 0, 0, 0, 0),
    Drawn("legal", "in", 8.5, 14, 1, 1, 8.5, 14, 0, 0, 0, 0),
    Drawn("tabloid", "in", 11, 17, 1, 1, 11, 17, 0, 0, 0, 0),
    Drawn("a3", "mm", 297, 420, 1, 1, 297, 420, 0, 0, 0, 0),
    Drawn("a4", "mm", 210, 297, 1, 1, 210, 297, 0, 0, 0, 0),
    Drawn("a5", "mm", 148, 210, 1, 1, 148, 210, 0, 0, 0, 0),
    Drawn("executive", "in", 7.25, 10.5, 1, 1, 7.25, 10.5, 0, 0, 0, 0),
    Drawn("super-b", "in", 13, 19, 1, 1, 13, 19, 0, 0, 0, 0),
    Drawn("arch-c", "in", 18, 24, 1, 1, 18, 24, 0, 0, 0, 0),
    Drawn("arch-d", "in", 24, 36, 1, 1, 24, 36, 0, 0, 0, 0),
    Drawn("a0", "mm", 841, 1189, 1, 1, 841, 1189, 0, 0, 0, 0),
    Drawn("a1", "mm", 594, 841, 1, 1, 594, 841, 0, 0, 0, 0),
    Drawn("a2", "mm", 420, 594, 1, 1, 420, 594, 0, 0, 0, 0),
    Drawn("a6", "mm", 105, 148, 1, 1, 105, 148, 0, 0, 0, 0),
    Drawn("sra3", "mm", 320, 450, 1, 1, 320, 450, 0, 0, 0, 0),
    Drawn("letter-cards-10up", "in", 8.5, 11, 2, 5, 3.5, 2, 0, 0, 0.75, 0.5),
    Drawn("letter-4up", "in", 8.5, 11, 2, 2, 4.25, 5.5, 0, 0, 0, 0),
    Drawn("letter-2up", "in", 11, 8.5, 2, 1, 5.5, 8.5, 0, 0, 0, 0),
    Drawn("a4-cards-8up", "mm", 210, 297, 2, 4, 85, 54, 6, 6, 17, 31.5),
    Drawn("a4-2up", "mm", 297, 210, 2, 1, 148, 210, 0, 0, 0.5, 0),
    Drawn("a4-4up", "mm", 210, 297, 2, 2, 105, 148, 0, 0, 0, 0.5),
)


def load(path: Path) -> Stock:
    document, found = read_yaml(path)
    assert document is not None, found
    value, problems = validate(Stock, document)
    assert value is not None, problems
    return value


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: drawn.id)
def test_slots_lie_where_the_other_margins_put_them(drawn: Drawn) -> None:
    stock = load(STOCKS / f"{drawn.id}.yaml")
    assert stock.sheet.width == pytest.approx(drawn.width * MM[drawn.unit], abs=WITHIN_MM)
    assert stock.sheet.height == pytest.approx(drawn.height * MM[drawn.unit], abs=WITHIN_MM)
    expected = drawn.slots()
    assert len(stock.slots) == len(expected) == drawn.columns * drawn.rows
    for slot, edges in zip(stock.slots, expected, strict=True):
        assert slot.edges == pytest.approx(edges, abs=WITHIN_MM)


# Figures of two label databases as they stand in them, in millimetres: gLabels-qt at commit 4c0ce11 (26 May 2025)
# and LibreOffice 7.4.7. Part numbers of which neither has a drawing that can be compared, with the reason.
DATABASES = Path(__file__).parent / "data" / "label_sheets.csv"
NOT_IN_A_DATABASE = {
    "avery-5302": "in neither",
    "avery-5305": "both give a part of each card, its front face or what can be printed on, not the whole card",
    "avery-5309": "LibreOffice gives what can be printed on, not the whole card",
    "avery-74459": "in neither; the same sheet as 5392, which is",
    "avery-8383": "in neither; the same sheet as 8387 turned, which is",
}


def database_rows() -> list[dict[str, str]]:
    with DATABASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", database_rows(), ids=lambda row: f"{row['database']}-{row['part']}")
def test_slots_lie_where_the_label_databases_put_them(row: dict[str, str]) -> None:
    stock = load(STOCKS / f"{row['stock']}.yaml")
    figure = {name: float(row[name]) for name in list(row)[3:]}
    assert (stock.sheet.width, stock.sheet.height) == pytest.approx(
        (figure["sheet_width"], figure["sheet_height"]), abs=WITHIN_MM
    )
    places = [(line, column) for line in range(int(figure["rows"])) for column in range(int(figure["columns"]))]
    assert len(stock.slots) == len(places)
    for slot, (line, column) in zip(stock.slots, places, strict=True):
        left, top = figure["x"] + column * figure["pitch_x"], figure["y"] + line * figure["pitch_y"]
        edges = (left, top, left + figure["width"], top + figure["height"])
        assert slot.edges == pytest.approx(edges, abs=WITHIN_MM)


def test_every_label_sheet_is_in_a_database_or_says_why_not() -> None:
    labels = {path.stem for path in STOCKS.glob("*.yaml") if path.stem.startswith(("avery-", "zweckform-"))}
    assert {row["stock"] for row in database_rows()} | set(NOT_IN_A_DATABASE) == labels
    assert not {row["stock"] for row in database_rows()} & set(NOT_IN_A_DATABASE)


def test_every_part_number_finds_its_stock(builtin: Roots) -> None:
    project, _ = load_project(builtin)
    aliases = {alias: name for name, one in project.stocks.items() for alias in one.value.aliases}
    assert len(aliases) > 80
    for alias, name in aliases.items():
        for written in (alias, alias.lower(), alias.upper()):
            found = project.find_stock(written)
            assert found is not None
            assert found.id == name


@pytest.mark.parametrize("path", sorted(STOCKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_slot_leaves_its_sheet_or_meets_another(path: Path) -> None:
    stock = load(path)
    sheet = Box(0, 0, stock.sheet.width, stock.sheet.height)
    for number, slot in enumerate(stock.slots):
        assert sheet.contains(slot, within=WITHIN_MM)
        assert not any(slot.overlaps(other, by_more_than=WITHIN_MM) for other in stock.slots[number + 1 :])


def test_every_stock_file_is_in_the_table() -> None:
    assert {path.stem for path in STOCKS.glob("*.yaml")} == {drawn.id for drawn in DRAWN}
    assert len(DRAWN) == len({drawn.id for drawn in DRAWN})


def test_slots_of_5371_in_inches_as_published() -> None:
    slots = load(STOCKS / "avery-5371.yaml").slots
    corners = [(round(slot.x / 25.4, 4), round(slot.y / 25.4, 4)) for slot in slots]
    assert corners[:4] == [(0.75, 0.5), (4.25, 0.5), (0.75, 2.5), (4.25, 2.5)]
    assert corners[-1] == (4.25, 8.5)
    assert {(round(slot.width, 4), round(slot.height, 4)) for slot in slots} == {(88.9, 50.8)}


@pytest.mark.parametrize("path", sorted(STOCKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_stock_names_its_source_and_is_no_part_of_a_makers_range(path: Path) -> None:
    stock = load(path)
    assert stock.source
    assert stock.confidence.split()[0].strip("(;,:") in {"high", "medium", "low", "medium-high", "low-medium"}
    if path.stem.startswith(("avery-", "zweckform-")):
        assert "(fits " in stock.title
        assert stock.cut == "perforated"
    else:
        assert stock.cut == "trim"


def test_part_numbers_are_shared_by_no_two_stocks() -> None:
    aliases = [alias.lower() for path in STOCKS.glob("*.yaml") for alias in load(path).aliases]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & {path.stem.partition("-")[2] for path in STOCKS.glob("*.yaml")}


def test_cards_of_both_systems_fill_their_stocks() -> None:
    from generator.units import Size

    assert load(STOCKS / "avery-5371.yaml").holds(Size.parse("3.5in x 2in"))
    assert load(STOCKS / "avery-c32011.yaml").holds(Size.parse("85mm x 54mm"))
    assert not load(STOCKS / "avery-l7414.yaml").holds(Size.parse("85mm x 54mm"))


CARD_SHEETS = (
    "avery-5371",
    "avery-8373",
    "avery-c32011",
    "avery-c32015",
    "letter-cards-10up",
    "a4-cards-8up",
)


@pytest.mark.parametrize("name", CARD_SHEETS)
def test_card_sheets_are_centred_so_that_backs_meet_fronts(name: str) -> None:
    stock = load(STOCKS / f"{name}.yaml")
    left = min(slot.x for slot in stock.slots)
    right = max(slot.right for slot in stock.slots)
    assert left == pytest.approx(stock.sheet.width - right, abs=WITHIN_MM)
