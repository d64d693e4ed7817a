import io
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
from msgspec.structs import replace

from generator.impose import PT_PER_MM, cut_to_trim, impose_sheets, join_faces
from generator.sheets.affine import moved, stretched
from generator.sheets.placing import Label, Mark, Placement, Sheet
from generator.units import Box, Size

LETTER = Size.parse("8.5in x 11in")
BLEED = 9.0  # points
RED, BLUE = b"1 0 0 rg", b"0 0 1 rg"


def face(colour, *, width=252.0, height=144.0):
    """One page whose trim is filled, with a white corner at its upper left, and black bleed around it."""
    fill = b"0 g %g %g %g %g re f\n" % (-BLEED, -BLEED, width + 2 * BLEED, height + 2 * BLEED)
    fill += b"%s 0 0 %g %g re f\n1 g 0 %g 20 20 re f" % (colour, width, height, height - 20)
    return fill, width, height


def faces_pdf(*colours):
    pdf = pikepdf.new()
    for colour in colours:
        content, width, height = face(colour)
        media = pikepdf.Array([-BLEED, -BLEED, width + BLEED, height + BLEED])
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=media,
            TrimBox=pikepdf.Array([0, 0, width, height]),
            Contents=pdf.make_stream(content),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def imposed(sheets, faces=None, **options):
    given = {"title": "Cards", "language": "en", "duplex": "DuplexFlipLongEdge"} | options
    return impose_sheets(faces or faces_pdf(RED, BLUE), sheets, **given)


def colour_at(data, page, x_mm, y_mm):
    picture = pypdfium2.PdfDocument(data)[page].render(scale=2).to_pil().convert("RGB")
    return picture.getpixel((int(x_mm * PT_PER_MM * 2), int(y_mm * PT_PER_MM * 2)))


def test_a_face_is_laid_by_its_trim_and_its_content_stands_once():
    boxes = [Box(19.05, 12.7 + row * 50.8, 88.9, 50.8) for row in range(5)]
    sheet = Sheet(LETTER, tuple(Placement(0, slot, box) for slot, box in enumerate(boxes)))
    data = imposed([sheet])
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (page,) = pdf.pages
        assert [float(edge) for edge in page.mediabox] == [0, 0, 612, 792]
        assert page.Contents.read_bytes().count(b"/Face0 Do") == 5
        assert list(page.Resources.XObject.keys()) == ["/Face0"]
    assert colour_at(data, 0, 19.05 + 50, 12.7 + 25) == (255, 0, 0)
    assert colour_at(data, 0, 19.05 + 1, 12.7 + 1) == (255, 255, 255)  # the face's own upper left corner
    assert colour_at(data, 0, 19.05 - 1, 12.7 + 25) == (255, 255, 255)  # its bleed is clipped away


def test_bleed_runs_as_far_as_the_plan_lets_it():
    sheet = Sheet(LETTER, (Placement(0, 0, Box(50, 50, 88.9, 50.8), 0, 2.0, 0.0),))
    data = imposed([sheet])
    assert colour_at(data, 0, 50 - 1.2, 70) == (0, 0, 0)
    assert colour_at(data, 0, 50 - 2.8, 70) == (255, 255, 255)
    assert colour_at(data, 0, 70, 50 - 0.8) == (255, 255, 255)


@pytest.mark.parametrize(
    ("rotation", "corner"), [(0, (51, 51)), (90, (99.8, 51)), (180, (137.9, 99.8)), (270, (51, 137.9))]
)
def test_a_turned_face_fills_its_box_and_its_corner_turns_clockwise(rotation, corner):
    size = (88.9, 50.8) if rotation in {0, 180} else (50.8, 88.9)
    data = imposed([Sheet(LETTER, (Placement(0, 0, Box(50, 50, *size), rotation),))])
    assert colour_at(data, 0, *corner) == (255, 255, 255)
    assert colour_at(data, 0, 50 + size[0] / 2, 50 + size[1] / 2) == (255, 0, 0)


def test_marks_are_drawn_where_they_are_planned():
    data = imposed([Sheet(LETTER, (), (Mark(20, 30, 40, 30),))])
    picture = pypdfium2.PdfDocument(data)[0].render(scale=8).to_pil().convert("L")
    row = [picture.getpixel((int(30 * PT_PER_MM * 8), int(y * PT_PER_MM * 8))) for y in (29, 30, 31)]
    assert row[1] < 250
    assert row[0] == row[2] == 255


