"""WeasyPrint says what is wrong in its log only; here each record becomes a diagnostic."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from generator.errors import Diagnostic, Place, error

# Start of a message -> why it does no harm. Anything else that is logged as a warning or worse is an error.
HARMLESS = {"Using fontTools instead of HarfBuzz-Subset": "the same fonts, embedded more slowly; doctor says so"}
_ADDRESS = re.compile(r"\b(?:file|https?)://[^\s'\"]+")
_CODES = {
    "Ignored ": "css-not-understood",
    "Invalid ": "css-not-understood",
    "Failed to load image": "missing-picture",
    "Failed to load stylesheet": "missing-stylesheet",
    ".notdef glyph": "missing-glyph",
    "Font-face": "missing-font",
    "No anchor": "missing-anchor",
    "Image ": "missing-alt-text",
}


class Records(logging.Handler):
    """Keeps what is logged at warning level or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self.messages.append(record.getMessage())

    def diagnostics(self, place: Place | None = None) -> tuple[Diagnostic, ...]:
        """Return the records as errors standing at a place, each once, without the harmless ones."""
        kept = (text for text in dict.fromkeys(self.messages) if not text.startswith(tuple(HARMLESS)))
        return tuple(error(_code(text), text.rstrip("."), place=place or Place()) for text in kept)


def addresses(message: str) -> tuple[str, ...]:
    """Return how the addresses that a message names end, which is how they were written."""
    return tuple(unquote(found.rstrip("/'\":").rpartition("/")[2]) for found in _ADDRESS.findall(message))


def without_folders(message: str) -> str:
    """Return a message with the files that it names by their names alone; where they are is told by the place."""
    return _ADDRESS.sub(lambda found: unquote(found[0].rpartition("/")[2]) if found[0][0] == "f" else found[0], message)


def _code(message: str) -> str:
    return next((code for start, code in _CODES.items() if message.startswith(start)), "drawing")


@contextmanager
def listening() -> Iterator[Records]:
    """Gather what WeasyPrint logs inside the block, and keep it from being printed."""
    logger = logging.getLogger("weasyprint")
    records = Records()
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(records)
    try:
        yield records
    finally:
        logger.removeHandler(records)
        logger.propagate = propagate
