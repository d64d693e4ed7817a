"""Every figure and every code of the proof in one table, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

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
        "ink-hidden": ERROR,
        "low-contrast": ERROR,
        "text-struck": ERROR,
        "text-small": ERROR,
        "text-unsafe": ERROR,
        "text-clipped": ERROR,
        "text-mirrored": ERROR,
        "text-overlaps": ERROR,
        "qr-missing": ERROR,
        "qr-unknown": ERROR,
        "qr-module-small": ERROR,
        "qr-quiet-zone": ERROR,
        "qr-small": ERROR,
        "qr-faint": ERROR,
        "qr-fragile": ERROR,
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
        "slot-differs": ERROR,
        "sheet-stray-text": ERROR,
        "press-condition": ERROR,
        "press-annotation": ERROR,
        "press-colour": ERROR,
        "press-ink": ERROR,
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


@dataclass(frozen=True, slots=True)
class Limits:
    """What a piece is held to. Lengths in millimetres, type in points, resolution in pixels an inch."""

    min_text_pt: float = 7.0  # printers' advice for cards; each product states its own
    safe_mm: float = 3.0  # 3 mm or 1/8 in, the printers' common rule; each product states its own
    reading_distance_mm: float = 300.0  # a card in the hand
    # WCAG 2.2, 1.4.3: 4.5 to 1; 3 to 1 from 18 pt on. Bold cannot be told for certain, so 14 pt bold counts as text.
    contrast: float = 4.5
    large_contrast: float = 3.0
    large_pt: float = 18.0
    # Measured: rasters of the same outline agree to 2 %; a cover of 0.2 mm on a 9 pt digit hides 4 %.
    visible_share: float = 0.96
    # A phone code over the middle of a digit; an underline under letters stays under the baseline.
    struck_share: float = 0.05
    clip_mm: float = 0.06  # glyph boxes are whole thousandths of the type size: 0.02 mm at 60 pt
    safe_tolerance_mm: float = 0.05
    overlap_share: float = 0.12  # of the smaller glyph's box
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
