"""Figures as text: for the terminal, and as Markdown for the docs."""

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.contenders import EVERY, HANDBILL
from benchmarks.figures import Ratio, Run, ratios

BRANDS = {"one": "Counties of one organisation", "own": "Counties that each have a brand and a theme of their own"}

# Who starts processes that work for it; of others only what they look up is seen, if anything.
WITH_WORKERS = frozenset({"chromium", "chromium-kept", *(one.id for one in HANDBILL)}) - {"handbill-same"}


def told(runs: Sequence[Run]) -> str:
    """Return the ratios as lines for the terminal, those that exceed their bar marked."""
    lines = []
    for one in ratios(runs):
        bar = f"at most {_bar(one)}" if one.bar is not None else ""
        verdict = "" if one.is_met else "  exceeded"
        size = f"{one.brands} {one.editions:>5}"
        lines.append(f"{size}  {one.title:58}{_number(one.value):>9} {one.unit:3} {bar}{verdict}".rstrip())
    return "\n".join(lines)


def markdown(runs: Sequence[Run]) -> str:
    """Return the tables of all figures: for each kind of project the ratios, then what every contender took."""
    return "\n\n".join(part for brands in BRANDS for part in _of_brands(runs, brands))


def _of_brands(runs: Sequence[Run], brands: str) -> Iterator[str]:
    those = [one for one in runs if one.brands == brands]
    if not those:
        return
    sizes = sorted({one.editions for one in those})
    yield f"### {BRANDS[brands]}"
    yield _table(
        ("", "bar", *(_editions(size) for size in sizes)), _ratio_rows([*ratios(runs)], brands, sizes), right=2
    )
    head = ("", "editions", "seconds", "of the processor", "largest process", "largest worker", "files", "bytes")
    yield _table(head, (_cost_row(one) for one in sorted(those, key=_order) if one.contender != "help"), right=1)


def _order(run: Run) -> tuple[int, int]:
    return run.editions, [*EVERY].index(run.contender)


def _ratio_rows(found: Sequence[Ratio], brands: str, sizes: Sequence[int]) -> Iterator[Sequence[str]]:
    those = [one for one in found if one.brands == brands]
    for title in dict.fromkeys(one.title for one in those):
        by_size = {one.editions: one for one in those if one.title == title}
        yield title, _bar(next(iter(by_size.values()))), *(_value(by_size.get(size)) for size in sizes)


def _bar(one: Ratio) -> str:
    return "" if one.bar is None else f"{one.bar:g} {one.unit}".strip()


def _value(one: Ratio | None) -> str:
    if one is None:
        return ""
    text = f"{_number(one.value)} {one.unit}".strip()
    return text if one.is_met else f"{text} (over)"


def _cost_row(run: Run) -> Sequence[str]:
    cost = run.cost
    mark = " *" if run.is_scaled else ""
    seconds = f"{_number(cost.wall)}{mark}", f"{_number(cost.cpu)}{mark}"
    worker = f"{cost.worker_mb:.0f} MB" if run.contender in WITH_WORKERS else ""
    made = (f"{cost.files:,}", f"{cost.size / 1e6:.1f} MB") if cost.files else ("", "")
    return EVERY[run.contender].title, f"{run.editions:,}", *seconds, f"{cost.peak_mb:.0f} MB", worker, *made


def _editions(size: int) -> str:
    return f"{size:,} edition{'s' if size > 1 else ''}"


def _number(value: float) -> str:
    """Return a figure with the digits that mean something: three after the point below one, none from 100 on."""
    for least, digits in ((100, 0), (10, 1), (1, 2)):
        if value >= least:
            return f"{value:,.{digits}f}"
    return f"{value:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: int) -> str:
    """Return a table of Markdown; its columns from number `right` on are set to the right."""
    under = ["---" if column < right else "---:" for column in range(len(head))]
    lines = [head, under, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
