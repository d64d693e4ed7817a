"""The plan's own shapes: a piece with its size, its words and every fact that it has to carry."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from generator.errors import NOWHERE, Diagnostic, Place
from generator.model.edition import Brand, Edition, Finish, Sponsor
from generator.model.guide import Guide
from generator.model.language import Language
from generator.model.press import Press
from generator.model.printer import Duplex, Printer
from generator.model.product import Product
from generator.model.resource import Hours
from generator.model.stock import Stock
from generator.model.theme import Theme
from generator.model.words import WordList
from generator.sheets.folding import flat_size
from generator.sheets.placing import Sheet
from generator.sheets.tiling import Tiling
from generator.sheets.turning import Edge
from generator.units import Size

System = Literal["us", "iso"]
FactKind = Literal["phone", "sms", "url", "qr", "address", "hours", "email", "date", "name"]
LONG_ADDRESS = 34  # characters of a web address that a narrow column holds on one line


class Fact(Struct, frozen=True):
    """Something that someone will rely on.

    `value` is what a machine would use (`tel:+15155550142`, `sms:741741?body=HOME`, a URL, the address line),
    `printed` is exactly what stands on paper, `checked` when a person last made sure of it.
    """

    kind: FactKind
    resource: str
    value: str
    printed: str
    checked: date | None = None
    checked_by: str | None = None

    @property
    def is_whole(self) -> bool:
        """True when it stands on one line; opening hours and addresses, of the web too when long, may go on."""
        is_long = self.kind == "url" and len(self.printed) > LONG_ADDRESS
        return self.kind in {"phone", "sms", "email", "url"} and not is_long


class Call(Struct, frozen=True):
    """A number to call, for templates. `menu` is the key to press, `extension` is dialled after."""

    fact: Fact
    menu: str | None = None
    extension: str | None = None
    purpose: str | None = None


class Texting(Struct, frozen=True):
    """A number to text, for templates, with the opening word where one is wanted."""

    fact: Fact
    keyword: str | None = None


class Listing(Struct, frozen=True):
    """One resource in one language, ready for a template; what it does not have is None or empty."""

    id: str
    name: str
    short_name: str
    kind: str
    icon: str
    description: str | None
    calls: tuple[Call, ...]
    textings: tuple[Texting, ...]
    url: Fact | None
    chat: Fact | None
    email: Fact | None
    address: Fact | None
    hours: Hours | None
    hours_checked: date | None
    languages: tuple[str, ...]
    cost: str | None
    for_whom: str | None
    confidential: str | None
    is_crisis: bool
    is_local: bool
    checked: date | None  # the oldest date of its facts, None when any of them is unchecked
    tags: tuple[str, ...] = ()

    @property
    def call(self) -> Call | None:
        """The first number to call in this language."""
        return self.calls[0] if self.calls else None

    @property
    def ways_to_reach(self) -> tuple[Fact, ...]:
        """Every fact by which someone can get in touch."""
        lines = (*(call.fact for call in self.calls), *(texting.fact for texting in self.textings))
        return (*lines, *(one for one in (self.url, self.chat, self.email, self.address) if one))

    @property
    def texting(self) -> Texting | None:
        """The first number to text in this language."""
        return self.textings[0] if self.textings else None


class OtherLanguage(Struct, frozen=True):
    """The second language of an edition, for headings in two languages; `kinds` are its names of kinds."""

    id: str
    language: Language
    kinds: Mapping[str, str] = field(default_factory=dict)


class Passage(Struct, frozen=True):
    """A text that a person wrote and where it stands. `part` is the part of the guide, empty outside it.

    A text that `is_left_out` is printed as what not to say.
    """

    text: str
    place: Place = NOWHERE
    part: str = ""
    is_left_out: bool = False


class Group(Struct, frozen=True):
    """The listings of one kind, under its label; `other_label` is the same in the edition's second language."""

    kind: str
    label: str
    other_label: str
    icon: str
    listings: tuple[Listing, ...]


class AgendaLine(Struct, frozen=True):
    """One line of an event's agenda in one language; times such as 10:00."""

    starts: str
    ends: str | None
    title: str
    speaker: str | None = None
    where: str | None = None


