"""Read everything once: what people wrote, and what is built in, becomes one Project."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from generator import catalog
from generator.catalog import Roots
from generator.errors import Diagnostic, Place, error
from generator.lists import read_list
from generator.model.edition import Brand, Edition
from generator.model.guide import Guide
from generator.model.kinds import Kind, Kinds
from generator.model.language import Language
from generator.model.product import Product
from generator.model.resource import ResourceList
from generator.model.settings import Settings
from generator.model.stock import Stock
from generator.model.theme import Theme
from generator.model.written import Shape, validate
from generator.source import Document, nearest, read_yaml

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T_co]):
    """A thing that was written, with its id and the file it stands in."""

    id: str
    value: T_co
    document: Document

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return self.document.path


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that can be printed, read and validated. Keys are ids, which are file names."""

    roots: Roots
    settings: Settings
    editions: Mapping[str, Loaded[Edition]]
    guides: Mapping[tuple[str, str], Loaded[Guide]]
    languages: Mapping[str, Loaded[Language]]
    brands: Mapping[str, Loaded[Brand]]
    themes: Mapping[str, Loaded[Theme]]
    products: Mapping[str, Loaded[Product]]
    stocks: Mapping[str, Loaded[Stock]]
    kinds: Mapping[str, Kind]
    lists: Mapping[str, tuple[ResourceList, ...]]

    def country_of(self, edition: Edition) -> str:
        """Return the country that decides an edition's paper and the form of its numbers."""
        named = edition.place.country
        if named or not edition.lists:
            return named or self.settings.country
        parts = self.lists.get(edition.lists[0], ())
        return parts[0].country if parts else self.settings.country

    def lists_of(self, edition: Edition) -> tuple[str, ...]:
        """Return the ids of an edition's lists: those it names, else its country's national one."""
        return edition.lists or (f"{self.country_of(edition).lower()}-national",)

    def find_stock(self, name: str) -> Loaded[Stock] | None:
        """Return a stock by its id or by a part number that shares its geometry."""
        wanted = name.lower()
        if wanted in self.stocks:
            return self.stocks[wanted]
        for stock in self.stocks.values():
            if wanted in {alias.lower() for alias in stock.value.aliases} or stock.id.endswith(f"-{wanted}"):
                return stock
        return None


class _Reader:
    """Read files of one project, gathering every diagnostic."""

    def __init__(self, roots: Roots) -> None:
        self.roots = roots
        self.found: list[Diagnostic] = []
        self.documents: dict[Path, Document] = {}

    def one(self, model: type[Shape], path: Path, *, id: str | None = None) -> Loaded[Shape] | None:
        document, found = read_yaml(path)
        self.found += found
        if document is None:
            return None
        self.documents[path] = document
        value, found = validate(model, document)
        self.found += found
        return Loaded(id or path.stem, value, document) if value is not None else None

    def many(self, model: type[Shape], files: Mapping[str, Path]) -> dict[str, Loaded[Shape]]:
        read = {name: self.one(model, path, id=name) for name, path in files.items()}
        return {name: loaded for name, loaded in read.items() if loaded is not None}

    def folder(self, model: type[Shape], folder: str) -> dict[str, Loaded[Shape]]:
        return self.many(model, catalog.find_files(self.roots, folder))

    def guides(self) -> dict[tuple[str, str], Loaded[Guide]]:
        files = catalog.find_translations(self.roots, "content/guides")
        read = {key: self.one(Guide, path, id=key[0]) for key, path in files.items()}
        return {key: loaded for key, loaded in read.items() if loaded is not None}

    def settings(self) -> Settings:
        path = self.roots.project / "handbill.yaml"
        loaded = self.one(Settings, path) if path.is_file() else None
        return loaded.value if loaded else Settings()

    def kinds(self) -> dict[str, Kind]:
        """Return the built-in kinds with the project's own, which win."""
        kinds: dict[str, Kind] = {}
        for layer in reversed(self.roots.layers):
            path = layer / "content" / "kinds.yaml"
            loaded = self.one(Kinds, path) if path.is_file() else None
            kinds |= loaded.value.kinds if loaded else {}
        return kinds

    def lists(self, kinds: Mapping[str, Kind], countries: Mapping[str, str]) -> dict[str, tuple[ResourceList, ...]]:
        """Read every list; one that names no country takes that of the edition that prints it."""
        files = catalog.find_layers(self.roots, "content/lists", suffixes=catalog.LIST_SUFFIXES)
        return {name: self._list(paths, kinds, countries.get(name, countries[""])) for name, paths in files.items()}

    def _list(self, paths: Iterable[Path], kinds: Mapping[str, Kind], country: str) -> tuple[ResourceList, ...]:
        parts: list[ResourceList] = []
        for path in paths:
            value, found = read_list(path, country=country, kinds=kinds)
            self.found += found
            parts += [value] if value is not None else []
        return tuple(parts)


