"""Published files, proved again: whole, unchanged since their proof, and every fact still on them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct
from msgspec.structs import replace

from generator.errors import Diagnostic, Place, error
from generator.plan import Fact
from generator.sheets.affine import UNMOVED, Affine
from generator.sheets.placing import Label, Mark, Placement, Sheet
from generator.units import Box, Size
from generator.write import REPORT, Entry, finding_entry, read_manifest, sha256, write_file

if TYPE_CHECKING:
    from generator.proof.expected import Expected
    from generator.render.assets import Assets


class Reproof(Struct, frozen=True):
    """What proving one published file again came to."""

    path: str
    status: str  # "ok", "refused" when it was never published, "missing", "changed" or "faulty"
    diagnostics: tuple[Diagnostic, ...]


def prove_published(output: Path, paths: Sequence[Path] = ()) -> Iterator[Reproof]:
    """Yield each file of the manifest, or only those named, proved again; a file it does not list is faulty.

    Such a file was put there by someone, or by a build that was killed before it could write the manifest.
    """
    entries = read_manifest(output)
    wanted = [_relative(path, output) for path in paths] or sorted({*entries, *_standing(output)})
    for name in wanted:
        entry = entries.get(name)
        if entry is None:
            message = "is not in the manifest, so nothing says what should be on it"
            yield Reproof(name, "faulty", (_finding(output, name, "file-unlisted", message, _BUILD),))
        else:
            yield _prove(output, name, entry)


def _standing(output: Path) -> Iterator[str]:
    """Yield the PDFs that stand where pieces do, whether or not the manifest knows of them."""
    return (path.relative_to(output).as_posix() for path in output.glob("*/*/[!.]*.pdf") if path.is_file())


_BUILD = "make it again with handbill build"
_MEND = "mend what the build says, then make it again; until then do not print it"


def _relative(path: Path, output: Path) -> str:
    whole = path.resolve()
    return whole.relative_to(output.resolve()).as_posix() if whole.is_relative_to(output.resolve()) else str(path)


def _prove(output: Path, name: str, entry: Entry) -> Reproof:
    try:
        data = (output / name).read_bytes()
    except OSError:
        if entry.get("status") == "refused":
            return Reproof(name, "refused", ())
        return Reproof(name, "missing", (_finding(output, name, "file-missing", "is not there any more", _BUILD),))
    if not entry.get("sha256"):
        message = "was never proved: the last build refused the piece"
        return Reproof(name, "faulty", (_finding(output, name, "file-unproved", message, _MEND),))
    if sha256(data) != entry.get("sha256"):
        message = "has changed since it was proved"
        return Reproof(name, "changed", (_finding(output, name, "file-changed", message, _BUILD),))
    try:
        found = _read_back(data, name, entry)
    except (KeyError, TypeError, ValueError):
        message = "has a line in the manifest that cannot be read"
        found = (_finding(output, name, "broken-manifest", message, _BUILD),)
    return Reproof(name, "faulty" if any(one.is_error for one in found) else "ok", found)


def report_again(output: Path, proved: Sequence[Reproof], assets: "Assets", *, version: str, today: date) -> Path:
    """Write the proof report anew, with what proving again came to; return its path. Raises HandbillError."""
    from generator.report.page import make_report
    from generator.report.pictures import pictures_on_disk

    again = {one.path: one for one in proved}
    entries = [_as_proved(entry, again.get(path)) for path, entry in sorted(read_manifest(output).items())]
    pictures = pictures_on_disk(output)
    write_file(output / REPORT, make_report(entries, pictures, assets, version=version, today=today, again=True))
    return output / REPORT


def _as_proved(entry: Entry, proved: Reproof | None) -> Entry:
    """Return an entry with what was found since; one that is as it was keeps its status."""
    if proved is None or proved.status in {"ok", "refused"}:
        return entry
    before = cast("Sequence[object]", entry["findings"])
    return {**entry, "status": proved.status, "findings": [*before, *map(finding_entry, proved.diagnostics)]}


def _finding(output: Path, name: str, code: str, message: str, hint: str) -> Diagnostic:
    return error(code, message, place=Place(output / name), hint=hint)


# What the manifest says enough of. The rest needs the content that the piece was made from.
_OF_FACES = ("codes", "contrast", "facts", "fonts", "images", "ink", "setting")
_OF_SCREEN = (*_OF_FACES, "boxes", "links")


def _read_back(data: bytes, name: str, entry: Entry) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a file by what the manifest says was proved on it."""
    from generator.proof import prove
    from generator.proof.sheets import prove_imposed

    match entry.get("finish"):
        case "screen":
            return prove(data, replace(_expected(name, entry), bleed=0.0), only=_OF_SCREEN)
        case "press":
            return prove(data, _expected(name, entry), only=("codes", "facts"))
        case "office" if entry.get("slots"):
            pieces = [*_expected_together(entry)] or [_expected(name, entry)]
            return prove_imposed(data, pieces, _sheets(entry), only=_OF_FACES, name=name)
    return ()


