"""Pieces that fit the same sheets, printed on them together: several editions or languages, so many copies of each."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from generator.errors import Diagnostic, advice, error
from generator.model.stock import Stock
from generator.plan.piece import Job
from generator.plan.sheeting import as_printed
from generator.request import Request
from generator.sheets.grid import Leaf, leaves, place_leaves
from generator.sheets.placing import Sheet


class Batch(Struct, frozen=True):
    """Jobs that share their sheets. Faces are numbered through all of them, in the order of the jobs."""

    jobs: tuple[Job, ...]
    copies: int  # of each
    sheets: tuple[Sheet, ...]

    @property
    def job(self) -> Job:
        """The first job with the sheets of all, under a name of its own: together, their stock and their products."""
        first = self.jobs[0]
        products = "-".join(dict.fromkeys(job.piece.name.rpartition("/")[2] for job in self.jobs))
        piece = replace(
            first.piece, edition_id="together", language_id=first.stock_id, product_id=products, size_id=None
        )
        shared = replace(first, piece=piece, finishes=("office",), sheets=self.sheets, diagnostics=())
        return replace(shared, copies=self.copies)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages on its sheets, each once."""
        return tuple(dict.fromkeys(job.piece.language_id for job in self.jobs))


def gather(jobs: Sequence[Job], request: Request) -> tuple[tuple[Batch, ...], tuple[Diagnostic, ...]]:
    """Return the batches of jobs that can share sheets, two jobs at least, and what speaks against one."""
    groups: dict[tuple[object, ...], list[Job]] = {}
    for job in jobs:
        if job.sheets and not job.tiling and not job.piece.product.fold and "office" in job.finishes:
            groups.setdefault((job.stock_id, job.stock, job.edge, job.piece.bleed), []).append(job)
    batches, found = [], []
    for group in (one for one in groups.values() if len(one) > 1):
        try:
            batches.append(_batch(tuple(group), request))
        except ValueError as problem:
            found.append(error("no-such-slot", str(problem)).of_piece(group[0].piece.name))
    if not batches and not found:
        message = "no two of the pieces fit the same sheets, so each has sheets of its own"
        found.append(advice("nothing-shared", message, hint="make several languages or editions of one product"))
    return tuple(batches), tuple(found)


def _batch(jobs: tuple[Job, ...], request: Request) -> Batch:
    first, stock = jobs[0], jobs[0].stock
    if stock is None:
        return Batch(jobs, 0, ())
    used = request.used or (frozenset(range(1, request.start_at)),)
    records = _records(jobs)
    copies = request.copies or _share(stock, len(used[0]), len(records))
    wanted = [leaf for leaf in records for _ in range(copies)]
    sheets = place_leaves(
        stock, wanted, bleed=first.piece.bleed, edge=first.edge, used=used, in_stacks=request.in_stacks
    )
    return Batch(jobs, copies, as_printed(sheets, first.edge, first.printing))


def _records(jobs: Sequence[Job]) -> list[Leaf]:
    """Return the leaves of every job, its faces numbered on from those of the jobs before."""
    records: list[Leaf] = []
    count = 0
    for job in jobs:
        faces = len(job.piece.product.faces)
        records += leaves(faces, is_two_sided=job.edge is not None, first=count)
        count += faces
    return records


def _share(stock: Stock, used: int, records: int) -> int:
    """Return how many of each record fill one sheet between them, one of each at least."""
    return max(1, (len(stock.slots) - used) // records)
