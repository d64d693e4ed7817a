"""What a build has to say, in plain values: what is printed of it, and what a rebuild of the same says again."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from generator.changes import Change
from generator.errors import Diagnostic, has_errors
from generator.write import Entry

Watch = Callable[[int, int, str, str], None]  # pieces done, pieces in all, the piece's name, its status


class PieceSummary(Struct, frozen=True):
    """What became of one piece; `status` is "ok", "warned" or "refused", `files` are such as "office.pdf"."""

    name: str
    status: str
    files: tuple[str, ...]
    scale: float
    left_out: tuple[str, ...]


class Said(Struct, frozen=True):
    """What there is to say of one piece: the files written, what was found, and what to know at the printer.

    `entries` are its lines of the manifest before status and findings were filled in.
    """

    piece: PieceSummary
    written: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    ticket: str = ""
    entries: tuple[Entry, ...] = ()

    @property
    def edition_id(self) -> str:
        """The edition that the piece is of."""
        return self.piece.name.partition("/")[0]

    @property
    def is_refused(self) -> bool:
        """True when the piece was not published."""
        return self.piece.status == "refused"


class Summary(Struct, frozen=True):
    """What a build did: the paths of the files that it wrote, its pieces, and every finding.

    `entries` are the lines of the manifest before statuses and findings were filled in.
    """

    written: tuple[str, ...]
    pieces: tuple[PieceSummary, ...]
    diagnostics: tuple[Diagnostic, ...]
    tickets: tuple[tuple[str, str], ...]  # of each office file, its name and what to know at the printer
    entries: tuple[Entry, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def refused(self) -> tuple[str, ...]:
        """The names of the pieces that were refused."""
        return tuple(one.name for one in self.pieces if one.status == "refused")

    @property
    def is_fine(self) -> bool:
        """True when nothing was refused."""
        return not self.refused and not has_errors(self.diagnostics)


def summary_of(
    said: Iterable[Said], *, found: Sequence[Diagnostic], besides: Iterable[str], changes: Sequence[Change] = ()
) -> Summary:
    """Return what there is to say of pieces, in order of their names, of what concerns none, and of other files."""
    ordered = sorted(said, key=lambda one: one.piece.name)
    return Summary(
        written=(*(path for one in ordered for path in one.written), *besides),
        pieces=tuple(one.piece for one in ordered),
        diagnostics=(*found, *(told for one in ordered for told in one.diagnostics)),
        tickets=tuple((one.piece.name, one.ticket) for one in ordered if one.ticket),
        entries=tuple(entry for one in ordered for entry in one.entries),
        changes=tuple(changes),
    )


UNFILLED: Mapping[str, object] = {"status": "ok", "findings": []}  # what a line says before it is published