class EventDay(Struct, frozen=True):
    """The event that a piece is for, in its language.

    `place` is the name and address of the place in one fact, `place_name` the name alone. Times are such as 10:00.
    """

    id: str
    title: str
    short_title: str
    line: str | None
    day: date
    until: date | None
    starts: str
    ends: str | None
    place: Fact
    place_name: str
    place_note: str | None
    sign_up: Fact | None
    hosts: tuple[Sponsor, ...] = ()
    sponsors: tuple[Sponsor, ...] = ()
    agenda: tuple[AgendaLine, ...] = ()

    @property
    def when(self) -> Fact:
        """Its days and times as one fact; how it is printed is for the language to say."""
        last = self.until or self.day
        value = f"{self.day}T{self.starts}/{last}T{self.ends}" if self.ends else f"{self.day}T{self.starts}"
        return Fact("date", self.id, f"calendar:{value}", value)

    @property
    def must_carry(self) -> tuple[tuple[Fact, ...], ...]:
        """What a piece of the event has to show: when, where, and the way to sign up as an address or a code."""
        ways = (self.sign_up, replace(self.sign_up, kind="qr")) if self.sign_up else ()
        return ((self.when,), (self.place,), *((ways,) if ways else ()))


class Record(Struct, frozen=True):
    """One of those that a product has a face for each of: an attendee or a table; without a title, one to write on.

    `line` is an attendee's organisation or what stands below a table's title.
    """

    title: str
    line: str | None = None
    pronouns: str | None = None
    role: str | None = None
    copies: int = 1


