"""The whole pipeline, in order: plan, render, impose, proof, write."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import cast

from generator import __version__, workers
from generator.cache import Cache
from generator.catalog import Roots
from generator.changes import Change, changes
from generator.errors import Diagnostic, HandbillError, Place, Severity, error, has_errors
from generator.foreman import Foreman, called
from generator.lists.collector import collector_resting
from generator.makeready import make_ready
from generator.making import Artifact, Before, Made, asked_faces, imposed, make_piece, stem_of
from generator.manifest import entry_of, member_of
from generator.plan import Batch, Job, Piece, Request, gather, plan_jobs, ticket
from generator.project import Project, load_project, read_elsewhere
from generator.recall import Forecast, Recall, forecast, known_lists, recall_in
from generator.reporting import Report, add_report, report_on
from generator.summary import PieceSummary, Summary, Watch
from generator.unchanged import Rebuild
from generator.write import REPORT, Entry, Staging, finding_entry, locked


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did: the files written, every finding, the pieces refused, and what differs from before."""

    written: tuple[Path, ...]
    made: tuple[Made, ...]
    refused: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    tickets: tuple[tuple[str, str], ...] = ()  # of each office file, its name and what to know at the printer
    changes: tuple[Change, ...] = ()

    @property
    def is_fine(self) -> bool:
        """True when nothing was refused."""
        return self.summary.is_fine

    @property
    def summary(self) -> Summary:
        """What there is to say of it."""
        return Summary(
            written=tuple(map(str, self.written)),
            pieces=tuple(_summary_of(made, is_refused=made.name in self.refused) for made in self.made),
            diagnostics=self.diagnostics,
            tickets=self.tickets,
            entries=tuple(one.entry for made in self.made for one in made.artifacts if one.entry),
            changes=self.changes,
        )


def _summary_of(made: Made, *, is_refused: bool) -> PieceSummary:
    files = [Path(one.path).name.partition(".")[2] for one in made.artifacts if one.entry]
    status = "refused" if is_refused else _status(made)
    return PieceSummary(made.name, status, () if is_refused else tuple(files), made.scale, made.left_out)


