"""The whole pipeline, in order: plan, render, impose, proof, write."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import date
from functools import partial
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from generator import __version__, workers
from generator.catalog import Roots
from generator.changes import Change, changes
from generator.errors import Diagnostic, HandbillError, Place, Severity, error, has_errors
from generator.model.edition import Finish
from generator.plan import Batch, Job, Piece, Request, bound, gather, plan_jobs, ticket
from generator.project import Project, load_project
from generator.sheets.affine import UNMOVED
from generator.sheets.placing import Sheet
from generator.units import Box
from generator.write import REPORT, Entry, Staging, finding_entry, locked, merge_entries, read_manifest, sha256

if TYPE_CHECKING:
    from generator.proof.expected import Expected
    from generator.render import Assets, PlacedFact, Rendered


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of a piece before it is written; its path is relative to the output folder."""

    path: str
    data: bytes
    entry: Entry  # empty for previews, which the manifest does not list


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one job: its artefacts and what was found; a refused piece keeps them for the manifest."""

    job: Job
    artifacts: tuple[Artifact, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    scale: float = 1.0
    left_out: tuple[str, ...] = ()
    faces: bytes = b""  # kept, with the facts on them, for sheets that pieces share
    facts: tuple["PlacedFact", ...] = ()

    @property
    def name(self) -> str:
        """The piece's name."""
        return self.job.piece.name


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
        return not self.refused and not has_errors(self.diagnostics)


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: where to, with how many workers, and whether warnings refuse a piece."""

    output: Path
    today: date
    jobs: int
    strict: bool = False


Watch = Callable[[int, int, str, str], None]  # pieces done, pieces in all, the piece's name, its status


def build(roots: Roots, request: Request, options: Options, *, watch: Watch) -> Outcome:
    """Build what was asked for; a piece that fails leaves its old files alone and the others go on.

    Raises HandbillError with every error in what people wrote; then nothing in the output was touched.
    """
    project, found = load_project(roots)
    jobs, more_found = plan_jobs(project, request, today=options.today) if not has_errors(found) else ((), ())
    batches, mixing_found = gather(jobs, request) if request.together else ((), ())
    found = (*found, *more_found, *mixing_found)
    if has_errors(found):
        raise HandbillError(found)
    with locked(options.output), _scratch(), Staging(options.output) as staging:
        staged: list[Staged] = []
        for one in _make_all(project, _without_batched(jobs, batches), options):
            staged.append(_stage(one, staging, is_strict=options.strict))
            watch(len(staged), len(jobs), one.name, staged[-1][1])
        shared = [*_together(project, batches, staged)]
        staged += [_stage(one, staging, is_strict=options.strict) for one in shared]
        return _publish(sorted(staged, key=lambda one: one[0].name), found, staging, options, roots)


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
    data = _imposed(faces, job, project.roots, language)
    found = prove_sheets(data, faces, job.sheets, piece=job.piece.name)
    entry = _entry(job, "office", data, faces=sum(counts), facts=facts)
    entry |= {"language": language, "pieces": [made.name for made in members]}
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
    warned = any(one.severity is Severity.WARNING for one in made.diagnostics)
    if has_errors(made.diagnostics) or (is_strict and warned):
        return made, "refused"
    for artifact in made.artifacts:
        staging.add(artifact.path, artifact.data)
    return made, "warned" if warned else "ok"


def _publish(
    staged: Sequence[Staged], found: Sequence[Diagnostic], staging: Staging, options: Options, roots: Roots
) -> Outcome:
    """Give all files and the report their names, the manifest last, and return what the build did."""
    before = read_manifest(options.output)
    entries = [line for made, status in staged for line in _entries(made, status, options.output)]
    staging.add(REPORT, _report(entries, [made for made, _ in staged], options, roots))
    manifest = staging.publish(entries, version=__version__, today=options.today.isoformat())
    files = (one.path for made, status in staged if status != "refused" for one in made.artifacts)
    return Outcome(
        written=(*(options.output / path for path in files), options.output / REPORT, manifest),
        made=tuple(made for made, _ in staged),
        refused=tuple(made.name for made, status in staged if status == "refused"),
        diagnostics=(*found, *(one for made, _ in staged for one in made.diagnostics)),
        tickets=tuple((made.name, line) for made, status in staged if status != "refused" and (line := _ticket(made))),
        changes=changes(before, entries),
    )


def _report(entries: Sequence[Entry], made: Sequence[Made], options: Options, roots: Roots) -> bytes:
    """Return the proof report: on what was made now, refused pieces too, and on what stands there from before."""
    from generator.report import make_report, pictures_on_disk

    drawn = {_stem(one.job): tuple(a.data for a in one.artifacts if a.path.endswith(".png")) for one in made}
    on_disk = pictures_on_disk(options.output)
    return make_report(
        merge_entries(options.output, entries),
        lambda stem: drawn[stem] if stem in drawn else on_disk(stem),
        _assets(roots),
        version=__version__,
        today=options.today,
    )


def _ticket(made: Made) -> str:
    """Return what is to be known at the printer of a piece's sheets, when they were made."""
    return ticket(made.job) if "office" in made.job.finishes and made.job.is_special else ""


