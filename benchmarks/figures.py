"""What was measured, as figures: medians of rounds, samples brought to full size, and the ratios that are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.process import Cost

MB_A_WORKER = 400


class Run(Struct, frozen=True):
    """What one contender took for the pieces of so many editions; `measured` is fewer where the rest is reckoned.

    Figures are medians of so many `times`; see Cost for their units.
    """

    contender: str
    brands: str
    editions: int
    measured: int
    times: int
    cost: Cost

    @property
    def is_scaled(self) -> bool:
        """True when it was measured on fewer editions."""
        return self.measured < self.editions


class Ratio(Struct, frozen=True):
    """A figure that is held against a bar, which it may not exceed; without a bar it is only told.

    `unit` is empty for a ratio of two times.
    """

    title: str
    brands: str
    editions: int
    value: float
    bar: float | None = None
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """True when it stays within its bar, or has none."""
        return self.bar is None or self.value <= self.bar


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the medians of what several runs took; of memory the most. Files are those of the last run."""
    return Cost(
        wall=median(one.wall for one in costs),
        cpu=median(one.cpu for one in costs),
        peak_mb=max(one.peak_mb for one in costs),
        worker_mb=max(one.worker_mb for one in costs),
        files=costs[-1].files,
        size=costs[-1].size,
    )


def scaled(sample: Cost, measured: int, editions: int, single: Cost | None = None) -> Cost:
    """Return what so many editions would take of one whose work is the same for each.

    What it takes to start is counted once, where a run of a `single` edition tells it; memory stays as it was.
    """
    if measured >= editions:
        return sample
    if single is None or measured == 1:
        times = editions / measured
        wall, cpu = sample.wall * times, sample.cpu * times
    else:
        more = (editions - measured) / (measured - 1)
        wall = sample.wall + (sample.wall - single.wall) * more
        cpu = sample.cpu + (sample.cpu - single.cpu) * more
    files, size = sample.files * editions // measured, sample.size * editions // measured
    return replace(sample, wall=wall, cpu=cpu, files=files, size=size)


def ratios(runs: Sequence[Run]) -> tuple[Ratio, ...]:
    """Return the figures that the project is held to, of every size and kind of project that was measured."""
    by_size: dict[tuple[str, int], dict[str, Cost]] = {}
    for run in runs:
        by_size.setdefault((run.brands, run.editions), {})[run.contender] = run.cost
    found = [one for (brands, editions), costs in by_size.items() for one in _of_size(brands, editions, costs)]
    return (*found, *_growth(by_size))


_QUOTIENTS = (
    ("Handbill / WeasyPrint as usual", "handbill", "weasyprint", 0.20),
    ("Handbill without proofs / WeasyPrint as usual", "handbill-unproved", "weasyprint", 0.08),
    ("One national number changed / Handbill", "handbill-national", "handbill", 0.5),
    ("Handbill / Typst, kept open", "handbill", "typst", None),
    ("Handbill without proofs / Typst, kept open", "handbill-unproved", "typst", None),
    ("Handbill without proofs / Typst, one process a piece", "handbill-unproved", "typst-each", None),
    ("Handbill / Chromium, kept open", "handbill", "chromium-kept", None),
)
# The same of the processor's time: what a machine that is busy with other things does not change.
_OF_THE_PROCESSOR = (
    ("Handbill / WeasyPrint as usual, processor", "handbill", "weasyprint"),
    ("Handbill without proofs / WeasyPrint as usual, processor", "handbill-unproved", "weasyprint"),
    ("Handbill without proofs / Typst, kept open, processor", "handbill-unproved", "typst"),
)
_SECONDS = (
    ("Nothing changed", "handbill-same", 1.0),
    ("One county's list changed", "handbill-list", 2.5),
    ("handbill check", "check", 2.0),
)


def _of_size(brands: str, editions: int, costs: Mapping[str, Cost]) -> Iterator[Ratio]:
    for title, mine, other, bar in _QUOTIENTS:
        if {mine, other} <= costs.keys():
            yield Ratio(title, brands, editions, costs[mine].wall / costs[other].wall, bar)
    for title, mine, other in _OF_THE_PROCESSOR:
        if {mine, other} <= costs.keys():
            yield Ratio(title, brands, editions, costs[mine].cpu / costs[other].cpu)
    yield from _alone(brands, editions, costs)


def _alone(brands: str, editions: int, costs: Mapping[str, Cost]) -> Iterator[Ratio]:
    for title, mine, bar in _SECONDS:
        if mine in costs:
            yield Ratio(title, brands, editions, costs[mine].wall, bar, "s")
    if "help" in costs:
        yield Ratio("handbill --help, processor", brands, editions, costs["help"].cpu, 0.15, "s")
    if "handbill" in costs:
        yield Ratio("Largest worker", brands, editions, costs["handbill"].worker_mb, MB_A_WORKER, "MB")


def _growth(by_size: Mapping[tuple[str, int], Mapping[str, Cost]]) -> Iterator[Ratio]:
    """Yield how a cold build grows from 100 editions on, beside growing with their number."""
    for (brands, editions), costs in by_size.items():
        base = by_size.get((brands, 100), {})
        if editions > 100 and "handbill" in costs and "handbill" in base:
            growth = costs["handbill"].wall / base["handbill"].wall / (editions / 100)
            yield Ratio("Growth from 100 editions / linear", brands, editions, growth, 1.0)
