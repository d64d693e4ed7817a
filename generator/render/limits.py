"""What a page may ask of its layout, judged before it is laid out; and what the layout was at when it was stopped."""

from collections.abc import Iterator
from types import TracebackType
from xml.etree import ElementTree

from msgspec import Struct

from generator.errors import Diagnostic, OutOfTime, Place, error
from generator.render.pictures import inline_problem

# Ours have 12 levels and 350 elements a page; layout takes the time of a page for each 300 elements.
MAX_CHARACTERS = 3_000_000
MAX_ELEMENTS = 120_000  # a call sheet of a thousand services has eighty thousand, and takes a minute
MAX_DEPTH = 80
MAX_SPAN = 1_000
_SIMPLER = "take out what repeats, or make several pieces of it"
_NESTED = "nest less: flexible boxes inside one another take ten times the work at each second level"


class Spot(Struct, frozen=True):
    """An element of a page: the face that it is on, and how it may stand in a template, the likeliest first."""

    face: str = ""
    written: tuple[str, ...] = ()


Excess = tuple[Diagnostic, Spot]  # a finding that still has no place, and what to look for


def page_problems(page: ElementTree.Element) -> Iterator[Excess]:
    """Yield what no layout should be asked to do."""
    for count, (element, depth, face) in enumerate(_walk(page), 1):
        if count > MAX_ELEMENTS:
            yield _excess(f"holds more than {MAX_ELEMENTS:,} elements", element, face)
            return
        if depth > MAX_DEPTH:
            yield _excess(f"is nested deeper than {MAX_DEPTH} levels", element, face, hint=_NESTED)
            return
        yield from _element_problems(element, face)


def _element_problems(element: ElementTree.Element, face: str) -> Iterator[Excess]:
    for name in ("colspan", "rowspan", "span"):
        value = element.get(name, "").strip()
        if value.isdigit() and (len(value) > 9 or int(value) > MAX_SPAN):
            message = f"{name}={value} is more than the {MAX_SPAN:,} that a table may have"
            yield error("page-too-large", message, hint=_SIMPLER), Spot(face, (f'{name}="{value}"', f"{name}={value}"))
    if element.get("rel", "").lower() == "attachment":
        message = "a piece is printed, so no file is attached to it"
        yield error("refused", message, hint="take the link out"), Spot(face, ("attachment",))
    if _tag(element) == "svg":
        found = inline_problem(element)
        if found:
            yield found, Spot(face, ("<use", "<svg"))


def _walk(page: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, int, str]]:
    """Yield every element in the order of the page, with its depth and its face. What is in a drawing is left out."""
    waiting = [(page, 0, "")]
    while waiting:
        element, depth, face = waiting.pop()
        face = _face(element) or face
        yield element, depth, face
        if _tag(element) != "svg":
            waiting += [(child, depth + 1, face) for child in reversed(element)]


def _face(element: ElementTree.Element) -> str:
    """Return the face that an element of the page shell opens, or nothing."""
    names = element.get("class", "").split() if _tag(element) == "section" else ()
    return next((name.removeprefix("face-") for name in names if name.startswith("face-")), "")


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _excess(message: str, element: ElementTree.Element, face: str, *, hint: str = _SIMPLER) -> Excess:
    return error("page-too-large", f"the page {message}", hint=hint), Spot(face, _as_written(element))


def _as_written(element: ElementTree.Element) -> tuple[str, ...]:
    """Return how the start of an element may stand in a template, the likeliest first."""
    classes, tag = element.get("class", ""), _tag(element)
    if _face(element) or tag in {"html", "body"}:
        return ()  # the page shell wrote it
    return (*((f'class="{classes}"',) if classes else ()), f"<{tag}")


def stopped(problem: BaseException, page: ElementTree.Element, doing: str) -> Excess:
    """Return what was being laid out or drawn when it went on for too long, or too deep, or took too much memory."""
    element = _element_in_work(problem.__traceback__)
    face = next((face for one, _, face in _walk(page) if one is element), "")
    what = f", at <{_tag(element)}{_class(element)}>" if element is not None else ""
    found = error(_code(problem), f"{doing} {_said(problem)}{what}", hint=_NESTED)
    return found, Spot(face, _as_written(element) if element is not None else ())


STOPS = (OutOfTime, RecursionError, MemoryError)


def stop_problem(problem: BaseException, doing: str, place: Place) -> Diagnostic:
    """Return what went on for too long, standing at a place that is known."""
    return error(_code(problem), f"{doing} {_said(problem)}", place=place, hint=_SIMPLER)


def _code(problem: BaseException) -> str:
    return {OutOfTime: "out-of-time", MemoryError: "out-of-memory"}.get(type(problem), "too-deep")


def _said(problem: BaseException) -> str:
    if isinstance(problem, OutOfTime):
        return str(problem)
    if isinstance(problem, MemoryError):
        return "takes more memory than a piece may have"
    return "is nested too deeply, or calls itself without end"


def _class(element: ElementTree.Element) -> str:
    names = element.get("class", "")
    return f' class="{names}"' if names else ""


def _element_in_work(traceback: TracebackType | None) -> ElementTree.Element | None:
    """Return the element of the innermost box that a traceback passes through."""
    found = None
    while traceback:
        box = traceback.tb_frame.f_locals.get("box")
        element = getattr(box, "element", None)
        found = element if isinstance(element, ElementTree.Element) else found
        traceback = traceback.tb_next
    return found
