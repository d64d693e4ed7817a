"""Faces drawn one by one become one tagged PDF: their pages, one tag tree, one outline, one title."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name


@dataclass(frozen=True, slots=True)
class DrawnFace:
    """The tagged PDF of one face, and the level of each heading of its outline, in order."""

    pdf: bytes
    levels: tuple[int, ...] = ()


def join_faces(faces: Sequence[DrawnFace], *, title: str) -> bytes:
    """Return one tagged PDF of some faces in their order, under a title. The same faces give the same bytes."""
    with pikepdf.open(io.BytesIO(faces[0].pdf)) as pdf:
        levels = list(faces[0].levels)
        headings = list(_headings(pdf))
        for face in faces[1:]:
            with pikepdf.open(io.BytesIO(face.pdf)) as other:
                headings += _add(pdf, other)
            levels += face.levels
        _outline(pdf, headings, levels)
        _entitle(pdf, title)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _add(pdf: pikepdf.Pdf, other: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Add the pages of another file with their tags; return the headings of its outline."""
    count = len(pdf.pages)
    _find_places(other)
    pdf.pages.extend(other.pages)
    # The pages are there first, so that what is copied after them refers to them.
    _add_tags(pdf, pdf.copy_foreign(other.Root.StructTreeRoot), list(pdf.pages)[count:])
    return [pdf.copy_foreign(one) for one in _headings(other)]


def _add_tags(pdf: pikepdf.Pdf, added: pikepdf.Object, pages: Sequence[pikepdf.Page]) -> None:
    """Put a tag tree behind the one that is there, under its one document; marked content is numbered on."""
    root = pdf.Root.StructTreeRoot
    entries = root.ParentTree.Nums
    start = 1 + max((int(entries[at]) for at in range(0, len(entries), 2)), default=-1)
    owners = added.ParentTree.Nums
    for at in range(0, len(owners), 2):
        entries.append(int(owners[at]) + start)
        entries.append(owners[at + 1])
    for page in pages:
        page.obj.StructParents = int(page.obj.StructParents) + start
        for note in page.obj.get("/Annots", Array()):
            if "/StructParent" in note:
                note.StructParent = int(note.StructParent) + start
    document = root.K[0]
    for kid in added.K[0].K:
        kid.P = document
        document.K.append(kid)


def _find_places(pdf: pikepdf.Pdf) -> None:
    """Have the links within a file lead straight to their places: names of places would meet those of other faces."""
    names = pdf.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", Array())
    places = {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}
    for page in pdf.pages if places else ():
        for link in page.obj.get("/Annots", Array()):
            if str(link.get("/Dest", "")) in places:
                link.Dest = places[str(link.Dest)]
    if places:
        del pdf.Root.Names


def _headings(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield the entries of an outline, each before those below it."""
    root = pdf.Root.get("/Outlines")
    yield from _below(root) if root is not None else ()


def _below(parent: pikepdf.Object) -> Iterator[pikepdf.Object]:
    one = parent.get("/First")
    while one is not None:
        yield one
        yield from _below(one)
        one = one.get("/Next")


def _outline(pdf: pikepdf.Pdf, headings: Sequence[pikepdf.Object], levels: Sequence[int]) -> None:
    """Make one outline of headings: a heading of a face may stand below one of the face before it."""
    if not headings:
        return
    root = pdf.make_indirect(Dictionary(Count=len(headings)))
    above: list[tuple[int, pikepdf.Object]] = [(0, root)]
    for heading, level in zip(headings, levels, strict=True):
        while above[-1][0] >= level:
            above.pop()
        entry = pdf.make_indirect(Dictionary(Title=heading.Title, Dest=heading.Dest))
        _put_below(above[-1][1], entry)
        for _, higher in above[1:]:
            higher.Count = int(higher.get("/Count", 0)) + 1
        above.append((level, entry))
    pdf.Root.Outlines = root


def _put_below(parent: pikepdf.Object, entry: pikepdf.Object) -> None:
    entry.Parent = parent
    last = parent.get("/Last")
    if last is None:
        parent.First = entry
    else:
        last.Next, entry.Prev = entry, last
    parent.Last = entry


def _entitle(pdf: pikepdf.Pdf, title: str) -> None:
    """Name the file: in its properties, and in its metadata."""
    pdf.docinfo[Name.Title] = title
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
