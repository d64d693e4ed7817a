"""The whole pipeline, in order: plan, render, impose, proof, write."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import accumulate, compress, islice
from operator import not_
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator import __version__, workers
from generator.cache import Cache
from generator.catalog import Roots
from generator.changes import Change, changes
from generator.dispatch import allowance_of, before_of, in_order, run, run_on_cluster
from generator.errors import Diagnostic, HandbillError, Place, Severity, error, has_errors
from generator.foreman import Foreman, scratch
from generator.lists.collector import collector_resting
from generator.makeready import make_ready
from generator.making import Artifact, Made, asked_faces, imposed, stem_of
from generator.manifest import entry_of, member_of
from generator.plan import Batch, Job, Request, gather, plan_jobs, ticket
from generator.project import Project, load_project, read_elsewhere
from generator.recall import Forecast, Recall, forecast, known_lists, recall_in
from generator.reporting import Draft, Report, report_on
from generator.summary import PieceSummary, Summary, Watch
from generator.unchanged import Rebuild
from generator.write import REPORT, Entry, Staging, finding_entry, locked


class Outcome(Struct, frozen=True):
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


class Options(Struct, frozen=True):
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


@collector_resting()  # of what is read and kept here, all is used to the end
def build(roots: Roots, request: Request, options: Options, foreman: Foreman | None = None, *, watch: Watch) -> Outcome:
    """Build what was asked for; a piece that fails leaves its old files alone and the others go on.

    Without a foreman, processes get ready when it is known what there is to make. Raises HandbillError with every
    error in what people wrote; then nothing in the output was touched.
    """
    is_new = options.cache is not None and options.cache.is_empty  # asked before lists are kept in it
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
    work, warm_up = partial(asked_faces, recall.roots, before=before_of(recall)), partial(make_ready, recall.roots)
    with scratch():
        for done in workers.run(work, jobs, workers=options.jobs, warm_up=warm_up, allowance=allowance_of):
            yield from done.result or ()


Planned = tuple[Project, Sequence[Job], Sequence[Batch], tuple[Diagnostic, ...]]


def _planned(roots: Roots, request: Request, options: Options) -> Planned:
    """Return the project, a job for each piece, those that share sheets, and what was found."""
    project, found = load_project(roots, known_lists(options.cache))
    jobs, more_found = plan_jobs(project, request, today=options.today) if not has_errors(found) else ((), ())
    batches, mixing_found = gather(jobs, request) if request.together else ((), ())
    return project, jobs, batches, (*found, *more_found, *mixing_found)


@collector_resting()
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
        draft = Draft(project.roots, len(jobs), staging, recall)
        staged: list[Staged] = []

        def meanwhile() -> None:
            draft.look_ahead(line for one in staged for line in one.entries)

        for one in _make_all(project, _without_batched(jobs, batches), options, recall, foreman, meanwhile):
            staged.append(_stage(one, staging, is_strict=options.strict))
            draft.add(one, staged[-1].entries)
            watch(len(staged), len(jobs), one.name, staged[-1].status)
        shared = [*_together(project, batches, staged)]
        staged += [_stage(one, staging, is_strict=options.strict) for one in shared]
        found = (*found, *(recall.problems() if recall else ()))
        ordered = sorted(staged, key=lambda one: one.made.name)
        outcome, report = _publish(ordered, found, staging, options, draft)
        if options.rebuild and recall and _is_repeatable(staged, recall):
            files = report.files(outcome.refused, options.output, written=draft.digest)
            told = _told(jobs, staged)
            options.rebuild.note(outcome.summary, told, files=files, elsewhere=read_elsewhere(project))
        return outcome


def _is_repeatable(staged: Sequence["Staged"], recall: Recall) -> bool:
    """Return whether a build of the same would make no piece anew: those with errors are made again each time."""
    return not recall.is_full and not any(
        has_errors(one.made.diagnostics) and not has_errors(one.made.job.diagnostics) for one in staged
    )


def _told(jobs: Sequence[Job], staged: Sequence["Staged"]) -> list[tuple[str, str]]:
    """Return the pieces and their statuses in the order in which a rebuild tells them."""
    statuses = {one.made.name: one.status for one in staged}
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
    by_name = {one.made.name: one for one in staged}
    for batch in batches:
        members = [by_name[job.piece.name] for job in batch.jobs]
        refused = [one.made.name for one in members if one.status == "refused"]
        if refused:
            message = f"shares its sheets with {', '.join(refused)}, which was refused"
            found = error("shared-sheet-refused", message, hint="mend what was refused, or leave out --together")
            yield Made(batch.job, diagnostics=(found.of_piece(batch.job.piece.name),))
        else:
            yield _shared(project, batch, [one.made for one in members])


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


class Staged(Struct, frozen=True):
    """A piece whose files stand beside their names, or which is refused, with its lines of the manifest."""

    made: Made
    status: str
    entries: tuple[Entry, ...]


def _stage(made: Made, staging: Staging, *, is_strict: bool) -> Staged:
    """Write a piece's files beside their names when nothing speaks against it; return it with its status."""
    status = _status(made)
    if has_errors(made.diagnostics) or (is_strict and status == "warned"):
        status = "refused"
    elif not made.is_proved:
        status = "unproved"
    for artifact in made.artifacts if status != "refused" else ():
        staging.add(artifact.path, artifact.data)
    return Staged(made, status, tuple(_entries(made, status, staging)))


