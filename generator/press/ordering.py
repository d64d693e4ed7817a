"""From the plan to an order: the profile read, the brand's inks as shares, the title and the date."""

from pathlib import Path

from msgspec.structs import replace

from generator.catalog import Roots
from generator.errors import Diagnostic, Place, error
from generator.plan import Job
from generator.press.order import Order
from generator.press.profile import BUILT_IN, BUILT_IN_CONDITION, Profile, read_profile
from generator.project import find_asset
from generator.sheets.folding import folds_of_faces


def order_of(job: Job, roots: Roots) -> tuple[Order | None, tuple[Diagnostic, ...]]:
    """Return the order of a job's press file, or None and what is wrong with its profile."""
    piece, asked = job.piece, job.press
    profile, found = _profile(job, roots)
    if profile is None:
        return None, tuple(one.of_piece(piece.name) for one in found)
    order = Order(
        profile=profile,
        title=piece.title,
        language=piece.language_id,
        made_on=piece.today,
        bleed=asked.bleed.mm if asked.bleed else piece.bleed,
        standard=asked.pdfx,
        has_marks=asked.marks,
        is_grey=job.grey,
        ink_limit=asked.ink_limit / 100,
        folds=_folds(job) if asked.marks else (),
        brand=_brand(job),
    )
    return order, ()


def _folds(job: Job) -> tuple[tuple[float, ...], ...]:
    piece, product = job.piece, job.piece.product
    is_rtl = piece.language.direction == "rtl"
    of_faces = folds_of_faces(product.fold, piece.size, len(product.faces), is_rtl=is_rtl)
    return tuple(tuple(line.x1 for line in lines) for lines in of_faces)


def at_face(diagnostic: Diagnostic, job: Job, roots: Roots) -> Diagnostic:
    """Return a finding of a page with the place of the template that drew the page."""
    piece = job.piece
    faces, number = piece.product.faces, (diagnostic.page or 1) - 1
    face = faces[number] if number < len(faces) else "flow"
    path = roots.find(f"templates/products/{piece.product_id}/{face}.html")
    place = roots.shown_place(Place(path)) if path else diagnostic.place
    return replace(diagnostic, place=place, piece=piece.name)


def _profile(job: Job, roots: Roots) -> tuple[Profile | None, tuple[Diagnostic, ...]]:
    name = job.press.profile
    path: Path | None = find_asset(roots, name) if name else roots.find(BUILT_IN)
    if path is None:
        return None, (error("missing-file", f'there is no file "{name or BUILT_IN}"'),)
    return read_profile(path, condition=job.press.condition if name else BUILT_IN_CONDITION)


def _brand(job: Job) -> dict[tuple[int, int, int], tuple[float, ...]]:
    written = job.piece.brand.cmyk if job.piece.brand else {}
    return {_channels(colour): tuple(ink / 100 for ink in inks) for colour, inks in written.items()}


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
