"""The print shop's file read back: its boxes, its inks and their sum, its printing condition, and every fact."""

import io
from collections.abc import Iterator, Sequence

import numpy as np
import pikepdf
import pypdfium2

from generator.errors import Diagnostic
from generator.model.press import Press
from generator.proof import prove
from generator.proof.expected import Expected
from generator.proof.fold_marks import prove_folds
from generator.proof.thresholds import finding
from generator.units import MM_PER_UNIT

BOX_MM = 0.01  # what a shop's own check compares boxes by
MM = MM_PER_UNIT["pt"]
INK_SPACES = frozenset({"/DeviceCMYK", "/DeviceGray", "/Separation", "/Pattern"})
DOTS_PER_MM = 5.0
WHITE = 250  # of 255: lighter is paper
SHORT_MM = 1.0  # rounded corners and slanted edges differ by less
INK_ERROR = 0.006  # of 1: three inks, each rounded to one of 255 steps


def prove_press(
    pdf: bytes, expected: Expected, *, bleed: float, order: Press, folds: Sequence[Sequence[float]] = ()
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a press file; `bleed` is the one that was drawn, in millimetres.

    `folds` are where each page is marked to be folded, in millimetres from the left of its trim.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = (
            *_boxes(opened, expected, bleed),
            *prove_folds(opened, folds),
            *_identity(opened),
            *_spaces(opened),
            *_inks(opened, order.ink_limit / 100),
            *(_transparency(opened) if order.pdfx != "x-4" else ()),
        )
    with pypdfium2.PdfDocument(pdf) as document:
        found = (*found, *_short_of_bleed(document, bleed))
    facts = prove(pdf, expected, only=("facts", "codes"))
    return (*facts, *(one.of_piece(expected.piece) for one in found))


def _boxes(pdf: pikepdf.Pdf, expected: Expected, bleed: float) -> Iterator[Diagnostic]:
    for number, page in enumerate(pdf.pages, 1):
        media, trim, bled = (_edges(page.obj.get(key)) for key in ("/MediaBox", "/TrimBox", "/BleedBox"))
        if trim is None or bled is None or media is None:
            yield finding("page-trim", "the page has no MediaBox, TrimBox or BleedBox", page=number)
            continue
        size = ((trim[2] - trim[0]) * MM, (trim[3] - trim[1]) * MM)
        wanted = (expected.trim.width, expected.trim.height)
        if max(abs(one - other) for one, other in zip(size, wanted, strict=True)) > BOX_MM:
            message = f"the TrimBox is {size[0]:.2f} x {size[1]:.2f} mm; the piece is {expected.trim}"
            yield finding("page-trim", message, page=number)
        reach = [abs(one - other) * MM for one, other in zip(trim, bled, strict=True)]
        if max(abs(side - bleed) for side in reach) > BOX_MM:
            yield finding(
                "page-bleed", f"the BleedBox is {max(reach):.2f} mm from the trim, not {bleed:g}", page=number
            )
        if bled[0] < media[0] or bled[1] < media[1] or bled[2] > media[2] or bled[3] > media[3]:
            yield finding("page-bleed", "the BleedBox reaches past the MediaBox", page=number)


def _short_of_bleed(pdf: pypdfium2.PdfDocument, bleed: float) -> Iterator[Diagnostic]:
    """Yield a warning for each side where ink reaches the trim, but not the edge of the bleed beside it."""
    for number, page in enumerate(pdf, 1):
        trim, media = page.get_trimbox(), page.get_mediabox()
        scale = DOTS_PER_MM * MM
        picture = page.render(scale=scale, grayscale=True).to_numpy()
        inked = picture.reshape(picture.shape[0], picture.shape[1]) < WHITE
        offsets = {
            "left": (inked, trim[0] - media[0]),
            "right": (inked[:, ::-1], media[2] - trim[2]),
            "top": (inked.T, media[3] - trim[3]),
            "bottom": (inked.T[:, ::-1], trim[1] - media[1]),
        }
        for side, (seen, from_edge) in offsets.items():
            at_trim = seen[:, round(from_edge * scale + 1)]
            at_bleed = seen[:, round(from_edge * scale - bleed * DOTS_PER_MM + 1)]
            missing = int((at_trim & ~at_bleed).sum()) / DOTS_PER_MM
            if missing > SHORT_MM:
                message = f"on the {side}, {missing:.0f} mm of ink reach the trim but not {bleed:g} mm past it"
                hint = "let it reach past the trim by var(--bleed), or keep it inside the safe area"
                yield finding("press-bleed", message, page=number, hint=hint)


def _edges(box: pikepdf.Object | None) -> list[float] | None:
    return [float(edge) for edge in box] if isinstance(box, pikepdf.Array) else None


def _identity(pdf: pikepdf.Pdf) -> Iterator[Diagnostic]:
    intents = [one for one in pdf.Root.get("/OutputIntents", pikepdf.Array()) if one.get("/S") == "/GTS_PDFX"]
    profiles = [one.DestOutputProfile for one in intents if "/DestOutputProfile" in one]
    if len(profiles) != 1 or int(profiles[0].N) != 4:
        yield finding("press-condition", "the file does not say by which profile of four inks it is printed")
    if "/GTS_PDFXVersion" not in pdf.docinfo or pdf.docinfo.get("/Trapped") != "/False":
        yield finding("press-condition", "the file does not say which PDF/X it is, or whether it is trapped")
    for number, page in enumerate(pdf.pages, 1):
        if "/Annots" in page.obj:
            yield finding("press-annotation", "a link is on the page, where only ink should be", page=number)


def _spaces(pdf: pikepdf.Pdf) -> Iterator[Diagnostic]:
    """Yield an error for each colour space that is of no ink, in any object of the file."""
    found = {name for one in _everything(pdf) for key in ("/ColorSpace", "/CS") for name in _families(one.get(key))}
    for stream in _contents(pdf):
        found |= {"/DeviceRGB" for one in pikepdf.parse_content_stream(stream) if str(one.operator) in {"rg", "RG"}}
    for name in sorted(found - INK_SPACES):
        yield finding("press-colour", f"something is coloured in {name.strip('/')}, not in inks")


def _everything(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every dictionary and stream of a file, those inside others too."""
    waiting = list(pdf.objects)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield thing
            waiting += [one for one in dict(thing.items()).values() if _is_inside(one)]
        elif isinstance(thing, pikepdf.Array):
            waiting += [one for one in thing if _is_inside(one)]


def _is_inside(thing: object) -> bool:
    return isinstance(thing, pikepdf.Dictionary | pikepdf.Array) and not thing.is_indirect


def _families(space: pikepdf.Object | None) -> Iterator[str]:
    """Yield the families of a colour space, or of every space of a resource dictionary."""
    if isinstance(space, pikepdf.Name):
        yield str(space)
    elif isinstance(space, pikepdf.Array):
        yield str(space[0])
    elif isinstance(space, pikepdf.Dictionary):
        yield from (name for one in space.values() for name in _families(one))


def _contents(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every stream that draws: pages, forms, patterns and drawn letters."""
    yield from (page.obj for page in pdf.pages)
    for thing in pdf.objects:
        is_form = isinstance(thing, pikepdf.Stream) and (thing.get("/Subtype") == "/Form" or "/PatternType" in thing)
        if is_form:
            yield thing
        elif isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type3":
            yield from thing.CharProcs.values()


def _inks(pdf: pikepdf.Pdf, limit: float) -> Iterator[Diagnostic]:
    """Yield an error when the four inks of one colour, or of one pixel, add up to more than the limit."""
    most = max((*_painted(pdf), *_pictured(pdf)), default=0.0)
    if most > limit + INK_ERROR:
        message = f"four inks add up to {most:.0%}; the print shop takes {limit:.0%}"
        hint = "lower the cmyk of the brand's colour, or ask the shop and set press.ink_limit"
        yield finding("press-ink", message, hint=hint)


def _painted(pdf: pikepdf.Pdf) -> Iterator[float]:
    for stream in _contents(pdf):
        for one in pikepdf.parse_content_stream(stream):
            if str(one.operator) in {"k", "K"}:
                yield sum(float(str(value)) for value in one.operands)


def _pictured(pdf: pikepdf.Pdf) -> Iterator[float]:
    """Yield the most ink of each picture and of each gradient."""
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Stream):
            continue
        is_picture = thing.get("/Subtype") == "/Image" and thing.get("/ColorSpace") == "/DeviceCMYK"
        is_gradient = thing.get("/FunctionType") == 0 and len(thing.Range) == 8
        if is_picture or is_gradient:
            samples = np.frombuffer(thing.read_bytes(), dtype=np.uint8).reshape(-1, 4)
            yield float(samples.sum(axis=1, dtype=np.int64).max(initial=0)) / 255


def _transparency(pdf: pikepdf.Pdf) -> Iterator[Diagnostic]:
    if any(_is_see_through(thing) for thing in _everything(pdf)):
        yield finding("press-transparency", "something is transparent, which this PDF/X does not allow")


def _is_see_through(thing: pikepdf.Object) -> bool:
    """Return whether an object is a transparency group, has a soft mask, or lets through what is below."""
    is_faint = any(float(str(thing[key])) < 1 for key in ("/ca", "/CA") if key in thing)
    has_mask = thing.get("/SMask", pikepdf.Name("/None")) != "/None"
    return is_faint or has_mask or thing.get("/S") == "/Transparency"
