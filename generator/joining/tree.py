"""Where things stand in the tag tree and the outline of a PDF."""

from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Name, Object


def next_number(pdf: pikepdf.Pdf) -> int:
    """Return the first number that no page, form or annotation has in the tag tree."""
    return 1 + max(owners_of(pdf), default=-1)


def owners_of(pdf: pikepdf.Pdf) -> dict[int, Object]:
    """Return what a tag tree says of each page, form and annotation, by its number."""
    entries = pdf.Root.StructTreeRoot.ParentTree.Nums
    return {int(entries[at]): entries[at + 1] for at in range(0, len(entries), 2)}


def headings_of(pdf: pikepdf.Pdf) -> Iterator[Object]:
    """Yield the entries of an outline, each before those below it."""
    root = pdf.Root.get(Name.Outlines, Dictionary())
    yield from _below(root)


def _below(parent: Object) -> Iterator[Object]:
    one = parent.get(Name.First)
    while one is not None:
        yield one
        yield from _below(one)
        one = one.get(Name.Next)
