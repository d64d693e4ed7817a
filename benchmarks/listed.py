"""The pages that every contender but Handbill makes its pieces from, as files in a folder with a list of them."""

import json
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

LIST = "pages.json"


class Page(Struct, frozen=True):
    """One piece as others make it: files in the folder of pages, and the style sheets that its HTML needs.

    `html` names no style sheet, `linked` links them. `words` is what its Typst template reads.
    """

    name: str
    product: str
    html: str
    linked: str
    words: str
    styles: tuple[str, ...]


def write_list(folder: Path, pages: Sequence[Page]) -> None:
    """Write the list of pages into their folder."""
    (folder / LIST).write_text(json.dumps([asdict(one) for one in pages], indent=1), encoding="utf-8")


def read_list(folder: Path) -> tuple[Page, ...]:
    """Return the pages that were written into a folder."""
    listed = json.loads((folder / LIST).read_text(encoding="utf-8"))
    return tuple(Page(**{**one, "styles": tuple(one["styles"])}) for one in listed)