def _status(made: Made) -> str:
    return "warned" if any(one.severity is Severity.WARNING for one in made.diagnostics) else "ok"


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: where to, with how many workers, and whether warnings refuse a piece."""

    output: Path
    today: date
    jobs: int
    strict: bool = False
    cluster: str = ""  # the address of a Dask scheduler, or none to work here
    cache: Cache | None = None  # where pieces made before are looked up and kept
    rebuild: Rebuild | None = None  # where a build is noted of which nothing may change until the next
    proof: bool = True  # False to measure what proofs cost; such pieces are "unproved", and no one's to print

    def __post_init__(self) -> None:
        if not self.proof and (self.cache or self.cluster):
            raise ValueError("pieces that are not proved are kept in no cache, and made on this machine alone")


def build(roots: Roots, request: Request, options: Options, *, watch: Watch) -> Outcome:
    """Build what was asked for; a piece that fails leaves its old files alone and the others go on.

    Raises HandbillError with every error in what people wrote; then nothing in the output was touched.
    """
    is_new = options.cache is not None and options.cache.is_empty  # asked before lists are kept in it
    with getting_ready(roots, options) as foreman:
        project, jobs, batches, found = _planned(roots, request, options)
        return build_jobs(project, jobs, options, foreman, found=found, batches=batches, is_new=is_new, watch=watch)


def foresee(roots: Roots, request: Request, options: Options) -> Forecast:
    """Return what a build would do, and how long it would take. Raises HandbillError with every error."""
    _, jobs, batches, found = _planned(roots, request, options)
    if has_errors(found):
        raise HandbillError(found)
    recall = recall_in(options.cache or Cache(options.output / "none"), roots)
    ready = [job for job in _without_batched(jobs, batches) if not has_errors(job.diagnostics)]
    return forecast(recall, ready, workers=options.jobs, faces_of=partial(_faces_of, recall, options))


def _faces_of(recall: Recall, options: Options, jobs: Sequence[Job]) -> Iterator[tuple[str, bool]]:
    """Yield for each face of some pieces what it is known by, and whether it was drawn before."""
    before = Before(recall.cache, recall.surroundings)
    work, warm_up = partial(asked_faces, recall.roots, before=before), partial(make_ready, recall.roots)
    with _scratch():
        for done in workers.run(work, jobs, workers=options.jobs, warm_up=warm_up, allowance=_allowance):
            yield from done.result or ()


Planned = tuple[Project, Sequence[Job], Sequence[Batch], tuple[Diagnostic, ...]]


def _planned(roots: Roots, request: Request, options: Options) -> Planned:
    """Return the project, a job for each piece, those that share sheets, and what was found."""
    project, found = load_project(roots, known_lists(options.cache))
    jobs, more_found = plan_jobs(project, request, today=options.today) if not has_errors(found) else ((), ())
    batches, mixing_found = gather(jobs, request) if request.together else ((), ())
    return project, jobs, batches, (*found, *more_found, *mixing_found)


@contextmanager
def getting_ready(roots: Roots, options: Options) -> Iterator[Foreman | None]:
    """Yield what makes pieces here: a process that loads all it needs beside whatever the caller does meanwhile.

    It is gone when the context ends. None when pieces are made on a cluster, or the system does not fork processes.
    """
    with _scratch():
        if options.cluster:
            yield None
        else:
            with called(partial(make_ready, roots)) as foreman:
                yield foreman


@collector_resting()  # of what is read and kept here, all is used to the end
def build_jobs(
    project: Project,
    jobs: Sequence[Job],
    options: Options,
    foreman: Foreman | None,
    *,
    watch: Watch,
    found: Sequence[Diagnostic] = (),
    batches: Sequence[Batch] = (),
    is_new: bool = False,
) -> Outcome:
    """Build jobs that are planned already; `found` is what was found until then.

    The cache of a build that `is_new` held nothing when it began. Raises HandbillError with all that was found when an
    error is among it; then nothing in the output was touched.
    """
    if has_errors(found):
        raise HandbillError(found)
    recall = recall_in(options.cache, project.roots, is_new=is_new) if options.cache else None
    with locked(options.output), Staging(options.output) as staging:
        staged: list[Staged] = []
        for one in _make_all(project, _without_batched(jobs, batches), options, recall, foreman):
            staged.append(_stage(one, staging, is_strict=options.strict))
            watch(len(staged), len(jobs), one.name, staged[-1][1])
        shared = [*_together(project, batches, staged)]
        staged += [_stage(one, staging, is_strict=options.strict) for one in shared]
        found = (*found, *(recall.problems() if recall else ()))
        ordered = sorted(staged, key=lambda one: one[0].name)
        outcome, report = _publish(ordered, found, staging, options, project.roots, recall)
        if options.rebuild and recall and _is_repeatable(staged, recall):
            files = report.files(outcome.refused, options.output)
            told = _told(jobs, staged)
            options.rebuild.note(outcome.summary, told, files=files, elsewhere=read_elsewhere(project))
        return outcome


def _is_repeatable(staged: Sequence["Staged"], recall: Recall) -> bool:
    """Return whether a build of the same would make no piece anew: those with errors are made again each time."""
    return not recall.is_full and not any(
        has_errors(made.diagnostics) and not has_errors(made.job.diagnostics) for made, _ in staged
    )


def _told(jobs: Sequence[Job], staged: Sequence["Staged"]) -> list[tuple[str, str]]:
    """Return the pieces and their statuses in the order in which a rebuild tells them."""
    statuses = {made.name: status for made, status in staged}
    ordered = sorted(jobs, key=lambda job: not has_errors(job.diagnostics))
    return [(job.piece.name, statuses[job.piece.name]) for job in ordered]


def _without_batched(jobs: Sequence[Job], batches: Sequence[Batch]) -> list[Job]:
    """Return the jobs; those that share sheets make no office file of their own."""
    batched = {job.piece.name for batch in batches for job in batch.jobs}
    return [_batched(job) if job.piece.name in batched else job for job in jobs]


def _batched(job: Job) -> Job:
    return replace(job, finishes=tuple(one for one in job.finishes if one != "office"), is_batched=True)


def _together(project: Project, batches: Sequence[Batch], staged: Sequence["Staged"]) -> Iterator[Made]:
    """Yield the sheets that pieces share; one piece that was refused refuses them."""
    statuses = {made.name: (made, status) for made, status in staged}
    for batch in batches:
        members = [statuses[job.piece.name] for job in batch.jobs]
        refused = [made.name for made, status in members if status == "refused"]
        if refused:
            message = f"shares its sheets with {', '.join(refused)}, which was refused"
            found = error("shared-sheet-refused", message, hint="mend what was refused, or leave out --together")
            yield Made(batch.job, diagnostics=(found.of_piece(batch.job.piece.name),))
        else:
            yield _shared(project, batch, [made for made, _ in members])


def _shared(project: Project, batch: Batch, members: Sequence[Made]) -> Made:
    """Return the sheets with the faces of several pieces, numbered through all of them, and read back."""
    from generator.impose import join_faces
    from generator.proof.sheets import prove_sheets

    job, language = batch.job, "+".join(batch.languages)
    counts = [len(made.job.piece.product.faces) for made in members]
    befores = accumulate(counts, initial=0)
    facts = [
        replace(one, page=one.page + before)
        for made, before in zip(members, befores, strict=False)
        for one in made.facts
    ]
    faces = join_faces([made.faces for made in members])
    data = imposed(faces, job, project.roots, language)
    found = prove_sheets(data, faces, job.sheets, piece=job.piece.name)
    entry = entry_of(job, "office", data, faces=sum(counts), facts=facts)
    entry |= {
        "language": language,
        "together": [member_of(made.job, count) for made, count in zip(members, counts, strict=True)],
    }
    return Made(job, (Artifact(str(entry["path"]), data, entry),), found)


@contextmanager
def _scratch() -> Iterator[None]:
    """Give workers a temporary folder that goes with the build: forked ones never clean up their own."""
    with tempfile.TemporaryDirectory(prefix="handbill-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = None


Staged = tuple[Made, str]  # a piece and its status


def _stage(made: Made, staging: Staging, *, is_strict: bool) -> Staged:
    """Write a piece's files beside their names when nothing speaks against it; return it with its status."""
    status = _status(made)
    if has_errors(made.diagnostics) or (is_strict and status == "warned"):
        return made, "refused"
    for artifact in made.artifacts:
        staging.add(artifact.path, artifact.data)
    return made, status if made.is_proved else "unproved"


