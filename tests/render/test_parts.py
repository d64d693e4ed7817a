"""The parts of drawing, each on its own: colours, hours, lines, codes, and the order in which things give way."""

from datetime import date

import pytest
from markupsafe import Markup
from msgspec.structs import replace

from generator.model.edition import Brand
from generator.model.language import Language
from generator.model.resource import Hours, Opening
from generator.model.theme import Theme
from generator.render import fonts
from generator.render.balance import balanced
from generator.render.code import qr_code
from generator.render.colour import ROLES, at_lightness, contrast, themed
from generator.render.facts import Facts, first_strong_direction
from generator.render.fit import Attempt, Offer, Outcome, next_attempt
from generator.render.hours import month_and_year, opening_hours, zone_name
from generator.render.markdown import emphasis
from generator.render.placed import Recorder
from tests.render.pieces import ASSETS, ROOT, call, listing, load, piece, texting

THEMES = sorted((ROOT / "templates" / "themes").glob("*.yaml"))
EN = load(Language, ROOT / "content/languages/en.yaml")
ES = load(Language, ROOT / "content/languages/es.yaml")


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
@pytest.mark.parametrize("brand", [None, "#E4002B", "#FFD500", "#00AEEF", "#808080", "#123456"])
def test_text_stands_out_in_every_theme_and_brand(path, brand):
    theme = themed(load(Theme, path), Brand(name="X", colour=brand) if brand else None)
    for ground in (theme.paper, theme.cream, theme.soft, theme.sun):
        assert contrast(theme.deep, ground) >= 7  # WCAG 2.2 AAA for text
    if theme.art == "line":
        return
    assert contrast(theme.paper, theme.deep) >= 7
    assert contrast(theme.sun, theme.deep) >= 4.5
    for ground in (theme.paper, theme.cream, theme.soft, getattr(theme, theme.hero)):
        assert contrast(theme.primary, ground) >= 4.5  # headings: AA


def test_a_brand_keeps_its_hue_at_the_lightness_of_the_role():
    assert at_lightness("#E4002B", *ROLES["primary"]) == "#952E2C"
    assert at_lightness("#E4002B", *ROLES["deep"]) == "#521312"
    assert at_lightness("#E4002B", *ROLES["soft"]) == "#FBDBD7"


def test_an_ink_saving_theme_stays_black():
    theme = load(Theme, ROOT / "templates/themes/ink-saver.yaml")
    assert themed(theme, Brand(name="X", colour="#E4002B")) == theme


@pytest.mark.parametrize(
    ("days", "opens", "closes", "compact", "printed"),
    [
        (("mon", "tue", "wed", "thu", "fri"), "08:00", "20:00", False, "Mon–Fri, 8\u00a0am–8\u00a0pm"),
        (("mon", "tue", "wed", "thu", "fri"), "08:00", "20:00", True, "Mon–Fri, 8–8"),
        (("mon", "wed", "fri"), "16:00", "22:00", False, "Mon, Wed and Fri, 4–10\u00a0pm"),
        (("tue",), "18:30", "20:00", False, "Tuesdays, 6:30–8\u00a0pm"),
        (("sat", "sun"), "20:00", "02:00", True, "Sat and Sun, 8\u00a0pm–2\u00a0am"),
        (("mon", "tue"), "09:00", "12:00", False, "Mon and Tue, 9\u00a0am–noon"),
    ],
)
def test_hours_are_compact_and_never_ambiguous(days, opens, closes, compact, printed):
    hours = Hours(openings=(Opening(days=days, opens=opens, closes=closes),))
    assert opening_hours(hours, "en", EN, is_compact=compact) == printed


def test_hours_follow_the_clock_of_the_language():
    hours = Hours(openings=(Opening(days=("mon",), opens="08:00", closes="20:30"),))
    by_24 = EN.model_copy(update={"clock": "24"})
    assert opening_hours(hours, "en", by_24) == "Mondays, 8:00–20:30"
    assert opening_hours(Hours(always=True), "es", ES) == ES.labels["always"]


def test_months_are_written_as_the_language_writes_them():
    assert month_and_year(date(2026, 5, 12), "en") == "May 2026"
    assert month_and_year(date(2026, 5, 12), "es") == "mayo de 2026"
    assert month_and_year(date(2026, 5, 12), "xx") == "May 2026"


def test_headings_break_evenly_and_keep_their_last_words_together():
    assert balanced("How to be a mental health ally", len, room=13) == ("How to be", "a mental", "health ally")
    assert balanced("One two three four five", len, room=18) == ("One two three", "four five")
    assert balanced("", len, room=10) == ()
    assert balanced("Unbreakablelongword", len, room=5) == ("Unbreakablelongword",)


def test_a_code_is_a_whole_path_with_its_quiet_zone_and_a_least_size():
    code = qr_code("https://example.org/larkin")
    assert code.side == 33
    assert code.path.startswith("M4 4h7v1h-7z")
    assert code.least_side_mm(300) == pytest.approx(30 * 33 / 25)
    assert code.least_side_mm(0) == pytest.approx(0.4 * 33)


def test_a_label_that_loses_a_fact_is_refused():
    labels = {**EN.labels, "in_danger": "In danger now: call us"}
    facts = Facts("en", EN.model_copy(update={"labels": labels}), Recorder())
    with pytest.raises(ValueError, match=r"should hold \{number\}"):
        facts.fill("in_danger", call=call("x", "911"))


