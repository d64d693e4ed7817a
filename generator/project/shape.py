"""Everything that can be printed, read and validated."""

from collections.abc import Mapping
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct, field

from generator.catalog import Roots
from generator.model.edition import Brand, Edition
from generator.model.event import Attendee, Event
from generator.model.guide import Guide
from generator.model.kinds import Kind
from generator.model.language import Language
from generator.model.printer import Printer
from generator.model.product import Product
from generator.model.resource import ResourceList
from generator.model.settings import Settings
from generator.model.stock import Stock
from generator.model.theme import Theme
from generator.model.words import WordList
from generator.source import Document

T_co = TypeVar("T_co", covariant=True)


class Loaded(Struct, Generic[T_co], frozen=True):
    """A thing that was written, with its id and the file it stands in."""

    id: str
    value: T_co
    document: Document

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return self.document.path


class Project(Struct, frozen=True):
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
    words: Mapping[str, WordList] = field(default_factory=dict)  # by language
    printers: Mapping[str, Loaded[Printer]] = field(default_factory=dict)
    events: Mapping[str, Loaded[Event]] = field(default_factory=dict)
    attendees: Mapping[str, tuple[Attendee, ...]] = field(default_factory=dict)  # by event

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
            aliases = {alias.lower() for alias in stock.value.aliases}
            maker = stock.id.partition("-")[0]
            if wanted in aliases or wanted.removeprefix(f"{maker}-") in aliases or stock.id.endswith(f"-{wanted}"):
                return stock
        return None


def find_asset(roots: Roots, name: str) -> Path | None:
    """Return a picture by its path from the project's folder or from content/brands, or None.

    Only files under the project or the built-in folders count, after following links.
    """
    for layer in roots.layers:
        for path in (layer / name, layer / "content" / "brands" / name):
            if lies_within(path, layer):
                return path
    return None


def lies_within(path: Path, folder: Path) -> bool:
    """Return whether a path is a file inside a folder, after following links."""
    try:
        return path.is_file() and path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # too long a name, a NUL in it, links in a circle
        return False


def read_elsewhere(project: Project) -> tuple[Path, ...]:
    """Return the files that a project names and that may stand outside its folders of content and templates.

    Those that are not there are among them: where they appear, they would be read.
    """
    profile, events = project.settings.press.profile, project.events.values()
    beside = (one.path.parent / one.value.attendees for one in events if one.value.attendees)
    return (*(layer / profile for layer in project.roots.layers if profile), *beside)
