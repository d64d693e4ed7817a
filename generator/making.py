"""One piece, made: rendered, turned into a file of each finish, and every file read back."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from generator.cache import Cache
from generator.catalog import Roots
from generator.errors import Diagnostic, error, has_errors
from generator.manifest import entry_of
from generator.model.edition import Finish
from generator.plan import Job, Piece, bound, calendar_of
from generator.values import Shelf
from generator.write import Entry

if TYPE_CHECKING:
    from generator.proof.expected import Expected
    from generator.render.assets import Assets
    from generator.render.piece import Rendered
    from generator.render.placed import PlacedFact


OF_THE_SCREEN = ("conformance",)  # what is asked of the very file that is read there, not of its faces before
Shape = TypeVar("Shape")


class Before(Struct, frozen=True):
    """Where faces that were drawn and looked at before are found again, by whoever drew them with the same programs."""

    cache: Cache
    by: str


class Artifact(Struct, frozen=True):
    """One file of a piece before it is written; its path is relative to the output folder."""

    path: str
    data: bytes
    entry: Entry  # empty for previews, which the manifest does not list


class Made(Struct, frozen=True):
    """What came of one job: its artefacts and what was found; a refused piece keeps them for the manifest."""

    job: Job
    artifacts: tuple[Artifact, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    scale: float = 1.0
    left_out: tuple[str, ...] = ()
    faces: bytes = b""  # kept, with the facts on them, for sheets that pieces share
    facts: tuple["PlacedFact", ...] = ()
    seconds: float = 0.0  # of work
    is_dated: bool = False  # another day would make another piece of it
    is_proved: bool = True  # read back; nothing else is for print

    @property
    def name(self) -> str:
        """The piece's name."""
        return self.job.piece.name


def assets_of(roots: Roots) -> "Assets":
    """Return the folders that pieces are made from."""
    from generator.render.assets import Assets

    return Assets(roots.folders("templates"), roots.folders("content"))


def make_piece(roots: Roots, job: Job, *, proof: bool = True, before: Before | None = None) -> Made:
    """Return a piece rendered, imposed and proved. Runs inside a worker; touches no file of the output.

    Without proof it is neither read back nor pictured: to measure what that costs, and for nothing else.
    """
    started = time.process_time()
    _look_behind(before, proof=proof)
    return replace(_make(roots, job, proof), seconds=time.process_time() - started)


def asked_faces(roots: Roots, job: Job, *, before: Before) -> tuple[tuple[str, bool], ...]:
    """Return for each document of a piece what it is known by, and whether it was drawn before. Lays out nothing."""
    from generator.render.piece import faces_asked

    _look_behind(before, proof=False)
    return faces_asked(job.piece, assets_of(roots))


def _look_behind(before: Before | None, *, proof: bool) -> None:
    """Have faces, and what was found on them, looked for and kept where other builds find them, or nowhere."""
    from generator.render import code, face

    code.KEPT.behind = _shelf(before, "code", code.Code)
    face.KEPT.behind = _shelf(before, "face", face.Drawn)
    if proof:
        from generator.proof import by_face, preview, shown

        by_face.KEPT.behind = _shelf(before, "findings", dict)
        by_face.CODES.behind = _shelf(before, "codes", tuple)
        shown.PICTURES.behind = _shelf(before, "ground", str)
        preview.KEPT.behind = _shelf(before, "picture", bytes)
        preview.FRAMES.behind = _shelf(before, "frame picture", tuple)


def _shelf(before: Before | None, name: str, shape: type[Shape]) -> Shelf[Shape] | None:
    return Shelf(before.cache, f"{name} {before.by}", shape) if before else None


def _make(roots: Roots, job: Job, proof: bool) -> Made:
    from generator.render.piece import render_piece

    rendered = render_piece(job.piece, assets_of(roots))
    job = bound(job, rendered.pages)
    found = [*job.diagnostics, *(_shown(one, roots, job) for one in rendered.diagnostics)]
    if has_errors(found):
        # It is never published, but the proof report shows where on it the errors stand.
        pictures = tuple(_previews(job, rendered)) if rendered.pdf else ()
        return Made(job, pictures, tuple(found), rendered.scale, rendered.left_out)
    return _finish(roots, job, rendered, found, proof)


def _shown(diagnostic: Diagnostic, roots: Roots, job: Job) -> Diagnostic:
    return replace(diagnostic, place=roots.shown_place(diagnostic.place), piece=job.piece.name)


def _finish(roots: Roots, job: Job, rendered: "Rendered", found: Sequence[Diagnostic], proof: bool) -> Made:
    """Return the files of a piece that was laid out whole, with everything that was found in them."""
    files = {finish: _file(roots, job, finish, rendered) for finish in job.finishes}
    listed = [_artifact(job, rendered, finish, data) for finish, (data, _) in files.items()]
    problems = [problem for _, problems in files.values() for problem in problems]
    if not proof:
        return Made(job, tuple(listed), (*found, *problems), rendered.scale, rendered.left_out, is_proved=False)
    piece = _as_fitted(job, rendered)
    found = (*found, *_not_placed(piece, rendered), *_proved(job, piece, rendered), *problems)
    found = (*found, *_proved_files(job, rendered, {finish: data for finish, (data, _) in files.items() if data}))
    made = Made(job, (*listed, *_previews(job, rendered)), found, rendered.scale, rendered.left_out)
    made = replace(made, is_dated=rendered.is_dated or _is_made_on_a_day(job))
    return _kept_for_sheets(made, rendered) if job.is_batched else made


