"""Templates to HTML pages: the shell, every face, and the design tokens as CSS variables."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup
from msgspec import Struct

from generator.model.theme import Theme
from generator.plan import Piece, Record
from generator.render.assets import Assets
from generator.render.boxes import Sheet
from generator.render.colour import mixed
from generator.render.facts import Facts
from generator.render.fonts import added_faces_css
from generator.render.hours import event_times, full_date, month_and_year, short_month
from generator.render.markdown import emphasis
from generator.render.names import language_names
from generator.render.setting import NUMBER_FONT, REM_PT, Content, Setting
from generator.sheets.folding import panels

PARTS = (
    "base/art.html",
    "base/macros.html",
    "base/listing.html",
    "base/folded.html",
)  # their macros are there in every template, each seeing the last
EVENT_PARTS = ("base/event.html",)  # those of pieces of an event besides
ROLES = ("deep", "primary", "accent", "sun", "soft", "cream", "paper")
RULE_SHARE = 0.22  # of the dark colour in the hairlines between rows
SKIN = ("#7B4A31", "#C98D62")  # necks and hands, the same in every theme


def is_by_face(piece: Piece) -> bool:
    """Return whether each face is a document of its own: fixed ones are, but for those of one for each person."""
    return bool(piece.product.faces) and not piece.product.pour and not piece.records


class Text(Struct, frozen=True):
    """The HTML of a document, and of each region that is laid out by itself: its name and its content."""

    html: str
    regions: tuple[tuple[str, Content], ...] = ()


def render_documents(environment: Environment, setting: Setting, sheet: Sheet) -> tuple[Text, ...]:
    """Return the HTML of a piece: one document for each fixed face, else one for all its pages.

    A face says nothing of its piece but what stands on it, so that pieces may share it. Raises what templates raise.
    """
    piece = setting.piece
    context = dict(_context(setting))
    for name in (*PARTS, *(EVENT_PARTS if piece.event else ())):
        module = environment.get_template(name).make_module(context)
        context |= {key: value for key, value in vars(module).items() if not key.startswith("_")}
    faces, regions = [], []
    for number, face in enumerate(piece.product.faces or ("flow",)):
        setting.recorder.turn_to(number, is_document=is_by_face(piece))
        setting.regions.clear()
        template = environment.get_template(f"products/{piece.product_id}/{face}.html")
        faces.append((face, Markup(template.render(context, face=face, **_record(piece, number)))))
        regions.append(tuple(setting.regions))
    poured = _poured(environment, piece, context)
    shell = environment.get_template("base/page.html")
    tokens = Markup(added_faces_css(setting.assets) + tokens_css(setting, sheet))
    if is_by_face(piece):
        pages = (shell.render(context, faces=[face], poured="", tokens=tokens, title="") for face in faces)
        return tuple(Text(page, of_face) for page, of_face in zip(pages, regions, strict=True))
    return (Text(shell.render(context, faces=faces, poured=poured, tokens=tokens, title=piece.title)),)


def _poured(environment: Environment, piece: Piece, context: Mapping[str, object]) -> Markup:
    """Return the text that goes into the columns of the faces; nothing for products without any."""
    if not piece.product.pour:
        return Markup("")
    template = environment.get_template(f"products/{piece.product_id}/{piece.product.pour.template}.html")
    return Markup(template.render(context))


def _record(piece: Piece, number: int) -> Mapping[str, Record | None]:
    """Return what the face of an attendee or a table has besides: whom or what it is for."""
    return {"record": piece.record_of(number)} if piece.records else {}


def style_sheets(assets: Assets, piece: Piece) -> tuple[Path, ...]:
    """Return the style sheets of a piece in the order they apply: base, its geometry, its paint, those of an event."""
    folder = f"products/{piece.product_id}"
    names = ["base/base.css", f"{folder}/layout.css", f"{folder}/style.css"]
    names += ["base/event.css", f"{folder}/event.css"] if piece.event else []
    return tuple(path for name in names if (path := assets.template(name)))


def tokens_css(setting: Setting, sheet: Sheet) -> str:
    """Return colours, sizes and fonts as CSS variables, and the page itself: twice as tall as the face.

    What overflows a face then lies where it can be measured; WeasyPrint drops what overflows a page.
    """
    piece, theme = setting.piece, setting.theme
    colours = "".join(f"--{role}:{getattr(theme, role)};" for role in ROLES)
    size, bleed = sheet.size, sheet.bleed
    height = size.height * 2 + bleed * 2 if piece.product.faces else size.height
    text_fonts, display_fonts = piece.language.text_fonts, piece.language.display_fonts
    other_fonts = piece.other.language.text_fonts if piece.other else text_fonts
    return (
        f"@page{{size:{sheet.media.width}mm {height}mm{';margin:0' if piece.product.faces else ''}}}"
        f":root{{font-size:{REM_PT * setting.scale:g}pt;{colours}--rule:{_rule(theme)};"
        f"--band:{piece.edition.band or theme.primary};"
        f"--hero:{getattr(theme, theme.hero)};--disc:{getattr(theme, theme.disc)};"
        f"--magnify:{piece.magnify:g};--w:{size.width}mm;--h:{size.height}mm;--safe:{piece.safe}mm;--bleed:{bleed}mm;"
        f"--number-font:{_families((NUMBER_FONT, *display_fonts))};"
        f"--other-font:{_families(other_fonts)};--text-font:{_families(text_fonts)};--display-font:{_families(display_fonts)}}}"
        f"{_panels_css(piece)}{_event_css(piece, theme)}"
    )


def _event_css(piece: Piece, theme: Theme) -> str:
    """Return the ground of an event's strip: another colour than that of the picture, which it may stand on."""
    if piece.event is None:
        return ""
    return f":root{{--event-ground:{theme.sun if theme.hero == 'soft' else theme.soft}}}"


