"""Posters on paper of the office: tiles that join to the poster again, and words that agree with where they lie."""

import io
from itertools import pairwise

import numpy
import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.catalog import Roots, builtin_root
from generator.impose import PT_PER_MM, impose_sheets
from generator.project import load_project
from generator.render.assets import Assets
from generator.render.words import draw_words
from generator.sheets.assembling import OVERCUT_MM, tiled_sheets
from generator.sheets.marks import EDGE_MM
from generator.sheets.tiling import MARGIN_MM, OVERLAP_MM, tile
from generator.units import Box, Size

LETTER, A4, TABLOID = Size.parse("8.5in x 11in"), Size(210, 297), Size.parse("11in x 17in")
POSTERS = [Size.parse("24in x 36in"), Size.parse("18in x 24in"), Size(594, 841), Size(420, 594), TABLOID]
DPI = 50
LANGUAGES = load_project(Roots(builtin_root(), builtin_root()))[0].languages
EN = LANGUAGES["en"].value


@given(st.floats(100, 1200), st.floats(100, 1200), st.sampled_from([LETTER, A4, TABLOID]), st.floats(0, 25))
def test_tiles_cover_the_face_overlap_and_fit_the_paper(width, height, paper, overlap):
    tiling = tile(Size(width, height), paper, overlap=overlap)
    assert tiling.paper in (paper, paper.turned)
    room = Box(0, 0, tiling.paper.width, tiling.paper.height).inset(MARGIN_MM)
    assert room.contains(tiling.window, within=0.001)
    parts = [[tiling.part(row, column) for column in range(tiling.columns)] for row in range(tiling.rows)]
    assert (parts[0][0].x, parts[0][0].y) == (0, 0)
    assert (parts[-1][-1].right, parts[-1][-1].bottom) == pytest.approx((width, height))
    for line in parts:
        for one, following in pairwise(line):
            assert one.right - following.x == pytest.approx(overlap)
    for upper, lower in pairwise(parts):
        assert upper[0].bottom - lower[0].y == pytest.approx(overlap)


@given(st.floats(250, 1200), st.floats(250, 1200), st.sampled_from([LETTER, A4]))
def test_no_turning_of_the_paper_takes_fewer_sheets(width, height, paper):
    def least(sheet):
        """Count by laying tiles along each side until the end is reached."""
        counts = []
        for length, room in ((width, sheet.width - 2 * MARGIN_MM), (height, sheet.height - 2 * MARGIN_MM)):
            count, reached = 1, room
            while reached < length - 1e-6:
                count, reached = count + 1, reached + room - OVERLAP_MM
            counts.append(count)
        return counts[0] * counts[1]

    fewest = min(least(paper), least(paper.turned))
    if fewest <= 200:
        assert tile(Size(width, height), paper).count == fewest


def test_a_24_by_36_inch_poster_takes_fifteen_letter_sheets_laid_across():
    tiling = tile(POSTERS[0], LETTER)
    assert (tiling.columns, tiling.rows, tiling.paper) == (3, 5, LETTER.turned)


@pytest.mark.parametrize(
    ("face", "paper", "said"),
    [
        (Size(500, 500), Size(30, 40), "too small to tile"),
        (Size(9000, 9000), A4, "at most 200 make sense"),
    ],
)
def test_what_cannot_be_tiled_is_refused(face, paper, said):
    with pytest.raises(ValueError, match=said):
        tile(face, paper)