class Piece(Struct, frozen=True):
    """One product of one edition in one language, with everything that its templates may show.

    `lead` is the crisis line that comes first, `second` another crisis line to text, `emergency` the number
    for danger to life. `local` and `national` are in printing order; fitting drops from their end.
    """

    edition_id: str
    product_id: str
    language_id: str
    country: str
    system: System
    size: Size
    bleed: float
    safe: float
    edition: Edition
    product: Product
    language: Language
    guide: Guide
    theme: Theme
    brand: Brand | None
    place_name: str | None
    lead: Listing | None
    second: Listing | None
    emergency: Listing | None
    local: tuple[Listing, ...]
    national: tuple[Listing, ...]
    more_help: Fact | None  # kind "url"; its QR carries the same value
    checked: date | None  # the oldest check of what this piece prints, None unless all of it is checked
    today: date  # who reads it is noted
    left_out: tuple[str, ...] = ()
    # kind -> its label in this language, in the order of kinds
    kinds: Mapping[str, str] = field(default_factory=dict)
    other: OtherLanguage | None = None
    passages: tuple[Passage, ...] = ()  # of the guide and the files around it, in this language
    words: WordList = field(default_factory=WordList)  # to leave out, in this language
    size_id: str | None = None  # of the product's `sizes`; None for its usual size
    magnify: float = 1.0  # how much larger than its layout it is drawn
    event: EventDay | None = None
    records: tuple[Record, ...] = ()  # of a product with a face for each: its faces are repeated so often

    def __repr__(self) -> str:
        return f"<piece {self.name}>"  # a template may print it: the day has to be asked for, to be noted

    @property
    def name(self) -> str:
        """The piece's name for people and files: edition or event, language, product, and any unusual size."""
        size = f"-{self.size_id}" if self.size_id else ""
        return f"{self.event.id if self.event else self.edition_id}/{self.language_id}/{self.product_id}{size}"

    @property
    def flat(self) -> Size:
        """The paper that it takes: its size, or that of its flat sheet when it is folded."""
        return flat_size(self.product.fold, self.size)

    @property
    def title(self) -> str:
        """The title of its documents, in its own language where the guide has one."""
        first = self.event.title if self.event and self.product.of_event else self.guide.title
        return f"{first} · {self.product.title} · {self.edition.title}"

    def record_of(self, face: int) -> Record | None:
        """Return whom or what a face (from 0) is for, None for products that are alike for everybody."""
        each = len(self.product.faces) // len(self.records) if self.records else 1
        return self.records[face // each] if self.records else None

    @property
    def listings(self) -> tuple[Listing, ...]:
        """Every listing the piece carries, each once."""
        heads = (one for one in (self.lead, self.second, self.emergency) if one)
        return tuple({one.id: one for one in (*heads, *self.local, *self.national)}.values())

    @property
    def rows(self) -> tuple[Listing, ...]:
        """The listings as the product's list has them, in the order of printing."""
        if self.product.order == "priority":
            return self._unordered
        if self.product.order == "checked":
            # A date that is missing is older than any other.
            return tuple(sorted(self._unordered, key=lambda one: one.checked.toordinal() if one.checked else 0))
        return tuple(one for group in self.groups for one in group.listings)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The listings by kind, the kinds in their order; within a kind they keep the order of the plan."""
        by_kind: dict[str, list[Listing]] = {kind: [] for kind in self.kinds}
        for one in self._unordered:
            by_kind.setdefault(one.kind, []).append(one)
        return tuple(self._group(kind, listings) for kind, listings in by_kind.items() if listings)

    def _group(self, kind: str, listings: list[Listing]) -> Group:
        other = self.other.kinds.get(kind, "") if self.other else ""
        return Group(kind, self.kinds.get(kind, kind), other, listings[0].icon, tuple(listings))

    @property
    def _unordered(self) -> tuple[Listing, ...]:
        heads = (one for one in (self.lead, self.second) if one and self.product.lists_heads)
        return tuple({one.id: one for one in (*heads, *self.local, *self.national)}.values())

    @property
    def must_carry(self) -> tuple[tuple[Fact, ...], ...]:
        """What the printed piece has to show: of each group one fact at least, of single ones just that one."""
        rows = (one.ways_to_reach for one in (*self.local, *self.national))
        return (*self._heads_to_carry, *(ways for ways in rows if ways), *self._event_to_carry)

    @property
    def _heads_to_carry(self) -> tuple[tuple[Fact, ...], ...]:
        """The lines for a crisis; what is made of an event alone, such as a badge, may do without them."""
        if self.product.of_event and "crisis" not in self.product.needs:
            return ()
        return tuple((one.call.fact,) for one in (self.lead, self.emergency) if one and one.call)

    @property
    def _event_to_carry(self) -> tuple[tuple[Fact, ...], ...]:
        """The event's own facts; of what is made for each attendee or table, only whom it is for."""
        if self.records:
            names = dict.fromkeys(one.title for one in self.records if one.title)
            return tuple((Fact("name", self.event.id if self.event else "", name, name),) for name in names)
        return self.event.must_carry if self.event and not self.product.is_for_checking else ()

    def without(self, resource_id: str) -> "Piece":
        """Return the piece without one of its local or national listings, named in `left_out`."""
        local = tuple(one for one in self.local if one.id != resource_id)
        national = tuple(one for one in self.national if one.id != resource_id)
        return replace(self, local=local, national=national, left_out=(*self.left_out, resource_id))


class Printing(Struct, frozen=True):
    """How sheets come out of the printer in the room: its profile, and how it prints on both sides."""

    printer_id: str | None = None
    printer: Printer | None = None
    duplex: Duplex | None = None

    @property
    def is_by_hand(self) -> bool:
        """True when a person puts the stack back for the backs."""
        return self.duplex in ("by-hand", "by-hand-reversed")


class Job(Struct, frozen=True):
    """One piece and the files to make of it. `sheets`, `stock` and what follows are of the office finish."""

    piece: Piece
    finishes: tuple[Finish, ...]
    sheets: tuple[Sheet, ...]
    stock_id: str
    duplex: str | None  # the PDF viewer preference, None when printed on one side
    diagnostics: tuple[Diagnostic, ...]  # found while planning this piece
    press: Press = field(default_factory=Press)  # what the print shop asks for; its bleed is the one to draw
    grey: bool = False  # the files to print are made in greys
    stock: Stock | None = None
    edge: Edge | None = None  # on which the sheets are planned to be turned
    printing: Printing = Printing()
    tiling: Tiling | None = None
    copies: int | None = None
    is_batched: bool = False  # its office sheets are those of a batch: see plan.together

    @property
    def is_special(self) -> bool:
        """True when printing it takes more than putting paper in: see plan.ticket."""
        return bool(self.copies or self.tiling or self.printing.printer_id or self.printing.duplex)