def load_project(roots: Roots) -> tuple[Project, tuple[Diagnostic, ...]]:
    """Return everything that can be read, and every finding, those of references between files included."""
    reader = _Reader(roots)
    kinds = reader.kinds()
    settings = reader.settings()
    editions = reader.folder(Edition, "content/editions")
    project = Project(
        roots=roots,
        settings=settings,
        editions=editions,
        guides=reader.guides(),
        languages=reader.folder(Language, "content/languages"),
        brands=reader.folder(Brand, "content/brands"),
        themes=reader.folder(Theme, "templates/themes"),
        products=reader.many(Product, catalog.find_products(roots)),
        stocks=reader.folder(Stock, "templates/stocks"),
        kinds=kinds,
        lists=reader.lists(kinds, _countries(editions, settings)),
    )
    paths = catalog.find_files(roots, "content/editions").values()
    documents = [reader.documents[path] for path in paths if path in reader.documents]
    found = [*reader.found, *_check_references(project, documents)]
    return project, tuple(_shown(roots, diagnostic) for diagnostic in found)


def _countries(editions: Mapping[str, Loaded[Edition]], settings: Settings) -> dict[str, str]:
    """Return the country of each list by the editions that print it; "" stands for every other list."""
    countries = {"": settings.country}
    for edition in editions.values():
        for name in edition.value.lists:
            countries.setdefault(name, edition.value.place.country or settings.country)
    return countries


def _shown(roots: Roots, diagnostic: Diagnostic) -> Diagnostic:
    return replace(diagnostic, place=roots.shown_place(diagnostic.place))


def _check_references(project: Project, editions: Iterable[Document]) -> Iterable[Diagnostic]:
    """Yield what names something that is not there, in editions with other mistakes too."""
    known = _known_ids(project)
    for document in editions:
        yield from _check_names(document, known)
        yield from _check_sponsors(project, document)
    for edition in project.editions.values():
        yield from _check_translations(project, edition)
        yield from _check_default_list(project, edition)
    for brand in project.brands.values():
        logo = brand.value.logo
        if logo and find_asset(project.roots, logo) is None:
            yield _missing(logo, brand.document.place_of_value(("logo",)))
    for product in project.products.values():
        yield from _check_product(project, product)


def _check_names(document: Document, known: Mapping[str, set[str]]) -> Iterable[Diagnostic]:
    tree = document.tree if isinstance(document.tree, dict) else {}
    for key, ids in known.items():
        value = tree.get(key)
        names = value if isinstance(value, list) else [value]
        for index, name in enumerate(names):
            if isinstance(name, str) and name not in ids:
                yield _unknown(key, name, _place(document, key, index), ids)


def _check_sponsors(project: Project, document: Document) -> Iterable[Diagnostic]:
    sponsors = document.tree.get("sponsors") if isinstance(document.tree, dict) else None
    for index, sponsor in enumerate(sponsors if isinstance(sponsors, list) else ()):
        logo = sponsor.get("logo") if isinstance(sponsor, dict) else None
        if isinstance(logo, str) and find_asset(project.roots, logo) is None:
            yield _missing(logo, document.place_of_value(("sponsors", index, "logo")))


def _check_translations(project: Project, loaded: Loaded[Edition]) -> Iterable[Diagnostic]:
    guide = loaded.value.guide
    written = catalog.find_translations(project.roots, "content/guides")
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


def _unknown(key: str, name: str, place: Place, known: set[str]) -> Diagnostic:
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


def _missing(name: str, place: Place) -> Diagnostic:
    hint = "write its path from the project's folder, such as content/brands/logo.svg"
    return error("missing-file", f'there is no file "{name}"', place=place, hint=hint)


def find_asset(roots: Roots, name: str) -> Path | None:
    """Return a picture by its path from the project's folder or from content/brands, or None.

    Only files under the project or the built-in folders count, after following links.
    """
    for layer in roots.layers:
        for path in (layer / name, layer / "content" / "brands" / name):
            if path.is_file() and path.resolve().is_relative_to(layer.resolve()):
                return path
    return None


def _check_default_list(project: Project, loaded: Loaded[Edition]) -> Iterable[Diagnostic]:
    if loaded.value.lists:
        return
    for name in project.lists_of(loaded.value):
        if name not in project.lists:
            place = loaded.document.place_of_key(("place",))
            message = f'the edition names no lists, and there is no list "{name}" for its country'
            yield error("unknown-list", message, place=place, hint="name the lists to print, such as lists: [mine]")


def _check_product(project: Project, loaded: Loaded[Product]) -> Iterable[Diagnostic]:
    product, document = loaded.value, loaded.document
    for index, kind in enumerate(product.needs):
        if kind not in project.kinds:
            yield _unknown("kinds", kind, _place(document, "needs", index), set(project.kinds))
    for system in ("us", "iso") if product.stock else ():
        name = str(getattr(product.stock, system))
        if project.find_stock(name) is None:
            place = document.place_of_value(("stock", system))
            yield _unknown("stock", name, place, set(project.stocks))
    for face in product.faces or ("flow",):
        if project.roots.find(f"templates/products/{loaded.id}/{face}.html") is None:
            message = f'the face "{face}" has no template templates/products/{loaded.id}/{face}.html'
            place = document.place_of_key(("faces",))
            yield error("missing-file", message, place=place, hint=f"write {face}.html beside product.yaml")
