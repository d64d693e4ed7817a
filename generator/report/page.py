"""The report as one HTML file that needs nothing else: style, typefaces and pictures are inside it."""

import base64
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from itertools import chain
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from generator.keeping import OfObjects, digest_of_bytes
from generator.render.assets import Assets
from generator.render.document import tokens
from generator.render.environment import make_environment
from generator.render.hours import full_date
from generator.render.names import language_names
from generator.report.pictures import Pictures, with_pictures
from generator.report.pieces import BAD, MOST_PICTURED, Fact, Piece, by_edition, by_piece, facts_of, piece_of
from generator.write import Entry, line_of, sha256

MOST_KEYS = 20_000  # of pieces and editions: those of a country's counties in two languages
# family, weight, file: what the report is set in, as the pieces are
FACES = (
    ("Bricolage Grotesque", 800, "bricolage-grotesque/BricolageGrotesque_800ExtraBold.ttf"),
    ("Atkinson Hyperlegible Next", 400, "atkinson-hyperlegible-next/AtkinsonHyperlegibleNext_400Regular.ttf"),
    ("Atkinson Hyperlegible Next", 700, "atkinson-hyperlegible-next/AtkinsonHyperlegibleNext_700Bold.ttf"),
)
# Said for people; what a manifest says otherwise is shown as it is.
SAID = {
    "ok": "Published",
    "warned": "Published, with warnings",
    "refused": "Refused",
    "missing": "Missing",
    "changed": "Changed since its proof",
    "faulty": "Faulty",
    "phone": "Call",
    "sms": "Text",
    "url": "Web",
    "qr": "QR code",
    "email": "E-mail",
    "address": "Address",
    "hours": "Hours",
    "date": "When",
    "name": "Name",
}


class OnPiece(Struct, frozen=True):
    """What is said of a piece, in the place of its pictures what stands for them; the key is of all that says so."""

    key: str
    piece: Piece
    article: str
    glance: str
    files: str


class OnEdition(Struct, frozen=True):
    """What is said of the facts of an edition, how many there are, and how many nobody checked."""

    key: str
    count: int
    unchecked: int
    rows: str


class Parts(Struct, frozen=True):
    """What was written of pieces, by where they stand, and of editions: it is the same while what says so is."""

    pieces: dict[str, OnPiece] = field(default_factory=dict)
    editions: dict[str, OnEdition] = field(default_factory=dict)


