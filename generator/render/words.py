"""The words that stand on sheets beside the faces: names of tiles, instructions, figures of rulers."""

from collections.abc import Sequence

from generator.errors import NOWHERE, HandbillError, has_errors
from generator.model.language import Language
from generator.render.assets import Assets
from generator.render.environment import make_environment
from generator.render.typeset import lay_out
from generator.sheets.placing import Sheet


def draw_words(sheets: Sequence[Sheet], assets: Assets, *, title: str, tag: str, language: Language) -> bytes:
    """Return a PDF with a page for each sheet that has labels, in order; nothing when none has.

    The labels are in the language of the tag, which says in which direction and in which letters they are set.
    Raises HandbillError when the template of the built-in folder has been replaced by one with mistakes.
    """
    labelled = [sheet for sheet in sheets if sheet.labels]
    if not labelled:
        return b""
    template = make_environment(assets).get_template("base/words.html")
    text = template.render(sheets=labelled, title=title, tag=tag, language=language)
    layout, found = lay_out(text, assets, styles=(), locate=lambda _: NOWHERE)
    if layout is None or has_errors(found):
        raise HandbillError(found)
    data: bytes = layout.document.write_pdf()
    return data
