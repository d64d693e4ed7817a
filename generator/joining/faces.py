"""Faces drawn one by one become one tagged PDF: their pages, one tag tree, one outline, one title."""

import io
import re
from collections.abc import Sequence
from functools import lru_cache

import pikepdf
from msgspec import Struct
from pikepdf import Array, Dictionary, Name, Object

from generator.joining.handing import written
from generator.joining.regions import DrawnRegion, lay_headings, lay_region, tags_of_regions, take_blank
from generator.joining.tree import headings_of, next_number

Heading = tuple[Object, int]  # an entry of an outline, and its level


class DrawnFace(Struct, frozen=True):
    """The tagged PDF of one face, and the level of each heading of its outline, in order.

    Each of its regions has an `Art` tag in its tag tree, with nothing but a blank in it.
    """

    pdf: bytes
    levels: tuple[int, ...] = ()
    regions: tuple[DrawnRegion, ...] = ()


def join_faces(faces: Sequence[DrawnFace], *, title: str) -> bytes:
    """Return one tagged PDF of some faces in their order, under a title. The same faces give the same bytes."""
    pdf = pikepdf.open(io.BytesIO(faces[0].pdf))
    outline = _put_together(pdf, faces[0], pdf.Root.StructTreeRoot, [*headings_of(pdf)])
    for face in faces[1:]:
        with pikepdf.open(io.BytesIO(face.pdf)) as other:
            outline += _add(pdf, other, face)
    _outline(pdf, outline)
    _entitle(pdf, title)
    return written(pdf)


def _add(pdf: pikepdf.Pdf, other: pikepdf.Pdf, face: DrawnFace) -> list[Heading]:
    """Add the page of another file with its tags, and its regions; return the headings of its outline."""
    count = len(pdf.pages)
    _find_places(other)
    pdf.pages.extend(other.pages)
    # The pages are there first, so that what is copied after them refers to them.
    added = pdf.copy_foreign(other.Root.StructTreeRoot)
    _add_tags(pdf, added, list(pdf.pages)[count:])
    return _put_together(pdf, face, added, [pdf.copy_foreign(one) for one in headings_of(other)])


def _put_together(pdf: pikepdf.Pdf, face: DrawnFace, tags: Object, headings: Sequence[Object]) -> list[Heading]:
    """Lay the regions of a face on the last page; return the headings of all, in order."""
    outline = [*zip(headings, face.levels, strict=True)]
    if not face.regions:
        return outline
    page, blanks = pdf.pages[-1], []
    for number, (region, tag) in enumerate(zip(face.regions, tags_of_regions(tags, len(face.regions)), strict=True)):
        blanks.append(take_blank(pdf, page, tag))
        with pikepdf.open(io.BytesIO(region.pdf)) as other:
            _find_places(other)
            form = lay_region(pdf, page, region, other, tag)
            before = region.before + len(outline) - len(headings)
            outline[before:before] = zip(lay_headings(pdf, page, region, other), region.levels, strict=True)
        page.add_resource(form, Name.XObject, Name(f"/Region{number}"))
    _draw(pdf, page, blanks, face.regions)
    return outline


def _draw(pdf: pikepdf.Pdf, page: pikepdf.Page, blanks: Sequence[int], regions: Sequence[DrawnRegion]) -> None:
    """Draw regions in the place of the blanks with these numbers: text is then found in the order it is read in."""
    content, end, parts = page.obj.Contents.read_bytes(), 0, []
    found = [re.search(BLANK % blank, content) for blank in blanks]
    places = sorted((place.start(), number, place) for number, place in enumerate(found) if place)
    if len(places) < len(blanks):
        raise ValueError("a region has no place in the content of its page")
    for start, number, place in places:
        drawing = f"q {regions[number].moves} /Region{number} Do Q\n".encode("ascii")
        # The colour that the blank would have, what stands behind it goes on with.
        parts += [content[end:start], place[1] + drawing]
        end = place.end()
    page.obj.Contents = Array([pdf.make_stream(part) for part in (*parts, content[end:])])


# What WeasyPrint writes of a blank: between its marks, the colour of text and no text.
BLANK = rb"/Span\s+<<\s*/MCID %d\s*>>\s+BDC\s+((?:[^\n]* (?:gs|rg|RG|g|G|k|K|cs|sc|scn)\n)*)BT\s+ET\s+EMC\n"


def _add_tags(pdf: pikepdf.Pdf, added: Object, pages: Sequence[pikepdf.Page]) -> None:
    """Put a tag tree behind the one that is there, under its one document; marked content is numbered on."""
    root = pdf.Root.StructTreeRoot
    entries = root.ParentTree.Nums
    start = next_number(pdf)
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


def _outline(pdf: pikepdf.Pdf, headings: Sequence[Heading]) -> None:
    """Make one outline of headings: a heading of a face may stand below one of the face before it."""
    if not headings:
        return
    root = pdf.make_indirect(Dictionary(Count=len(headings)))
    above: list[tuple[int, Object]] = [(0, root)]
    for heading, level in headings:
        while above[-1][0] >= level:
            above.pop()
        entry = pdf.make_indirect(Dictionary(Title=heading.Title, Dest=heading.Dest))
        _put_below(above[-1][1], entry)
        for _, higher in above[1:]:
            higher.Count = int(higher.get("/Count", 0)) + 1
        above.append((level, entry))
    pdf.Root.Outlines = root


def _put_below(parent: Object, entry: Object) -> None:
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
    before = pdf.Root.Metadata.read_bytes() if "/Metadata" in pdf.Root else b""
    pdf.Root.Metadata = pdf.make_stream(_entitled(before, title), Type=Name.Metadata, Subtype=Name.XML)


@lru_cache(maxsize=64)  # the pieces of a product say the same in it, but for their titles
def _entitled(metadata: bytes, title: str) -> bytes:
    """Return the metadata of a file with a title."""
    with pikepdf.new() as pdf:
        if metadata:
            pdf.Root.Metadata = pdf.make_stream(metadata, Type=Name.Metadata, Subtype=Name.XML)
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            told["dc:title"] = title
        return pdf.Root.Metadata.read_bytes()