def test_folds_are_dashed_and_cuts_are_not():
    data = imposed([Sheet(LETTER, (), (Mark(20, 30, 40, 30), Mark(20, 50, 40, 50, is_dashed=True)))])
    picture = pypdfium2.PdfDocument(data)[0].render(scale=8).to_pil().convert("L")
    for y, changes in ((30, 0), (50, 10)):
        row = [picture.getpixel((int(x / 10 * PT_PER_MM * 8), int(y * PT_PER_MM * 8))) < 200 for x in range(210, 390)]
        assert sum(one != other for one, other in pairwise(row)) >= changes
        assert any(row) if changes else all(row)


def test_the_same_plan_gives_the_same_bytes():
    sheet = Sheet(LETTER, (Placement(0, 0, Box(50, 50, 88.9, 50.8)), Placement(1, 1, Box(50, 150, 88.9, 50.8))))
    faces = faces_pdf(RED, BLUE)
    assert imposed([sheet], faces) == imposed([sheet], faces)


def test_the_file_says_what_it_is_and_how_to_print_it():
    with pikepdf.open(io.BytesIO(imposed([Sheet(LETTER, ())], language="es"))) as pdf:
        assert str(pdf.Root.Lang) == "es"
        assert str(pdf.docinfo["/Title"]) == "Cards"
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
        assert pdf.Root.ViewerPreferences.PrintScaling == "/None"


def test_the_screen_page_is_the_trim():
    with pikepdf.open(io.BytesIO(cut_to_trim(faces_pdf(RED)))) as pdf:
        assert [float(edge) for edge in pdf.pages[0].mediabox] == [0, 0, 252, 144]
        assert "/BleedBox" not in pdf.pages[0].obj


def test_a_tile_prints_on_its_window_alone():
    data = imposed([Sheet(LETTER, (Placement(0, 0, Box(50, 50, 88.9, 50.8), clip=Box(70, 60, 20, 20)),))])
    assert colour_at(data, 0, 80, 70) == (255, 0, 0)
    assert [colour_at(data, 0, *at) for at in ((68, 70), (92, 70), (80, 58), (80, 82))] == [(255, 255, 255)] * 4


def test_a_small_face_fills_its_box_whole():
    data = imposed([Sheet(LETTER, (Placement(0, 0, Box(50, 50, 44.45, 25.4), scale=0.5),))])
    assert colour_at(data, 0, 51, 51) == (255, 255, 255)  # the face's own upper left corner, small as well
    assert colour_at(data, 0, 55, 51) == (255, 0, 0)
    assert colour_at(data, 0, 93, 74) == (255, 0, 0)
    assert colour_at(data, 0, 96, 74) == (255, 255, 255)


def test_a_correction_moves_faces_and_marks_alike():
    plain = Sheet(LETTER, (Placement(0, 0, Box(50, 50, 88.9, 50.8)),), (Mark(20, 30, 40, 30, 3.0),))
    turned = stretched(1.02, 0.98, degrees=1.0)
    data = imposed([replace(plain, correction=moved(4, -6).after(turned))])
    for point, colour in (((90, 90), (255, 0, 0)), ((51, 51), (255, 255, 255)), ((30, 30), (0, 0, 0))):
        x, y = moved(4, -6).after(turned).apply(*point)
        assert colour_at(data, 0, x, y) == colour, point


def test_words_are_laid_over_the_sheets_that_have_labels():
    label = Label("x", Box(0, 0, 10, 10))
    words = faces_pdf(BLUE)
    data = imposed([Sheet(LETTER, ()), Sheet(LETTER, (), (), (label,))], words=words)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert [list(page.Resources.XObject.keys()) for page in pdf.pages] == [[], ["/Words"]]


def test_faces_of_several_pieces_are_joined_in_order():
    joined = join_faces([faces_pdf(RED), faces_pdf(BLUE, RED)])
    colours = [colour_at(joined, page, 50, 30) for page in range(3)]
    assert colours == [(255, 0, 0), (0, 0, 255), (255, 0, 0)]
    assert joined == join_faces([faces_pdf(RED), faces_pdf(BLUE, RED)])
