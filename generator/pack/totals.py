"""What all pieces of an event come to: by product, by the paper that shops print on, and by the sheets to buy."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from generator.model.stock import Stock
from generator.pack.order import OrderLine
from generator.pack.runs import RunLine


class ProductTotal(Struct, frozen=True):
    """How many of one product are printed, in all languages and sizes."""

    title: str
    files: int
    press: int
    office: int
    spares: int

    @property
    def total(self) -> int:
        """All that are wanted; spares come on top."""
        return self.press + self.office


class PaperTotal(Struct, frozen=True):
    """How many pieces a shop prints on one paper."""

    paper: str
    files: int
    pieces: int


class StockTotal(Struct, frozen=True):
    """The sheets that the office needs of one stock. `packs` is None where nothing says how many are in one."""

    stock: str
    files: int
    sheets: int
    part_used: int
    pack: int | None

    @property
    def to_buy(self) -> int:
        """Whole sheets: those that no part-used sheet stands in for."""
        return self.sheets - self.part_used

    @property
    def packs(self) -> int | None:
        """The packs that hold them."""
        return -(-self.to_buy // self.pack) if self.pack else None


class Totals(Struct, frozen=True):
    """Everything added up, each in the order in which it first comes."""

    products: tuple[ProductTotal, ...]
    papers: tuple[PaperTotal, ...]
    stocks: tuple[StockTotal, ...]


def totals_of(orders: Sequence[OrderLine], runs: Sequence[RunLine], stocks: Mapping[str, Stock]) -> Totals:
    """Return the totals; `stocks` are those of the run list by id."""
    titles = dict.fromkeys((*(line.title for line in orders), *(line.title for line in runs)))
    papers = dict.fromkeys(line.paper for line in orders)
    return Totals(
        products=tuple(_of_product(title, orders, runs) for title in titles),
        papers=tuple(_of_paper(paper, [line for line in orders if line.paper == paper]) for paper in papers),
        stocks=tuple(
            _of_stock(stocks[name], [line for line in runs if line.stock_id == name])
            for name in dict.fromkeys(line.stock_id for line in runs)
        ),
    )


def _of_product(title: str, orders: Iterable[OrderLine], runs: Iterable[RunLine]) -> ProductTotal:
    ordered = [line for line in orders if line.title == title]
    run = [line for line in runs if line.title == title]
    return ProductTotal(
        title,
        files=len(ordered) + len(run),
        press=sum(line.quantity for line in ordered),
        office=sum(line.copies for line in run),
        spares=sum(line.spares for line in run),
    )


def _of_paper(paper: str, lines: Sequence[OrderLine]) -> PaperTotal:
    return PaperTotal(paper, len(lines), sum(line.quantity for line in lines))


def _of_stock(stock: Stock, lines: Sequence[RunLine]) -> StockTotal:
    part_used = sum(len(line.part_used) for line in lines)
    return StockTotal(stock.title, len(lines), sum(line.sheets for line in lines), part_used, stock.pack)
