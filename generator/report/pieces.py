"""What the manifest says of each file, put together by piece: pages, findings, facts and files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from generator.report.pictures import Picture, Pictures, place_of, read_picture
from generator.write import Entry

# The worst status of a piece's files is the piece's. Refused and everything before it needs a person.
ORDER = ("missing", "changed", "faulty", "refused", "warned", "ok")
BAD = frozenset(ORDER[:4])
MOST_PAGES = 8  # pictured of one piece, besides those that something stands on
MOST_PICTURED = 600  # pieces; a browser opens their pictures, some 60 MB, where those of a whole country would stop it
Box = tuple[float, float, float, float]


class Finding(Struct, frozen=True):
    """One finding with its number within the piece. `count` is how often the same was said."""

    number: int
    severity: str
    code: str
    message: str
    hint: str
    page: int | None
    box: Box | None
    place: str


class Mark(Struct, frozen=True):
    """A finding's frame on a picture, in hundredths of the picture's width and height."""

    finding: Finding
    left: float
    top: float
    width: float
    height: float


class Page(Struct, frozen=True):
    """One face as pictured, with the frames of what was found on it."""

    number: int
    picture: Picture
    marks: tuple[Mark, ...]

    @property
    def place(self) -> str:
        """What stands for the picture's address."""
        return place_of(self.number)


class File(Struct, frozen=True):
    """One file: its path, and what the manifest says of it, each part empty when it says nothing."""

    path: str
    stock: str
    pages: str
    size: str
    sha256: str


class Piece(Struct, frozen=True):
    """One product of one edition in one language."""

    edition: str
    language: str
    product: str
    status: str
    pages: tuple[Page, ...]
    unpictured: int
    findings: tuple[Finding, ...]
    fit_scale: float
    left_out: tuple[str, ...]
    files: tuple[File, ...]

    @property
    def name(self) -> str:
        """The piece's place in the output, which names it."""
        return f"{self.edition}/{self.language}/{self.product}"

    @property
    def anchor(self) -> str:
        """A name for links inside the report."""
        return f"{self.edition}-{self.language}-{self.product}"

    def count(self, severity: str) -> int:
        """Return how many findings are so severe."""
        return sum(1 for one in self.findings if one.severity == severity)


class Fact(Struct, frozen=True):
    """A fact as printed, by whom and when it was checked, and the products that carry it."""

    edition: str
    resource: str
    kind: str
    printed: str
    checked: date | None
    checked_by: str
    products: tuple[str, ...]


def pieces_of(entries: Iterable[Entry], pictures: Pictures) -> tuple[Piece, ...]:
    """Return the pieces of the manifest's entries, by where they stand in the output: one in two sizes is two."""
    return tuple(piece_of(stem, files, pictures(stem)) for stem, files in by_piece(entries))