def _is_made_on_a_day(job: Job) -> bool:
    """Return whether files say when they were made, as those for a print shop and calendar entries do."""
    return "press" in job.finishes or job.piece.event is not None


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
    if finish == "screen":
        return _with_calendar(cut_to_trim(faces), job.piece), found
    if not job.sheets:
        return cut_to_trim(faces), found
    return imposed(faces, job, roots, job.piece.language_id), found


def _with_calendar(screen: bytes, piece: Piece) -> bytes:
    """Return a file for the screen with the calendar entry of its event behind the date; others as they are."""
    from generator.impose import attach_calendar

    event = piece.event
    if event is None or piece.records:
        return screen
    entry = calendar_of(event, language=piece.language_id, today=piece.today)
    said = piece.language.labels["add_to_calendar"]
    return attach_calendar(screen, entry, name=f"{event.id}.ics", target=event.when.value, description=said)


def imposed(faces: bytes, job: Job, roots: Roots, language: str) -> bytes:
    """Return the sheets of a job, with the words that stand beside the faces."""
    from generator.impose import impose_sheets
    from generator.render.words import draw_words

    piece, title = job.piece, job.piece.title
    words = draw_words(job.sheets, assets_of(roots), title=title, tag=piece.language_id, language=piece.language)
    return impose_sheets(faces, job.sheets, title=title, language=language, duplex=job.duplex, words=words)


def _on_paper(job: Job, rendered: "Rendered") -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the faces as an office printer prints them, in greys when they are asked for."""
    if not job.grey:
        return rendered.pdf, ()
    from generator.press import grey_pdf

    faces, found = grey_pdf(rendered.pdf)
    return faces, tuple(one.of_piece(job.piece.name) for one in found)


def _press_file(roots: Roots, job: Job, rendered: "Rendered") -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Return the file for the print shop, read back and proved; its faces are drawn again for another bleed."""
    from generator.press import at_face, order_of, press_pdf
    from generator.proof.press import prove_press
    from generator.render.piece import render_piece

    order, found = order_of(job, roots)
    if order is None:
        return b"", found
    faces = rendered
    if order.bleed != job.piece.bleed and job.piece.product.faces:
        faces = render_piece(replace(job.piece, bleed=order.bleed), assets_of(roots))
        found = tuple(_shown(one, roots, job) for one in faces.diagnostics if one.is_error)
    data, problems = press_pdf(faces.pdf, order) if not has_errors(found) else (b"", ())
    found = (*found, *(at_face(one, job, roots) for one in problems))
    if has_errors(found):
        return b"", found
    piece = _as_fitted(job, faces)
    return data, prove_press(data, _expected(piece, faces), bleed=order.bleed, order=job.press, folds=order.folds)


def _not_placed(piece: Piece, rendered: "Rendered") -> Iterator[Diagnostic]:
    """Yield an error for each fact that the plan asks for and no template placed."""
    placed = {(one.fact.kind, one.fact.value) for one in rendered.facts}
    for ways in piece.must_carry:
        if not any((fact.kind, fact.value) in placed for fact in ways):
            message = f'nothing of "{ways[0].resource}" is on the piece; {ways[0].printed} should be'
            hint = f"place it in a template of {piece.product_id}, or make less room for listings in product.yaml"
            yield error("fact-not-placed", message, hint=hint).of_piece(piece.name)


def _proved(job: Job, piece: Piece, rendered: "Rendered") -> tuple[Diagnostic, ...]:
    """Return what is wrong with the faces as they were written, read back.

    Their tags are looked at when a file keeps them, which sheets do not. PDF/UA is asked of the file for the screen.
    """
    from generator.proof import prove

    expected = replace(_expected(piece, rendered), is_tagged=_keeps_tags(job))
    return prove(rendered.pdf, expected, without=OF_THE_SCREEN if "screen" in job.finishes else ())


def _keeps_tags(job: Job) -> bool:
    """Return whether a file of a job has the tags of its faces: one for the screen, or printed one face a page."""
    return "screen" in job.finishes or ("office" in job.finishes and not job.sheets)


def _proved_files(job: Job, rendered: "Rendered", files: Mapping[Finish, bytes]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the files made of the proved faces: those cut to their trim, and the sheets."""
    from generator.proof import prove
    from generator.proof.sheets import prove_sheets

    for finish, data in files.items():
        if finish == "screen":
            expected = replace(_expected(_as_fitted(job, rendered), rendered), bleed=0.0)
            yield from prove(data, expected, only=("boxes", "facts", *OF_THE_SCREEN))
        elif finish == "office" and job.sheets:
            yield from prove_sheets(data, _on_paper(job, rendered)[0], job.sheets, piece=job.piece.name)
    if job.grey and job.sheets and (job.is_batched or "office" in files):
        faces, _ = _on_paper(job, rendered)
        yield from prove(faces, _expected(_as_fitted(job, rendered), rendered), only=("codes", "contrast"))


def _expected(piece: Piece, rendered: "Rendered") -> "Expected":
    from generator.proof.expected import expect

    return expect(
        piece,
        rendered.facts,
        pages=rendered.pages,
        title=piece.title,
        font_files=rendered.font_files,
        frames=rendered.frames,
    )


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
        yield Artifact(f"{stem_of(job)}-{number}.png", picture, {})


def stem_of(job: Job) -> str:
    """Return where a piece's files stand in the output folder, without what tells them apart."""
    return job.piece.name


def _artifact(job: Job, rendered: "Rendered", finish: str, data: bytes) -> Artifact:
    """Return a file with its line of the manifest; status and findings are filled in when it is published."""
    entry = entry_of(job, finish, data, faces=rendered.pages, facts=rendered.facts)
    entry |= {"left_out": list(rendered.left_out), "fit_scale": rendered.scale}
    return Artifact(str(entry["path"]), data, entry)
