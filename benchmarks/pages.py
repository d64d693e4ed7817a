"""The pieces of a project as others can make them: pages of HTML for WeasyPrint and browsers, words for Typst.

    python -m benchmarks.pages PROJECT OUTPUT FOLDER EDITIONS

Writes them before anything of others is measured. The HTML of a face is what Handbill's own templates make of it, and
says what Handbill printed into OUTPUT, where fitting may have left a part out. Here the faces of a piece become one
document at its trimmed size, and cards are laid out ten to a sheet, as people write it by hand.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.listed import Page, write_list
from benchmarks.words import Pictures, words_of
from generator.catalog import Roots, builtin_root
from generator.making import assets_of
from generator.plan import Job, Piece, Request, plan_jobs
from generator.project import load_project
from generator.render.assets import Assets
from generator.render.boxes import Sheet
from generator.render.colour import themed
from generator.render.environment import make_environment
from generator.render.placed import Recorder
from generator.render.setting import Setting
from generator.render.shell import render_documents, style_sheets

TODAY = date(2026, 11, 22)
PARTS_OUT = "left out for want of room: "  # how Handbill says that fitting left parts of a guide out


class Fitted(Struct, frozen=True):
    """What fitting made of a piece: the scale of its type, and the listings and parts of the guide it left out."""

    scale: float = 1.0
    listings: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()


def write_pages(project: Path, output: Path, folder: Path, editions: int) -> tuple[Page, ...]:
    """Write the pages of a project's first editions, as they were built into `output`, and a list of them."""
    roots = Roots(project.resolve(), builtin_root())
    assets, pictures = assets_of(roots), Pictures(folder)
    fitted = {str(entry["path"]).partition(".")[0]: _fitted(entry) for entry in _entries(output)}
    folder.mkdir(parents=True, exist_ok=True)
    pages = tuple(_written(job, fitted[job.piece.name], assets, folder, pictures) for job in _jobs(roots, editions))
    write_list(folder, pages)
    return pages


def _entries(output: Path) -> Sequence[Mapping[str, Any]]:
    entries: Sequence[Mapping[str, Any]] = json.loads((output / "manifest.json").read_text("utf-8"))["artifacts"]
    return entries


def _fitted(entry: Mapping[str, Any]) -> Fitted:
    messages = [str(one["message"]) for one in entry["findings"] if one["code"] == "part-left-out"]
    parts = {part for said in messages for part in said.removeprefix(PARTS_OUT).partition(" (")[0].split(", ")}
    return Fitted(float(entry["fit_scale"]), tuple(entry["left_out"]), frozenset(parts))


def _jobs(roots: Roots, editions: int) -> Sequence[Job]:
    project, found = load_project(roots)
    names = tuple(name for name, one in project.editions.items() if roots.is_project_file(one.path))[:editions]
    jobs, more = plan_jobs(project, Request(editions=names), today=TODAY)
    if wrong := [one.message for one in (*found, *more) if one.is_error]:
        raise ValueError("\n".join(wrong))
    return jobs


def _written(job: Job, fitted: Fitted, assets: Assets, folder: Path, pictures: Pictures) -> Page:
    name = job.piece.name.replace("/", ".")
    faces = faces_of(job.piece, fitted, assets)
    styles = tuple(str(path.resolve()) for path in style_sheets(assets, job.piece))
    html = document(job, faces)
    links = "".join(f'<link rel="stylesheet" href="{Path(path).as_uri()}">' for path in styles)
    (folder / f"{name}.html").write_text(html, encoding="utf-8")
    (folder / f"{name}.linked.html").write_text(html.replace("<style>", f"{links}<style>", 1), encoding="utf-8")
    words = words_of(job, faces, pictures)
    (folder / f"{name}.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    return Page(name, job.piece.product_id, f"{name}.html", f"{name}.linked.html", f"{name}.json", styles)


def faces_of(piece: Piece, fitted: Fitted, assets: Assets) -> tuple[str, ...]:
    """Return the HTML of each face of a piece as its templates write it, at its trimmed size."""
    for listing in fitted.listings:
        piece = piece if listing in piece.left_out else piece.without(listing)
    sheet = Sheet(piece.size, 0.0, piece.magnify)
    theme = themed(piece.theme, piece.brand)
    setting = Setting(replace(piece, bleed=0.0), theme, assets, Recorder(), fitted.scale, fitted.parts)
    return tuple(one.html for one in render_documents(make_environment(assets), setting, sheet.layout))


def document(job: Job, faces: Sequence[str]) -> str:
    """Return the faces as one document: a page each, or as many to a sheet as the piece's stock has slots."""
    bodies = [re.sub(r"^.*<body>|</body>.*$", "", face, flags=re.S) for face in faces]
    is_sheet = len(job.sheets[0].placements) > 1
    size = job.sheets[0].size if is_sheet else job.piece.size
    content = "".join(_on_sheets(job, bodies)) if is_sheet else "".join(bodies)
    page = f"@page{{size:{size.width}mm {size.height}mm;margin:0}}{BY_HAND}"
    head = re.sub(r"<body>.*$", "", faces[0], flags=re.S)
    head = head.replace("<style>", f"<title>{job.piece.title}</title><style>", 1)
    return f"{head.replace('</style>', f'{page}</style>', 1)}<body>{content}</body></html>"


# Handbill shares the blank space of a page out after laying it out; by hand one writes margins.
BY_HAND = (
    ".paper{break-after:page;overflow:hidden;position:relative}.paper:last-child{break-after:auto}"
    ".slot{height:var(--h);overflow:hidden;position:absolute;width:var(--w)}"
    ".body[data-spread]>*+*{margin-top:.3in}.rows[data-spread]>*+*{margin-top:.04in}"
    ".crisis[data-middle]>*{margin-top:.2in}"
)


def _on_sheets(job: Job, bodies: Sequence[str]) -> Iterator[str]:
    for sheet in job.sheets:
        yield f'<div class="paper" style="height:{sheet.size.height}mm;width:{sheet.size.width}mm">'
        for one in sheet.placements:
            yield f'<div class="slot" style="left:{one.box.x}mm;top:{one.box.y}mm">{bodies[one.face]}</div>'
        yield "</div>"


def main() -> None:
    project, output, folder, editions = sys.argv[1:]
    write_pages(Path(project), Path(output), Path(folder), int(editions))


if __name__ == "__main__":
    main()
