"""A region that was drawn apart, laid on its face as a form: its tags, links and headings go with it."""

import re
from collections.abc import Iterator
from itertools import islice

import pikepdf
from msgspec import Struct
from pikepdf import Array, Dictionary, Name, Object

from generator.joining.tree import headings_of, next_number, owners_of


class DrawnRegion(Struct, frozen=True):
    """The tagged PDF of a region: what stands in it is below its first `Art` tag.

    `before` is how many headings of the face's outline come before its own. `corner` is where its upper left corner
    comes to lie, and `height` how tall it is, in the pixels of the layout, counted from the upper left corner of the
    face; a pixel has so many points. `room` is what it is clipped to: left, bottom, right and top on its own page,
    in points.
    """

    pdf: bytes
    levels: tuple[int, ...]
    before: int
    corner: tuple[float, float]
    height: float
    pixel: float
    face_height: float
    room: tuple[float, float, float, float]

    @property
    def at(self) -> tuple[float, float]:
        """Where the lower left corner of its page comes to lie on that of the face, in points."""
        x, y = self.corner
        return x * self.pixel, self.face_height - (y + self.height) * self.pixel

    @property
    def moves(self) -> str:
        """The operators that lead from the layout of the face, in pixels and downward, to where its page lies.

        One after the other: multiplied into one, their rounding would be seen in the smoothing of edges.
        """
        scale, height, (across, up) = _number(1 / self.pixel), _number(self.face_height), map(_number, self.at)
        return f"{scale} 0 0 {scale} 0 0 cm 1 0 0 -1 0 {height} cm 1 0 0 1 {across} {up} cm"


def _number(value: float) -> str:
    return f"{value + 0.0:.9f}".rstrip("0").rstrip(".")


def tags_of_regions(root: Object, count: int) -> list[Object]:
    """Return the tags of so many regions of a face, in order: on it, they are the only articles."""
    return [*islice((one for one in _elements(root) if Name.Art == one.S), count)]


def take_blank(pdf: pikepdf.Pdf, page: pikepdf.Page, tag: Object) -> int:
    """Take the blank that keeps a region's place out of the tags; return its number among the page's contents."""
    element = next(one for one in _elements(tag) if isinstance(next(iter(_kids(one)), None), int))
    number = int(_kids(element)[0])
    owners_of(pdf)[int(page.obj.StructParents)][number] = None
    tag.K = Array()
    return number


def lay_region(pdf: pikepdf.Pdf, page: pikepdf.Page, region: DrawnRegion, other: pikepdf.Pdf, tag: Object) -> Object:
    """Put a region's tags below a tag and its links on a page, and return the form that shows it.

    `other` is the region's file, which is changed. Its place in the drawing order is the caller's to give.
    """
    source = other.pages[0]
    form = other.make_indirect(source.as_form_xobject())
    # Marked contents of a form have numbers of their own. They go on from those of the page all the same, since
    # readers of text tell apart what stands on a page by its number alone.
    first = _next_content(pdf, page)
    form.write(_renumbered(form.read_bytes(), first))
    content = next(one for one in _elements(other.Root.StructTreeRoot) if Name.Art == one.S)
    _say_where(content, form, first)
    start, owners = next_number(pdf), owners_of(other)
    form.StructParents = start
    _number_links(source, start)
    laid = pdf.copy_foreign(form)
    laid.BBox = Array([round(edge, 3) for edge in region.room])
    kids = [pdf.copy_foreign(kid) for kid in _kids(content)]
    for kid in kids:
        kid.P = tag
        _stand_on(kid, page, region.corner)
    tag.K = Array(kids)
    entries = pdf.Root.StructTreeRoot.ParentTree.Nums
    for number, owner in owners.items():
        entries.append(start + number)
        is_of_form = isinstance(owner, Array)  # the tags of its marked contents; else the one of a link
        copies = [pdf.copy_foreign(one) for one in owner] if is_of_form else []
        entries.append(Array([*[None] * first, *copies]) if is_of_form else pdf.copy_foreign(owner))
    _add_links(pdf, page, source, region)
    return laid


def lay_headings(pdf: pikepdf.Pdf, page: pikepdf.Page, region: DrawnRegion, other: pikepdf.Pdf) -> list[Object]:
    """Return the entries of a region's outline, leading to where they stand on the page."""
    across, up = region.at
    return [
        pdf.make_indirect(Dictionary(Title=one.Title, Dest=Array([page.obj, *_moved(one.Dest, across, up)])))
        for one in headings_of(other)
    ]


def _moved(place: Object, across: float, up: float) -> list[object]:
    """Return a place on a page, `/XYZ left top zoom`, moved with the page it is on."""
    kind, left, top, *rest = list(place)[1:]
    return [kind, float(left) + across, float(top) + up, *rest]


def _elements(node: Object) -> Iterator[Object]:
    """Yield every element of a tag tree, each before those below it."""
    for kid in _kids(node):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _kids(node: Object) -> list[Object]:
    kids = node.get("/K")
    if kids is None:
        return []
    return [*kids] if isinstance(kids, Array) else [kids]


def _next_content(pdf: pikepdf.Pdf, page: pikepdf.Page) -> int:
    """Return the first number that no marked content of a page, or of the forms laid on it, has."""
    owners = owners_of(pdf)
    forms = (one for one in page.obj.Resources.get("/XObject", Dictionary()).values() if "/StructParents" in one)
    return max(len(owners[int(one.StructParents)]) for one in (page.obj, *forms))


def _renumbered(content: bytes, first: int) -> bytes:
    """Return a content stream of WeasyPrint's, all of whose text is in hexadecimal, with its marks numbered anew."""
    return _MARK.sub(lambda mark: b"/MCID %d" % (int(mark[1]) + first), content)


_MARK = re.compile(rb"/MCID (\d+)")


def _say_where(node: Object, form: Object, first: int) -> None:
    """Have the marked contents below a tag be looked for in a form, and tags hang on no page."""
    kids = []
    for kid in _kids(node):
        if isinstance(kid, int):
            kids.append(Dictionary(Type=Name.MCR, Stm=form, MCID=kid + first))
            continue
        if "/Pg" in kid:
            del kid.Pg
        if "/S" in kid:
            _say_where(kid, form, first)
        kids.append(kid)
    node.K = Array(kids)


def _stand_on(node: Object, page: pikepdf.Page, corner: tuple[float, float]) -> None:
    """Have a tag and all below it hang on a page, figures at the place where they are laid."""
    node.Pg = page.obj
    if node.S == "/Figure" and "/A" in node:
        shift = (*corner, *corner)
        node.A.BBox = Array([round(float(edge) + by, 5) for edge, by in zip(node.A.BBox, shift, strict=True)])
    for kid in _kids(node):
        if "/S" in kid:
            _stand_on(kid, page, corner)
        else:
            kid.Pg = page.obj


def _number_links(source: pikepdf.Page, start: int) -> None:
    for link in source.obj.get("/Annots", Array()):
        link.StructParent = int(link.StructParent) + start


def _add_links(pdf: pikepdf.Pdf, page: pikepdf.Page, source: pikepdf.Page, region: DrawnRegion) -> None:
    links = [pdf.copy_foreign(link) for link in source.obj.get("/Annots", Array())]
    if not links:
        return
    across, up = region.at
    for link in links:
        left, bottom, right, top = (float(edge) for edge in link.Rect)
        link.Rect = Array([round(edge, 5) for edge in (left + across, bottom + up, right + across, top + up)])
        if "/P" in link:
            link.P = page.obj
    page.obj.Annots = Array([*page.obj.get("/Annots", Array()), *links])
