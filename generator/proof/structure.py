"""The tag tree of a PDF: what a screen reader meets, in its order."""

from collections.abc import Iterator

import pikepdf
from msgspec import Struct

MAX_DEPTH = 200  # of the tree; a page nests about fifteen deep, and a loop in a broken file ends here


class Content(Struct, frozen=True):
    """A stretch of a page that the tree refers to: the page, from 0, and its number there."""

    page: int
    number: int


class Element(Struct, frozen=True):
    """One structure element: what it is (`H1`, `Figure`), the text that stands for it, and all content below it.

    `roles` are those of every element below it, in reading order.
    """

    role: str
    alternative: str | None
    contents: tuple[Content, ...]
    roles: tuple[str, ...]

    @property
    def page(self) -> int | None:
        """The page on which it starts, from 0; None when it is empty."""
        return self.contents[0].page if self.contents else None

    @property
    def level(self) -> int | None:
        """The level of a heading, None for anything else."""
        is_heading = self.role[:1] == "H" and self.role[1:].isdigit()
        return int(self.role[1:]) if is_heading else None


def elements_of(pdf: pikepdf.Pdf) -> tuple[Element, ...]:
    """Return every element in reading order, each before those inside it; none when the file is not tagged."""
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        return ()
    reader = _Reader(pdf, root.get("/RoleMap"))
    reader.read_kids(root, None, 0)
    return tuple(element for element in reader.found if element)


class _Reader:
    """Walk the tree once. `found` keeps each element in the place where it starts."""

    def __init__(self, pdf: pikepdf.Pdf, role_map: pikepdf.Object | None) -> None:
        self.pages: dict[tuple[int, int], int] = {page.obj.objgen: at for at, page in enumerate(pdf.pages)}
        self.role_map = dict(role_map.items()) if role_map is not None else {}
        self.found: list[Element | None] = []

    def read_kids(
        self, parent: pikepdf.Object, page: pikepdf.Object | None, depth: int
    ) -> tuple[list[Content], list[str]]:
        """Return the content and the roles below an element."""
        contents: list[Content] = []
        roles: list[str] = []
        for kid in _kids(parent) if depth < MAX_DEPTH else ():
            if isinstance(kid, int):
                contents += self._content(page, kid)
            elif "/S" in kid:
                element = self._element(kid, page, depth + 1)
                contents += element.contents
                roles += [element.role, *element.roles]
            elif "/MCID" in kid:
                contents += self._content(kid.get("/Pg", page), int(kid.MCID))
        return contents, roles

    def _element(self, node: pikepdf.Object, page: pikepdf.Object | None, depth: int) -> Element:
        place = len(self.found)
        self.found.append(None)
        contents, roles = self.read_kids(node, node.get("/Pg", page), depth)
        role = str(self.role_map.get(str(node.S), node.S)).removeprefix("/")
        alternative = str(node.Alt) if "/Alt" in node else None
        element = Element(role, alternative, tuple(contents), tuple(roles))
        self.found[place] = element
        return element

    def _content(self, page: pikepdf.Object | None, number: int) -> Iterator[Content]:
        if page is not None and page.objgen in self.pages:
            yield Content(self.pages[page.objgen], number)


def _kids(parent: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = parent.get("/K")
    if kids is not None:
        yield from kids if isinstance(kids, pikepdf.Array) else (kids,)
