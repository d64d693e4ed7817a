"""What an imposed page draws: form XObjects, each with its matrix and the clip around it."""

import io
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import pikepdf
from msgspec import Struct

from generator.sheets.affine import Affine
from generator.units import MM_PER_UNIT

MM = MM_PER_UNIT["pt"]
WORDS = "/Words"  # the form with a sheet's labels


class Drawn(Struct, frozen=True):
    """A form as a sheet draws it: its resource, its matrix, and what the clip leaves open, in points."""

    name: str
    form: pikepdf.Object
    matrix: pikepdf.Matrix
    clip: tuple[float, float, float, float] | None


def faces_on(pdf: bytes, bleed: float) -> bytes:
    """Return the faces that an imposed file carries, as a PDF with one page a face, in the order of their numbers."""
    with pikepdf.open(io.BytesIO(pdf)) as imposed, pikepdf.new() as target:
        forms = {one.name: one.form for page in imposed.pages for one in drawn_on(page) if one.name != WORDS}
        for name in sorted(forms, key=lambda name: (len(name), name)):
            target.pages.append(_page_of(target, forms[name], bleed / MM))
        out = io.BytesIO()
        target.save(out)
        return out.getvalue()


def parted(faces: bytes, counts: Sequence[int]) -> list[bytes]:
    """Return the faces of each of several pieces as a PDF of their own, by how many each has, in order.

    Raises ValueError when there are not as many faces as that.
    """
    with pikepdf.open(io.BytesIO(faces)) as pdf:
        if len(pdf.pages) != sum(counts):
            raise ValueError(f"it has {len(pdf.pages)} faces, not {sum(counts)}")
        ends = list(accumulate(counts, initial=0))
        return [_alone(pdf, start, end) for start, end in pairwise(ends)]


def _alone(pdf: pikepdf.Pdf, start: int, end: int) -> bytes:
    with pikepdf.new() as target:
        target.pages.extend(pdf.pages[start:end])
        out = io.BytesIO()
        target.save(out)
        return out.getvalue()


def _page_of(target: pikepdf.Pdf, form: pikepdf.Object, bleed: float) -> pikepdf.Page:
    left, bottom, right, top = (float(edge) for edge in form.BBox)
    trim = [round(edge, 3) for edge in (left + bleed, bottom + bleed, right - bleed, top - bleed)]
    copied = target.copy_foreign(form)
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=form.BBox,
        TrimBox=pikepdf.Array(trim),
        Resources=copied.get("/Resources", pikepdf.Dictionary()),
        Contents=target.make_stream(form.read_bytes()),
    )
    return pikepdf.Page(target.make_indirect(page))


def drawn_on(page: pikepdf.Page, undo: pikepdf.Matrix | None = None) -> Iterator[Drawn]:
    """Yield the form XObjects that a page draws itself, in order; `undo` comes after everything on the page."""
    names = page.obj.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    state, kept, path = _State(pikepdf.Matrix() if undo is None else undo, None), [], _Path()
    for one in pikepdf.parse_content_stream(page):
        operator, operands = str(one.operator), list(one.operands)
        if operator == "q":
            kept.append(state)
        elif operator == "Q" and kept:
            state = kept.pop()
        elif operator == "cm":
            state = _State(pikepdf.Matrix(*(float(value) for value in operands)) @ state.matrix, state.clip)
        elif operator == "Do" and str(operands[0]) in names:
            yield Drawn(str(operands[0]), names[str(operands[0])], state.matrix, state.clip)
        else:
            state = path.follow(operator, operands, state)


class _State(Struct, frozen=True):
    matrix: pikepdf.Matrix
    clip: tuple[float, float, float, float] | None


class _Path:
    """The rectangle around the path being built, and whether it is about to clip."""

    def __init__(self) -> None:
        self.points: list[tuple[float, float]] = []
        self.clips = False

    def follow(self, operator: str, operands: Sequence[object], state: _State) -> _State:
        """Take one operator in, and return the state after it."""
        values = [float(str(value)) for value in operands] if operator in _PATHS else []
        if operator == "re":
            x, y, width, height = values
            self.points += [state.matrix.transform(at) for at in ((x, y), (x + width, y + height))]
        elif values:
            self.points.append(state.matrix.transform((values[-2], values[-1])))
        elif operator in {"W", "W*"}:
            self.clips = True
        elif operator in _ENDS:
            state = self._ended(state)
        return state

    def _ended(self, state: _State) -> _State:
        points, clips = self.points, self.clips
        self.points, self.clips = [], False
        if not clips or not points:
            return state
        across, down = [x for x, _ in points], [y for _, y in points]
        box = (min(across), min(down), max(across), max(down))
        old = state.clip or box
        both = (max(box[0], old[0]), max(box[1], old[1]), min(box[2], old[2]), min(box[3], old[3]))
        return _State(state.matrix, both)


_PATHS = frozenset({"m", "l", "c", "v", "y", "re"})
_ENDS = frozenset({"n", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*"})


def as_matrix(affine: Affine) -> pikepdf.Matrix:
    """Return a move of the plane as a matrix of pikepdf, in the same units."""
    return pikepdf.Matrix(affine.xx, affine.yx, affine.xy, affine.yy, affine.x0, affine.y0)
