"""A file's line of the manifest: what it is, what stands on it, and what proving it again has to know. Pure."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import astuple

from generator.plan import Job, Piece, ticket
from generator.sheets.affine import UNMOVED
from generator.sheets.placing import Sheet
from generator.units import Box
from generator.write import sha256

if TYPE_CHECKING:
    from generator.render.placed import PlacedFact


def entry_of(job: Job, finish: str, data: bytes, *, faces: int, facts: Sequence["PlacedFact"]) -> dict[str, object]:
    """Return a file's line; status and findings are filled in when it is published."""
    piece = job.piece
    sheets = job.sheets if finish == "office" else ()
    size = sheets[0].size if sheets else piece.size
    return {
        "path": f"{job.piece.name}.{finish}.pdf",
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


def member_of(job: Job, faces: int) -> dict[str, object]:
    """Return what the line of sheets that pieces share says of one of them."""
    piece = job.piece
    return {"piece": piece.name, "language": piece.language_id, "faces": _faces_entry(piece, faces)}


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
