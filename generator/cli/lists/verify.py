"""handbill lists verify."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.catalog import Roots
from generator.cli.lists.reading import complete_lists, read_lists
from generator.cli.options import project_option, today_option
from generator.cli.printing import print_diagnostics

if TYPE_CHECKING:
    from generator.lists.merge import Listed
    from generator.lists.verify import Answer, Due
    from generator.project import Project

_WHAT_TO_TYPE = "y right, n wrong, s not reached, q stop"


@click.command("verify")
@click.argument("names", nargs=-1, shell_complete=complete_lists)
@click.option("--by", "person", help="Who checks; asked for when it is left out")
@click.option("--all", "wants_all", is_flag=True, help="Go through everything, not only what is due")
@click.option("--sheet", type=click.Path(dir_okay=False, path_type=Path), help="Write what is due as CSV to fill in")
@click.option(
    "--from", "filled", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read a filled-in sheet back"
)
@click.option("--encoding", help="Of a sheet that is not UTF-8, such as cp1252 for old Excel")
@project_option
@today_option
@click.pass_context
def command(ctx: click.Context, /, **asked: Any) -> None:
    """Go through what is due in lists NAMES, or in every list, and write down what is right, by whom and when.

    Each number, address and web address is shown as it is printed: call it or open it, then say what you found.
    What is right gets today's date and your name; what is wrong is corrected, or is not printed any more.
    Answers are written after each service, so that you can stop at any time.

    \b
    handbill lists verify larkin-county --by "R. Diaz"
    handbill lists verify larkin-county --sheet calls.csv       for volunteers to fill in
    handbill lists verify larkin-county --from calls.csv        and back again
    handbill build --product call-sheet                         the same to print and tick
    """
    project, listed = read_lists(ctx, asked["roots"], asked["names"])
    if asked["filled"]:
        ctx.exit(_read_back(project, listed, asked))
    due = _due(project, listed, asked)
    if asked["sheet"]:
        _write_sheet(due, asked["sheet"])
    elif due:
        ctx.exit(_go_through(project, listed, due, asked))
    else:
        click.echo("nothing is due", err=True)


def _due(project: "Project", listed: Sequence["Listed"], asked: dict[str, Any]) -> tuple["Due", ...]:
    from generator.lists.verify import due

    policy, today = project.settings.freshness, asked["today"]
    return due(listed, policy, kinds=project.kinds, today=today, everything=asked["wants_all"])


def _write_sheet(due: Sequence["Due"], path: Path) -> None:
    from generator.lists.verify import to_sheet
    from generator.write import write_file

    write_file(path.resolve(), to_sheet(due).encode())
    click.echo(str(path))
    click.echo(f'{len(due)} facts to check; fill in the columns from "right?" on', err=True)


def _read_back(project: "Project", listed: Sequence["Listed"], asked: dict[str, Any]) -> int:
    """Write the answers of a sheet into the lists, and return the exit code."""
    from generator.lists.verify import read_sheet

    country = project.settings.country
    answers, found = read_sheet(
        asked["filled"],
        country=country,
        today=asked["today"],
        person=asked["person"] or "",
        encoding=asked["encoding"],
    )
    is_fine = _record(project, listed, answers, asked["roots"])
    print_diagnostics(found, asked["roots"])
    wrong = sum(not one.right for one in answers)
    click.echo(f"{len(answers)} answers, {len(answers) - wrong} right, {wrong} wrong; {len(found)} rejected", err=True)
    return 0 if is_fine and not found else 1


def _record(project: "Project", listed: Sequence["Listed"], answers: Sequence["Answer"], roots: Roots) -> bool:
    """Write answers into the lists that they are about; return whether all could be."""
    from generator.errors import has_errors
    from generator.project.keeping import as_file, with_answers
    from generator.write import write_file

    changed, found = with_answers(project, listed, answers)
    print_diagnostics(found, roots)
    for kept, after in changed:
        if not any(one.code == "read-only-list" and one.place.path == kept.path for one in found):
            path, data = as_file(kept, after)
            write_file(path, data)
            click.echo(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))
    return not has_errors(found)


def _go_through(project: "Project", listed: Sequence["Listed"], due: Sequence["Due"], asked: dict[str, Any]) -> int:
    """Ask about each fact, write the answers after each service, and return the exit code."""
    person = asked["person"] or click.prompt("Your name, to stand beside the date", err=True)
    click.echo(f"{len(due)} facts are due. For each: {_WHAT_TO_TYPE}.", err=True)
    is_fine = True
    for of_one in _by_service(due):
        answers, wants_more = _ask_about(of_one, person, asked["today"])
        is_fine &= _record(project, listed, answers, asked["roots"]) if answers else True
        if not wants_more:
            break
    return 0 if is_fine else 1


def _by_service(due: Sequence["Due"]) -> Iterator[list["Due"]]:
    """Yield the facts of each service together, in the order in which the services are due."""
    for id_ in dict.fromkeys(one.id for one in due):
        yield [one for one in due if one.id == id_]


def _ask_about(facts: Sequence["Due"], person: str, today: date) -> tuple[list["Answer"], bool]:
    """Return what a person says of the facts of one service, and whether they want to go on."""
    from generator.lists.verify import Answer

    click.echo(f"\n{click.style(facts[0].name, bold=True)} ({facts[0].id})", err=True)
    answers: list[Answer] = []
    for one in facts:
        last = f"last checked {one.checked}" if one.checked else one.why
        choice = click.prompt(f"  {one.printed} ({last})", type=click.Choice("ynsq"), show_choices=True, err=True)
        if choice == "q":
            return answers, False
        if choice == "s":
            continue
        asks = choice == "n"
        corrected = (
            click.prompt("    what is right, or Enter", default="", show_default=False, err=True) if asks else ""
        )
        answers.append(Answer(one.id, one.fact, choice == "y", today, person, corrected.strip()))
    return answers, True


def _correction(choice: str) -> str:
    """Return what stands in the place of a wrong fact, or nothing."""
    if choice != "n":
        return ""
    question = "    what is right, or Enter if you do not know"
    return str(click.prompt(question, default="", show_default=False, err=True)).strip()