class Page:
    """The report as it is put together of parts: each can be written as soon as what it is on is there.

    `count` is how many pieces it will be on, as far as that is known before; `parts` are known from a report before
    by the same templates; `line_of` returns an entry as its line of the manifest, `digest_of` what a picture is known
    by.
    """

    def __init__(
        self,
        assets: Assets,
        count: int = 0,
        *,
        parts: Parts | None = None,
        line_of: Callable[[Entry], str] = line_of,
        digest_of: Callable[[bytes], str] = sha256,
    ) -> None:
        self.parts = parts or Parts()
        self._assets, self._count, self._line_of, self._digest_of = assets, count, line_of, digest_of
        self._keys = OfObjects[str](MOST_KEYS)
        self._articles: dict[tuple[str, str], tuple[bytes, ...]] = {}  # with their pictures, by piece and key
        environment = make_environment(assets)
        self._report = environment.get_template("report/report.html")
        self._piece = environment.get_template("report/piece.html")
        self._rows: Any = environment.get_template("report/rows.html").module

    def prepare_pieces(self, entries: Iterable[Entry], pictures: Pictures) -> None:
        """Write what is said of the pieces of these entries."""
        for stem, files in by_piece(entries):
            self._on_piece(stem, files, pictures(stem))

    def prepare_editions(self, entries: Iterable[Entry]) -> None:
        """Write what is said of the editions of these entries."""
        for edition, files in by_edition(entries):
            self._on_edition(edition, files)

    def made(
        self, entries: Sequence[Entry], pictures: Pictures, *, version: str, today: date, again: bool = False
    ) -> bytes:
        """Return the report on these entries of the manifest. With `again` they were proved a second time.

        From then on the parts are those of this report alone.
        """
        by_stem = by_piece(entries)
        self._count = len(by_stem)
        pieces = {stem: self._on_piece(stem, files, pictures(stem)) for stem, files in by_stem}
        editions = {edition: self._on_edition(edition, files) for edition, files in by_edition(entries)}
        self.parts = Parts(pieces, editions)
        text = self._report.render(
            pieces=[one.piece for one in pieces.values()],
            bad=[one.piece for one in pieces.values() if one.piece.status in BAD],
            glances=[one.glance for one in pieces.values()],
            articles=_ARTICLES,
            facts=[one.rows for one in editions.values()],
            fact_count=sum(one.count for one in editions.values()),
            unchecked_count=sum(one.unchecked for one in editions.values()),
            files=[one.files for one in pieces.values()],
            tokens=tokens(self._assets),
            faces=_faces(self._assets),
            language=_language,
            day=_day,
            today=today,
            version=version,
            again=again,
        )
        # What needs a person comes first.
        ordered = sorted(pieces, key=lambda stem: pieces[stem].piece.status not in BAD)
        articles = chain.from_iterable(self._articles[stem, pieces[stem].key] for stem in ordered)
        before, _, after = text.partition(_ARTICLES)
        return b"".join((before.encode(), *articles, after.encode()))

    def _on_piece(self, stem: str, files: Sequence[Entry], drawn: Sequence[bytes]) -> OnPiece:
        """Return what is said of a piece, as it was written before when nothing that says so has changed."""
        known, is_one_of_many = self.parts.pieces.get(stem), self._count > MOST_PICTURED
        key = self._keys.get((*files, *drawn), lambda: self._key(files, drawn, is_one_of_many), is_one_of_many)
        if known is None or known.key != key:
            known = self._written(key, stem, files, drawn, is_one_of_many=is_one_of_many)
            self.parts.pieces[stem] = known
        if (stem, key) not in self._articles:
            self._articles[stem, key] = (*with_pictures(known.article, drawn), b"\n")
        return known

    def _written(
        self, key: str, stem: str, files: Sequence[Entry], drawn: Sequence[bytes], *, is_one_of_many: bool
    ) -> OnPiece:
        piece = piece_of(stem, files, drawn, is_one_of_many=is_one_of_many)
        article = self._piece.render(piece=piece, is_bad=piece.status in BAD, said=_said, language=_language)
        glance, rows = self._rows.glance(piece, _said, _language), self._rows.files(piece)
        return OnPiece(key, replace(piece, pages=()), article, str(glance), str(rows))

    def _on_edition(self, edition: str, files: Sequence[Entry]) -> OnEdition:
        """Return what is said of an edition, as it was written before when nothing that says so has changed."""
        known = self.parts.editions.get(edition)
        key = self._keys.get((*files,), lambda: self._key(files))
        if known is None or known.key != key:
            facts = facts_of(files)
            rows = str(self._rows.facts(edition, [*map(_row, facts)])) if facts else ""
            known = OnEdition(key, len(facts), sum(1 for one in facts if one.checked is None), rows)
            self.parts.editions[edition] = known
        return known

    def _key(self, files: Sequence[Entry], drawn: Sequence[bytes] = (), *plain: object) -> str:
        shown = [*map(self._digest_of, drawn)]
        return digest_of_bytes(*(self._line_of(one).encode() for one in files), repr((shown, plain)).encode())


_ARTICLES = "<!-- of each piece an article -->"


def make_report(
    entries: Sequence[Entry], pictures: Pictures, assets: Assets, *, version: str, today: date, again: bool = False
) -> bytes:
    """Return the report on these entries of the manifest; see `Page.made`."""
    return Page(assets).made(entries, pictures, version=version, today=today, again=again)


def _row(fact: Fact) -> tuple[str, ...]:
    """Return what the table of facts says of one: printed, how, service, day, by whom, and on what."""
    products = ", ".join(name.replace("-", " ") for name in fact.products)
    day = _day(fact.checked) if fact.checked else ""
    return fact.printed, _said(fact.kind), fact.resource, day, fact.checked_by, products


def _said(word: str) -> str:
    return SAID.get(word, word)


@cache
def _language(tag: str) -> str:
    return language_names((tag,), "en")


@cache
def _day(day: date) -> str:
    return full_date(day, "en")


def _faces(assets: Assets) -> tuple[tuple[str, int, str], ...]:
    """Return each typeface that is there: family, weight and address."""
    found = ((family, weight, assets.template(f"base/fonts/{name}")) for family, weight, name in FACES)
    return tuple(
        (family, weight, "data:font/ttf;base64," + base64.b64encode(path.read_bytes()).decode("ascii"))
        for family, weight, path in found
        if path
    )
