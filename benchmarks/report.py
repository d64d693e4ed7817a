"""The report: speed.json with all figures, speed.svg with the plot, and the parts of the docs that say them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field, to_builtins

from benchmarks.contenders import EVERY, ROOT
from benchmarks.figures import Run
from benchmarks.plot import drawn
from benchmarks.process import Cost
from benchmarks.tables import markdown

BEGIN, END = "<!-- written by ./handbill-bench -->", "<!-- end -->"
FIGURES, PLOT, TEXT = "speed.json", "speed.svg", "speed.md"


class Report(Struct, frozen=True):
    """All that was measured in one go: with which versions, how many workers, and who was left out and why."""

    runs: tuple[Run, ...]
    versions: Mapping[str, str] = field(default_factory=dict)
    jobs: int = 1
    cores: int = 1
    skipped: Mapping[str, str] = field(default_factory=dict)


def read_report(folder: Path) -> Report:
    """Return the report that stands in a folder. Raises OSError where there is none."""
    tree = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    runs = tuple(Run(**{**one, "cost": Cost(**one["cost"])}) for one in tree.pop("runs"))
    return Report(runs, **tree)


def write_report(report: Report, folder: Path) -> None:
    """Write the figures and the plot into a folder, and tell them: in the docs when it is theirs, else in speed.md."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FIGURES).write_text(as_json(report), encoding="utf-8")
    report = read_report(folder)  # so that all say what the figures do, which are rounded
    (folder / PLOT).write_text(drawn(report.runs), encoding="utf-8")
    if folder.resolve() == ROOT / "docs":
        put_between_marks(folder / TEXT, of_docs(report))
        put_between_marks(ROOT / "README.md", of_readme(report))
    else:
        (folder / TEXT).write_text(of_docs(report), encoding="utf-8")


def as_json(report: Report) -> str:
    """Return the figures as they stand in speed.json, times to a thousandth and memory to a tenth."""
    tree = to_builtins(report)
    for one in tree["runs"]:
        digits = {"wall": 3, "cpu": 3, "peak_mb": 1, "worker_mb": 1}
        one["cost"] = {name: round(value, digits.get(name, 0)) for name, value in one["cost"].items()}
        one["cost"] |= {name: int(one["cost"][name]) for name in ("files", "size")}
    rows = ",\n".join(json.dumps(one) for one in tree.pop("runs"))
    head = json.dumps(tree, indent=1).removesuffix("\n}")
    return f'{head},\n "runs": [\n{rows}\n ]\n}}\n'


def put_between_marks(path: Path, text: str) -> None:
    """Put a text between the marks of a file. Raises ValueError when they are not there, once each."""
    written = path.read_text(encoding="utf-8")
    if written.count(BEGIN) != 1 or written.count(END) != 1:
        raise ValueError(f"{path.name} has to hold {BEGIN} and {END}, once each")
    before, _, rest = written.partition(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{text.strip()}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def of_docs(report: Report) -> str:
    """Return what docs/speed.md says of the figures."""
    with_versions = ", ".join(f"{name} {number}" for name, number in report.versions.items())
    workers = f"{report.jobs} worker{'s' if report.jobs > 1 else ''}"
    lines = [f"Measured on {report.cores} cores; Handbill with {workers}; {with_versions}."]
    if any(one.is_scaled for one in report.runs):
        lines.append("With a star: made for fewer editions and reckoned for all, since each takes the same.")
    lines += [f"Not measured: {EVERY[name].title} ({reason})." for name, reason in report.skipped.items()]
    plot = f"![Seconds by number of editions, for each contender]({PLOT})"
    return "\n\n".join((" ".join(lines), plot, markdown(report.runs)))


def of_readme(report: Report) -> str:
    """Return what README says of the figures: the largest project of counties of one organisation, and the plot."""
    costs = _largest(report.runs)
    if "handbill" not in costs:
        return ""
    size = max(one.editions for one in report.runs if one.brands == "one")
    made = costs["handbill"].files
    said = f"{size:,} counties, {made:,} files, every one proved: **{_seconds(costs['handbill'])}**"
    also = [f"{_seconds(costs[name])} {words}" for name, words in _ALSO if name in costs]
    plot = "[![Seconds by number of editions, for Handbill and others](docs/speed.svg)](docs/speed.md)"
    return f"{said}; {', '.join(also)}.\n\n{plot}"


_ALSO = (
    ("handbill-same", "when nothing changed"),
    ("handbill-list", "when one county's list did"),
    ("weasyprint", "for the same pieces by WeasyPrint as usual, unproved"),
)


def _largest(runs: Sequence[Run]) -> Mapping[str, Cost]:
    those = [one for one in runs if one.brands == "one"]
    size = max((one.editions for one in those), default=0)
    return {one.contender: one.cost for one in those if one.editions == size}


def _seconds(cost: Cost) -> str:
    return f"{cost.wall:.1f} s" if cost.wall < 100 else f"{cost.wall:,.0f} s"
