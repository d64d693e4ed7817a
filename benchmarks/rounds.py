"""One go: a project is made up, and every contender makes its pieces, one after the other."""

import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from benchmarks.contenders import EVERY, PYTHON, RIVALS, ROOT, rival_command, surroundings
from benchmarks.editions import AREA_CODES, PRODUCTS, write_project
from benchmarks.figures import Run, middle, scaled
from benchmarks.process import Cost, Failed, run

TODAY = "2026-11-22"
NATIONAL = "content/lists/us-national.yaml"
ON_EVERY_PIECE = "741741", "741742", "741743"  # the number to text, on handout, card and poster, as it changes
SHORT_TIMES = 3  # so often is done what takes a second or two
HELP_TIMES = 9
# Builds with proofs and without are held against it: no slow minute of the machine may fall on it alone.
MEASURE = "weasyprint"

Tell = Callable[[str], None]


class Course(Struct, frozen=True):
    """A project of so many editions in a folder of its own, and how it is to be built."""

    folder: Path
    brands: str
    editions: int
    jobs: int
    sample: int  # rivals make so many editions at most

    @property
    def project(self) -> Path:
        """The folder of the project."""
        return self.folder / "project"

    @property
    def measured(self) -> int:
        """How many editions rivals make."""
        return min(self.sample, self.editions)


def measure(course: Course, rivals: Sequence[str], rounds: int, tell: Tell) -> tuple[Run, ...]:
    """Return what every contender took, as the median of so many rounds in which each has its turn."""
    taken: defaultdict[str, list[Cost]] = defaultdict(list)
    for number in range(rounds):
        for name, cost in _round(course, rivals, tell, is_first=number == 0):
            tell(f"{course.brands} {course.editions:>5}  {EVERY[name].title:38} {cost.wall:8.2f} s {cost.cpu:8.2f} CPU")
            taken[name].append(cost)
    return tuple(_summed_up(course, name, costs) for name, costs in taken.items())


def _summed_up(course: Course, name: str, costs: Sequence[Cost]) -> Run:
    measured = course.measured if name in {one.id for one in RIVALS} else course.editions
    return Run(name, course.brands, course.editions, measured, len(costs), middle(costs))


def brought_to_size(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs, those of samples reckoned for all editions; a run of one edition tells what starting takes."""
    single = {(one.contender, one.brands): one.cost for one in runs if one.editions == 1}
    return tuple(
        Run(
            *(one.contender, one.brands, one.editions, one.measured, one.times),
            scaled(one.cost, one.measured, one.editions, single.get((one.contender, one.brands))),
        )
        for one in runs
    )


def _round(course: Course, rivals: Sequence[str], tell: Tell, *, is_first: bool) -> Iterator[tuple[str, Cost]]:
    shutil.rmtree(course.project, ignore_errors=True)
    ids = write_project(course.project, course.editions, own_brands=course.brands == "own")
    # Handbill's own list, as the project's: one that stands there from the beginning, so that only a number changes.
    shutil.copyfile(ROOT / NATIONAL, course.project / NATIONAL)
    yield from _made_and_changed(course, 1)
    if rivals and is_first:
        _write_pages(course)
    for rival in rivals:
        yield from _rival(course, rival, tell)
    yield "handbill-unproved", _unproved(course)
    if MEASURE in rivals:
        yield from _rival(course, MEASURE, tell)
    for _ in range(SHORT_TIMES):
        yield "handbill-same", _build(course)
    for number, id in enumerate(ids[:SHORT_TIMES]):
        change_list(course.project / f"content/lists/{id}.yaml", number)
        yield "handbill-list", _build(course)
    yield from _made_and_changed(course, 2)
    yield "check", _handbill(course, "check", "--project", course.project)


def _made_and_changed(course: Course, times: int) -> Iterator[tuple[str, Cost]]:
    """Make all pieces from nothing and then again with another national number, one right after the other.

    It is done at the beginning of a round and at its end, as the machine may be twice as fast by then.
    """
    for name in ("cache", "output"):
        shutil.rmtree(course.folder / name, ignore_errors=True)
    yield "handbill", _build(course)
    change_national(course.project / NATIONAL, times)
    yield "handbill-national", _build(course)


def change_list(path: Path, number: int) -> None:
    """Change the first number of a county's list to one that nobody else has."""
    text = path.read_text(encoding="utf-8")
    changed = re.sub(r"\d{3}-555-01\d\d", f"{AREA_CODES[-1]}-555-01{number:02}", text, count=1)
    path.write_text(changed, encoding="utf-8")


def change_national(path: Path, times: int) -> None:
    """Change a national number that stands on every piece, for so many times."""
    before, after = ON_EVERY_PIECE[times - 1 : times + 1]
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def _build(course: Course) -> Cost:
    where = ("--project", course.project, "--output", course.folder / "output")
    return _handbill(course, "build", *where, "--today", TODAY, "--jobs", str(course.jobs))


def _handbill(course: Course, *arguments: str | Path) -> Cost:
    output = course.folder / "output" if arguments[0] == "build" else None
    return _run(course, (ROOT / "handbill", *arguments), output)


def _unproved(course: Course) -> Cost:
    output = _emptied(course.folder / "unproved")
    return _run(course, (*PYTHON, "benchmarks.builds", course.project, output, str(course.jobs), TODAY), output)


def _rival(course: Course, rival: str, tell: Tell) -> Iterator[tuple[str, Cost]]:
    output, wanted = _emptied(course.folder / "rival"), course.measured * len(PRODUCTS)
    try:
        cost = _run(course, rival_command(rival, course.folder / "pages", output), output)
    except Failed as problem:
        tell(f"{EVERY[rival].title} is left out: {problem}")
        return
    if cost.files == wanted:
        yield rival, cost
    else:
        tell(f"{EVERY[rival].title} is left out: it made {cost.files} of {wanted} files")


def _write_pages(course: Course) -> None:
    pages = _emptied(course.folder / "pages")
    built = course.folder / "output"
    _run(course, (*PYTHON, "benchmarks.pages", course.project, built, pages, str(course.measured)), None)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _run(course: Course, command: Sequence[str | Path], output: Path | None) -> Cost:
    return run(command, folder=ROOT, environment=surroundings(course.folder / "cache"), output=output)


def warm_up(folder: Path) -> None:
    """Make one edition, uncounted, so that no one who is measured has Python compiled for all others."""
    course = Course(folder, "one", 1, 1, 1)
    write_project(course.project, 1, own_brands=False)
    _build(course)


def measure_help(folder: Path) -> Cost:
    """Return what `handbill --help` takes, as the median of several."""
    course = Course(folder, "one", 1, 1, 1)
    return middle([_handbill(course, "--help") for _ in range(HELP_TIMES)])
