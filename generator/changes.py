"""What a build changed since the one before, told by the manifest: which pieces, and which facts on them. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from msgspec import Struct

from generator.write import Entry

FactKey = tuple[str, str]  # a kind of fact and the resource that it is of


class Change(Struct, frozen=True):
    """One published file that is new or not what it was; `facts` says in words which facts differ, if any do."""

    path: str
    piece: str
    is_new: bool
    facts: tuple[str, ...] = ()


def changes(before: Mapping[str, Entry], after: Iterable[Entry]) -> tuple[Change, ...]:
    """Return the files of a manifest's entries that differ from those before, in the order of the entries.

    Files that were refused are left out: what they were, they still are.
    """
    return tuple(
        _change(before.get(str(entry["path"])), entry)
        for entry in after
        if entry["status"] != "refused" and entry["sha256"] != before.get(str(entry["path"]), {}).get("sha256")
    )


def _change(old: Entry | None, new: Entry) -> Change:
    piece = str(new["path"]).rsplit(".", 2)[0]  # an event's pieces are called by the event
    is_new = old is None or not old.get("sha256")
    return Change(str(new["path"]), piece, is_new, () if is_new else tuple(_fact_changes(old or {}, new)))


def _fact_changes(old: Entry, new: Entry) -> Iterator[str]:
    was, now = _printed(old), _printed(new)
    for kind, resource in dict.fromkeys((*was, *now)):
        gone = [text for text in was.get((kind, resource), ()) if text not in now.get((kind, resource), ())]
        come = [text for text in now.get((kind, resource), ()) if text not in was.get((kind, resource), ())]
        if gone and come:
            yield f"{resource}: {kind} {', '.join(gone)} is now {', '.join(come)}"
        elif gone or come:
            yield f"{resource}: {kind} {', '.join(gone or come)} is {'gone' if gone else 'new'}"


def _printed(entry: Entry) -> dict[FactKey, list[str]]:
    """Return what an entry prints of each kind of fact of each resource, each text once, in order."""
    found: dict[FactKey, list[str]] = {}
    for fact in cast("Iterable[Mapping[str, Any]]", entry.get("facts") or ()):
        texts = found.setdefault((fact["kind"], fact["resource"]), [])
        texts += [fact["printed"]] if fact["printed"] not in texts else []
    return found
