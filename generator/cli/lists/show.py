"""handbill lists show."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from generator.cli.lists.reading import complete_lists, read_lists
from generator.cli.options import complete_editions, json_option, project_option, today_option

if TYPE_CHECKING:
    from generator.lists.choose import Choice, Wish
    from generator.lists.merge import Listed
    from generator.project import Project

Rows = list[tuple[str, ...]]
Asked = Mapping[str, Any]


@click.command("show")
@click.argument("names", nargs=-1, shell_complete=complete_lists)
@click.option("--kind", "-k", "kinds", multiple=True, help="Only this kind, such as clinic; repeatable")
@click.option("--language", "-l", help="Only services that answer in this language, such as es")
@click.option("--due", is_flag=True, help="Only services with a fact that is unchecked or old enough to warn")
@click.option("--search", help="Only services whose name or text holds these words")
@click.option("--edition", shell_complete=complete_editions, help="What this edition prints, in order, and why")
@click.option("--most", type=click.IntRange(min=1), help="With --edition: so many local services at most")
@project_option
@today_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, **asked: Any) -> None:
    """Show the services of lists NAMES, or of every list, as a table.

    \b
    handbill lists show larkin-county --kind food --language es
    handbill lists show --edition larkin-county --most 12
    """
    if asked["edition"]:
        headings, rows, said = _chosen(ctx, asked)
    else:
        headings, rows, said = _listed(ctx, asked)
    if asked["as_json"]:
        click.echo(json.dumps([dict(zip(headings, row, strict=True)) for row in rows], indent=1, ensure_ascii=False))
    else:
        from generator.cli.tables import print_table

        print_table(headings, rows)
    click.echo(said, err=True)


def _listed(ctx: click.Context, asked: Asked) -> tuple[Sequence[str], Rows, str]:
    """Return the services that pass the filters, as rows."""
    project, listed = read_lists(ctx, asked["roots"], asked["names"])
    kinds, language, search = asked["kinds"], asked["language"], asked["search"]
    chosen = [
        one
        for one in listed
        if (not kinds or one.resource.kind in kinds)
        and (not language or _answers_in(one, language))
        and (not search or search.casefold() in _words(one))
        and (not asked["due"] or _is_due(one, project, asked["today"]))
    ]
    headings = ("id", "name", "kind", "reached by", "checked", "lists")
    return headings, [_row(one) for one in chosen], f"{len(chosen)} of {len(listed)} services"


def _chosen(ctx: click.Context, asked: Asked) -> tuple[Sequence[str], Rows, str]:
    """Return what an edition prints, in order, each with the reason of its place; then what it does not, and why."""
    from generator.plan.choosing import EditionChooser
    from generator.source import nearest

    project, _ = read_lists(ctx, asked["roots"], asked["names"])
    loaded = project.editions.get(asked["edition"])
    if loaded is None:
        hint = nearest(asked["edition"], project.editions)
        raise click.BadParameter(f'There is no edition "{asked["edition"]}"; {hint}', param_hint="--edition")
    chooser = EditionChooser(project, loaded.id, loaded.value, asked["today"])
    language = asked["language"] or loaded.value.languages[0]
    choice = chooser.choice(language, most=asked["most"])
    rows = list(_ordered(choice, chooser.wish(language), project))
    reasons = {one.id: one.reason for one in choice.set_aside}
    rows += [("", one.id, one.resource.name.text(language), reasons[one.id]) for one in _left(chooser.listed, reasons)]
    said = f"{len(rows) - len(reasons)} printed as far as a product has room, {len(reasons)} not"
    return ("", "id", "name", "why"), rows, said


def _ordered(choice: "Choice", wish: "Wish", project: "Project") -> Iterator[tuple[str, ...]]:
    from generator.lists.choose import why_here

    heads = {"lead": choice.lead, "second": choice.second, "emergency": choice.emergency}
    roles = {one.id: f"{role}: " for role, one in heads.items() if one}
    for number, one in enumerate(choice.all, 1):
        why = roles.get(one.id, "") + why_here(one, wish, kinds=project.kinds)
        yield str(number), one.id, one.resource.name.text(wish.language), why


def _left(listed: Sequence["Listed"], reasons: Mapping[str, str]) -> list["Listed"]:
    return [one for one in listed if one.id in reasons]


def _answers_in(one: "Listed", language: str) -> bool:
    from generator.lists.choose import serves_language

    resource = one.resource
    named = [*(phone.languages for phone in resource.phones), *(text.languages for text in resource.texts)]
    return serves_language(resource.languages, language) and any(serves_language(one, language) for one in named)


def _words(one: "Listed") -> str:
    resource = one.resource
    texts = (text for text in (resource.name, resource.description) if text)
    return " ".join(word for text in texts for word in text.texts.values()).casefold()


def _is_due(one: "Listed", project: "Project", today: date) -> bool:
    from generator.lists.freshness import judge

    return bool(judge((one,), project.settings.freshness, kinds=project.kinds, today=today))


def _row(one: "Listed") -> tuple[str, ...]:
    from generator.lists.freshness import dated_facts, oldest_check

    resource = one.resource
    oldest = oldest_check((one,))
    reached = "; ".join(_ways(fact.printed for fact in dated_facts(resource)))
    checked = oldest.isoformat() if oldest else "not yet"
    return one.id, resource.name.text("en"), resource.kind, reached, checked, ", ".join(one.lists)


def _ways(printed: Iterator[str]) -> list[str]:
    ways = [one for one in dict.fromkeys(printed) if one != "hours"]
    return ways if len(ways) <= 3 else [*ways[:3], f"{len(ways) - 3} more"]
