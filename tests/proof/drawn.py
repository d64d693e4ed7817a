"""Built-in pieces drawn once, and their PDFs changed by hand, as nothing in a template could."""

import io
from datetime import date
from functools import cache

import pikepdf
from msgspec import Struct

from generator.catalog import Roots, builtin_root
from generator.plan import Job, Request, plan_jobs
from generator.project import load_project
from generator.proof import prove
from generator.proof.expected import Expected, expect
from generator.proof.glyphs import BBox
from generator.proof.opened import open_pdf
from generator.render.assets import Assets
from generator.render.piece import render_piece

PT_PER_MM = 72 / 25.4


class Drawn(Struct, frozen=True):
    """A piece as it was drawn, with what the plan says of it."""

    job: Job
    pdf: bytes
    expected: Expected

    def codes(self, pdf: bytes) -> set[str]:
        """Return the codes of what is wrong with its PDF after a change."""
        return {one.code for one in prove(pdf, self.expected)}


@cache
def drawn(product: str, language: str = "en") -> Drawn:
    """Return a piece of the built-in county."""
    roots = Roots(builtin_root(), builtin_root())
    project, _ = load_project(roots)
    request = Request(editions=("larkin-county",), products=(product,), languages=(language,))
    (job,), _ = plan_jobs(project, request, today=date(2026, 5, 20))
    done = render_piece(job.piece, Assets(roots.folders("templates"), roots.folders("content")))
    title, files = job.piece.title, done.font_files
    return Drawn(job, done.pdf, expect(job.piece, done.facts, pages=done.pages, title=title, font_files=files))


def place_of(one: Drawn, printed: str) -> tuple[int, BBox]:
    """Return the page (from 0) and the box in mm of the first character of a fact."""
    with open_pdf(one.pdf) as pdf:
        for page, planned in zip(pdf.pages, one.expected.pages, strict=True):
            for found in page.sightings(planned.facts):
                if found.printed == printed:
                    return page.number - 1, page.text.glyphs[found.glyphs[0]].box
    raise LookupError(printed)


def changed(pdf: bytes, change, page: int = 0) -> bytes:
    """Return a PDF after `change(pdf, page)`."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened, opened.pages[page])
        out = io.BytesIO()
        opened.save(out)
        return out.getvalue()


def with_content(pdf: bytes, page: int, *, before: str = "", after: str = "") -> bytes:
    """Return a PDF with operators before and after a page's own, in its user space."""

    def change(opened, found):
        found.contents_coalesce()
        own = b"q\n" + found.Contents.read_bytes() + b"\nQ\n"
        found.Contents = opened.make_stream(before.encode() + b"\n" + own + after.encode())

    return changed(pdf, change, page)


def in_points(pdf: bytes, page: int, box: BBox) -> tuple[float, float, float, float]:
    """Return a box in mm from the trimmed corner as left, bottom, width and height in points."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        left, _, _, top = (float(edge) for edge in opened.pages[page].trimbox)
    x, y = left + box[0] * PT_PER_MM, top - box[3] * PT_PER_MM
    return x, y, (box[2] - box[0]) * PT_PER_MM, (box[3] - box[1]) * PT_PER_MM