def poster_pdf(size, *, bleed=9):
    """A poster with a different colour in each of many small fields, and bleed around its trim, in points."""
    width, height = size.width * PT_PER_MM, size.height * PT_PER_MM
    fields = [
        f"{(x * 7 % 11) / 10:.2f} {(y * 5 % 13) / 12:.2f} {((x + y) * 3 % 7) / 6:.2f} rg {x * 18} {y * 18} 18 18 re f"
        for x in range(int(width // 18) + 1)
        for y in range(int(height // 18) + 1)
    ]
    pdf = pikepdf.new()
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=pikepdf.Array([-bleed, -bleed, width + bleed, height + bleed]),
        TrimBox=pikepdf.Array([0, 0, width, height]),
        Contents=pdf.make_stream("\n".join(fields).encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def picture(data, page, *, dpi=DPI):
    return numpy.asarray(pypdfium2.PdfDocument(data)[page].render(scale=dpi / 72).to_pil().convert("RGB")).astype(int)


def cut(drawn, box, *, dpi=DPI):
    """Cut a box, in millimetres, out of a drawn page."""
    left, top, right, bottom = (round(edge / 25.4 * dpi) for edge in box.edges)
    return drawn[top:bottom, left:right]


def on_paper():
    """Every poster on one paper, one of A2 on the paper of its own system too; all with all is slow."""
    for size in POSTERS:
        yield pytest.param(size, LETTER, id=f"{size}-letter")
        yield pytest.param(size, A4, id=f"{size}-a4", marks=() if size == Size(420, 594) else pytest.mark.slow)


@pytest.mark.parametrize(("size", "paper"), list(on_paper()))
def test_tiles_cut_and_joined_again_are_the_poster_within_a_pixel(size, paper):
    poster = poster_pdf(size)
    tiling = tile(size, paper)
    data = impose_sheets(
        poster, tiled_sheets(tiling, 0, title="P", language=EN, bleed=3), title="P", language="en", duplex=None
    )
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == tiling.count + 1
    whole = picture(poster_pdf(size, bleed=0), 0)
    joined = numpy.full_like(whole, -1)
    for row in range(tiling.rows):
        for column in range(tiling.columns):
            sheet = cut(picture(data, 1 + row * tiling.columns + column), tiling.window)
            part = tiling.part(row, column)
            top, left = round(part.y / 25.4 * DPI), round(part.x / 25.4 * DPI)
            space = joined[top : top + sheet.shape[0], left : left + sheet.shape[1]]
            space[:] = sheet[: space.shape[0], : space.shape[1]]  # glued over the tile before
    assert (joined[1:-1, 1:-1] >= 0).all()
    # A cut falls between pixels: of the one it falls into, the white margin may show on a thin line.
    assert share_unlike(whole, joined) < 0.003
    assert share_unlike(whole, numpy.roll(joined, 2, axis=1)) > 0.01  # a slip of two pixels would be seen


def share_unlike(whole, joined):
    """Return the share of pixels outside what the pixel and its neighbours on the poster range over."""
    height, width = whole.shape[0] - 2, whole.shape[1] - 2
    around = [whole[down : down + height, across : across + width] for down in (0, 1, 2) for across in (0, 1, 2)]
    least, most = numpy.minimum.reduce(around), numpy.maximum.reduce(around)
    inner = joined[1:-1, 1:-1]
    return ((inner < least - 3) | (inner > most + 3)).any(axis=2).mean()


@pytest.mark.parametrize("size", POSTERS, ids=str)
def test_the_map_and_the_labels_agree(size):
    tiling = tile(size, LETTER)
    overview, *tiles = tiled_sheets(tiling, 0, title="P", language=EN, bleed=3)
    names = [
        EN.said("tile_name", row=row + 1, column=column + 1)
        for row in range(tiling.rows)
        for column in range(tiling.columns)
    ]
    assert [
        next(one.text for one in sheet.labels if one.text.startswith("row ")).split("  ")[0] for sheet in tiles
    ] == names
    on_map = {one.text: one.box for one in overview.labels if one.text.startswith("row ")}
    assert list(on_map) == names
    (small,) = overview.placements
    for number, sheet in enumerate(tiles):
        (placed,) = sheet.placements
        # The middle of the tile's name on the map, taken back to the poster and onto the tile's own sheet.
        box = on_map[names[number]]
        at = ((box.x + box.width / 2 - small.box.x) / small.scale, (box.y + 1.6 - small.box.y) / small.scale)
        on_sheet = (placed.box.x + at[0], placed.box.y + at[1])
        window = placed.window
        assert window.x < on_sheet[0] < window.right
        assert window.y < on_sheet[1] < window.bottom


@pytest.mark.parametrize("paper", [LETTER, A4], ids=["letter", "a4"])
@pytest.mark.parametrize("size", POSTERS, ids=str)
def test_marks_and_words_stand_beside_the_art_and_within_reach_of_the_printer(size, paper):
    tiling = tile(size, paper)
    for sheet in tiled_sheets(tiling, 0, title="P", language=EN, bleed=3)[1:]:
        reach = Box(0, 0, sheet.size.width, sheet.size.height).inset(EDGE_MM - 0.3)
        window = sheet.placements[0].window
        lines = [Box(min(m.x1, m.x2), min(m.y1, m.y2), abs(m.x1 - m.x2), abs(m.y1 - m.y2)) for m in sheet.marks]
        assert len(lines) >= 8
        for box in (*lines, *(label.box for label in sheet.labels)):
            assert reach.contains(box)
            assert not box.overlaps(window)
            inside_x = window.x < box.x < window.right and window.y < box.y < window.bottom
            assert not inside_x


def words_of(language, tag):
    """The texts of the pages that a poster of A2 takes on A4: the map and the tiles."""
    root = builtin_root()
    assets = Assets((root / "templates",), (root / "content",))
    sheets = tiled_sheets(tile(Size(420, 594), A4), 0, title="A poster", language=language)
    words = draw_words(sheets, assets, title="A poster", tag=tag, language=language)
    data = impose_sheets(poster_pdf(Size(420, 594)), sheets, title="P", language=tag, duplex=None, words=words)
    pages = pypdfium2.PdfDocument(data)
    return sheets, [" ".join(page.get_textpage().get_text_range().split()) for page in pages]


@pytest.mark.parametrize("tag", ["en", "es"])
def test_the_words_are_printed_on_the_sheets_in_the_language_of_the_piece(tag):
    language = LANGUAGES[tag].value
    _, pages = words_of(language, tag)
    second = language.said("tile_name", row=2, column=1)
    assert second in pages[0]
    assert second in pages[1 + tile(Size(420, 594), A4).columns]
    assert language.said("tile_glue") in pages[1]
    for said in (language.said("actual_size"), language.said("tiles_finish"), language.said("sheet_size", **A4_SAID)):
        assert said in pages[0]


A4_SAID = {"inches": "8.27 x 11.69", "millimetres": "210 x 297"}


def test_from_right_to_left_words_start_at_the_right_and_figures_keep_their_order():
    language = EN.model_copy(update={"direction": "rtl", "text_fonts": ("IBM Plex Sans Arabic",)})
    sheets, pages = words_of(language, "ar")
    first, step = next(pair for pair in pairwise(sheets[0].labels) if pair[0].text == "1.")
    assert first.box.x == step.box.right
    assert "210 x 297" in pages[0]


def test_art_runs_past_every_trim_mark_as_far_as_there_is_art():
    """A printer that is 1 mm out, or a knife, leaves no white line: neither at a seam nor at the poster's edge."""
    tiling = tile(TABLOID, LETTER)
    for bleed, past in ((3, OVERCUT_MM), (0.5, 0.5), (0, 0)):
        first, *_, last = (
            sheet.placements[0] for sheet in tiled_sheets(tiling, 0, title="P", language=EN, bleed=bleed)[1:]
        )
        assert (tiling.window.x - first.window.x, tiling.window.y - first.window.y) == pytest.approx((past, past))
        assert (first.window.right - tiling.window.right) == pytest.approx(OVERCUT_MM if tiling.columns > 1 else past)
        assert last.window.bottom - tiling.window.bottom == pytest.approx(past)
        assert tiling.window.y - last.window.y == pytest.approx(OVERCUT_MM if tiling.rows > 1 else past)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("", 'es.yaml:4:1: error: the language has no label "tile_name"'),
        ('  tile_name: "{row}"\n', "it should hold {row}, {column}"),
    ],
)
def test_a_language_without_the_words_is_an_error_at_its_line(write, handbill, label, said):
    text = (builtin_root() / "content/languages/es.yaml").read_text("utf-8")
    start = text.index("  tile_name:")
    text = text[:start] + label + text[text.index("\n", start) + 1 :]
    head, labels = text.partition("labels:\n")[::2]
    head = "name: Español\nenglish_name: Spanish\nstatus: draft\n"
    root = write(
        {"content/languages/es.yaml": f"{head}labels:\n{labels}", "content/editions/mine.yaml": "title: Mine\n"}
    )
    asked = ("-p", "poster", "--size", "a1", "-l", "es", "-f", "office", "--today", "2026-05-20", "--project", root)
    write({"content/editions/mine.yaml": "title: Mine\nlanguages: [en, es]\n"})
    done = handbill("build", *asked)
    assert done.exit_code == 1
    assert said in done.stderr