def _make_all(project: Project, jobs: Sequence[Job], options: Options) -> Iterator[Made]:
    """Yield each piece as it is finished; one that a worker could not finish says why."""
    ready = [job for job in jobs if not has_errors(job.diagnostics)]
    yield from (Made(job, diagnostics=job.diagnostics) for job in jobs if has_errors(job.diagnostics))
    work = partial(make_piece, project.roots)
    warm_up = partial(_warm_up, project.roots)
    for done in workers.run(work, ready, workers=options.jobs, warm_up=warm_up, allowance=_allowance):
        job = ready[done.index]
        product = job.piece.product
        template = f"templates/products/{job.piece.product_id}/{product.faces[0] if product.faces else 'flow'}.html"
        at = Place(Path(template))
        problem = error("piece-not-finished", f"the piece {done.failure}", place=at, hint=_UNFINISHED_HINT)
        yield done.result or Made(job, diagnostics=(*job.diagnostics, problem.of_piece(job.piece.name)))


# Every built-in piece with so many listings is made in a second or two; a directory of a thousand is a book.
LISTINGS_IN_USUAL_TIME = 25


def _allowance(job: Job) -> float:
    """Return how many times the usual limits of time a piece may take: more when a whole list is printed on it."""
    return max(1.0, len(job.piece.listings) / LISTINGS_IN_USUAL_TIME)


_UNFINISHED_HINT = "look for a very large or deeply nested picture, table or list in its content or template"


def _warm_up(roots: Roots) -> None:
    """Load the heavy libraries once, before the workers are forked. Raises HandbillError when one is missing."""
    from generator import native, render

    try:
        render.warm_up(_assets(roots))
    except native.MissingLibraries as problem:
        found = error("missing-library", str(problem), hint=f"install what is missing: {problem.remedy}")
        raise HandbillError([found]) from problem
    for name in ("generator.impose", "generator.press", "generator.proof.preview", "generator.render.words"):
        import_module(name)


def _assets(roots: Roots) -> "Assets":
    from generator.render import Assets

    return Assets(roots.folders("templates"), roots.folders("content"))


def make_piece(roots: Roots, job: Job) -> Made:
    """Return a piece rendered, imposed and proved. Runs inside a worker; touches no file of the output."""
    from generator.render import render_piece

    rendered = render_piece(job.piece, _assets(roots))
    job = bound(job, rendered.pages)
    found = [*job.diagnostics, *(_shown(one, roots, job) for one in rendered.diagnostics)]
    if has_errors(found):
        # It is never published, but the proof report shows where on it the errors stand.
        pictures = tuple(_previews(job, rendered)) if rendered.pdf else ()
        return Made(job, pictures, tuple(found), rendered.scale, rendered.left_out)
    return _finish(roots, job, rendered, found)


def _shown(diagnostic: Diagnostic, roots: Roots, job: Job) -> Diagnostic:
    return replace(diagnostic, place=roots.shown_place(diagnostic.place), piece=job.piece.name)


def _finish(roots: Roots, job: Job, rendered: "Rendered", found: Sequence[Diagnostic]) -> Made:
    """Return the files of a piece that was laid out whole, with everything that was found in them."""
    from generator.repeats import read_once

    rendered = replace(rendered, pdf=read_once(rendered.pdf))
    files = {finish: _file(roots, job, finish, rendered) for finish in job.finishes}
    piece = _as_fitted(job, rendered)
    found = (*found, *_not_placed(piece, rendered), *_proved(piece, rendered))
    found = (*found, *(problem for _, problems in files.values() for problem in problems))
    found = (*found, *_proved_files(job, rendered, {finish: data for finish, (data, _) in files.items() if data}))
    listed = [_artifact(job, rendered, finish, data) for finish, (data, _) in files.items()]
    made = Made(job, (*listed, *_previews(job, rendered)), found, rendered.scale, rendered.left_out)
    return _kept_for_sheets(made, rendered) if job.is_batched else made


def _kept_for_sheets(made: Made, rendered: "Rendered") -> Made:
    """Return a piece with its faces, as they are printed on the sheets that it shares, and the facts on them."""
    faces, found = _on_paper(made.job, rendered)
    return replace(made, faces=faces, facts=rendered.facts, diagnostics=(*made.diagnostics, *found))


