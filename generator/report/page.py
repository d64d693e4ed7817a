"""The report as one HTML file that needs nothing else: style, typefaces and pictures are inside it."""

import base64
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter

from generator.render import Assets
from generator.render.document import tokens
from generator.render.environment import make_environment
from generator.render.hours import full_date
from generator.render.names import language_names
from generator.report.pictures import Pictures
from generator.report.pieces import BAD, Fact, Piece, by_piece, facts_of, piece_of
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


class Page:
    """The report as it is put together of parts: that on a piece can be written as soon as the piece is there."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        environment = make_environment(assets)
        self._report = environment.get_template("report/report.html")
        self._piece = environment.get_template("report/piece.html")
        self._known: dict[str, tuple[Sequence[Entry], Piece, str]] = {}

    def prepare(self, entries: Iterable[Entry], pictures: Pictures) -> None:
        """Write what is said of the pieces of these entries."""
        for stem, files in by_piece(entries):
            self._written(stem, files, pictures)

    def made(
        self, entries: Sequence[Entry], pictures: Pictures, *, version: str, today: date, again: bool = False
    ) -> bytes:
        """Return the report on these entries of the manifest. With `again` they were proved a second time."""
        written = [self._written(stem, files, pictures) for stem, files in by_piece(entries)]
        pieces, facts = [piece for piece, _ in written], facts_of(entries)
        # What needs a person comes first.
        articles = [article for _, article in sorted(written, key=lambda one: one[0].status not in BAD)]
        text = self._report.render(
            pieces=pieces,
            bad=[one for one in pieces if one.status in BAD],
            articles=articles,
            facts=[(edition, [*map(_row, those)]) for edition, those in groupby(facts, attrgetter("edition"))],
            fact_count=len(facts),
            unchecked_count=sum(1 for one in facts if one.checked is None),
            files=[one for piece in pieces for one in piece.files],
            tokens=tokens(self._assets),
            faces=_faces(self._assets),
            said=_said,
            language=_language,
            day=_day,
            today=today,
            version=version,
            again=again,
        )
        return text.encode("utf-8")

    def _written(self, stem: str, files: Sequence[Entry], pictures: Pictures) -> tuple[Piece, str]:
        """Return a piece and what is said of it, as it was written before when its entries are the same."""
        known = self._known.get(stem)
        if known is None or known[0] != files:
            piece = piece_of(stem, files, pictures)
            article = self._piece.render(piece=piece, is_bad=piece.status in BAD, said=_said, language=_language)
            known = self._known[stem] = files, piece, article
        return known[1:]


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
