"""Read everything once."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from generator import catalog
from generator.catalog import Roots
from generator.errors import Diagnostic, Place
from generator.keeping import Store
from generator.lists.attendees import read_attendees
from generator.lists.collector import collector_resting
from generator.lists.retired import find_retired, passages_of
from generator.model.edition import Brand, Edition
from generator.model.event import Attendee, Event
from generator.model.guide import Guide
from generator.model.kinds import Kind, Kinds
from generator.model.language import Language
from generator.model.printer import Printer
from generator.model.product import Product
from generator.model.resource import ResourceList
from generator.model.retired import Retired, RetiredText
from generator.model.settings import Settings
from generator.model.stock import Stock
from generator.model.theme import Theme
from generator.model.words import WordList
from generator.model.written import Shape, validate
from generator.project.events import attendees_file, check_events
from generator.project.known import ReadList, Told, read_known
from generator.project.names import check_names
from generator.project.references import check_profile, check_references
from generator.project.shape import Loaded, Project
from generator.source import Document, read_yaml


class _Reader:
    """Read files of one project, gathering every diagnostic."""

    def __init__(self, roots: Roots, known: Store[ReadList] | None) -> None:
        self.roots, self.known = roots, known
        self.found: list[Diagnostic] = []
        self.documents: dict[Path, Document] = {}
        self.retired_in_lists: list[tuple[str, Diagnostic]] = []

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

    def documents_in(self, folder: str) -> list[Document]:
        """Return every file of a folder that could be read, those with mistakes too."""
        paths = catalog.find_files(self.roots, folder).values()
        return [self.documents[path] for path in paths if path in self.documents]

    def guides(self) -> dict[tuple[str, str], Loaded[Guide]]:
        files = catalog.find_translations(self.roots, "content/guides")
        read = {key: self.one(Guide, path, id=key[0]) for key, path in files.items()}
        return {key: loaded for key, loaded in read.items() if loaded is not None}

    def settings(self) -> Settings:
        path = self.roots.project / "handbill.yaml"
        loaded = self.one(Settings, path) if path.is_file() else None
        return loaded.value if loaded else Settings()

    def attendees(self, events: Mapping[str, Loaded[Event]]) -> dict[str, tuple[Attendee, ...]]:
        """Return who comes to each event that has a list of them; check_events tells of one that is not there."""
        people: dict[str, tuple[Attendee, ...]] = {}
        for name, event in events.items():
            path = attendees_file(self.roots, event.path, event.value.attendees)
            if path:
                people[name], found = read_attendees(path)
                self.found += found
        return people

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
        told = Told(kinds, self.retired)
        return {
            name: self._list(name, paths, told, countries.get(name, countries[""])) for name, paths in files.items()
        }

    def words(self) -> dict[str, WordList]:
        """Return the words to leave out, by language: the built-in ones with the project's own, which win."""
        words: dict[str, WordList] = {}
        for name, paths in catalog.find_layers(self.roots, "content/words", suffixes=(".yaml",)).items():
            for loaded in (self.one(WordList, path) for path in paths):
                before = words.get(name, WordList())
                words[name] = before.with_own(loaded.value) if loaded else before
        return words

    @cached_property
    def retired(self) -> tuple[RetiredText, ...]:
        """Return what services have given up: the built-in texts and the project's own."""
        texts: list[RetiredText] = []
        for layer in reversed(self.roots.layers):
            path = layer / "content" / "retired.yaml"
            loaded = self.one(Retired, path) if path.is_file() else None
            texts += loaded.value.retired if loaded else ()
        return tuple(texts)

    def retired_texts(self) -> Iterable[Diagnostic]:
        """Yield every retired text in what would be printed: guides, editions, brands, languages and lists."""
        written = [one for path, one in self.documents.items() if path.parent.name != "content"]
        yield from find_retired((passage for one in written for passage in passages_of(one)), self.retired)
        for name, found in dict.fromkeys(self.retired_in_lists):
            yield replace(found, place=self._located(name, found))

    def _located(self, name: str, found: Diagnostic) -> Place:
        """Return where in its file a retired text stands; only a YAML list can be read again to say so."""
        files = catalog.find_layers(self.roots, "content/lists", suffixes=catalog.LIST_SUFFIXES)[name]
        for path in files:
            document, _ = read_yaml(path) if path.suffix == ".yaml" else (None, ())
            for again in find_retired(passages_of(document), self.retired) if document else ():
                if again.message == found.message:
                    return again.place
        return Place(files[-1])

    def _list(self, name: str, paths: Iterable[Path], told: Told, country: str) -> tuple[ResourceList, ...]:
        parts: list[ResourceList] = []
        for path in paths:
            read = read_known(path, country, told, self.known)
            self.found += read.found
            self.retired_in_lists += ((name, one) for one in read.retired)
            parts += [read.listed] if read.listed is not None else []
        return tuple(parts)


@collector_resting()
def load_project(roots: Roots, known: Store[ReadList] | None = None) -> tuple[Project, tuple[Diagnostic, ...]]:
    """Return everything that can be read, and every finding, those of references between files included.

    Lists are looked for among those that are `known` from before, and kept there.
    """
    reader = _Reader(roots, known)
    kinds = reader.kinds()
    settings = reader.settings()
    editions = reader.folder(Edition, "content/editions")
    events = reader.folder(Event, "content/events")
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
        words=reader.words(),
        printers=reader.folder(Printer, "content/printers"),
        events=events,
        attendees=reader.attendees(events),
    )
    documents = reader.documents_in("content/editions")
    own = reader.documents.get(roots.project / "handbill.yaml")
    found = [
        *check_names(roots),
        *reader.found,
        *check_references(project, documents, own),
        *check_events(project, reader.documents_in("content/events")),
        *(check_profile(project, own) if own else ()),
        *reader.retired_texts(),
    ]
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
