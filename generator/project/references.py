"""What one file says of another: names that lead nowhere are errors, each with the near miss."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from generator import catalog
from generator.errors import Diagnostic, Place, error
from generator.model.edition import Edition
from generator.model.product import Product
from generator.project.shape import Loaded, Project, find_asset
from generator.source import Document, nearest


def check_references(
    project: Project, editions: Iterable[Document], settings: Document | None = None
) -> Iterable[Diagnostic]:
    """Yield what names something that is not there, in editions with other mistakes too."""
    yield from _check_printing(project, settings)
    known = _known_ids(project)
    for document in editions:
        yield from _check_names(document, known)
        yield from _check_sponsors(project, document)
        yield from check_profile(project, document)
    written = catalog.find_translations(project.roots, "content/guides")
    for edition in project.editions.values():
        yield from _check_translations(project, edition, written)
        yield from _check_default_list(project, edition)
    for brand in project.brands.values():
        logo = brand.value.logo
        if logo and find_asset(project.roots, logo) is None:
            yield missing_picture(logo, brand.document.place_of_value(("logo",)))
    for product in project.products.values():
        yield from _check_product(project, product)


def _check_names(document: Document, known: Mapping[str, set[str]]) -> Iterable[Diagnostic]:
    tree = document.tree if isinstance(document.tree, dict) else {}
    for key, ids in known.items():
        value = tree.get(key)
        names = value if isinstance(value, list) else [value]
        for index, name in enumerate(names):
            if isinstance(name, str) and name not in ids:
                yield unknown(key, name, _place(document, key, index), ids)


def _check_sponsors(project: Project, document: Document) -> Iterable[Diagnostic]:
    sponsors = document.tree.get("sponsors") if isinstance(document.tree, dict) else None
    for index, sponsor in enumerate(sponsors if isinstance(sponsors, list) else ()):
        logo = sponsor.get("logo") if isinstance(sponsor, dict) else None
        if isinstance(logo, str) and find_asset(project.roots, logo) is None:
            yield missing_picture(logo, document.place_of_value(("sponsors", index, "logo")))


def check_profile(project: Project, document: Document) -> Iterable[Diagnostic]:
    """Yield an error when the printing profile that an edition or handbill.yaml names is not there."""
    press = document.tree.get("press") if isinstance(document.tree, dict) else None
    profile = press.get("profile") if isinstance(press, dict) else None
    if isinstance(profile, str) and find_asset(project.roots, profile) is None:
        hint = "write its path from the project's folder, such as content/press/shop.icc"
        yield replace(missing_picture(profile, document.place_of_value(("press", "profile"))), hint=hint)


def _check_translations(
    project: Project, loaded: Loaded[Edition], written: Mapping[tuple[str, str], Path]
) -> Iterable[Diagnostic]:
    guide = loaded.value.guide
    if not any(name == guide for name, _ in written):
        return
    for index, language in enumerate(loaded.value.languages):
        if language in project.languages and (guide, language) not in written:
            yield _untranslated(project, guide, language, _place(loaded.document, "languages", index))


def _known_ids(project: Project) -> dict[str, set[str]]:
    """Return every id that can be named, those of files with errors included: they have been told already."""
    roots = project.roots
    resources = {one.id for parts in project.lists.values() for part in parts for one in part.resources}
    return {
        "guide": {guide for guide, _ in catalog.find_translations(roots, "content/guides")},
        "languages": set(catalog.find_files(roots, "content/languages")),
        "brand": set(catalog.find_files(roots, "content/brands")),
        "theme": set(catalog.find_files(roots, "templates/themes")),
        "lists": set(project.lists),
        "products": set(catalog.find_products(roots)),
        "pin": resources,
        "hide": resources,
        "kinds": set(project.kinds),
    }


_NOUNS = {"pin": "resource", "hide": "resource", "kinds": "kind", "products": "product", "lists": "list"}


def unknown(key: str, name: str, place: Place, known: set[str]) -> Diagnostic:
    """Return the error that nothing of this name is known, with the near miss; it stands under `key`."""
    noun = _NOUNS.get(key, key.rstrip("s"))
    return error(f"unknown-{noun}", f'there is no {noun} "{name}"', place=place, hint=nearest(name, known))


def _untranslated(project: Project, guide: str, language: str, place: Place) -> Diagnostic:
    written = ", ".join(sorted(lang for name, lang in project.guides if name == guide)) or "none"
    message = f'the guide "{guide}" is not written in "{language}"; it is in: {written}'
    hint = f"add content/guides/{guide}/{language}.yaml or take the language out"
    return error("untranslated-guide", message, place=place, hint=hint)


def _place(document: Document, key: str, index: int) -> Place:
    """Return where a name stands, whether it was written alone or in a list."""
    in_list = (key, index)
    return document.place_of_value(in_list if in_list in document.values else (key,))


def missing_picture(name: str, place: Place) -> Diagnostic:
    """Return the error that there is no file of this name."""
    hint = "write its path from the project's folder, such as content/brands/logo.svg"
    return error("missing-file", f'there is no file "{name}"', place=place, hint=hint)


def _check_default_list(project: Project, loaded: Loaded[Edition]) -> Iterable[Diagnostic]:
    if loaded.value.lists:
        return
    for name in project.lists_of(loaded.value):
        if name not in project.lists:
            place = loaded.document.place_of_key(("place",))
            message = f'the edition names no lists, and there is no list "{name}" for its country'
            yield error("unknown-list", message, place=place, hint="name the lists to print, such as lists: [mine]")


def _check_printing(project: Project, settings: Document | None) -> Iterable[Diagnostic]:
    """Yield the papers and printers that are not there, in handbill.yaml and in the printers' own files."""
    printer = project.settings.printer
    known = set(catalog.find_files(project.roots, "content/printers"))
    if settings and printer and printer not in known:
        hint = nearest(printer, known) or f"handbill calibrate letter --save {printer} measures one"
        place = settings.place_of_value(("printer",))
        yield error("unknown-printer", f'there is no printer "{printer}"', place=place, hint=hint)
    papers = {name for name, one in project.stocks.items() if one.value.is_paper}
    named = [(project.settings.paper, settings)]
    named += [(one.value.paper, one.document) for one in project.printers.values()]
    for name, document in named:
        if name and document and name not in papers:
            yield unknown("paper", name, document.place_of_value(("paper",)), papers)


def _check_product(project: Project, loaded: Loaded[Product]) -> Iterable[Diagnostic]:
    product, document = loaded.value, loaded.document
    for index, kind in enumerate(product.needs):
        if kind not in project.kinds:
            yield unknown("kinds", kind, _place(document, "needs", index), set(project.kinds))
    for system in ("us", "iso") if product.stock else ():
        name = str(getattr(product.stock, system))
        if project.find_stock(name) is None:
            place = document.place_of_value(("stock", system))
            yield unknown("stock", name, place, set(project.stocks))
    for face in product.faces or ("flow",):
        if project.roots.find(f"templates/products/{loaded.id}/{face}.html") is None:
            message = f'the face "{face}" has no template templates/products/{loaded.id}/{face}.html'
            place = document.place_of_key(("faces",))
            yield error("missing-file", message, place=place, hint=f"write {face}.html beside product.yaml")
