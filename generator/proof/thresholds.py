"""Every figure and every code of the proof in one table, each with its source."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from generator.errors import NOWHERE, Diagnostic, Place, Severity
from generator.model.product import Product, ProofLimits

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE
# code -> how much it matters. A code that is not here is not known to the proof.
SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        "pdf-unreadable": ERROR,
        "fact-missing": ERROR,
        "fact-repeated": ERROR,
        "fact-broken": ERROR,
        "keyword-missing": ERROR,
        "phone-unknown": ERROR,
        "number-unknown": ERROR,
        "web-address-unknown": ERROR,
        "link-unknown": ERROR,
        "link-wrong": ERROR,
        "fact-misplaced": ERROR,
        "ink-hidden": ERROR,
        "low-contrast": ERROR,
        "ground-busy": ERROR,
        "text-buried": ERROR,
        "text-small": ERROR,
        "text-unsafe": ERROR,
        "text-clipped": ERROR,
        "text-mirrored": ERROR,
        "text-turned": ERROR,
        "text-overlaps": ERROR,
        "text-distorted": ERROR,
        "qr-missing": ERROR,
        "qr-unknown": ERROR,
        "qr-module-small": ERROR,
        "qr-quiet-zone": ERROR,
        "qr-small": ERROR,
        "qr-unsafe": ERROR,
        "qr-faint": ERROR,
        "qr-fragile": ERROR,
        "qr-mirrored": ERROR,
        "font-not-embedded": ERROR,
        "font-foreign": ERROR,
        "glyph-missing": ERROR,
        "image-coarse": ERROR,
        "image-soft": WARNING,
        "page-count": ERROR,
        "page-size": ERROR,
        "page-trim": ERROR,
        "page-bleed": ERROR,
        "page-turned": ERROR,
        "page-empty": ERROR,
        "not-tagged": ERROR,
        "language-wrong": ERROR,
        "title-wrong": ERROR,
        "title-not-shown": ERROR,
        "heading-first": ERROR,
        "heading-skipped": ERROR,
        "picture-without-text": ERROR,
        "picture-named-by-file": ERROR,
        "table-without-header": ERROR,
        "reading-order": ERROR,
        "pdf-ua": ERROR,
        "sheet-count": ERROR,
        "slot-empty": ERROR,
        "slot-wrong-face": ERROR,
        "slot-moved": ERROR,
        "slot-scaled": ERROR,
        "slot-turned": ERROR,
        "slot-clipped": ERROR,
        "slot-unplanned": ERROR,
        "slot-differs": ERROR,
        "sheet-stray-text": ERROR,
        "sheet-words": ERROR,
        "press-condition": ERROR,
        "press-annotation": ERROR,
        "press-colour": ERROR,
        "press-ink": ERROR,
        "press-fold": ERROR,
        "press-bleed": WARNING,
        "press-transparency": ERROR,
        "words-grade": WARNING,
        "words-long-sentence": WARNING,
        "words-better": WARNING,
        "words-summary": WARNING,
        "words-action": WARNING,
        "words-crisis": ERROR,
    }
)


class Limits(Struct, frozen=True):
    """What a piece is held to. Lengths in millimetres, type in points, resolution in pixels an inch."""

    min_text_pt: float = 7.0  # printers' advice for cards; each product states its own
    safe_mm: float = 3.0  # 3 mm or 1/8 in, the printers' common rule; each product states its own
    reading_distance_mm: float = 300.0  # a card in the hand
    # WCAG 2.2, 1.4.3: 4.5 to 1; 3 to 1 from 18 pt on. Bold cannot be told for certain, so 14 pt bold counts as text.
    contrast: float = 4.5
    large_contrast: float = 3.0
    large_pt: float = 18.0
    # A text alone and a text in its page are drawn to the same pixels, so whatever is lost is lost in truth; a
    # strip of 0.1 mm is a few parts in a thousand of a large figure, and nothing to a reader of other texts.
    visible_share: float = 0.999
    text_visible_share: float = 0.95
    # Lightest to darkest of what is behind a fact: a soft gradient stays under it, a line in pale grey does not.
    ground_contrast: float = 1.4
    clip_mm: float = 0.06  # glyph boxes are whole thousandths of the type size: 0.02 mm at 60 pt
    safe_tolerance_mm: float = 0.05
    overlap_share: float = 0.12  # of the smaller glyph's box
    stretch: float = 1.2  # a letter may be so much wider or narrower for its height than it was drawn
    slant: float = 0.3  # cosine; a slanted face that the browser makes up leans by 0.2 to 0.25
    # 0.4 mm a module is what phones read at hand distance (qrtool.ch); 2 % is the raster's own error.
    module_mm: float = 0.4
    quiet_modules: float = 4.0  # Denso Wave, the maker of the code
    quiet_dark_share: float = 0.002
    # Width of at least a tenth of the distance: the trade's rule, not in ISO/IEC 18004.
    distance_per_width: float = 10.0
    qr_contrast: float = 4.5  # WCAG's figure for text; ISO/IEC 15415 grades reflectance, which paper decides
    blur_mm: float = 0.25  # full width at half maximum of the softening that a worn print or a shaky hand brings
    # GWG 2022 SheetCMYK, R0031: 149 ppi and less is an error, 224 and less a warning, at reading distance.
    image_error_ppi: float = 149.0
    image_warning_ppi: float = 224.0
    box_mm: float = 0.05  # what a guillotine cannot show
    place_mm: float = 0.05
    # Of 255: what two pictures of one face on a sheet and on its own differ by, letters set a pixel off allowed for.
    picture_levels: float = 40.0
    # Words are judged in warnings, so that --strict makes them binding.
    reading_grade: float = 8.0  # US health-literacy guidance asks for grade 6 to 8
    reading_ease: float = 55.0  # of Spanish: "normal" and easier on the INFLESZ scale
    least_words: int = 100  # Flesch's formulas are made for samples of so many; less says nothing
    running_words: int = 150  # a piece with so much to read says the main things once more, in short
    sentence_words: int = 25  # plainlanguage.gov: 20 on average; longer than 25 is read twice

    def of_image(self, ppi: float) -> float:
        """Return a resolution limit for this reading distance: GWG 2022 D0018 divides by metres beyond one."""
        return ppi / max(1.0, self.reading_distance_mm / 1000)


def limits_of(product: Product) -> Limits:
    """Return the limits of a product: the table's, with what its product.yaml says instead."""
    own: ProofLimits = product.proof
    written = {name: value for name in type(own).model_fields if (value := getattr(own, name)) is not None}
    return replace(
        Limits(
            min_text_pt=product.fit.min_text.pt,
            safe_mm=product.safe.mm,
            reading_distance_mm=product.reading_distance.mm,
        ),
        **written,
    )


def own_limits(limits: Limits) -> dict[str, float]:
    """Return the limits that differ from the usual ones, by name."""
    usual = Limits()
    named = {one: (getattr(limits, one), getattr(usual, one)) for one in Limits.__struct_fields__}
    return {name: value for name, (value, other) in named.items() if value != other}


BBox = tuple[float, float, float, float]


def finding(
    code: str,
    message: str,
    *,
    place: Place = NOWHERE,
    page: int | None = None,
    bbox: BBox | None = None,
    hint: str = "",
) -> Diagnostic:
    """Return a diagnostic of a known code, with its place on the page in millimetres from the trimmed corner."""
    rounded = (round(bbox[0], 2), round(bbox[1], 2), round(bbox[2], 2), round(bbox[3], 2)) if bbox else None
    return Diagnostic(SEVERITIES[code], code, message, place, hint=hint, page=page, bbox_mm=rounded)