def by_piece(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Return where each piece stands in the output, with the entries of its files, both in order."""
    grouped: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: _text(one, "path")):
        grouped.setdefault(_text(entry, "path").partition(".")[0], []).append(entry)
    return sorted(grouped.items())


def by_edition(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Return each edition with the entries of its pieces."""
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(_text(entry, "edition"), []).append(entry)
    return sorted(grouped.items())


def piece_of(stem: str, files: Sequence[Entry], drawn: Sequence[bytes], *, is_one_of_many: bool = False) -> Piece:
    """Return the piece that stands somewhere in the output, as the entries of its files have it, and its pictures.

    One of very many is pictured only when it needs a person, and else on the pages alone that something stands on.
    """
    edition, language, product = stem.partition("/")[0], _text(files[0], "language"), stem.rpartition("/")[2]
    said = [finding for entry in files for finding in _list(entry, "findings")]
    findings = tuple(_numbered(said))
    status = min((_text(entry, "status") for entry in files), key=lambda one: (*ORDER, one).index(one))
    most = 0 if is_one_of_many and status not in BAD else MOST_PAGES
    marked = {one.page for one in findings if one.box}
    pages = [
        Page(number, picture, tuple(_marks(findings, number, picture)))
        for number, data in enumerate(drawn, 1)
        if (number <= most or number in marked) and (picture := read_picture(data))
    ]
    scale = files[0].get("fit_scale")
    left_out = tuple(str(one) for one in _list(files[0], "left_out"))
    unpictured = len(drawn) - len(pages)
    of_piece = tuple(map(_file, files))
    size = float(scale) if isinstance(scale, int | float) else 1.0
    return Piece(edition, language, product, status, tuple(pages), unpictured, findings, size, left_out, of_piece)


def facts_of(entries: Iterable[Entry]) -> tuple[Fact, ...]:
    """Return every fact of the pieces once an edition, with the products that it is printed on."""
    found: dict[tuple[str, ...], tuple[Mapping[str, Any], dict[str, None]]] = {}
    for entry in entries:
        for fact in _list(entry, "facts"):
            key = (_text(entry, "edition"), *(_text(fact, name) for name in ("resource", "kind", "printed")))
            _, products = found.setdefault(key, (fact, {}))
            products[_text(entry, "product")] = None
    return tuple(_fact(key[0], fact, tuple(sorted(products))) for key, (fact, products) in sorted(found.items()))


def _fact(edition: str, fact: Mapping[str, Any], products: tuple[str, ...]) -> Fact:
    resource, kind, printed, by = (_text(fact, name) for name in ("resource", "kind", "printed", "checked_by"))
    return Fact(edition, resource, kind, printed, _day(_text(fact, "checked")), by, products)


def _text(said: Mapping[str, Any], key: str) -> str:
    """Return what is said under a key as text, empty when nothing is: a manifest may have been edited by hand."""
    value = said.get(key)
    return "" if value is None else str(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _file(entry: Entry) -> File:
    size = [side for side in _list(entry, "size_mm") if isinstance(side, int | float)]
    said = f"{size[0]:.0f} × {size[1]:.0f} mm" if len(size) == 2 else ""
    return File(_text(entry, "path"), _text(entry, "stock"), _text(entry, "pages"), said, _text(entry, "sha256"))


def _list(entry: Entry, key: str) -> Sequence[Any]:
    value = entry.get(key)
    return value if isinstance(value, list | tuple) else ()


def _numbered(said: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Yield each finding once, the worst first: the files of a piece share theirs."""
    severities = ("error", "warning", "advice")
    once = {tuple(_text(one, key) for key in ("code", "message", "page", "bbox_mm")): one for one in said}
    ordered = sorted(once.values(), key=lambda one: (*severities, _text(one, "severity")).index(_text(one, "severity")))
    for number, one in enumerate(ordered, 1):
        box, page = one.get("bbox_mm"), one.get("page")
        yield Finding(
            number=number,
            severity=_text(one, "severity"),
            code=_text(one, "code"),
            message=_text(one, "message"),
            hint=_text(one, "hint"),
            page=page if isinstance(page, int) else None,
            box=(box[0], box[1], box[2], box[3]) if isinstance(box, list | tuple) and len(box) == 4 else None,
            place=":".join(part for key in ("path", "line", "column") if (part := _text(one, key))),
        )


def _marks(findings: Iterable[Finding], page: int, picture: Picture) -> Iterator[Mark]:
    for one in findings:
        if one.page == page and one.box:
            left, right = (_share(edge, picture.width) for edge in (one.box[0], one.box[2]))
            top, bottom = (_share(edge, picture.height) for edge in (one.box[1], one.box[3]))
            yield Mark(one, left, top, round(right - left, 2), round(bottom - top, 2))


def _share(edge: float, whole: float) -> float:
    """Return where an edge stands in hundredths, kept on the picture: what is found may lie past the trim."""
    return round(min(max(edge / whole, 0.0), 1.0) * 100, 2)