def _file(roots: Roots, job: Job, finish: str, rendered: "Rendered") -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the PDF of one finish and what is wrong with it; with errors it may be empty."""
    from generator.impose import cut_to_trim

    if finish == "press":
        return _press_file(roots, job, rendered)
    faces, found = _on_paper(job, rendered) if finish == "office" else (rendered.pdf, ())
    if has_errors(found):
        return b"", found
    if finish == "screen" or not job.sheets:
        return cut_to_trim(faces), found
    return _imposed(faces, job, roots, job.piece.language_id), found


def _imposed(faces: bytes, job: Job, roots: Roots, language: str) -> bytes:
    """Return the sheets of a job, with the words that stand beside the faces."""
    from generator.impose import impose_sheets
    from generator.render.words import draw_words

    title = job.piece.title
    words = draw_words(job.sheets, _assets(roots), title=title)
    return impose_sheets(faces, job.sheets, title=title, language=language, duplex=job.duplex, words=words)


def _on_paper(job: Job, rendered: "Rendered") -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the faces as an office printer prints them, in greys when they are asked for."""
    from generator.press import grey_pdf

    if not job.grey:
        return rendered.pdf, ()
    faces, found = grey_pdf(rendered.pdf)
    return faces, tuple(one.of_piece(job.piece.name) for one in found)


def _press_file(roots: Roots, job: Job, rendered: "Rendered") -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the file for the print shop, read back and proved; its faces are drawn again for another bleed."""
    from generator.press import at_face, order_of, press_pdf
    from generator.proof.press import prove_press
    from generator.render import render_piece

    order, found = order_of(job, roots)
    if order is None:
        return b"", found
    faces = rendered
    if order.bleed != job.piece.bleed and job.piece.product.faces:
        faces = render_piece(replace(job.piece, bleed=order.bleed), _assets(roots))
        found = tuple(_shown(one, roots, job) for one in faces.diagnostics if one.is_error)
    data, problems = press_pdf(faces.pdf, order) if not has_errors(found) else (b"", ())
    found = (*found, *(at_face(one, job, roots) for one in problems))
    if has_errors(found):
        return b"", found
    piece = _as_fitted(job, faces)
    return data, prove_press(data, _expected(piece, faces), bleed=order.bleed, order=job.press)


def _not_placed(piece: Piece, rendered: "Rendered") -> Iterator[Diagnostic]:
    """Yield an error for each fact that the plan asks for and no template placed."""
    placed = {(one.fact.kind, one.fact.value) for one in rendered.facts}
    for ways in piece.must_carry:
        if not any((fact.kind, fact.value) in placed for fact in ways):
            message = f'nothing of "{ways[0].resource}" is on the piece; {ways[0].printed} should be'
            hint = f"place it in a template of {piece.product_id}, or make less room for listings in product.yaml"
            yield error("fact-not-placed", message, hint=hint).of_piece(piece.name)


def _proved(piece: Piece, rendered: "Rendered") -> tuple[Diagnostic, ...]:
    """Return what is wrong with the faces as they were written, read back."""
    from generator.proof import prove

    return prove(rendered.pdf, _expected(piece, rendered))


def _proved_files(job: Job, rendered: "Rendered", files: Mapping[Finish, bytes]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the files made of the proved faces: those cut to their trim, and the sheets."""
    from generator.proof import prove
    from generator.proof.sheets import prove_sheets

    for finish, data in files.items():
        if finish == "screen":
            expected = replace(_expected(_as_fitted(job, rendered), rendered), bleed=0.0)
            yield from prove(data, expected, only=("boxes", "conformance", "facts"))
        elif finish == "office" and job.sheets:
            yield from prove_sheets(data, _on_paper(job, rendered)[0], job.sheets, piece=job.piece.name)
    if job.grey and job.sheets and (job.is_batched or "office" in files):
        faces, _ = _on_paper(job, rendered)
        yield from prove(faces, _expected(_as_fitted(job, rendered), rendered), only=("codes", "contrast"))


def _expected(piece: Piece, rendered: "Rendered") -> "Expected":
    from generator.proof.expected import expect

    files = rendered.font_files
    return expect(piece, rendered.facts, pages=rendered.pages, title=piece.title, font_files=files)


def _as_fitted(job: Job, rendered: "Rendered") -> Piece:
    """Return the piece without the listings that fitting left out."""
    piece = job.piece
    for dropped in rendered.left_out:
        piece = piece if dropped in piece.left_out else piece.without(dropped)
    return piece


def _previews(job: Job, rendered: "Rendered") -> Iterator[Artifact]:
    """Yield a picture of each face."""
    from generator.proof.preview import draw_faces

    for number, picture in enumerate(draw_faces(rendered.pdf), 1):
        yield Artifact(f"{_stem(job)}-{number}.png", picture, {})