def _publish(
    staged: Sequence[Staged],
    found: Sequence[Diagnostic],
    staging: Staging,
    options: Options,
    roots: Roots,
    recall: Recall | None,
) -> tuple[Outcome, Report]:
    """Give all files and the report their names, the manifest last, and return what the build did, and its report."""
    entries = [line for made, status in staged for line in _entries(made, status, staging)]
    report = report_on(staging.merged(entries), [made for made, _ in staged], options.output)
    add_report(report, staging, roots, options.today, recall)
    before = staging.before
    manifest = staging.publish(entries, version=__version__, today=options.today.isoformat())
    files = (one.path for made, status in staged if status != "refused" for one in made.artifacts)
    outcome = Outcome(
        written=(*(options.output / path for path in files), options.output / REPORT, manifest),
        made=tuple(made for made, _ in staged),
        refused=tuple(made.name for made, status in staged if status == "refused"),
        diagnostics=(*found, *(one for made, _ in staged for one in made.diagnostics)),
        tickets=tuple((made.name, line) for made, status in staged if status != "refused" and (line := _ticket(made))),
        changes=changes(before, entries),
    )
    return outcome, report


def _ticket(made: Made) -> str:
    """Return what is to be known at the printer of a piece's sheets, when they were made."""
    return ticket(made.job) if "office" in made.job.finishes and made.job.is_special else ""


def _make_all(
    project: Project, jobs: Sequence[Job], options: Options, recall: Recall | None, foreman: Foreman | None
) -> Iterator[Made]:
    """Yield each piece as it is finished; one that a worker could not finish says why."""
    ready = [job for job in jobs if not has_errors(job.diagnostics)]
    yield from (Made(job, diagnostics=job.diagnostics) for job in jobs if has_errors(job.diagnostics))
    unknown: list[Job] = []
    for job in ready:
        made = recall.find(job) if recall else None
        if made:
            yield made
        else:
            unknown.append(job)
    yield from _make_new(project, unknown, options, recall, foreman)


def _make_new(
    project: Project, jobs: Sequence[Job], options: Options, recall: Recall | None, foreman: Foreman | None
) -> Iterator[Made]:
    """Yield each piece that was not made before as it is finished, and keep it for the next time."""
    ready = in_order(jobs)
    for done in _run(project.roots, ready, options, recall, foreman) if ready else ():
        job = ready[done.index]
        made = replace(done.result, job=replace(done.result.job, piece=job.piece)) if done.result else None
        if recall and made:
            recall.keep(job, made)
        product = job.piece.product
        template = f"templates/products/{job.piece.product_id}/{product.faces[0] if product.faces else 'flow'}.html"
        at = Place(Path(template))
        problem = error("piece-not-finished", f"the piece {done.failure}", place=at, hint=_UNFINISHED_HINT)
        yield made or Made(job, diagnostics=(*job.diagnostics, problem.of_piece(job.piece.name)))
    if recall:
        recall.close()