def _expected(name: str, entry: Entry) -> "Expected":
    from generator.proof.expected import Expected, ExpectedPage
    from generator.proof.thresholds import Limits

    facts = cast("Sequence[Mapping[str, Any]]", entry["facts"])
    of_faces = cast("Mapping[str, Any]", entry["faces"])
    pages = (
        ExpectedPage(tuple(_fact(one) for one in facts if one["page"] == number))
        for number in range(1, of_faces["count"] + 1)
    )
    return Expected(
        piece=name,
        language=str(entry["language"]),
        title="",
        trim=Size(*of_faces["trim_mm"]),
        pages=tuple(pages),
        bleed=of_faces["bleed_mm"],
        direction=of_faces["direction"],
        limits=Limits(**of_faces["limits"]),
    )


def _expected_together(entry: Entry) -> Iterator["Expected"]:
    """Yield what each piece that shares sheets has to show; nothing when they are one piece's own."""
    facts = cast("Sequence[Mapping[str, Any]]", entry["facts"])
    before = 0
    for one in cast("Sequence[Mapping[str, Any]]", entry.get("together", ())):
        count = one["faces"]["count"]
        own = [{**fact, "page": fact["page"] - before} for fact in facts if before < fact["page"] <= before + count]
        yield _expected(one["piece"], {**one, "facts": own})
        before += count


def _sheets(entry: Entry) -> tuple[Sheet, ...]:
    """Return the plan of the sheets; of the marks, those that lie on faces."""
    sheets = cast("Sequence[Mapping[str, Any]]", entry["sheets"])
    on_sheets: dict[int, list[Placement]] = {}
    for one in cast("Sequence[Mapping[str, Any]]", entry["slots"]):
        on_sheets.setdefault(one["sheet"], []).append(_placement(one))
    return tuple(_sheet(one, on_sheets.get(number, [])) for number, one in enumerate(sheets, 1))


def _sheet(one: Mapping[str, Any], placements: Sequence[Placement]) -> Sheet:
    return Sheet(
        Size(*one["size_mm"]),
        tuple(placements),
        marks=tuple(Mark(*mark) for mark in one["marks_on_faces"]),
        labels=tuple(Label("", Box(*box)) for box in one["words_mm"]),
        correction=Affine(*one["correction"]) if one["correction"] else UNMOVED,
    )


def _placement(one: Mapping[str, Any]) -> Placement:
    clip = Box(*one["clip_mm"]) if one["clip_mm"] else None
    bleed_x, bleed_y = one["bleed_mm"]
    box, turn = Box(*one["box_mm"]), one["rotation"]
    return Placement(one["face"], one["slot"], box, turn, bleed_x, bleed_y, clip=clip, scale=one["scale"])


def _fact(one: Mapping[str, Any]) -> Fact:
    checked = date.fromisoformat(one["checked"]) if one.get("checked") else None
    return Fact(one["kind"], one["resource"], one["value"], one["printed"], checked, one.get("checked_by"))
