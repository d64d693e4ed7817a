"""A piece, drawn: templates run, pages laid out and measured, fitted as far as its product allows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from generator.errors import Diagnostic, OutOfTime, advice, error
from generator.joining import join_faces
from generator.plan import Piece
from generator.render import fonts
from generator.render.assets import Assets
from generator.render.boxes import Sheet
from generator.render.colour import themed
from generator.render.composing import Face, NotFixed, asked_for, drawn_face, lay_face, place_of_region, whole, written
from generator.render.environment import days_read, is_of_template, make_environment, template_problem
from generator.render.face import Drawn, Laid, Press, combined
from generator.render.fit import CURABLE, Attempt, Offer, Outcome, next_attempt
from generator.render.limits import STOPS, Spot
from generator.render.locate import place_of
from generator.render.placed import PlacedFact, Recorder
from generator.render.setting import NUMBER_FONT, Setting
from generator.render.shell import is_by_face, render_documents
from generator.render.typeset import Locate
from generator.units import Box, Size


class FaceReport(Struct, frozen=True):
    """One face as printed: its name, its size in millimetres, and its least type size in points."""

    name: str
    size: Size
    least_text_pt: float


class RenderedFrame(Struct, frozen=True):
    """The PDF of a face with room for regions, and where each of them leaves ink: in mm from the trimmed corner."""

    pdf: bytes
    regions: tuple[Box, ...]


class Rendered(Struct, frozen=True):
    """A drawn piece. `pdf` is empty when it could not be laid out at all; errors are among the diagnostics.

    `frames` has, by its number, each face that is put together of a frame and regions.
    """

    pdf: bytes
    pages: int
    faces: tuple[FaceReport, ...]
    facts: tuple[PlacedFact, ...]
    scale: float
    left_out: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    font_files: tuple[Path, ...] = ()  # the faces that its text may be set in
    is_dated: bool = False  # its templates asked for the day
    frames: Mapping[int, RenderedFrame] = field(default_factory=dict)


class _Tried(Struct, frozen=True):
    """One attempt, laid out and measured: its documents, and all of them as one."""

    attempt: Attempt
    setting: Setting
    faces: tuple[Face, ...]
    drawn: Drawn
    diagnostics: tuple[Diagnostic, ...]

    @property
    def placed(self) -> tuple[PlacedFact, ...]:
        """The facts that stand on its pages."""
        pages = {name: laid.drawn.facts for face in self.faces for name, laid in face.documents}
        return self.setting.recorder.placed(pages)

    @property
    def crowded(self) -> frozenset[int]:
        """The faces that do not hold what stands on them."""
        faces = range(self.drawn.pages)
        curable = [item.face if item else None for found, item in self.drawn.problems if found.code in CURABLE]
        return frozenset(faces) if None in curable else frozenset(face for face in curable if face is not None)


def render_piece(piece: Piece, assets: Assets) -> Rendered:
    """Return a piece as PDF with what was placed on it and what is wrong with it; see Rendered."""
    days_before = days_read()
    sheet = _sheet(piece)
    piece = _as_laid_out(piece, sheet)
    press = Press.of(piece, assets, sheet)
    tried = _try(Attempt(piece), press, {})
    reasons = tuple(_reasons(tried))
    while tried.crowded:
        following = next_attempt(tried.attempt, _outcome(tried))
        if following is None:
            break
        tried = _try(following, press, {one.key: one for face in tried.faces for one in face.known})
    return replace(_finished(tried, press, reasons), is_dated=days_read() > days_before)


def faces_asked(piece: Piece, assets: Assets) -> tuple[tuple[str, bool], ...]:
    """Return for each document of a piece what it is known by before it is fitted, and whether it was drawn before.

    Nothing is laid out; nothing is returned for a piece whose templates fail.
    """
    sheet = _sheet(piece)
    piece = _as_laid_out(piece, sheet)
    try:
        texts = render_documents(make_environment(assets), _setting(Attempt(piece), assets), sheet.layout)
    except (Exception, OutOfTime) as problem:
        if not is_of_template(problem) and not isinstance(problem, STOPS):
            raise
        return ()
    press = Press.of(piece, assets, sheet)
    return tuple(asked_for(press, text, number) for number, text in enumerate(texts))


def _sheet(piece: Piece) -> Sheet:
    """Return the page of a piece; running text has no art that bleeds, and is laid out at its trimmed size."""
    return Sheet(piece.size, piece.bleed if piece.product.faces else 0.0, piece.magnify)


def _as_laid_out(piece: Piece, sheet: Sheet) -> Piece:
    """Return the piece with the measures of its layout, which templates and style sheets work with."""
    return replace(piece, size=sheet.layout.size, bleed=piece.bleed / sheet.magnify, safe=piece.safe / sheet.magnify)


def _try(attempt: Attempt, press: Press, known: Mapping[str, Laid]) -> _Tried:
    """Return an attempt laid out; faces that are the same as in the attempt before are taken from there.

    Where a region hangs on what stands around it, the faces are laid out whole, and that is told.
    """
    press = replace(press, piece=attempt.piece)
    try:
        return _laid_out(attempt, _setting(attempt, press.assets), press, known)
    except NotFixed as problem:
        whole_setting = replace(_setting(attempt, press.assets), is_apart=False)
        tried = _laid_out(attempt, whole_setting, press, known)
        place = place_of(attempt.piece, press.assets, face=_face_name(attempt.piece, problem.face), field="")
        told = advice(
            "region-laid-out-whole", f"{problem}; the piece is laid out whole, which takes longer", place=place
        )
        return replace(tried, diagnostics=(*tried.diagnostics, told))


def _setting(attempt: Attempt, assets: Assets) -> Setting:
    piece = attempt.piece
    theme = themed(piece.theme, piece.brand)
    # What is said of folds needs the place of every word on its face.
    is_apart = is_by_face(piece) and not piece.product.fold
    out, columns = attempt.parts_out, attempt.columns
    return Setting(piece, theme, assets, Recorder(), attempt.scale, out, columns=columns, is_apart=is_apart)


def _laid_out(attempt: Attempt, setting: Setting, press: Press, known: Mapping[str, Laid]) -> _Tried:
    try:
        texts = render_documents(make_environment(press.assets), setting, press.sheet.layout)
    except (Exception, OutOfTime) as problem:
        if not is_of_template(problem) and not isinstance(problem, STOPS):
            raise
        return _Tried(attempt, setting, (), Drawn(), (_template_problem(problem, setting),))
    faces = tuple(lay_face(press, text, number, known) for number, text in enumerate(texts))
    found = tuple(_placed_in_template(one, press.locate) for one in setting.found)
    return _Tried(attempt, setting, faces, _whole(faces, press, setting), found)


def _whole(faces: Sequence[Face], press: Press, setting: Setting) -> Drawn:
    """Return the documents of a piece as one; of a piece that could not be laid out in full, the findings alone."""
    drawn = combined([whole(one, press) for one in faces])
    if not all(one.frame.drawn.pages for one in faces):
        return Drawn(drawn.found)
    extra = _page_count_problem(setting.piece, drawn.pages)
    return replace(drawn, problems=(*drawn.problems, (extra, None))) if extra else drawn


def _template_problem(problem: BaseException, setting: Setting) -> Diagnostic:
    """Return what stopped a template, placed at the template of the face where none is known to be at fault."""
    found = template_problem(problem)
    if found.place.path:
        return found
    face = _face_name(setting.piece, setting.recorder.face)
    return replace(found, place=place_of(setting.piece, setting.assets, face=face, field=""))


def _placed_in_template(found: Diagnostic, locate: Locate) -> Diagnostic:
    """Return what was found of a QR code or a picture; without a place of its own, it stands where a template asks."""
    return found if found.place.path else replace(found, place=locate(Spot(written=("{{ code_tile(", "{{ qr("))))


def _page_count_problem(piece: Piece, pages: int) -> Diagnostic | None:
    """Return an error when a product has more pages than it may, or not one page for each face."""
    flow, faces = piece.product.flow, len(piece.product.faces)
    if flow and pages > flow.max_pages:
        message = f"the text takes {pages} pages; at most {flow.max_pages} are allowed"
        return error("too-many-pages", message, hint="shorten the text, or allow more pages in product.yaml")
    if not flow and pages != faces:
        message = f"{faces} faces came out as {pages} pages"
        return error("too-many-pages", message, hint="shorten the text")
    return None


def _outcome(tried: _Tried) -> Outcome:
    printed: defaultdict[str, set[int]] = defaultdict(set)
    for one in tried.placed:
        printed[one.fact.resource].add(one.face)
    drawn = tried.drawn
    offers = tuple(
        Offer(name, face, rank, drawn.parts.get(name, 0.0)) for name, (face, rank) in tried.setting.offered.items()
    )
    fields = frozenset(name for face in tried.crowded for name in drawn.fields.get(face, ()))
    on_faces = {name: frozenset(faces) for name, faces in printed.items()}
    return Outcome(tried.crowded, offers, on_faces, fields, drawn.excess, drawn.poured)


def _finished(tried: _Tried, press: Press, reasons: tuple[str, ...]) -> Rendered:
    piece, assets, pages = tried.attempt.piece, press.assets, tried.drawn.pages
    press = replace(press, piece=piece)
    faces = tuple(written(one, press) for one in tried.faces) if pages else ()
    drawn = [laid.drawn for face in faces for _, laid in face.documents]
    located = [found for one in drawn for found in one.found] if faces else tried.drawn.found
    found = [*tried.diagnostics, *located, *_measured_problems(tried, assets), *_fitting_advice(tried, reasons)]
    found += _strange_fonts({family for one in drawn for family in one.families}, assets)
    return Rendered(
        _joined(faces, press),
        pages,
        tuple(_face_reports(tried, press.sheet)),
        tried.placed,
        tried.attempt.scale,
        piece.left_out,
        tuple(one.of_piece(piece.name) for one in {(one.code, one.message): one for one in found}.values()),
        tuple(face.path for face in fonts.faces(assets) if _may_be_set_in(piece, face.family)),
        # One that no other piece had is looked at with its regions: it would be looked at twice for nothing.
        frames={one.frame.first: _frame(one, press) for one in faces if one.regions and one.frame.is_known},
    )


def _frame(face: Face, press: Press) -> RenderedFrame:
    return RenderedFrame(face.frame.drawn.pdf, tuple(place_of_region(one, press) for one in face.regions))


def _joined(faces: Sequence[Face], press: Press) -> bytes:
    """Return the documents of a piece as one PDF; nothing unless all of them could be drawn."""
    if not faces or not all(laid.drawn.pdf for face in faces for _, laid in face.documents):
        return b""
    if not is_by_face(press.piece):
        return faces[0].frame.drawn.pdf
    return join_faces([drawn_face(one, press) for one in faces], title=press.piece.title)


def _may_be_set_in(piece: Piece, family: str) -> bool:
    """Return whether a piece may use a family: its languages' own, or for names of people any bundled one."""
    return bool(piece.records) or family in _families(piece)


