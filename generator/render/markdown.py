"""Emphasis inside a guide's texts: **strong** and nothing else; a guide's words are never taken for HTML."""

from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


@lru_cache(maxsize=1_024)  # a guide's texts are those of the piece before
def emphasis(text: str) -> Markup:
    """Return a text with its **strong** words marked, everything else escaped."""
    return Markup(_parser().renderInline(text))


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("zero").enable(["emphasis", "escape"])
