import hashlib
import io
import json
import math

import pikepdf
import pypdfium2
import pytest

CHECKED = "checked: 2026-11-01"
EDITION = "title: Mine\nplace: {country: US, county: Mine, name: Mine County}\nlists: [us-national, mine]\n"
LIST = f"""\
resources:
  - {{id: mine-line, name: Mine crisis line, kind: crisis, phones: [(515) 555-0142], hours: 24/7, {CHECKED}}}
  - {{id: mine-clinic, name: Mine clinic, kind: clinic, phones: [(515) 555-0118], {CHECKED}}}
"""
FILES = {"content/editions/mine.yaml": EDITION, "content/lists/mine.yaml": LIST}
TODAY = ("--today", "2026-11-22")


def manifest(output):
    return json.loads((output / "manifest.json").read_text("utf-8"))


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def text_of(path):
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def mm(box):
    return [
        round((float(box[2]) - float(box[0])) / 72 * 25.4, 3),
        round((float(box[3]) - float(box[1])) / 72 * 25.4, 3),
    ]


@pytest.fixture
def built(handbill, write):
    def run(*args, files=None, code=0):
        root = write(FILES | (files or {}))
        done = handbill("build", "--project", root, *TODAY, *args)
        assert done.exit_code == code, done.stderr
        return root / "output", done

    return run


def test_the_manifest_agrees_with_the_files(built):
    output, done = built("--product", "wallet-card", "--product", "handout")
    entries = manifest(output)["artifacts"]
    assert {one["path"] for one in entries} == {
        f"mine/en/{product}.{finish}.pdf" for product in ("wallet-card", "handout") for finish in ("screen", "office")
    }
    for one in entries:
        path = output / one["path"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]
        with pikepdf.open(path) as pdf:
            assert len(pdf.pages) == one["pages"]
            assert mm(pdf.pages[0].mediabox) == pytest.approx(one["size_mm"], abs=0.1)
        text = "".join(text_of(path).split())
        for fact in one["facts"]:
            assert "".join(fact["printed"].split()) in text or fact["kind"] in {"qr", "hours"}, fact
        assert str(path.name) in done.stdout
    assert (output / "mine/en/wallet-card-2.png").read_bytes().startswith(b"\x89PNG")


def test_a_screen_file_has_its_language_title_links_and_tags(built):
    output, _ = built("--product", "wallet-card", "--finish", "screen")
    with pikepdf.open(output / "mine/en/wallet-card.screen.pdf") as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as about:
            assert about["dc:title"]
        links = {str(link.A.URI) for page in pdf.pages for link in page.obj.get("/Annots", []) if "/A" in link}
    assert {"tel:988", "tel:+15155550142"} <= links


def test_the_ten_up_sheet_holds_the_cards_content_once(built):
    output, _ = built("--product", "wallet-card", "--finish", "office")
    with pikepdf.open(output / "mine/en/wallet-card.office.pdf") as pdf:
        fronts, backs = pdf.pages
        for page, name in ((fronts, b"/Face0 Do"), (backs, b"/Face1 Do")):
            assert page.Contents.read_bytes().count(name) == 10
            assert len(page.Resources.XObject.keys()) == 1
            assert "/Annots" not in page.obj
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"


