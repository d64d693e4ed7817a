"""Pieces for the tests of drawing, put together by hand from the built-in content."""

from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace
from pydantic import BaseModel

from generator.model.edition import Edition
from generator.model.guide import Guide
from generator.model.language import Language
from generator.model.product import Product
from generator.model.resource import Hours, Opening
from generator.model.theme import Theme
from generator.model.written import validate
from generator.plan import Call, Fact, Listing, Piece, Texting
from generator.render.assets import Assets
from generator.render.piece import render_piece
from generator.source import read_yaml

ROOT = Path(__file__).resolve().parents[2]
ASSETS = Assets((ROOT / "templates",), (ROOT / "content",))
CHECKED = date(2026, 5, 12)
Shape = TypeVar("Shape", bound=BaseModel)


def load(model: type[Shape], path: Path) -> Shape:
    document, found = read_yaml(path)
    assert document, found
    value, found = validate(model, document)
    assert value, found
    return value


def drawn(piece):
    """Return a drawn piece without its frames, which are told of whoever puts them together the first time alone."""
    return replace(render_piece(piece, ASSETS), frames={})


def fact(kind, resource, value, printed):
    return Fact(kind, resource, value, printed, CHECKED, "J. Rivera")


def call(resource, printed, **more):
    return Call(fact("phone", resource, "tel:" + "".join(c for c in printed if c.isdigit()), printed), **more)


def texting(resource, number, keyword=None):
    return Texting(fact("sms", resource, f"sms:{number}", number), keyword)


def listing(name, title, *, phone=None, text=None, icon="phone", hours=None, **more):
    values = {
        "short_name": title,
        "kind": "crisis",
        "description": None,
        "calls": (phone if isinstance(phone, Call) else call(name, phone),) if phone else (),
        "textings": (text,) if text else (),
        "url": None,
        "chat": None,
        "email": None,
        "address": None,
        "hours_checked": CHECKED,
        "languages": (),
        "cost": None,
        "for_whom": None,
        "confidential": None,
        "is_crisis": False,
        "is_local": False,
        "checked": CHECKED,
        **more,
    }
    return Listing(id=name, name=title, icon=icon, hours=hours, **values)


ALWAYS = Hours(always=True)


def week(days, opens, closes):
    return Hours(openings=(Opening(days=days, opens=opens, closes=closes),))


SPANISH = {
    "988 Lifeline": "Línea 988",
    "Larkin County crisis line": "Línea de crisis del condado de Larkin",
    "Mill Street walk-in clinic": "Clínica de la calle Mill, sin cita",
    "Family and friends support group": "Grupo de apoyo para familias y amistades",
    "Teen peer line": "Línea de jóvenes para jóvenes",
}


def lead(language):
    if language == "es":
        phone, text = call("us-988", "988", menu="2"), texting("us-988", "988", "AYUDA")
        title = "Línea 988 de Prevención del Suicidio y Crisis"
    else:
        phone, text = call("us-988", "988"), texting("us-988", "988")
        title = "988 Suicide & Crisis Lifeline"
    return listing(
        "us-988",
        title,
        phone=phone,
        text=text,
        hours=ALWAYS,
        cost="Free",
        confidential="Confidential",
        is_crisis=True,
    )


def second(language):
    text = texting("us-ctl", "741741", "HOLA" if language == "es" else "HOME")
    return listing("us-ctl", "Crisis Text Line", text=text, hours=ALWAYS, is_crisis=True)


def emergency(number="911"):
    return listing(f"emergency-{number}", "Emergency", phone=number, kind="emergency", hours=ALWAYS)


def local(language):
    rows = [
        (
            "larkin-crisis",
            "Larkin County crisis line",
            "(515) 555-0142",
            "phone",
            ALWAYS,
            "Trained listeners, any hour",
        ),
        (
            "larkin-clinic",
            "Mill Street walk-in clinic",
            "(515) 555-0118",
            "map-pin",
            week(("mon", "tue", "wed", "thu", "fri", "sat"), "08:00", "20:00"),
            "Come as you are; no visit booked ahead",
        ),
        (
            "larkin-family",
            "Family and friends support group",
            "(515) 555-0167",
            "users",
            week(("tue",), "18:30", "20:00"),
            "Riverbend Library, Room 2",
        ),
        (
            "larkin-teens",
            "Teen peer line",
            "(515) 555-0193",
            "heart",
            week(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "16:00", "22:00"),
            "Ages 13 to 19",
        ),
    ]
    return tuple(
        listing(
            name,
            SPANISH.get(title, title) if language == "es" else title,
            phone=phone,
            icon=icon,
            hours=hours,
            description=about,
            is_local=True,
        )
        for name, title, phone, icon, hours, about in rows
    )


def national(language):
    rows = [
        (
            "nami",
            "NAMI HelpLine",
            "1-800-950-6264",
            "nami.org/help",
            "Guidance and groups for families and peers.",
        ),
        (
            "mha",
            "Mental Health America",
            None,
            "mhanational.org",
            "Free, private self-checks and plain guides.",
        ),
        (
            "samhsa",
            "SAMHSA Helpline",
            "1-800-662-4357",
            "findtreatment.gov",
            "Where to find treatment, day or night.",
        ),
    ]
    return tuple(
        listing(
            name,
            title,
            phone=phone,
            icon="info",
            description=about,
            url=fact("url", name, f"https://{url}", url),
        )
        for name, title, phone, url, about in rows
    )


EDITION = Edition.model_validate({"title": "Larkin County", "sponsors": ["Riverbend Free Library"]})


def piece(product_id, language="en", *, theme="harbor", system="us", **changes):
    product = load(Product, ROOT / f"templates/products/{product_id}/product.yaml")
    words = load(Language, ROOT / f"content/languages/{language}.yaml")
    guide = load(Guide, ROOT / f"content/guides/mental-health-ally/{language}.yaml")
    near = local(language)[: product.room.local]
    made = Piece(
        edition_id="larkin-county",
        product_id=product_id,
        language_id=language,
        country="US",
        system=system,
        size=product.size.of(system),
        bleed=product.bleed.mm,
        safe=product.safe.mm,
        edition=EDITION,
        product=product,
        language=words,
        guide=guide,
        theme=load(Theme, ROOT / f"templates/themes/{theme}.yaml"),
        brand=None,
        place_name="Larkin County",
        lead=lead(language),
        second=second(language),
        emergency=emergency(),
        local=near,
        national=national(language)[: product.room.national_beside(len(near))],
        more_help=fact("url", "more-help", "https://example.org/larkin", "example.org/larkin"),
        checked=CHECKED,
        today=date(2026, 6, 1),
    )
    return replace(made, **changes)
