"""The proof report of a build: on what was made now, refused pieces too, and on what stands there from before."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from generator import __version__
from generator.catalog import Roots
from generator.keeping import OfObjects
from generator.making import Made, assets_of, stem_of
from generator.recall import Recall
from generator.unchanged import ABSENT, digest_of
from generator.values import Shelf
from generator.write import MANIFEST, REPORT, Entry, Staging, sha256

if TYPE_CHECKING:
    from generator.report.page import Page, Parts
    from generator.report.pictures import Pictures

MOST_PICTURES = 16_384  # of which the digests are held: those of a country's counties
Drawn = Mapping[str, tuple[bytes, ...]]


def drawn_faces(made: Sequence[Made]) -> dict[str, tuple[bytes, ...]]:
    """Return the pictures of each piece's faces by where the piece stands in the output."""
    return {stem_of(one.job): tuple(a.data for a in one.artifacts if a.path.endswith(".png")) for one in made}


class Report(Struct, frozen=True):
    """What the report is on: the lines of the manifest, and the pictures of each piece's faces with their digests.

    `old` are the pieces of earlier builds, whose pictures are those on disk.
    """

    entries: Sequence[Entry]
    pictures: Drawn
    digests: Mapping[str, Sequence[str]]
    old: frozenset[str]

    def files(self, refused: Collection[str], output: Path, *, written: str = "") -> dict[str, str]:
        """Return the digest of all that it is on, of itself and of the manifest, by their names in the output.

        Of a piece that was refused now, the pictures that it shows are not those that stand there. `written` is the
        report's own digest, when it was just written.
        """
        files = {MANIFEST: digest_of(output / MANIFEST), REPORT: written or digest_of(output / REPORT)}
        for one in self.entries:
            path = str(one["path"])
            files[path] = str(one.get("sha256") or digest_of(output / path))
        for stem, shown in self.digests.items():
            if stem not in refused:
                files |= {f"{stem}-{number}.png": digest for number, digest in enumerate(shown, 1)}
            if stem in self.old:  # one more would be shown as well
                files[f"{stem}-{len(shown) + 1}.png"] = ABSENT
        return files

    def made_of(self, today: date, line_of: Callable[[Entry], str]) -> bytes:
        """Return all that the report says and shows: the lines of the manifest, and pictures by their digests."""
        shown = json.dumps([self.digests, today.isoformat()], sort_keys=True)
        return "\n".join((shown, *map(line_of, self.entries))).encode()


class Draft:
    """The report of a build of so many pieces, written as far as can be while they are being made.

    What the report before said of a piece and says still is known by the recall, and not written anew. `digest` is
    that of the report once it was written.
    """

    def __init__(self, roots: Roots, count: int, staging: Staging, recall: Recall | None) -> None:
        self._roots, self._count, self._staging, self._recall = roots, count, staging, recall
        self._digests = OfObjects[str](MOST_PICTURES)
        self.digest = ""

    @cached_property
    def _on_disk(self) -> "Pictures":
        """What finds the pictures of pieces of earlier builds, each read once."""
        from generator.report.pictures import pictures_on_disk

        return cache(pictures_on_disk(self._staging.output))

    @cached_property
    def _page(self) -> "Page":
        from generator.report.page import Page

        shelf = self._shelf
        parts = shelf.get(self._name) if shelf else None
        assets, line_of = assets_of(self._roots), self._staging.line_of
        return Page(assets, self._count, parts=parts, line_of=line_of, digest_of=self._digest)

    @cached_property
    def _shelf(self) -> "Shelf[Parts] | None":
        from generator.report.page import Parts

        recall = self._recall
        return Shelf(recall.cache, f"report {recall.surroundings}", Parts) if recall else None

    @property
    def _name(self) -> str:
        return str(self._staging.output.resolve())

    def _digest(self, picture: bytes, known: str = "") -> str:
        """Return the digest of a picture, found once when it is not known."""
        return self._digests.get((picture,), lambda: known or sha256(picture))

    def add(self, made: Made, entries: Sequence[Entry]) -> None:
        """Write what the report says of a piece that is there now."""
        self._page.prepare_pieces(entries, drawn_faces([made]).__getitem__)

    def add_standing(self, editions: Collection[str], digests: Mapping[str, str]) -> None:
        """Write what the report says of the pieces of these editions, which stand as they are, with these digests."""
        before = self._staging.before.items()
        entries = [entry for path, entry in before if path.partition("/")[0] in editions]
        for stem in {path.partition(".")[0] for path in (str(entry["path"]) for entry in entries)}:
            for number, picture in enumerate(self._on_disk(stem), 1):
                self._digest(picture, digests.get(f"{stem}-{number}.png", ""))
        self._page.prepare_pieces(entries, self._on_disk)

    def look_ahead(self, entries: Iterable[Entry]) -> None:
        """Write what the report and the manifest will say of these entries and of those before the build."""
        merged = self._staging.merged(entries)
        self._page.prepare_editions(merged)
        for entry in (*merged, *self._staging.before.values()):
            self._staging.line_of(entry)

    def _report_on(self, entries: Sequence[Entry], made: Sequence[Made]) -> Report:
        """Return what a report on these lines of the manifest shows, pieces made now as they were drawn."""
        drawn = drawn_faces(made)
        stems = dict.fromkeys(str(entry["path"]).partition(".")[0] for entry in entries)
        pictures = {stem: drawn[stem] if stem in drawn else self._on_disk(stem) for stem in stems}
        digests = {stem: [self._digest(one) for one in those] for stem, those in pictures.items()}
        return Report(entries, pictures, digests, frozenset(set(stems) - set(drawn)))

    def finish(self, entries: Sequence[Entry], made: Sequence[Made], today: date) -> Report:
        """Write the report on these lines of the manifest, and return what is on it.

        One that was made from the very same is left as it stands.
        """
        staging, recall, report = self._staging, self._recall, self._report_on(entries, made)
        made_of = report.made_of(today, staging.line_of)
        if recall and recall.is_as_made(staging.output / REPORT, made_of):
            return report
        page = self._page.made(report.entries, report.pictures.__getitem__, version=__version__, today=today)
        staging.add_meanwhile(REPORT, page)
        self.digest = sha256(page)
        if recall and self._shelf:
            recall.note(self.digest, made_of)
            self._shelf.put(self._name, self._page.parts)
        return report