def in_order(jobs: Iterable[Job]) -> list[Job]:
    """Return jobs in the order to make them: one of each kind, then the others, each time the largest first.

    What the pieces of a kind share is so drawn once, while others draw other kinds, and found by those that follow.
    The smallest are last, so that none is left alone at the end.
    """
    largest_first = sorted(jobs, key=_work, reverse=True)
    firsts = {_kind(job): job for job in reversed(largest_first)}
    return sorted(largest_first, key=lambda job: firsts[_kind(job)] is not job)


def _kind(job: Job) -> tuple[str | None, ...]:
    piece = job.piece
    return piece.product_id, piece.size_id, piece.language_id, piece.theme.title


def _work(job: Job) -> float:
    """Return how much work a piece is, roughly: the area of what is drawn and read back, and its listings."""
    faces = len(job.piece.product.faces) or 1
    return faces * job.piece.size.width * job.piece.size.height * len(job.finishes) * _allowance(job)


def _run(
    roots: Roots, jobs: Sequence[Job], options: Options, recall: Recall | None, foreman: Foreman | None
) -> Iterator[workers.Done[Made]]:
    """Yield what becomes of each job, made by processes of this machine or by the workers of a cluster."""
    if options.cluster:
        from generator import cluster

        at = options.cluster
        return cluster.run(_made, jobs, address=at, roots=roots, warm_up=make_ready, allowance=_allowance)
    # Without a cache, faces are found again while the build goes on.
    before = Before(recall.cache, recall.surroundings) if recall else Before(Cache(Path(tempfile.gettempdir())), "")
    work = partial(_made, roots, proof=options.proof, before=before)
    if foreman:
        return foreman.run(work, jobs, count=options.jobs, allowance=_allowance)
    return workers.run(work, jobs, workers=options.jobs, warm_up=partial(make_ready, roots), allowance=_allowance)


def _made(roots: Roots, job: Job, *, proof: bool = True, before: Before | None = None) -> Made:
    """Return a piece made, without what was planned of it: that is there where it comes from, and long to send."""
    made = make_piece(roots, job, proof=proof, before=before)
    return replace(made, job=replace(made.job, piece=cast("Piece", None)))


# Every built-in piece with so many listings is made in a second or two; a directory of a thousand is a book.
LISTINGS_IN_USUAL_TIME = 25


def _allowance(job: Job) -> float:
    """Return how many times the usual limits of time a piece may take: more for a whole list, or many badges."""
    return max(1.0, (len(job.piece.listings) + len(job.piece.records)) / LISTINGS_IN_USUAL_TIME)


_UNFINISHED_HINT = "look for a very large or deeply nested picture, table or list in its content or template"


def _entries(made: Made, status: str, staging: Staging) -> Iterator[Entry]:
    """Yield a piece's lines of the manifest. A refused file that was never written has none to be described."""
    findings = [finding_entry(one) for one in made.diagnostics]
    for artifact in made.artifacts:
        if artifact.entry and status != "refused":
            yield {**artifact.entry, "status": status, "findings": findings}
    if status == "refused":
        yield from _refused_entries(made, findings, staging)


def _refused_entries(made: Made, findings: Sequence[object], staging: Staging) -> Iterator[Entry]:
    """Yield what stands in the place of a refused piece: the old file, where there is one, and why no new one."""
    piece = made.job.piece
    for finish in made.job.finishes:
        path = f"{stem_of(made.job)}.{finish}.pdf"
        old = staging.before.get(path, {})
        is_there = (staging.output / path).is_file()
        fixed: dict[str, object] = {"path": path, "edition": piece.edition_id, "language": piece.language_id}
        fixed |= {"product": piece.product_id, "size": piece.size_id, "finish": finish}
        kept = {key: old[key] for key in _OF_THE_FILE if key in old} if is_there else {}
        nothing = {key: None for key in _OF_THE_FILE} | {"facts": [], "pages": 0}
        said = {
            "status": "refused",
            "left_out": list(made.left_out),
            "fit_scale": made.scale,
            "findings": findings,
        }
        yield {**fixed, **nothing, **kept, **said}


_OF_THE_FILE = ("stock", "printer", "ticket", "pages", "size_mm", "faces", "sheets", "slots", "sha256", "facts")
