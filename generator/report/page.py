"""The report as one HTML file that needs nothing else: style, typefaces and pictures are inside it."""

import base64
from collections.abc import Sequence
from datetime import date
from functools import cache

from generator.render import Assets
from generator.render.document import tokens
from generator.render.environment import make_environment
from generator.render.hours import full_date
from generator.render.names import language_names
from generator.report.pictures import Pictures
from generator.report.pieces import BAD, facts_of, pieces_of
from generator.write import Entry

# family, weight, file: what the report is set in, as the pieces are
FACES = (
    ("Bricolage Grotesque", 800, "bricolage-grotesque/BricolageGrotesque_800ExtraBold.ttf"),
    ("Atkinson Hyperlegible Next", 400, "atkinson-hyperlegible-next/AtkinsonHyperlegibleNext_400Regular.ttf"),
    ("Atkinson Hyperlegible Next", 700, "atkinson-hyperlegible-next/AtkinsonHyperlegibleNext_700Bold.ttf"),
)
# Said for people; what a manifest says otherwise is shown as it is.
SAID = {
    "ok": "Published",
    "warned": "Published, with warnings",
    "refused": "Refused",
    "missing": "Missing",
    "changed": "Changed since its proof",
    "faulty": "Faulty",
    "phone": "Call",
    "sms": "Text",
    "url": "Web",
    "qr": "QR code",
    "email": "E-mail",
    "address": "Address",
    "hours": "Hours",
    "date": "When",
    "name": "Name",
}


def make_report(
    entries: Sequence[Entry], pictures: Pictures, assets: Assets, *, version: str, today: date, again: bool = False
) -> bytes:
    """Return the report on these entries of the manifest. With `again` they were proved a second time."""
    pieces = pieces_of(entries, pictures)
    template = make_environment(assets).get_template("report/report.html")
    text = template.render(
        pieces=pieces,
        bad=[one for one in pieces if one.status in BAD],
        is_bad=lambda status: status in BAD,
        facts=facts_of(entries),
        files=[one for piece in pieces for one in piece.files],
        tokens=tokens(assets),
        faces=_faces(assets),
        said=lambda word: SAID.get(word, word),
        language=cache(lambda tag: language_names((tag,), "en")),  # asked for every piece and every fact
        day=cache(lambda one: full_date(one, "en")),
        today=today,
        version=version,
        again=again,
    )
    return text.encode("utf-8")


def _faces(assets: Assets) -> tuple[tuple[str, int, str], ...]:
    """Return each typeface that is there: family, weight and address."""
    found = ((family, weight, assets.template(f"base/fonts/{name}")) for family, weight, name in FACES)
    return tuple(
        (family, weight, "data:font/ttf;base64," + base64.b64encode(path.read_bytes()).decode("ascii"))
        for family, weight, path in found
        if path
    )
