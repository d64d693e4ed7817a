"""Jobs given to those that make them: in which order, within which limits, to processes here or to a cluster."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from generator import workers
from generator.cache import Cache
from generator.catalog import Roots
from generator.foreman import Foreman
from generator.makeready import make_ready
from generator.making import Before, Made, make_piece
from generator.workers import Done

if TYPE_CHECKING:
    from generator.plan import Job, Piece
    from generator.recall import Recall

# Every built-in piece with so many listings is made in a second or two; a directory of a thousand is a book.
LISTINGS_IN_USUAL_TIME = 25


def in_order(jobs: Iterable["Job"]) -> list["Job"]:
    """Return jobs in the order to make them: one of each kind, then the others, each time the largest first.

    What the pieces of a kind share is so drawn once, while others draw other kinds, and found by those that follow.
    The smallest are last, so that none is left alone at the end.
    """
    largest_first = sorted(jobs, key=work_of, reverse=True)
    firsts = {kind_of(job): job for job in reversed(largest_first)}
    return sorted(largest_first, key=lambda job: firsts[kind_of(job)] is not job)


def kind_of(job: "Job") -> tuple[str | None, ...]:
    """Return what tells jobs apart whose pieces share what stands around their regions."""
    piece = job.piece
    return piece.product_id, piece.size_id, piece.language_id, piece.theme.title


def work_of(job: "Job") -> float:
    """Return how much work a piece is, roughly: the area of what is drawn and read back, and its listings."""
    faces = len(job.piece.product.faces) or 1
    return faces * job.piece.size.width * job.piece.size.height * len(job.finishes) * allowance_of(job)


def allowance_of(job: "Job") -> float:
    """Return how many times the usual limits of time a piece may take: more for a whole list, or many badges."""
    return max(1.0, (len(job.piece.listings) + len(job.piece.records)) / LISTINGS_IN_USUAL_TIME)


def before_of(recall: "Recall | None") -> Before:
    """Return where faces are found again: without a cache, in a folder that goes with the build."""
    return Before(recall.cache, recall.surroundings) if recall else Before(Cache(Path(tempfile.gettempdir())), "")


def run(
    roots: Roots, jobs: Sequence["Job"], recall: "Recall | None", foreman: Foreman | None, *, count: int, proof: bool
) -> Iterator[Done[Made]]:
    """Return what will become of each job, made by so many processes of this machine. They begin at once."""
    work = partial(_made, roots, proof=proof, before=before_of(recall))
    if foreman:
        return foreman.run(work, jobs, count=count, allowance=allowance_of, kind=kind_of)
    ready = partial(make_ready, roots)
    return workers.run(work, jobs, workers=count, warm_up=ready, allowance=allowance_of, kind=kind_of)


def run_on_cluster(roots: Roots, jobs: Sequence["Job"], address: str) -> Iterator[Done[Made]]:
    """Yield what becomes of each job, made by the workers of a cluster."""
    from generator import cluster

    return cluster.run(_made, jobs, address=address, roots=roots, warm_up=make_ready, allowance=allowance_of)


def _made(roots: Roots, job: "Job", *, proof: bool = True, before: Before | None = None) -> Made:
    """Return a piece made, without what was planned of it: that is there where it comes from, and long to send."""
    made = make_piece(roots, job, proof=proof, before=before)
    return replace(made, job=replace(made.job, piece=cast("Piece", None)))
