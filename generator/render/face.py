"""What a piece is drawn from: documents of one face each, or one of all its pages. Equal faces are drawn once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from generator import __version__
from generator.errors import Diagnostic
from generator.keeping import Kept
from generator.plan import Piece
from generator.render import fonts
from generator.render.assets import Assets
from generator.render.boxes import Sheet
from generator.render.folds import on_folds
from generator.render.locate import place_of_text
from generator.render.measure import Hole, Item, measure
from generator.render.paths import paths_of_regions
from generator.render.pour import Poured
from generator.render.shell import is_by_face, style_sheets
from generator.render.typeset import Layout, Locate, lay_out, write_pdf
from generator.repeats import read_once
from generator.units import Box, Size

_LIST = re.compile("<[duo]l", re.IGNORECASE)  # what is tagged as a list, and may say something again and again
MOST_KEPT = 256  # faces; a letter page takes some 60 kB


class Drawn(Struct, frozen=True):
    """A document as drawn: what was measured by face, the headings' levels, and its PDF once it is written.

    `found` are the findings that have places of their own; a face that has any is not kept. `holes` are the boxes of
    regions by their number, `paths` the tags around each of them, `ink` is what leaves ink, in millimetres.
    """

    found: tuple[Diagnostic, ...] = ()
    pages: int = 0
    problems: tuple[tuple[Diagnostic, Item | None], ...] = ()
    excess: Mapping[int, float] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    fields: Mapping[int, frozenset[str]] = field(default_factory=dict)
    least_text_pt: Mapping[int, float] = field(default_factory=dict)
    levels: tuple[int, ...] = ()
    holes: Mapping[int, Hole] = field(default_factory=dict)
    paths: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    ink: Box | None = None
    poured: Poured | None = None
    pdf: bytes = b""
    families: tuple[str, ...] = ()
    files: tuple[tuple[Path, str], ...] = ()  # what it was drawn with besides, each with its digest


KEPT = Kept[Drawn](MOST_KEPT)


class NotDrawn(Exception):
    """Something was never drawn before."""


class Laid(Struct, frozen=True):
    """A document laid out. `layout` is None when it is a face that was kept, or could not be laid out."""

    html: str
    first: int
    key: str
    drawn: Drawn
    layout: Layout | None
    is_known: bool = False  # drawn for another piece before


class Press(Struct, frozen=True):
    """What the documents of a piece have in common: its measures, and the folders that they are drawn from.

    `region` is the number of the region that is laid out by itself, 0 for whole faces and what stands around regions.
    One that is not drawing takes what was drawn before.
    """

    piece: Piece
    assets: Assets
    sheet: Sheet
    styles: tuple[Path, ...]
    made_of: str  # stands for the style sheets and typefaces as they are now
    region: int = 0
    is_drawing: bool = True

    @classmethod
    def of(cls, piece: Piece, assets: Assets, sheet: Sheet) -> "Press":
        """Return the press of a piece."""
        styles = style_sheets(assets, piece)
        files = (*styles, *(face.path for face in fonts.faces(assets)))
        return cls(piece, assets, sheet, styles, " ".join(map(_digest, files)))

    def for_region(self, number: int) -> "Press":
        """Return what lays out a region of a face."""
        return replace(self, sheet=replace(self.sheet, bleed=0.0), region=number)

    @property
    def locate(self) -> Locate:
        """Return what finds where something of this piece was written."""
        return lambda spot: place_of_text(self.piece, self.assets, face=spot.face, written=spot.written)

    def lay(self, html: str, first: int, known: Mapping[str, Laid], *, lasts: bool = False) -> Laid:
        """Return a document laid out and measured, its pages counted on from `first`; what is known is taken.

        One that lasts is found again by other processes even when it is not written: it may be crowded. Raises NotDrawn
        for one that is not known, when it is not to be drawn.
        """
        key = self.key(html, first) if is_by_face(self.piece) else ""
        if key and key in known:
            return known[key]
        kept = KEPT.get(key) if key else None
        if kept and all(_digest(path) == digest for path, digest in kept.files):
            return Laid(html, first, key, kept, None, is_known=bool(kept.pdf))
        if not self.is_drawing:
            raise NotDrawn
        layout, found = self._layout(html)
        drawn = self._measured(layout, first, found) if layout else Drawn(found)
        return self._kept(Laid(html, first, key, drawn, layout), lasts=lasts)

    def written(self, laid: Laid) -> Laid:
        """Return a document with its PDF, as far as it could be laid out."""
        drawn = laid.drawn
        if drawn.pdf or not drawn.pages:
            return laid
        layout = laid.layout or self._layout(laid.html)[0]
        if layout is None:
            return laid
        ids = f"{laid.first}{f'.{self.region}' if self.region else ''}-" if laid.key else ""
        data, problems = write_pdf(layout, self._paper(drawn), self.locate, ids=ids)
        families = tuple(sorted({font.family for font in layout.document.fonts.values()}))
        data = read_once(data) if data and _LIST.search(laid.html) else data
        drawn = replace(drawn, pdf=data, families=families, found=(*drawn.found, *problems))
        return self._kept(replace(laid, drawn=drawn, layout=None), lasts=bool(data))

    def _paper(self, drawn: Drawn) -> Sheet:
        """Return the page that a document is written on: a region on one of its own size."""
        if not self.region:
            return self.sheet
        hole, scale = drawn.holes[self.region], self.sheet.px_per_mm
        return replace(self.sheet, size=Size(hole.width / scale, hole.height / scale))

    def _layout(self, html: str) -> tuple[Layout | None, tuple[Diagnostic, ...]]:
        piece = self.piece
        faces = 0 if is_by_face(piece) else len(piece.product.faces)
        return lay_out(html, self.assets, styles=self.styles, locate=self.locate, faces=faces)

    def _measured(self, layout: Layout, first: int, found: tuple[Diagnostic, ...]) -> Drawn:
        piece, pages = self.piece, layout.document.pages
        report = measure(
            layout.document,
            layout.html,
            self.assets,
            sheet=self.sheet,
            safe=None if self.region else piece.safe * self.sheet.magnify,
            min_pt=piece.product.fit.min_text.pt,
            first=first,
        )
        return Drawn(
            found,
            len(pages),
            (*report.problems, *(() if self.region else on_folds(report.items, piece))),
            report.excess,
            report.parts,
            report.facts,
            {face: frozenset(item.field for item in items) for face, items in _by_face(report.items).items()},
            {face: _least(items) for face, items in _by_face(report.items).items()},
            tuple(level for page in pages for level, *_ in page.bookmarks),
            report.holes,
            paths_of_regions(layout.html.etree_element) if report.holes else {},
            _hull(report.items),
            layout.poured,
            files=tuple((path, _digest(path)) for path in sorted(layout.fetched)),
        )

    def _kept(self, laid: Laid, *, lasts: bool) -> Laid:
        if laid.key and not laid.drawn.found:
            KEPT.put(laid.key, laid.drawn, lasts=lasts)
        return laid

    def key(self, html: str, first: int) -> str:
        """Return the digest of all that a face is drawn from, but for the pictures that it turns out to name."""
        piece = self.piece
        fit = (piece.safe, piece.product.fit.min_text.pt, piece.product.fold, piece.size)
        options = (self.sheet, *fit, first, self.region, len(piece.product.faces), self.assets)
        parts = (html, self.made_of, *options, _engines())
        return sha256("\0".join(str(part) for part in parts).encode()).hexdigest()


def _by_face(items: Iterable[Item]) -> Mapping[int, list[Item]]:
    found: defaultdict[int, list[Item]] = defaultdict(list)
    for item in items:
        found[item.face].append(item)
    return found


def _least(items: Iterable[Item]) -> float:
    return round(min((item.size_pt for item in items if item.text), default=0.0), 2)


def _hull(items: Iterable[Item]) -> Box | None:
    """Return the smallest box around some items, None for none."""
    inks = [item.ink for item in items]
    if not inks:
        return None
    left, top = min(ink.x for ink in inks), min(ink.y for ink in inks)
    return Box(left, top, max(ink.right for ink in inks) - left, max(ink.bottom for ink in inks) - top)


def combined(documents: Sequence[Drawn]) -> Drawn:
    """Return all documents of a piece as one without a PDF; the numbers of facts are those of each document."""
    return Drawn(
        found=tuple(one for drawn in documents for one in drawn.found),
        pages=sum(drawn.pages for drawn in documents),
        problems=tuple(one for drawn in documents for one in drawn.problems),
        excess={face: past for drawn in documents for face, past in drawn.excess.items()},
        parts={name: height for drawn in documents for name, height in drawn.parts.items()},
        fields={face: names for drawn in documents for face, names in drawn.fields.items()},
        least_text_pt={face: size for drawn in documents for face, size in drawn.least_text_pt.items()},
        poured=next((drawn.poured for drawn in documents if drawn.poured), None),
        families=tuple(sorted({family for drawn in documents for family in drawn.families})),
    )


def _digest(path: Path) -> str:
    """Return the digest of a file, nothing when it is gone."""
    try:
        state = path.stat()
    except OSError:
        return ""
    return _digest_of(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _digest_of(path: Path, changed: int, size: int) -> str:
    return sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def _engines() -> str:
    """Return the versions of what draws."""
    import pydyf
    import weasyprint

    return f"{__version__} {weasyprint.__version__} {pydyf.__version__}"
