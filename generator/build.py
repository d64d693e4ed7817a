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
from generator.reporting import Draft, Report
from generator.summary import PieceSummary, Said, Summary, Watch, summary_of
from generator.unchanged import NOTHING_STANDS, Rebuild, Standing, Told, digest_of
from generator.write import MANIFEST, REPORT, Entry, Staging, finding_entry, locked


class Outcome(Struct, frozen=True):
    """What a build did: what there is to say of each piece, those that stand as they were among them, and of none.

    `besides` are the files that are of no piece, `made` the pieces that were made now or found again.
    """

    said: tuple[Said, ...]
    found: tuple[Diagnostic, ...]
    besides: tuple[Path, ...]
    made: tuple[Made, ...]
    changes: tuple[Change, ...] = ()

    @property
    def written(self) -> tuple[Path, ...]:
        """The files written."""
        return tuple(map(Path, self.summary.written))

    @property
    def refused(self) -> tuple[str, ...]:
        """The names of the pieces that were refused."""
        return self.summary.refused

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every finding."""
        return self.summary.diagnostics

    @property
    def tickets(self) -> tuple[tuple[str, str], ...]:
        """Of each office file, its name and what to know at the printer."""
        return self.summary.tickets

    @property
    def is_fine(self) -> bool:
        """True when nothing was refused."""
        return self.summary.is_fine

    @property
    def summary(self) -> Summary:
        """What there is to say of it."""
        return summary_of(self.said, found=self.found, besides=map(str, self.besides), changes=self.changes)


def _said_of(one: "Staged", output: Path) -> Said:
    """Return what there is to say of a piece that was made."""
    made, artifacts = one.made, one.made.artifacts
    files = [Path(artifact.path).name.partition(".")[2] for artifact in artifacts if artifact.entry]
    is_refused = one.status == "refused"
    status = "refused" if is_refused else _status(made)
    return Said(
        PieceSummary(made.name, status, () if is_refused else tuple(files), made.scale, made.left_out),
        written=() if is_refused else tuple(str(output / artifact.path) for artifact in artifacts),
        diagnostics=made.diagnostics,
        ticket="" if is_refused else _ticket(made),
        entries=tuple(artifact.entry for artifact in artifacts if artifact.entry),
    )


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


class Planned(Struct, frozen=True):
    """What a build has to do: a job for each piece to make, those that share sheets, and what needs no making.

    `found` is what was found until it was known.
    """

    project: Project
    jobs: Sequence[Job] = ()
    found: tuple[Diagnostic, ...] = ()
    batches: Sequence[Batch] = ()
    standing: Standing = NOTHING_STANDS

    @property
    def count(self) -> int:
        """How many pieces there are to tell of."""
        return len(self.jobs) + len(self.standing.said)


@collector_resting()  # of what is read and kept here, all is used to the end
def build(roots: Roots, request: Request, options: Options, foreman: Foreman | None = None, *, watch: Watch) -> Outcome:
    """Build what was asked for; a piece that fails leaves its old files alone and the others go on.

    Without a foreman, processes get ready when it is known what there is to make. Raises HandbillError with every
    error in what people wrote; then nothing in the output was touched.
    """
    is_new = options.cache is not None and options.cache.is_empty  # asked before lists are kept in it
    return build_planned(_planned(roots, request, options), options, foreman, is_new=is_new, watch=watch)


def foresee(roots: Roots, request: Request, options: Options) -> Forecast:
    """Return what a build would do, and how long it would take. Raises HandbillError with every error."""
    planned = _planned(roots, request, options)
    if has_errors(planned.found):
        raise HandbillError(planned.found)
    recall = recall_in(options.cache or Cache(options.output / "none"), roots)
    ready = [job for job in _without_batched(planned.jobs, planned.batches) if not has_errors(job.diagnostics)]
    return forecast(recall, ready, workers=options.jobs, faces_of=partial(_faces_of, recall, options))


def _faces_of(recall: Recall, options: Options, jobs: Sequence[Job]) -> Iterator[tuple[str, bool]]:
    """Yield for each face of some pieces what it is known by, and whether it was drawn before."""
    work, warm_up = partial(asked_faces, recall.roots, before=before_of(recall)), partial(make_ready, recall.roots)
    with scratch():
        for done in workers.run(work, jobs, workers=options.jobs, warm_up=warm_up, allowance=allowance_of):
            yield from done.result or ()


def _planned(roots: Roots, request: Request, options: Options) -> Planned:
    """Return what there is to do; nothing when there are errors."""
    project, found = load_project(roots, known_lists(options.cache))
    if has_errors(found):
        return Planned(project, found=found)
    standing = _standing(project, request, options)
    jobs, more_found = plan_jobs(project, request, today=options.today, without=standing.editions)
    batches, mixing_found = gather(jobs, request) if request.together else ((), ())
    return Planned(project, jobs, (*found, *more_found, *mixing_found), batches, standing)


def _standing(project: Project, request: Request, options: Options) -> Standing:
    """Return what stands of the build before; nothing of one whose pieces share sheets with others."""
    if options.rebuild is None or request.together:
        return NOTHING_STANDS
    return options.rebuild.standing({name: project.lists_of(one.value) for name, one in project.editions.items()})


@collector_resting()
def build_planned(
    planned: Planned, options: Options, foreman: Foreman | None, *, watch: Watch, is_new: bool = False
) -> Outcome:
    """Build what is planned already.

    The cache of a build that `is_new` held nothing when it began. Raises HandbillError with all that was found when an
    error is among it; then nothing in the output was touched.
    """
    if has_errors(planned.found):
        raise HandbillError(planned.found)
    recall = recall_in(options.cache, planned.project.roots, is_new=is_new) if options.cache else None
    with locked(options.output), Staging(options.output) as staging:
        _see_that_it_stands(planned.standing, options.output)
        draft = Draft(planned.project.roots, planned.count, staging, recall)
        staged = _staged(planned, options, recall, foreman, staging, draft, watch)
        planned = replace(planned, found=(*planned.found, *(recall.problems() if recall else ())))
        lines = staging.merged(line for one in staged for line in one.entries)
        report = draft.finish(lines, [one.made for one in staged], options.today)
        rebuild = _may_be_noted(options.rebuild, staged, recall)  # asked while the report is being written
        outcome = _publish(staged, planned, staging, options)
        if rebuild:
            _note(rebuild, outcome, _told(planned, staged), report, draft, planned.project)
        return outcome


def _staged(
    planned: Planned,
    options: Options,
    recall: Recall | None,
    foreman: Foreman | None,
    staging: Staging,
    draft: Draft,
    watch: Watch,
) -> list["Staged"]:
    """Return every piece that is made or found again, in order of names, its files beside the names they will have.

    Each is told of as soon as it is there, those that stand at once.
    """
    staged: list[Staged] = []
    standing, count = planned.standing, planned.count
    for done, said in enumerate(standing.said, 1):
        watch(done, count, said.piece.name, said.piece.status)

    def meanwhile() -> None:
        draft.add_standing(standing.editions, standing.files)
        draft.look_ahead(line for one in staged for line in one.entries)

    jobs = _without_batched(planned.jobs, planned.batches)
    for one in _make_all(planned.project, jobs, options, recall, foreman, meanwhile):
        staged.append(_stage(one, staging, is_strict=options.strict))
        draft.add(one, staged[-1].entries)
        watch(len(standing.said) + len(staged), count, one.name, staged[-1].status)
    shared = [*_together(planned.project, planned.batches, staged)]
    staged += [_stage(one, staging, is_strict=options.strict) for one in shared]
    return sorted(staged, key=lambda one: one.made.name)


def _see_that_it_stands(standing: Standing, output: Path) -> None:
    """Raise HandbillError when another build has written since it was seen what stands."""
    if standing.said and digest_of(output / MANIFEST) != standing.manifest:
        message = "another build has written here since this one began; nothing was made"
        raise HandbillError([error("output-in-use", message, place=Place(output), hint="build again")])


def _note(rebuild: Rebuild, outcome: Outcome, told: Told, report: Report, draft: Draft, project: Project) -> None:
    """Note what a build said, for the next of the same."""
    files = report.files(outcome.refused, rebuild.output, written=draft.digest)
    besides = [*map(str, outcome.besides)]
    elsewhere = read_elsewhere(project)
    rebuild.note(outcome.said, told, found=outcome.found, besides=besides, files=files, elsewhere=elsewhere)


def _may_be_noted(rebuild: Rebuild | None, staged: Sequence["Staged"], recall: Recall | None) -> Rebuild | None:
    """Return what a build is noted in; nothing when a build of the same would make a piece anew, or reads another text.

    Pieces with errors are made again each time.
    """
    if rebuild is None or recall is None or recall.is_full:
        return None
    is_failing = any(has_errors(one.made.diagnostics) and not has_errors(one.made.job.diagnostics) for one in staged)
    return rebuild if not is_failing and rebuild.reads_the_same else None


def _told(planned: Planned, staged: Sequence["Staged"]) -> list[tuple[str, str]]:
    """Return the pieces and their statuses in the order in which a rebuild tells them."""
    statuses = {one.made.name: one.status for one in staged}
    ordered = sorted(planned.jobs, key=lambda job: not has_errors(job.diagnostics))
    stood = [(one.piece.name, one.piece.status) for one in planned.standing.said]
    return [*stood, *((job.piece.name, statuses[job.piece.name]) for job in ordered)]


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


def _publish(staged: Sequence[Staged], planned: Planned, staging: Staging, options: Options) -> Outcome:
    """Give all files and the report their names, the manifest last, and return what the build did."""
    entries = [line for one in staged for line in one.entries]
    before = staging.before
    manifest = staging.publish(entries, version=__version__, today=options.today.isoformat())
    return Outcome(
        said=(*planned.standing.said, *(_said_of(one, options.output) for one in staged)),
        found=tuple(planned.found),
        besides=(options.output / REPORT, manifest),
        made=tuple(one.made for one in staged),
        changes=changes(before, entries),
    )


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