def _panels_css(piece: Piece) -> str:
    """Return where the panels of folded faces begin (--x1, --x2 ...), in reading direction, and how wide they are."""
    rules = []
    for side, face in enumerate(piece.product.faces):
        boxes = enumerate(panels(piece.product.fold, piece.size, side), 1)
        rules.append(f".face-{face}{{{''.join(f'--x{n}:{x:g}mm;--w{n}:{width:g}mm;' for n, (x, width) in boxes)}}}")
    return "".join(rules) if piece.product.fold else ""


def _rule(theme: Theme) -> str:
    return "#777777" if theme.art == "line" else mixed(theme.cream, theme.deep, RULE_SHARE)


def _families(names: tuple[str, ...]) -> str:
    return ",".join("'" + name.replace("'", "").replace("\\", "") + "'" for name in names)


def _context(setting: Setting) -> Mapping[str, object]:
    piece, theme = setting.piece, setting.theme
    facts = Facts(piece.language_id, piece.language, setting.recorder, piece.country)
    is_rtl = piece.language.direction == "rtl"
    return {
        **{name: getattr(piece, name) for name in ("guide", "language", "edition", "brand", "product", "kinds")},
        "piece": piece,
        "theme": theme,
        "t": piece.language.labels,
        "rtl": is_rtl,
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
        "skin": SKIN,
        "columns": setting.columns,
        **{name: getattr(facts, name) for name in _FACT_MACROS},
        **{name: getattr(setting, name) for name in _SETTING_MACROS},
        **(_of_event(setting, facts) if piece.event else {}),
        "emphasis": emphasis,
        "mixed": mixed,
        "month": lambda day: month_and_year(day, piece.language_id),
        "spoken": lambda tags: language_names(tags, piece.language_id),
        "long_date": lambda day: full_date(day, piece.language_id),
    }


def _of_event(setting: Setting, facts: Facts) -> Mapping[str, object]:
    """Return what the templates of an event's pieces have besides."""
    piece = setting.piece
    language_id, language = piece.language_id, piece.language
    return {
        **{name: getattr(facts, name) for name in _EVENT_MACROS},
        "event": piece.event,
        "name_style": setting.name_style,
        "short_month": lambda day: short_month(day, language_id),
        "clock": lambda starts, ends=None: event_times(starts, ends, language_id, language),
    }


_FACT_MACROS = ("phone", "number", "keyword", "text_line", "link", "email", "address", "hours", "fill", "isolate")
_EVENT_MACROS = ("when", "where", "badge_name")
_SETTING_MACROS = (
    *("optional", "lines", "even", "headline_size", "size_for", "line_size"),
    *("qr", "icon", "picture", "logo", "region"),
)