def _families(piece: Piece) -> frozenset[str]:
    """Return the families of a piece's own language and of the second one of its edition."""
    languages = (piece.language, *((piece.other.language,) if piece.other else ()))
    named = (name for one in languages for name in (*one.text_fonts, *one.display_fonts))
    return frozenset((NUMBER_FONT, *named))


def _measured_problems(tried: _Tried, assets: Assets) -> Iterator[Diagnostic]:
    piece = tried.attempt.piece
    for found, item in tried.drawn.problems:
        if item is None:
            template = piece.product.faces[0] if piece.product.faces else "flow"
            yield replace(found, place=place_of(piece, assets, face=template, field=""))
            continue
        face = _face_name(piece, item.face)
        field = f" ({item.field})" if item.field else ""
        place = place_of(piece, assets, face=face, field=item.field)
        yield replace(found, message=f"{face}{field}: {found.message}", place=place)


def _reasons(tried: _Tried) -> Iterator[str]:
    """Yield what did not fit, as it is said to people."""
    for found, item in tried.drawn.problems:
        if found.code in CURABLE:
            yield f"{_face_name(tried.attempt.piece, item.face)}: {found.message}" if item else found.message


def _face_name(piece: Piece, number: int) -> str:
    """Return the name of the template of a page (from 0)."""
    faces = piece.product.faces
    return faces[number] if number < len(faces) else "flow"


def _fitting_advice(tried: _Tried, reasons: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Say what gave way and why, so that nothing does so in silence."""
    attempt = tried.attempt
    why = f" ({'; '.join(reasons[:3])})"
    if attempt.parts_out:
        yield advice("part-left-out", f"left out for want of room: {', '.join(sorted(attempt.parts_out))}{why}")
    if attempt.is_short:
        yield advice("short-texts", f"the guide's short texts stand in the place of the long ones{why}")
    if attempt.scale < 1:
        yield advice("smaller-type", f"type is set at {attempt.scale:.0%} of its size{why}")


def _strange_fonts(families: Collection[str], assets: Assets) -> Iterator[Diagnostic]:
    known = {face.family for face in fonts.faces(assets)}
    for family in sorted(families):
        if not any(family == name or family.startswith(f"{name} ") for name in known):
            yield error("strange-font", f'text is set in "{family}", which is none of the bundled fonts')


def _face_reports(tried: _Tried, sheet: Sheet) -> Iterable[FaceReport]:
    for number in range(tried.drawn.pages):
        name = _face_name(tried.attempt.piece, number)
        yield FaceReport(name, sheet.size, tried.drawn.least_text_pt.get(number, 0.0))
