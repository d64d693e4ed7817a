"""Papers about pieces, in the look of the pieces: a template with its figures to a tagged PDF."""

from generator.errors import NOWHERE, HandbillError, has_errors
from generator.model.theme import Theme
from generator.model.written import validate
from generator.render.assets import Assets
from generator.render.environment import make_environment
from generator.render.hours import full_date
from generator.render.names import language_names
from generator.render.typeset import VARIANT, lay_out
from generator.source import read_yaml

THEME = "harbor"
ROLES = ("deep", "primary", "accent", "sun", "soft", "cream", "paper")


def make_document(template: str, assets: Assets, /, **values: object) -> bytes:
    """Return the PDF/UA-1 file of a template, which may also say `day(...)`, `language(...)` and `tokens`.

    Raises HandbillError when the template has been replaced by one with mistakes.
    """
    text = (
        make_environment(assets)
        .get_template(template)
        .render(
            day=lambda one: full_date(one, "en"),
            language=lambda tag: language_names((tag,), "en"),
            tokens=tokens(assets),
            **values,
        )
    )
    layout, found = lay_out(text, assets, styles=(), locate=lambda _: NOWHERE)
    if layout is None or has_errors(found):
        raise HandbillError(found)
    data: bytes = layout.document.write_pdf(pdf_variant=VARIANT)
    return data


def tokens(assets: Assets) -> dict[str, str]:
    """Return the colours of the default theme by role."""
    path = assets.template(f"themes/{THEME}.yaml")
    document, _ = read_yaml(path) if path else (None, ())
    theme, _ = validate(Theme, document) if document else (None, ())
    return {role: getattr(theme, role) for role in ROLES} if theme else {}