@pytest.mark.usefixtures("in_processes")
def test_two_builds_are_the_same_bytes_with_one_worker_or_two(built, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    built("--output", one, "--jobs", "1")
    built("--output", two, "--jobs", "2")
    assert digests(one) == digests(two)
    assert len(digests(one)) > 10


def test_an_edition_for_britain_from_scratch(handbill, write):
    root = write({"content/editions/leeds.yaml": "title: Leeds\nplace: {country: GB, region: Leeds}\n"})
    done = handbill("build", "--project", root, *TODAY)
    assert done.exit_code == 0, done.stderr
    output = root / "output"
    sizes = {one["path"]: (one["size_mm"], one["stock"]) for one in manifest(output)["artifacts"]}
    assert sizes["leeds/en/handout.office.pdf"] == ([210, 297], "a4")
    assert sizes["leeds/en/wallet-card.screen.pdf"] == ([85, 54], None)
    assert sizes["leeds/en/wallet-card.office.pdf"] == ([210, 297], "avery-c32011")
    assert sizes["leeds/en/poster.office.pdf"] == ([297, 420], "a3")
    for path in sorted((output / "leeds/en").glob("*.screen.pdf")):
        text = text_of(path)
        assert "116 123" in text, path
        assert "999" in text, path
        assert "988" not in text, path
        assert "911" not in text, path


def test_a_style_sheet_of_the_projects_own_changes_only_the_style(built, tmp_path):
    plain, _ = built("--product", "wallet-card", "--finish", "screen")
    before = text_of(plain / "mine/en/wallet-card.screen.pdf")
    first = digests(plain)
    built(
        "--product", "wallet-card", "--finish", "screen", "--output", tmp_path / "styled",
        files={"templates/products/wallet-card/style.css": ".back { background: #D0E7E8; } h2 { color: #002F3C; }"},
    )  # fmt: skip
    styled = tmp_path / "styled"
    assert text_of(styled / "mine/en/wallet-card.screen.pdf") == before
    assert digests(styled)["mine/en/wallet-card-2.png"] != first["mine/en/wallet-card-2.png"]


BOOKMARK = {
    "templates/products/bookmark/product.yaml": (
        "title: Bookmark\nfaces: [front, back]\nsize: 50mm x 150mm\nneeds: [crisis]\n"
    ),
    "templates/products/bookmark/front.html": (
        "<h1>{{ guide.title }}</h1><p>{{ phone(piece.lead.call) }}</p><p>{{ phone(piece.emergency.call) }}</p>"
    ),
    "templates/products/bookmark/back.html": "<h2>{{ guide.ally.heading }}</h2><p>{{ guide.ally.text }}</p>",
    "templates/products/bookmark/layout.css": (
        ".face { font-size: 1rem } h1, h2, p { margin: 0 6mm 4mm } h1, h2 { padding-top: 8mm; font-size: 1.6rem }"
    ),
}


def test_a_new_product_is_a_folder(built):
    output, _ = built("--product", "bookmark", files=BOOKMARK)
    entries = {one["finish"]: one for one in manifest(output)["artifacts"]}
    assert entries["screen"]["size_mm"] == [50, 150]
    assert entries["screen"]["pages"] == 2
    with pikepdf.open(output / entries["office"]["path"]) as pdf:
        fronts = pdf.pages[0].Contents.read_bytes()
        assert fronts.count(b"/Face0 Do") >= 4
        assert b" l S" in fronts  # crop marks: plain paper has no perforation


def test_a_project_products_own_folder_is_built_without_being_asked_for(built):
    output, _ = built("--finish", "screen", files=BOOKMARK)
    assert (output / "mine/en/bookmark.screen.pdf").is_file()
    assert (output / "mine/en/handout.screen.pdf").is_file()


def test_a_refused_piece_leaves_its_old_file_and_the_others_go_on(built):
    output, _ = built("--product", "wallet-card", "--product", "poster", "--finish", "screen")
    before = digests(output)
    broken = {"templates/products/wallet-card/front.html": "<h1>{{ guide.nothing }}</h1>"}
    _, done = built("--product", "wallet-card", "--product", "poster", "--finish", "screen", files=broken, code=1)
    after = digests(output)
    assert after["mine/en/wallet-card.screen.pdf"] == before["mine/en/wallet-card.screen.pdf"]
    entries = {one["product"]: one for one in manifest(output)["artifacts"]}
    assert entries["wallet-card"]["status"] == "refused"
    assert entries["wallet-card"]["sha256"] == before["mine/en/wallet-card.screen.pdf"]
    assert entries["poster"]["status"] != "refused"
    assert "front.html:1" in done.stderr
    assert "Traceback" not in done.stderr


def test_strict_refuses_drafts_and_unchecked_numbers(built):
    _, done = built("--product", "wallet-card", "--strict", code=1)
    assert "never been checked" in done.stderr
    assert "0 pieces made" in done.stderr


def test_json_says_what_was_made(built):
    _, done = built("--product", "wallet-card", "--json")
    said = json.loads(done.stdout)
    assert [one["finish"] for one in said["artifacts"]] == ["screen", "office"]
    assert {one["code"] for one in said["findings"]} >= {"unchecked-facts"}


def test_nothing_of_the_machine_is_in_a_file(built, tmp_path):
    output, _ = built("--product", "wallet-card", "--finish", "screen")
    data = io.BytesIO()
    with pikepdf.open(output / "mine/en/wallet-card.screen.pdf") as pdf:
        pdf.save(data, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    assert str(tmp_path).encode() not in data.getvalue()


PRINTER = {"content/printers/desk.yaml": "offset: 1.2mm, -0.8mm\nscale: 0.997\nback: 0.5mm, -0.3mm\nskew: 0.2\n"}


def test_a_measured_printer_prints_the_sheet_in_place(built):
    """Print both files, the corrected one on a printer that errs, and compare the pictures."""
    plain, _ = built("--product", "wallet-card", "--finish", "office")
    path = plain / "mine/en/wallet-card.office.pdf"
    before = [page.render(scale=2).to_pil().convert("L") for page in pypdfium2.PdfDocument(path.read_bytes())]
    output, done = built("--product", "wallet-card", "--finish", "office", "--printer", "desk", files=PRINTER)
    assert "corrected for the printer desk" in done.stderr
    (entry,) = manifest(output)["artifacts"]
    assert entry["printer"] == "desk"
    assert "corrected for the printer desk" in entry["ticket"]
    for is_back, picture in enumerate(before):
        machine = printer_matrix(is_back=bool(is_back))
        with pikepdf.open(output / "mine/en/wallet-card.office.pdf") as pdf:
            page = pdf.pages[is_back]
            moved = b"q " + machine + b" cm " + page.Contents.read_bytes() + b" Q"
            page.Contents = pdf.make_stream(moved)
            out = io.BytesIO()
            pdf.save(out)
        after = pypdfium2.PdfDocument(out.getvalue())[is_back].render(scale=2).to_pil().convert("L")
        assert difference(picture, after) < 0.5
        uncorrected = pypdfium2.PdfDocument((output / "mine/en/wallet-card.office.pdf").read_bytes())[is_back]
        assert difference(picture, uncorrected.render(scale=2).to_pil().convert("L")) > 3


def printer_matrix(*, is_back):
    """What the printer of PRINTER does to a letter page, worked out here in points from the lower left."""
    pt = 72 / 25.4
    angle, height = math.radians(-0.2), 792
    a, b = 0.997 * math.cos(angle), 0.997 * math.sin(angle)
    right, down = (1.7, -1.1) if is_back else (1.2, -0.8)
    # The turn and the scale are about the upper left corner.
    return f"{a} {b} {-b} {a} {b * height + right * pt} {height - a * height - down * pt}".encode()


def difference(one, other):
    import numpy

    return float(numpy.abs(numpy.asarray(one).astype(int) - numpy.asarray(other).astype(int)).mean())


def test_two_languages_share_a_sheet(built):
    two = {"content/editions/mine.yaml": EDITION + "languages: [en, es]\n"}
    output, done = built("--product", "wallet-card", "--together", "--copies", "8", files=two)
    assert not (output / "mine/en/wallet-card.office.pdf").exists()
    assert "together/avery-5371/wallet-card: 2 sheets of avery-5371" in done.stderr
    (shared,) = [one for one in manifest(output)["artifacts"] if one["edition"] == "together"]
    assert shared["language"] == "en+es"
    assert [one["piece"] for one in shared["together"]] == ["mine/en/wallet-card", "mine/es/wallet-card"]
    with pikepdf.open(output / shared["path"]) as pdf:
        assert [sorted(page.Resources.XObject.keys()) for page in pdf.pages] == [
            ["/Face0", "/Face2"], ["/Face1", "/Face3"], ["/Face2"], ["/Face3"],
        ]  # fmt: skip
        counts = [page.Contents.read_bytes().count(b" Do") for page in pdf.pages]
    assert counts == [10, 10, 6, 6]
    assert "Call or text" in text_of(output / shared["path"])


def test_a_refused_piece_refuses_the_sheets_it_shares(built):
    two = {"content/editions/mine.yaml": EDITION + "languages: [en, es]\n"}
    output, done = built("--product", "wallet-card", "--together", "--strict", files=two, code=1)
    assert "shares its sheets with mine/en/wallet-card, mine/es/wallet-card, which was refused" in done.stderr
    assert not (output / "together").exists()


def test_a_poster_on_letter_paper_comes_with_its_map(built):
    output, done = built("--product", "poster", "--stock", "letter", "--finish", "office")
    assert "mine/en/poster: a map and 4 sheets of letter, in 2 rows and 2 columns" in done.stderr
    text = text_of(output / "mine/en/poster.office.pdf")
    assert text.count("row 2, column 1") == 2  # on the map and on the tile


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--copies", "0"], "not in the range"),
        (["--used", "1-x"], "write slots like 1-3,7"),
        (["--used", "3", "--start-at", "2"], "give one of them"),
        (["--duplex", "sideways"], "by-hand"),
        (["--stacks"], "give --together as well"),
    ],
)
def test_a_wrong_order_to_the_printer_ends_with_2(handbill, write, args, said):
    done = handbill("build", "--project", write(FILES), *TODAY, *args)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_silly_printer_is_an_error_at_its_line_and_nothing_is_made(built):
    silly = {"content/printers/desk.yaml": "title: Desk\noffset: 20mm, 0mm\n"}
    output, done = built("--product", "wallet-card", files=silly, code=1)
    assert "content/printers/desk.yaml:2:9: error:" in done.stderr
    assert "further than any printer is out" in done.stderr
    assert not output.exists()