def test_a_fact_is_whole_linked_left_to_right_and_recorded():
    recorder = Recorder()
    printed = Facts("en", EN, recorder).text_line(texting("x", "741741", "HOME"))
    assert '<bdi dir="ltr" data-fact="0"><a class="phone whole" href="sms:741741">741741</a></bdi>' in printed
    assert [fact.printed for fact in recorder.facts] == ["741741"]


def test_text_in_another_direction_is_kept_apart():
    arabic = EN.model_copy(update={"direction": "rtl"})
    facts = Facts("ar", arabic, Recorder())
    assert facts.isolate("988 Lifeline") == Markup('<bdi dir="ltr">988 Lifeline</bdi>')
    assert facts.isolate("خط المساعدة") == "خط المساعدة"
    assert first_strong_direction("(515) 555-0142") is None


def test_emphasis_is_all_that_markdown_does_here():
    assert emphasis("Ask **plainly** <b>now</b>") == "Ask <strong>plainly</strong> &lt;b&gt;now&lt;/b&gt;"


def test_every_bundled_family_has_its_weights_and_its_licence():
    weights: dict[str, set[int]] = {}
    for face in fonts.faces(ASSETS):
        weights.setdefault(face.family, set()).add(face.weight)
        assert (face.path.parent / "LICENSE_FONT").is_file()
    assert weights["Bricolage Grotesque"] >= {600, 700, 800}
    assert weights["Atkinson Hyperlegible Next"] >= {400, 500, 600, 700}
    assert weights["IBM Plex Sans Arabic"] >= {400, 600, 700}


def test_every_icon_that_a_kind_names_is_there():
    text = (ROOT / "content/kinds.yaml").read_text(encoding="utf-8")
    named = {line.split(":", 1)[1].strip() for line in text.splitlines() if line.strip().startswith("icon:")}
    assert named
    for name in named:
        assert ASSETS.template(f"base/icons/{name}.svg"), name
        assert ASSETS.template(f"base/icons/{name}-line.svg"), name


def crowded(*faces, offers=(), printed=None, fields=()):
    return Outcome(frozenset(faces), tuple(offers), printed or {}, frozenset(fields))


def test_the_last_part_of_the_crowded_face_gives_way_first():
    attempt = Attempt(piece("handout"))
    offers = (Offer("first", 1, 1), Offer("last", 1, 3), Offer("elsewhere", 0, 9))
    following = next_attempt(attempt, crowded(1, offers=offers))
    assert following is not None
    assert following.parts_out == {"last"}
    assert following.step == 0


def test_then_type_then_short_texts_then_the_last_local_resource():
    attempt = Attempt(piece("handout"))
    printed = {one.id: frozenset({1}) for one in attempt.piece.listings}
    outcome = crowded(1, printed=printed, fields=["tips.items.0.text"])
    steps = []
    for _ in range(4):
        following = next_attempt(attempt, outcome)
        assert following is not None
        steps.append((following.scale, following.is_short, following.piece.left_out))
        attempt = following
    assert steps[:3] == [(0.96, False, ()), (0.92, False, ()), (0.92, True, ())]
    assert steps[3][2] == ("larkin-teens",)


def test_the_last_one_standing_and_the_lines_of_crisis_are_never_dropped():
    attempt = Attempt(piece("handout"), step=2, is_short=True)
    printed = {one.id: frozenset({1}) for one in attempt.piece.listings}
    while following := next_attempt(attempt, crowded(1, printed=printed)):
        attempt = following
    assert len(attempt.piece.local) == 1
    assert len(attempt.piece.national) == 1
    assert all((attempt.piece.lead, attempt.piece.second, attempt.piece.emergency))


def test_a_product_that_may_drop_nothing_drops_nothing():
    attempt = Attempt(piece("poster"), step=2, is_short=True)
    assert next_attempt(attempt, crowded(0)) is None


def test_listing_without_hours_prints_none():
    assert Facts("en", EN, Recorder()).hours(listing("x", "X", phone="911")) == ""


def test_a_line_of_hours_may_break_between_its_words_and_nowhere_else():
    hours = Hours.model_validate({"openings": [{"days": ["wed", "thu"], "opens": "09:00", "closes": "17:00"}]})
    line = Facts("en", EN, Recorder()).hours(replace(listing("x", "X", phone="911"), hours=hours))
    assert ">Wed and Thu, <" in line
    assert line.striptags() == "Wed and Thu, 9 am\u20135 pm"
    assert line.count("whole") == 1  # words of letters alone do not break anyway


@pytest.mark.parametrize(
    ("zone", "language", "country", "said"),
    [
        ("America/New_York", "en", "US", "ET"),
        ("America/New_York", "es", "US", "ET"),
        ("Europe/London", "en", "GB", ""),
        ("Pacific", "en", "US", "Pacific"),
        ("Not/AZone", "en", "US", ""),
    ],
)
def test_hours_of_a_national_line_name_their_time_zone(zone, language, country, said):
    hours = Hours.model_validate(
        {"openings": [{"days": ["mon"], "opens": "10:00", "closes": "22:00"}], "time_zone": zone}
    )
    assert zone_name(hours, language, country) == said
    always = Hours.model_validate({"always": True, "time_zone": zone})
    assert zone_name(always, language, country) == ""