def _publish(
    staged: Sequence[Staged],
    found: Sequence[Diagnostic],
    staging: Staging,
    options: Options,
    draft: Draft,
) -> tuple[Outcome, Report]:
    """Give all files and the report their names, the manifest last, and return what the build did, and its report."""
    entries = [line for one in staged for line in one.entries]
    report = report_on(staging.merged(entries), [one.made for one in staged], options.output)
    draft.finish(report, options.today)
    before = staging.before
    manifest = staging.publish(entries, version=__version__, today=options.today.isoformat())
    published = [one.made for one in staged if one.status != "refused"]
    files = (artifact.path for made in published for artifact in made.artifacts)
    outcome = Outcome(
        written=(*(options.output / path for path in files), options.output / REPORT, manifest),
        made=tuple(one.made for one in staged),
        refused=tuple(one.made.name for one in staged if one.status == "refused"),
        diagnostics=(*found, *(told for one in staged for told in one.made.diagnostics)),
        tickets=tuple((made.name, line) for made in published if (line := _ticket(made))),
        changes=changes(before, entries),
    )
    return outcome, report


def _ticket(made: Made) -> str:
    """Return what is to be known at the printer of a piece's sheets, when they were made."""
    return ticket(made.job) if "office" in made.job.finishes and made.job.is_special else ""


def _make_all(
    project: Project,
    jobs: Sequence[Job],
    options: Options,
    recall: Recall | None,
    foreman: Foreman | None,
    meanwhile: Callable[[], None],
) -> Iterator[Made]:
    """Yield each piece as it is finished; one that a worker could not finish says why.

    `meanwhile` is called when all that was made before is there, and the rest is being made.
    """
    ready = [job for job in jobs if not has_errors(job.diagnostics)]
    yield from (Made(job, diagnostics=job.diagnostics) for job in jobs if has_errors(job.diagnostics))
    are_kept = [recall is not None and recall.is_kept(job) for job in ready]
    new = _make_new(project, [*compress(ready, map(not_, are_kept))], options, recall, foreman)
    damaged: list[Job] = []
    for made in _read(compress(ready, are_kept), recall, damaged) if recall else ():
        yield made
        if foreman and foreman.has_more:  # what waits to be taken keeps its maker from going on
            yield from islice(new, 1)
    meanwhile()
    yield from new
    yield from _make_new(project, damaged, options, recall, None)
    if recall:
        recall.close()


def _read(jobs: Iterable[Job], recall: Recall, damaged: list[Job]) -> Iterator[Made]:
    """Yield pieces as they were kept. Those that turn out to be damaged are added to a list."""
    for job in jobs:
        made = recall.find(job)
        if made:
            yield made
        else:
            damaged.append(job)


def _make_new(
    project: Project, jobs: Sequence[Job], options: Options, recall: Recall | None, foreman: Foreman | None
) -> Iterator[Made]:
    """Return pieces that were not made before as they are finished, and keep each for the next time."""
    ready = in_order(jobs)
    if not ready:
        return iter(())
    if options.cluster:
        made = run_on_cluster(project.roots, ready, options.cluster)
    else:
        made = run(project.roots, ready, recall, foreman, count=options.jobs, proof=options.proof)
    return (_kept(ready[done.index], done, recall) for done in made)


def _kept(job: Job, done: workers.Done[Made], recall: Recall | None) -> Made:
    """Return a piece as it was made, and keep it; one that was not finished says why."""
    if done.result:
        made = replace(done.result, job=replace(done.result.job, piece=job.piece))
        if recall:
            recall.keep(job, made)
        return made
    product = job.piece.product
    template = f"templates/products/{job.piece.product_id}/{product.faces[0] if product.faces else 'flow'}.html"
    at = Place(Path(template))
    problem = error("piece-not-finished", f"the piece {done.failure}", place=at, hint=_UNFINISHED_HINT)
    return Made(job, diagnostics=(*job.diagnostics, problem.of_piece(job.piece.name)))


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
