"""The report as one HTML file that needs nothing else: style, typefaces and pictures are inside it."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from generator.render import Assets
from generator.render.document import tokens
from generator.render.environment import make_environment
from generator.render.hours import full_date
from generator.render.names import language_names
from generator.report.pictures import Pictures
from generator.report.pieces import BAD, MOST_PICTURED, Fact, Piece, by_edition, by_piece, facts_of, piece_of
from generator.write import Entry

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


@dataclass(frozen=True, slots=True)
class _OnPiece:
    """What is said of a piece, and the lines of the manifest that say so; the article on it is long, and so bytes."""

    entries: Sequence[Entry]
    is_one_of_many: bool
    piece: Piece
    article: bytes
    glance: str
    files: str


@dataclass(frozen=True, slots=True)
class _OnEdition:
    """The facts of an edition, and the lines of the manifest that have them."""

    entries: Sequence[Entry]
    facts: tuple[Fact, ...]
    rows: str


class Page:
    """The report as it is put together of parts: each can be written as soon as what it is on is there.

    `count` is how many pieces it will be on, as far as that is known before.
    """

    def __init__(self, assets: Assets, count: int = 0) -> None:
        self._assets, self._count = assets, count
        environment = make_environment(assets)
        self._report = environment.get_template("report/report.html")
        self._piece = environment.get_template("report/piece.html")
        self._rows: Any = environment.get_template("report/rows.html").module
        self._pieces: dict[str, _OnPiece] = {}
        self._editions: dict[str, _OnEdition] = {}

    def prepare_pieces(self, entries: Iterable[Entry], pictures: Pictures) -> None:
        """Write what is said of the pieces of these entries."""
        for stem, files in by_piece(entries):
            self._on_piece(stem, files, pictures)

    def prepare_editions(self, entries: Iterable[Entry]) -> None:
        """Write what is said of the editions of these entries."""
        for edition, files in by_edition(entries):
            self._on_edition(edition, files)

    def made(
        self, entries: Sequence[Entry], pictures: Pictures, *, version: str, today: date, again: bool = False
    ) -> bytes:
        """Return the report on these entries of the manifest. With `again` they were proved a second time."""
        by_stem = by_piece(entries)
        self._count = len(by_stem)
        written = [self._on_piece(stem, files, pictures) for stem, files in by_stem]
        tables = [self._on_edition(edition, files) for edition, files in by_edition(entries)]
        facts = [fact for table in tables for fact in table.facts]
        text = self._report.render(
            pieces=[one.piece for one in written],
            bad=[one.piece for one in written if one.piece.status in BAD],
            glances=[one.glance for one in written],
            articles=_ARTICLES,
            facts=[table.rows for table in tables],
            fact_count=len(facts),
            unchecked_count=sum(1 for one in facts if one.checked is None),
            files=[one.files for one in written],
            tokens=tokens(self._assets),
            faces=_faces(self._assets),
            language=_language,
            day=_day,
            today=today,
            version=version,
            again=again,
        )
        # What needs a person comes first.
        articles = b"\n".join(one.article for one in sorted(written, key=lambda one: one.piece.status not in BAD))
        before, _, after = text.partition(_ARTICLES)
        return b"".join((before.encode(), articles, after.encode()))

    def _on_piece(self, stem: str, files: Sequence[Entry], pictures: Pictures) -> _OnPiece:
        """Return what is said of a piece, as it was written before when its entries are the same."""
        known, is_one_of_many = self._pieces.get(stem), self._count > MOST_PICTURED
        if known is None or known.entries != files or known.is_one_of_many != is_one_of_many:
            piece = piece_of(stem, files, pictures, is_one_of_many=is_one_of_many)
            article = self._piece.render(piece=piece, is_bad=piece.status in BAD, said=_said, language=_language)
            glance, rows = self._rows.glance(piece, _said, _language), self._rows.files(piece)
            known = self._pieces[stem] = _OnPiece(files, is_one_of_many, piece, article.encode(), glance, rows)
        return known

    def _on_edition(self, edition: str, files: Sequence[Entry]) -> _OnEdition:
        """Return what is said of an edition, as it was written before when its entries are the same."""
        known = self._editions.get(edition)
        if known is None or known.entries != files:
            facts = facts_of(files)
            rows = self._rows.facts(edition, [*map(_row, facts)]) if facts else ""
            known = self._editions[edition] = _OnEdition(files, facts, rows)
        return known


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
