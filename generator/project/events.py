"""What an event says of other files: its edition, products, languages, sizes, stocks, pictures and attendees."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from generator import catalog
from generator.catalog import Roots
from generator.errors import Diagnostic, error
from generator.lists.attendees import SUFFIXES_READ
from generator.project.references import missing_picture, unknown
from generator.project.shape import Project, find_asset, lies_within
from generator.source import Document, Step, Tree

FOLDER = "content/events"
# The parts of an event that a product may be made of, and how they are written.
NEEDED = {
    "attendees": "attendees: attendees.csv, a list beside the event with their names",
    "tables": 'tables: [{title: "Ask me anything", line: "With people who have been there"}]',
    "agenda": 'agenda: [{at: "10:00", title: Doors open}]',
}


def attendees_file(roots: Roots, event: Path, name: str | None) -> Path | None:
    """Return the list of attendees that stands beside an event file, None when there is none."""
    if not name:
        return None
    path = event.parent / name
    is_there = any(event.is_relative_to(layer) and lies_within(path, layer) for layer in roots.layers)
    return path if is_there else None


def check_events(project: Project, events: Iterable[Document]) -> Iterator[Diagnostic]:
    """Yield what names something that is not there, in events with other mistakes too."""
    for document in events:
        tree = _keys(document.tree)
        yield from _check_names(project, document, tree)
        yield from _check_attendees(project, document, tree)
        for number, piece in enumerate(_items(tree.get("pieces"))):
            yield from _check_piece(project, document, ("pieces", number), _keys(piece))
        for key in ("hosts", "sponsors"):
            yield from _check_logos(project, document, key, _items(tree.get(key)))


def _check_names(project: Project, document: Document, tree: dict[str, Tree]) -> Iterator[Diagnostic]:
    edition = tree.get("edition")
    known = set(catalog.find_files(project.roots, "content/editions"))
    if isinstance(edition, str) and edition not in known:
        yield unknown("edition", edition, document.place_of_value(("edition",)), known)
    if document.path.stem in known:
        message = f'an edition is called "{document.path.stem}" too, and their files would take each other\'s place'
        hint = f"rename the event, such as {document.path.stem}-day.yaml"
        yield error("name-taken", message, place=document.place_of_key(("title",)), hint=hint)


def _check_attendees(project: Project, document: Document, tree: dict[str, Tree]) -> Iterator[Diagnostic]:
    name = tree.get("attendees")
    if isinstance(name, str) and name and attendees_file(project.roots, document.path, name) is None:
        hint = f"put the list beside {document.path.name}, as one of {', '.join(SUFFIXES_READ)}"
        yield error(
            "missing-file", f'there is no file "{name}"', place=document.place_of_value(("attendees",)), hint=hint
        )


def _check_piece(
    project: Project, document: Document, steps: tuple[Step, ...], piece: dict[str, Tree]
) -> Iterator[Diagnostic]:
    name = piece.get("product")
    known = set(catalog.find_products(project.roots))
    if isinstance(name, str) and name not in known:
        yield unknown("product", name, document.place_of_value((*steps, "product")), known)
    stock = piece.get("stock")
    if isinstance(stock, str) and project.find_stock(stock) is None:
        yield unknown("stock", stock, document.place_of_value((*steps, "stock")), set(project.stocks))
    yield from _check_languages(project, document, steps, piece)
    if isinstance(name, str) and name in project.products:
        yield from _check_product(project, document, steps, piece, name)


def _check_languages(
    project: Project, document: Document, steps: tuple[Step, ...], piece: dict[str, Tree]
) -> Iterator[Diagnostic]:
    """Yield the languages of a piece in which its edition is not."""
    edition = project.editions.get(str(_keys(document.tree).get("edition")))
    for at, language in _each(piece, ("languages", "language")):
        if edition and language not in edition.value.languages:
            message = f'the edition {edition.id} is in {", ".join(edition.value.languages)}, and not in "{language}"'
            hint = f"add {language} to the languages of {edition.path.name}, or take it out here"
            yield error("unknown-language", message, place=document.place_of_value((*steps, *at)), hint=hint)


def _check_product(
    project: Project, document: Document, steps: tuple[Step, ...], piece: dict[str, Tree], name: str
) -> Iterator[Diagnostic]:
    """Yield the sizes and the finish in which a product is not made, and what of the event it lacks."""
    product = project.products[name].value
    for at, size in _each(piece, ("sizes", "size")):
        if size not in product.sizes:
            yield unknown("size", size, document.place_of_value((*steps, *at)), set(product.sizes))
    finish = piece.get("finish")
    if isinstance(finish, str) and finish in ("screen", "office", "press") and finish not in product.finishes:
        message = f"{_a(name)} is made for {', '.join(product.finishes)}, and not for {finish}"
        hint = f"write finish: {product.finishes[-1]}"
        yield error("wrong-finish", message, place=document.place_of_value((*steps, "finish")), hint=hint)
    part = product.of_event
    if part in NEEDED and not _keys(document.tree).get(part):
        message = f"{_a(name)} needs the {part} of the event, and none are written"
        place = document.place_of_value((*steps, "product"))
        yield error("missing-part", message, place=place, hint=f"add {NEEDED[part]}")


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _check_logos(project: Project, document: Document, key: str, those: list[Tree]) -> Iterator[Diagnostic]:
    for number, one in enumerate(those):
        logo = _keys(one).get("logo")
        if isinstance(logo, str) and find_asset(project.roots, logo) is None:
            yield missing_picture(logo, document.place_of_value((key, number, "logo")))


def _each(piece: dict[str, Tree], keys: tuple[str, ...]) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Yield each text written under one of the keys, alone or in a list, and the steps to it."""
    for key in keys:
        value = piece.get(key)
        if isinstance(value, str):
            yield (key,), value
        for number, one in enumerate(_items(value)):
            if isinstance(one, str):
                yield (key, number), one


def _keys(tree: Tree) -> dict[str, Tree]:
    return tree if isinstance(tree, dict) else {}


def _items(tree: Tree) -> list[Tree]:
    return tree if isinstance(tree, list) else []
