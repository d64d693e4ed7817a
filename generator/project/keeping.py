"""Where a project keeps its lists, and how a changed list is written back in the form that it had."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator import catalog
from generator.catalog import Roots
from generator.errors import Diagnostic, Place, error
from generator.lists import read_list
from generator.lists.answers import record
from generator.lists.export import to_csv, to_xlsx
from generator.lists.importing import list_file
from generator.lists.merge import CONTACT_FIELDS, Listed, with_own_checks
from generator.lists.rewriting import rewritten
from generator.lists.verify import Answer
from generator.model.resource import ResourceChange, ResourceList
from generator.project.shape import Project

FOLDER = "content/lists"
WRITTEN_BACK = (".yaml", ".csv", ".xlsx")  # the forms that a changed list is written in


class KeptList(Struct, frozen=True):
    """A list of the project's own and its file; `text` is what stands in it, empty for a workbook or a new file."""

    name: str
    path: Path
    listed: ResourceList
    text: str = ""


def own_lists(project: Project, name: str) -> tuple[tuple[KeptList, ...], tuple[Diagnostic, ...]]:
    """Return the project's own files of one list, and what is wrong with them."""
    kept: list[KeptList] = []
    problems: list[Diagnostic] = []
    for path in own_files(project.roots, name):
        listed, found = read_list(path, country=project.settings.country, kinds=project.kinds)
        problems += [one for one in found if one.is_error]
        is_text = path.suffix.lower() in {".yaml", ".csv"}
        if listed is not None:
            kept.append(KeptList(name, path, listed, path.read_text("utf-8-sig") if is_text else ""))
    return tuple(kept), tuple(problems)


def own_files(roots: Roots, name: str) -> tuple[Path, ...]:
    """Return the project's own files of one list."""
    layers = catalog.find_layers(Roots(roots.project, roots.project), FOLDER, suffixes=catalog.LIST_SUFFIXES)
    return layers.get(name, ())


def new_list(roots: Roots, name: str, about: ResourceList) -> KeptList:
    """Return an empty list that has no file yet; what it becomes decides the file's ending."""
    path = roots.project / FOLDER / f"{name}.yaml"
    return KeptList(name, path, about.model_copy(update={"entries": ()}))


def as_file(kept: KeptList, after: ResourceList, *, heading: str = "") -> tuple[Path, bytes]:
    """Return the path and the content of a list's file after a change; a YAML file keeps what did not change.

    A new list gets its form by its length. `heading` becomes the first comments of a new YAML file.
    """
    suffix = kept.path.suffix.lower()
    if suffix == ".xlsx":
        return kept.path, to_xlsx(after)
    if suffix == ".csv":
        return kept.path, to_csv(after).encode()
    if kept.text:
        return kept.path, rewritten(kept.text, kept.listed, after)[0].encode()
    suffix, text = list_file(after, heading=heading)
    return kept.path.with_suffix(suffix), text.encode()


def cannot_be_written(path: Path) -> Diagnostic | None:
    """Return an error when a list's file is of a form that is only read."""
    if path.suffix.lower() in WRITTEN_BACK:
        return None
    message = f"a {path.suffix} file is only read, never written"
    hint = f"bring it in under a name of its own: handbill lists import {path.name} --list NAME"
    return error("read-only-list", message, place=Place(path), hint=hint)


def with_answers(
    project: Project, listed: Sequence[Listed], answers: Sequence[Answer]
) -> tuple[tuple[tuple[KeptList, ResourceList], ...], tuple[Diagnostic, ...]]:
    """Return each of the project's lists that answers change, as it is and as it becomes, and what is wrong.

    An answer about a built-in service is written into the project's own list of the same name, as a change.
    """
    merged = {one.id: one for one in listed}
    problems: list[Diagnostic] = []
    by_file: dict[Path, tuple[KeptList, list[Answer]]] = {}
    files: dict[str, tuple[KeptList, ...]] = {}
    for answer in answers:
        if answer.id not in merged:
            problems.append(error("unknown-resource", f'no list that was asked for holds "{answer.id}"'))
            continue
        kept = _keeper(project, merged[answer.id], answer, files, problems)
        by_file.setdefault(kept.path, (kept, []))[1].append(answer)
    done = []
    for kept, own in by_file.values():
        refused = cannot_be_written(kept.path)
        problems += [refused] if refused else []
        after, found = record(_seeded(kept.listed, merged, own), own)
        problems += [replace(one, place=Place(kept.path)) for one in found]
        done.append((kept, after))
    return tuple(done), tuple(dict.fromkeys(problems))


def _keeper(
    project: Project,
    one: Listed,
    answer: Answer,
    files: dict[str, tuple[KeptList, ...]],
    problems: list[Diagnostic],
) -> KeptList:
    """Return the project's list that writes the fact, else the last one with the service, else a new one."""
    for name in one.lists:
        if name not in files:
            files[name], found = own_lists(project, name)
            problems += found
    kept = [file for name in reversed(one.lists) for file in reversed(files[name])]
    field = answer.fact.partition(".")[0]
    holding = [(file, entry) for file in kept for entry in file.listed.entries if entry.id == one.id]
    writing = [file for file, entry in holding if field in entry.model_fields_set]
    if writing or holding:
        return writing[0] if writing else holding[0][0]
    writable = [file for file in kept if file.name == one.lists[-1] and file.path.suffix == ".yaml"]
    about = project.lists[one.lists[-1]][-1]
    return writable[0] if writable else new_list(project.roots, one.lists[-1], about)


def _seeded(listed: ResourceList, merged: Mapping[str, Listed], answers: Iterable[Answer]) -> ResourceList:
    """Return the list with an entry for each answer that holds the fact it is about."""
    entries = {entry.id: entry for entry in listed.entries}
    for answer in answers:
        resource = with_own_checks(merged[answer.id].resource)
        entry = entries.get(answer.id) or ResourceChange(id=answer.id)
        missing = {name: getattr(resource, name) for name in _fields(answer) if not getattr(entry, name)}
        entries[answer.id] = entry.model_copy(update={name: value for name, value in missing.items() if value})
    return listed.model_copy(update={"entries": tuple(entries.values())})


def _fields(answer: Answer) -> Iterator[str]:
    """Yield the contact field that an answer is about, all of them when it is about the whole service."""
    name = answer.fact.partition(".")[0]
    yield from (one for one in CONTACT_FIELDS if name in ("", one))
