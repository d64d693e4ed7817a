"""Handbill beside others that make the same pieces, on this machine, in one go.

Makes up projects of so many counties, a handout, a wallet card ten to a sheet and a poster each, and has every
contender make them, one after the other, as whole processes. Prints ratios, and writes speed.json, speed.svg and the
tables of docs/speed.md and README.md.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.contenders import RIVALS, ROOT, reason_to_skip
from benchmarks.editions import MOST
from benchmarks.figures import Run
from benchmarks.report import Report, read_report, write_report
from benchmarks.rounds import Course, brought_to_size, measure, measure_help, warm_up
from benchmarks.tables import told
from generator import __version__

MANY = 20  # editions from which on one round is enough: it takes minutes, and a moment's noise is little of it


def asked(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for. Exits with 2 when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="handbill-bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [one.id for one in RIVALS]
    parser.add_argument("--editions", type=_sizes, default=(1, 10, 100), help="how many counties  [default: 1,10,100]")
    parser.add_argument(
        "--rivals", type=_names(names), default=tuple(names), help=f"some of {','.join(names)}, or none  [default: all]"
    )
    parser.add_argument(
        "--brands",
        type=_names(["one", "own"]),
        default=("one", "own"),
        help="counties of one organisation, or each its own  [default: one,own]",
    )
    parser.add_argument(
        "--sample", type=_count, default=MOST, help="rivals make so many editions; the rest is reckoned"
    )
    parser.add_argument("--rounds", type=_count, help=f"so often in turn  [default: 3, from {MANY} editions on 1]")
    parser.add_argument("--jobs", type=_count, default=os.cpu_count() or 1, help="Handbill's workers  [default: cores]")
    parser.add_argument("--output", type=Path, default=ROOT / "docs", help="folder for the report  [default: docs]")
    parser.add_argument("--add", action="store_true", help="keep what the report says of other numbers of editions")
    parser.add_argument("--report", action="store_true", help="measure nothing; write speed.json's report anew")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return count


def _sizes(text: str) -> tuple[int, ...]:
    sizes = sorted({_count(part) for part in text.split(",")})
    if sizes[-1] > MOST:
        raise argparse.ArgumentTypeError(f"{sizes[-1]:,} editions; 1 to {MOST:,} can be made up")
    return tuple(sizes)


class _names:
    """Reads names with commas between them, or the word none."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = known

    def __call__(self, text: str) -> tuple[str, ...]:
        wanted = [] if text == "none" else text.split(",")
        if unknown := [name for name in wanted if name not in self._known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(self._known)}")
        return tuple(name for name in self._known if name in wanted)


def versions() -> dict[str, str]:
    """Return the versions of what was measured."""
    found = {"handbill": __version__}
    for name in ("weasyprint", "typst"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def main() -> None:
    options = asked()
    report = read_report(options.output) if options.report else _measured(options)
    write_report(report, options.output)
    print(told(report.runs))


def _measured(options: argparse.Namespace) -> Report:
    """Return the report of all that was asked for; it is written as far as it has got after every project."""
    skipped = {name: reason for name in options.rivals if (reason := reason_to_skip(name))}
    for name, reason in skipped.items():
        print(f"{name} is left out: {reason}", flush=True)
    rivals = tuple(name for name in options.rivals if name not in skipped)
    kept = _kept(options) if options.add else ()
    runs: tuple[Run, ...] = ()
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        warm_up(Path(folder) / "warm")
        help = measure_help(Path(folder) / "help")
        for size in options.editions:
            for brands in options.brands:
                place = Path(folder) / f"{brands}-{size}"
                course = Course(place, brands, size, options.jobs, options.sample)
                rounds = options.rounds or (1 if size >= MANY else 3)
                runs = (*runs, *measure(course, rivals, rounds, _say), Run("help", brands, size, size, 1, help))
                report = Report((*kept, *brought_to_size(runs)), versions(), options.jobs, os.cpu_count() or 1, skipped)
                write_report(report, options.output)
    return report


def _kept(options: argparse.Namespace) -> tuple[Run, ...]:
    """Return what the report says already of what is not measured now."""
    now = {(size, brands) for size in options.editions for brands in options.brands}
    return tuple(one for one in read_report(options.output).runs if (one.editions, one.brands) not in now)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