def _stem(job: Job) -> str:
    return job.piece.name


def _artifact(job: Job, rendered: "Rendered", finish: str, data: bytes) -> Artifact:
    """Return a file with its line of the manifest; status and findings are filled in when it is published."""
    entry = _entry(job, finish, data, faces=rendered.pages, facts=rendered.facts)
    entry |= {"left_out": list(rendered.left_out), "fit_scale": rendered.scale}
    return Artifact(str(entry["path"]), data, entry)


def _entry(job: Job, finish: str, data: bytes, *, faces: int, facts: Sequence["PlacedFact"]) -> dict[str, object]:
    piece = job.piece
    sheets = job.sheets if finish == "office" else ()
    size = sheets[0].size if sheets else piece.size
    return {
        "path": f"{_stem(job)}.{finish}.pdf",
        "edition": piece.edition_id,
        "language": piece.language_id,
        "product": piece.product_id,
        "size": piece.size_id,
        "finish": finish,
        "stock": job.stock_id if sheets else None,
        "printer": job.printing.printer_id if sheets else None,
        "ticket": ticket(job) if sheets else None,
        "pages": len(sheets) or faces,
        "size_mm": [round(size.width, 3), round(size.height, 3)],
        "faces": _faces_entry(piece, faces),
        "sheets": [_sheet_entry(sheet) for sheet in sheets],
        "slots": list(_slot_entries(sheets)),
        "sha256": sha256(data),
        "status": "ok",
        "facts": [_fact_entry(one) for one in facts],
        "left_out": [],
        "fit_scale": 1.0,
        "findings": [],
    }


def _faces_entry(piece: Piece, count: int) -> dict[str, object]:
    """Return what a later proof has to know of the faces besides their facts."""
    from generator.proof.thresholds import limits_of, own_limits

    return {
        "count": count,
        "trim_mm": [round(piece.size.width, 3), round(piece.size.height, 3)],
        "bleed_mm": piece.bleed if piece.product.faces else 0.0,
        "direction": piece.language.direction,
        "limits": own_limits(limits_of(piece.product)),
    }


def _sheet_entry(sheet: Sheet) -> dict[str, object]:
    """Return what a later proof has to know of a sheet besides its slots: see Sheet for what it means."""
    return {
        "size_mm": [round(sheet.size.width, 3), round(sheet.size.height, 3)],
        "correction": None if sheet.correction == UNMOVED else list(astuple(sheet.correction)),
        "words_mm": [_box_entry(label.box) for label in sheet.labels],
        "marks_on_faces": [[one.x1, one.y1, one.x2, one.y2, one.width_pt] for one in sheet.marks_on_faces],
    }


def _slot_entries(sheets: Sequence[Sheet]) -> Iterator[dict[str, object]]:
    """Yield where each face lies on the sheets, in millimetres from the sheet's top left corner."""
    for number, sheet in enumerate(sheets, 1):
        for one in sheet.placements:
            place = {"sheet": number, "slot": one.slot, "face": one.face, "box_mm": _box_entry(one.box)}
            place |= {"rotation": one.rotation, "bleed_mm": [one.bleed_x, one.bleed_y]}
            yield {**place, "clip_mm": _box_entry(one.clip) if one.clip else None, "scale": one.scale}


def _box_entry(box: Box) -> list[float]:
    return [round(edge, 4) for edge in (box.x, box.y, box.width, box.height)]


def _fact_entry(placed: "PlacedFact") -> dict[str, object]:
    fact = placed.fact
    return {
        "page": placed.page,
        "kind": fact.kind,
        "resource": fact.resource,
        "value": fact.value,
        "printed": fact.printed,
        "checked": fact.checked.isoformat() if fact.checked else None,
        "checked_by": fact.checked_by,
    }


def _entries(made: Made, status: str, output: Path) -> Iterator[Entry]:
    """Yield a piece's lines of the manifest. A refused file that was never written has none to be described."""
    findings = [finding_entry(one) for one in made.diagnostics]
    for artifact in made.artifacts:
        if artifact.entry and status != "refused":
            yield {**artifact.entry, "status": status, "findings": findings}
    if status == "refused":
        yield from _refused_entries(made, findings, output)


def _refused_entries(made: Made, findings: Sequence[object], output: Path) -> Iterator[Entry]:
    """Yield what stands in the place of a refused piece: the old file, where there is one, and why no new one."""
    piece = made.job.piece
    for finish in made.job.finishes:
        path = f"{_stem(made.job)}.{finish}.pdf"
        old = read_manifest(output).get(path, {})
        is_there = (output / path).is_file()
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
