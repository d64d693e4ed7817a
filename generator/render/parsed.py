"""Style sheets as parsing leaves them, kept for all starts: reading one takes a fiftieth of the time of parsing it."""

import io
import marshal
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from types import FunctionType
from typing import Any

from generator import compiled

OWN = "style.weasyprint"
FORM = 1  # in which it is written here; one more when that changes


def once(name: str, text: str, parse: Callable[[], Any], *, base_url: str = "") -> Any:
    """Return what comes of parsing a text: plain values, as an earlier start has kept them under a name, or made now.

    What came to None is not kept.
    """
    made_of = f"{_programs()} {base_url} {sha256(text.encode()).hexdigest()}"
    kept = compiled.kept(name, made_of)
    if kept:
        return _Reader(io.BytesIO(kept)).load()
    found = parse()
    if found is not None:
        compiled.keep(name, made_of, _written(found))
    return found


def _programs() -> str:
    """Return the versions of what parses: the parts of a style sheet may be others in another."""
    import cssselect2
    import tinycss2
    import weasyprint

    return f"{FORM} {weasyprint.__version__} {cssselect2.VERSION} {tinycss2.VERSION} {sys.version.split()[0]}"


class _Writer(pickle.Pickler):
    """Writes plain values, and functions without a name as their code: one tests whether a selector matches."""

    def persistent_id(self, one: Any) -> bytes | None:
        """Return the code of a function that no module has by its name, None for all else."""
        is_nameless = isinstance(one, FunctionType) and one.__name__ == "<lambda>"
        return marshal.dumps(one.__code__) if is_nameless else None


class _Reader(pickle.Unpickler):
    """Reads them again. What is kept beside the compiled form of Handbill is trusted as that is."""

    def persistent_load(self, code: bytes) -> FunctionType:
        """Return a function from its code; it finds there what it had where it was made."""
        from cssselect2 import compiler

        return FunctionType(marshal.loads(code), vars(compiler))


def _written(values: Any) -> bytes:
    told = io.BytesIO()
    _Writer(told, protocol=pickle.HIGHEST_PROTOCOL).dump(values)
    return told.getvalue()


@contextmanager
def own_sheets_kept() -> Iterator[None]:
    """Have the style sheets that WeasyPrint brings read, not parsed, when it is imported for the first time inside."""
    if "weasyprint" in sys.modules:
        yield
        return
    import tinycss2

    real, tinycss2.parse_stylesheet = tinycss2.parse_stylesheet, lambda *_: []
    try:
        yield
    finally:
        tinycss2.parse_stylesheet = real
    _fill_own()


def _fill_own() -> None:
    """Give WeasyPrint's style sheets, which were made of nothing, what should be in them."""
    from weasyprint import html

    counters = html.UA_COUNTER_STYLE
    sheets = [
        (html.UA_STYLESHEET, html.UA, {"counter_style": counters}),
        (html.UA_FORM_STYLESHEET, html.UA_FORM, {"counter_style": counters}),
        (html.PH_STYLESHEET, html.PH, {}),
    ]

    def parse() -> tuple[list[dict[str, Any]], dict[str, Any]]:
        for sheet, text, options in sheets:
            sheet.__init__(string=text, **options)
        return [vars(sheet) for sheet, _, _ in sheets], {**counters}

    states, styles = once(OWN, "\0".join(text for _, text, _ in sheets), parse)
    for (sheet, _, _), state in zip(sheets, states, strict=True):
        vars(sheet).update(state)
    counters.update(styles)
