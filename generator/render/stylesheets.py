"""Style sheets, parsed once for all pieces; those that are built in, once for all starts."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import NOWHERE, Diagnostic, Place
from generator.render import fonts, parsed
from generator.render.assets import Assets
from generator.render.log import listening
from generator.source import not_utf8

if TYPE_CHECKING:
    from weasyprint import CSS

Style = tuple["CSS", tuple[Diagnostic, ...]]
# What is noted elsewhere than in the sheet that says it.
_NOTED_ELSEWHERE = re.compile(r"@(import|font-face|color-profile|counter-style)", re.IGNORECASE)


def parse_style(path: Path, assets: Assets) -> Style:
    """Return a style sheet as it is now, and what WeasyPrint did not understand in it."""
    return _style(path, path.stat().st_mtime_ns, assets)


@lru_cache(maxsize=32)
def _style(path: Path, changed: int, assets: Assets) -> Style:
    data, builtin = path.read_bytes(), assets.templates[-1]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        return parse_text("", assets)[0], (not_utf8(data, path, problem),)
    parse = partial(_understood, text, path.resolve().as_uri(), assets, Place(path))
    if not path.is_relative_to(builtin) or _NOTED_ELSEWHERE.search(text):
        return parse()
    return _kept(".".join(("style", *path.relative_to(builtin).parts)), text, path.resolve().as_uri(), parse)


@lru_cache(maxsize=64)
def parse_text(text: str, assets: Assets) -> Style:
    """Return a style that stands in pages, and what WeasyPrint did not understand in it."""
    return _understood(text, assets.templates[0].resolve().as_uri() + "/", assets)


def _understood(text: str, base_url: str, assets: Assets, place: Place = NOWHERE) -> Style:
    from weasyprint import CSS

    from generator.render.fetcher import Jail

    configuration = fonts.set_up(assets)
    with listening() as records:
        sheet = CSS(string=text, base_url=base_url, url_fetcher=Jail(assets), font_config=configuration)
    return sheet, records.diagnostics(place)


def _kept(name: str, text: str, base_url: str, parse: Callable[[], Style]) -> Style:
    """Return a style as an earlier start parsed it, or as it is parsed now; one with faults is parsed by each start."""
    from weasyprint import CSS

    made: list[Style] = []

    def parts() -> dict[str, object] | None:
        made.append(parse())
        sheet, found = made[0]
        return None if found else vars(sheet)

    kept = parsed.once(name, text, parts, base_url=base_url)
    if made:
        return made[0]
    sheet = CSS.__new__(CSS)
    vars(sheet).update(kept)
    return sheet, ()
