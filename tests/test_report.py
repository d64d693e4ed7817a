"""The proof report: one page with everything inside, true to the manifest, safe whatever people wrote."""

import base64
import io
import json
import re
import shutil
import subprocess
from datetime import date
from html.parser import HTMLParser

import pytest
from PIL import Image

from generator.catalog import builtin_root
from generator.render.assets import Assets
from generator.report.page import Page, make_report
from generator.report.pictures import pictures_on_disk, read_picture
from generator.report.pieces import facts_of, pieces_of
from generator.values import as_bytes, from_bytes
from generator.write import Staging

ASSETS = Assets((builtin_root() / "templates",), (builtin_root() / "content",))
TODAY = date(2026, 11, 22)
NOTHING = "<script>alert(1)</script><img src=x onerror=alert(1)>"
FILES = {"content/editions/mine.yaml": "title: Mine\nplace: {country: US}\n"}
STYLE = (builtin_root() / "templates/products/wallet-card/style.css").read_text("utf-8")
COVER = (
    ".back::after { background: #FDF6E9; content: '';"
    " height: .3in; left: 1in; position: absolute; top: .4in; width: .4in; }"
)


def png(width=200, height=100, dpi=100):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#FBBF53").save(out, format="PNG", dpi=(dpi, dpi))
    return out.getvalue()


def finding(code="ink-hidden", severity="error", page=1, box=(10.0, 5.0, 20.0, 10.0), **more):
    said = {"message": f"what {code} says", "hint": "do this", "path": None, "line": None, "column": None}
    return {"severity": severity, "code": code, "page": page, "bbox_mm": list(box) if box else None, **said, **more}


def entry(product="wallet-card", finish="screen", **more):
    facts = [
        {"page": 1, "kind": "phone", "resource": "mine-line", "value": "tel:1", "printed": "(515) 555-0142",
         "checked": "2026-05-12", "checked_by": "J. Rivera"},
        {"page": 1, "kind": "sms", "resource": "us-988", "value": "sms:988", "printed": "988",
         "checked": None, "checked_by": None},
    ]  # fmt: skip
    usual = {
        "path": f"mine/en/{product}.{finish}.pdf", "edition": "mine", "language": "en", "product": product,
        "finish": finish, "stock": None, "pages": 1, "size_mm": [50.8, 25.4], "sha256": "ab" * 32, "status": "ok",
        "facts": facts, "left_out": [], "fit_scale": 1.0, "findings": [],
    }  # fmt: skip
    return usual | more


def report(*entries, pictures=lambda stem: (png(),), again=False):
    return make_report(entries, pictures, ASSETS, version="1.2.3", today=TODAY, again=again).decode("utf-8")


class Reader(HTMLParser):
    """Gathers the tags, their attributes and the text of a page; an element left open is an error."""

    VOID = frozenset({"meta", "img", "link", "br", "input"})

    def __init__(self, text):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "title"}:
            self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def test_it_says_what_came_out_of_every_piece():
    read = Reader(report(entry(), entry("handout", status="refused", findings=[finding()], sha256=None, size_mm=None)))
    assert "1 of 2 pieces did not pass" in read.words
    assert "what ink-hidden says" in read.words
    assert "do this" in read.words
    assert "November 22, 2026" in read.words
    assert "1.2.3" in read.words
    assert "All 2 pieces passed their proof" in Reader(report(entry(), entry("handout"))).words
    assert "Nothing has been made yet" in Reader(report()).words


def test_it_lists_every_fact_once_with_its_check_and_where_it_is_printed():
    read = Reader(report(entry(), entry(finish="office"), entry("handout")))
    assert read.words.count("(515) 555-0142") == 1
    assert "(515) 555-0142 Call mine-line May 12, 2026 J. Rivera handout, wallet card" in read.words
    assert "988 Text us-988 Never – handout, wallet card" in read.words
    assert "Never checked by a person 1" in read.words


def test_it_lists_what_was_left_out_how_it_was_fitted_and_every_file():
    read = Reader(report(entry(left_out=["far-clinic", "night-line"], fit_scale=0.92)))
    assert "Type at 92% of its size. Left out for want of room, 2 in all: far-clinic, night-line." in read.words
    assert "mine/en/wallet-card.screen.pdf" in read.words
    assert "ab" * 32 in read.words
    for word in ("Sign-off", "Name and role", "Signature", "Date", "Organization"):
        assert word in read.words


def test_a_finding_is_marked_where_it_stands():
    # The picture is 200 x 100 pixels at 100 dots an inch: 50.8 x 25.4 mm.
    (mark,) = [
        one for one in Reader(report(entry(findings=[finding()]))).named("span") if "mark" in one.get("class", "")
    ]
    assert mark["class"] == "mark error"
    shares = [float(one) for one in re.findall(r"[\d.]+(?=%)", mark["style"])]
    assert shares == pytest.approx([19.69, 19.69, 19.69, 19.69], abs=0.02)


def test_marks_stay_on_the_picture_and_carry_the_number_of_their_finding():
    said = [
        finding("a-warning", "warning", box=(-5.0, -5.0, 900.0, 900.0)),
        finding("another-page", page=2),
        finding("nowhere", page=None, box=None),
    ]
    (piece,) = pieces_of([entry(findings=said)], lambda stem: (png(), png()))
    assert [(one.number, one.code) for one in piece.findings] == [(1, "another-page"), (2, "nowhere"), (3, "a-warning")]
    first, second = piece.pages
    (whole,) = first.marks
    assert (whole.left, whole.top, whole.width, whole.height) == (0, 0, 100, 100)
    assert whole.finding.number == 3
    assert [one.finding.code for one in second.marks] == ["another-page"]


def test_many_pages_are_pictured_as_far_as_they_are_of_use():
    (piece,) = pieces_of([entry(findings=[finding(page=11)])], lambda stem: (png(),) * 20)
    assert [one.number for one in piece.pages] == [1, 2, 3, 4, 5, 6, 7, 8, 11]
    assert piece.unpictured == 11


def test_a_report_on_very_many_pieces_pictures_what_needs_a_person(monkeypatch):
    monkeypatch.setattr("generator.report.page.MOST_PICTURED", 2)
    entries = [
        entry("wallet-card", findings=[finding(page=2, severity="warning")]),
        entry("poster", findings=[finding(box=None)], status="refused"),
        entry("handout", findings=[finding(box=None, severity="warning")]),
    ]
    text, fewer = report(*entries, pictures=lambda stem: (png(), png())), report(*entries[:2])
    shown = {
        match[1]: match[2].count("<img") for match in re.finditer(r'(?s)<article id="mine-en-(.+?)"(.*?)</art', text)
    }
    assert shown == {"wallet-card": 1, "poster": 2, "handout": 0}
    assert "its pictures are not shown; they lie beside its files" in " ".join(text.split())
    assert "could not be laid out" not in text
    assert "beside its files" not in fewer


def test_what_was_written_ahead_for_few_is_written_anew_for_many(monkeypatch):
    monkeypatch.setattr("generator.report.page.MOST_PICTURED", 1)
    both, pictures = [entry(), entry("poster")], lambda stem: (png(),)
    for count in (1, 2):
        ahead = Page(ASSETS, count)
        ahead.prepare_pieces(both, pictures)
        assert ahead.made(both, pictures, version="1.2.3", today=TODAY).decode() == report(*both)


def test_the_files_of_a_piece_share_its_findings_and_the_worst_status_is_its_own():
    files = [entry(findings=[finding()]), entry(finish="office", findings=[finding()], status="changed")]
    (piece,) = pieces_of(files, lambda stem: ())
    assert piece.status == "changed"
    assert len(piece.findings) == 1


@pytest.mark.parametrize("key", sorted(entry()))
@pytest.mark.parametrize("value", [None, "nonsense", 7, ["odd"]])
def test_a_manifest_that_somebody_edited_is_shown_as_far_as_it_goes(key, value):
    if key in {"facts", "findings"} and value == ["odd"]:
        value = [{}]
    assert "Proof report" in Reader(report(entry() | {key: value})).words
    rest = {name: said for name, said in entry().items() if name != key}
    assert "Proof report" in Reader(report(rest)).words


def test_facts_are_kept_apart_by_edition():
    assert len(facts_of([entry(), entry(edition="other")])) == 4


@pytest.mark.parametrize("key", ["edition", "language", "product", "path", "stock", "sha256"])
def test_nothing_that_people_wrote_becomes_markup(key):
    read = Reader(report(entry(**{key: NOTHING})))
    assert not read.named("script")
    assert not [one for one in read.named("img") if not one["src"].startswith("data:image/png;base64,")]
    assert NOTHING.replace("-", " ").casefold() in read.words.replace("-", " ").casefold()


def test_nothing_in_a_finding_or_a_fact_becomes_markup():
    facts = [dict.fromkeys(("kind", "resource", "value", "printed", "checked_by"), NOTHING) | {"page": 1}]
    said = [finding(message=NOTHING, hint=NOTHING, path=NOTHING, code=NOTHING)]
    read = Reader(report(entry(facts=facts, findings=said, left_out=[NOTHING])))
    assert not read.named("script")
    assert {one["src"][:15] for one in read.named("img")} == {"data:image/png;"}
    assert read.words.count("alert(1)") >= 14


def test_it_needs_nothing_from_outside_and_runs_nothing():
    text = report(entry(findings=[finding()]))
    read = Reader(text)
    assert not {"script", "link", "iframe", "object", "base"} & {tag for tag, _ in read.tags}
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
    addresses = re.findall(r"(?:url\(|src=\"|href=\")([^\")]+)", text)
    assert {one[:5] for one in addresses} == {"data:", "#mine"}
    assert "default-src 'none'" in text
    assert "@import" not in text


def test_the_same_pieces_give_the_same_bytes():
    assert report(entry(), entry("handout")) == report(entry(), entry("handout"))


def test_what_was_written_ahead_is_what_is_written_at_once_or_written_anew():
    ahead, pictures = Page(ASSETS), lambda stem: (png(),)
    ahead.prepare_pieces([entry(), entry("poster", status="refused")], pictures)
    ahead.prepare_editions([entry(), entry("poster")])
    other = entry("poster")["facts"][0] | {"printed": "(515) 555-0177"}
    now = [entry(), entry("poster", status="warned", facts=[other])]
    assert ahead.made(now, pictures, version="1.2.3", today=TODAY).decode() == report(*now)


def again(parts, *entries, pictures=lambda stem: (png(),)):
    """Return a report that knows the parts of one before, the pieces and editions written anew, and its own parts."""
    anew: list[str] = []

    class Noting(Page):
        def _written(self, key, stem, *told, **how):
            anew.append(stem)
            return super()._written(key, stem, *told, **how)

    page = Noting(ASSETS, parts=parts)
    text = page.made(entries, pictures, version="1.2.3", today=TODAY).decode()
    return text, anew, page.parts


def test_what_a_report_before_said_is_said_again_and_what_changed_is_written_anew():
    before = [entry(), entry("poster"), entry("handout", findings=[finding()])]
    first, anew, parts = again(None, *before)
    assert first == report(*before)
    assert len(anew) == 3
    parts = from_bytes(as_bytes(parts))
    assert again(parts, *before)[:2] == (first, [])
    other = entry("poster")["facts"][0] | {"printed": "(515) 555-0177"}
    now = [entry(), entry("poster", facts=[other]), entry("handout")]
    text, anew, _ = again(parts, *now)
    assert anew == ["mine/en/handout", "mine/en/poster"]
    assert text == report(*now)
    assert "555-0177" in text


def test_another_picture_or_one_more_is_shown_whatever_was_known():
    _, _, parts = again(None, entry(), entry("poster"))
    shown = {"mine/en/poster": (png(), png()), "mine/en/wallet-card": (png(210),)}
    text, anew, _ = again(parts, entry(), entry("poster"), pictures=shown.__getitem__)
    assert anew == ["mine/en/poster", "mine/en/wallet-card"]
    assert text == report(entry(), entry("poster"), pictures=shown.__getitem__)


def test_a_report_knows_no_more_than_it_is_on():
    _, _, parts = again(None, entry(), entry("poster"), entry("poster", edition="other", path="other/en/poster.x.pdf"))
    _, _, fewer = again(parts, entry())
    assert (set(fewer.pieces), set(fewer.editions)) == ({"mine/en/wallet-card"}, {"mine"})


def test_a_picture_says_how_large_it_is():
    picture = read_picture(png(300, 150, 150))
    assert picture is not None
    assert picture.width == pytest.approx(50.8, abs=0.01)
    assert picture.height == pytest.approx(25.4, abs=0.01)
    plain = io.BytesIO()
    Image.new("RGB", (96, 96)).save(plain, format="PNG")
    unsaid = read_picture(plain.getvalue())
    assert unsaid is not None
    assert unsaid.width == pytest.approx(25.4, abs=0.01)
    assert read_picture(b"GIF89a") is None


def built(handbill, write, files=None, *more):
    root = write(FILES | (files or {}))
    asked = ("--product", "wallet-card", "--today", "2026-11-22", *more)
    return root, handbill("build", "--project", root, *asked)


def test_each_build_writes_it_with_the_pictures_of_what_was_made(handbill, write):
    root, done = built(handbill, write)
    assert done.exit_code == 0, done.stderr
    assert "proof.html" in done.stdout
    read = Reader((root / "output/proof.html").read_text("utf-8"))
    assert "The piece passed its proof" in read.words
    pictures = [base64.b64decode(one["src"].partition(",")[2]) for one in read.named("img")]
    assert pictures == [(root / f"output/mine/en/wallet-card-{number}.png").read_bytes() for number in (1, 2)]
    listed = json.loads((root / "output/manifest.json").read_text("utf-8"))["artifacts"]
    for one in listed:
        assert one["sha256"] in read.words
        assert all(fact["printed"] in read.words for fact in one["facts"])


def test_a_refused_piece_is_pictured_with_its_errors_though_it_is_not_published(handbill, write):
    root, done = built(handbill, write, {"templates/products/wallet-card/style.css": STYLE + COVER})
    assert done.exit_code == 1
    assert not (root / "output/mine/en/wallet-card-1.png").exists()
    read = Reader((root / "output/proof.html").read_text("utf-8"))
    assert "1 of 1 piece did not pass" in read.words
    assert "No such file was written." in read.words
    assert len(read.named("img")) == 2
    assert [one for one in read.named("span") if one.get("class") == "mark error"]


def test_a_piece_whose_layout_is_refused_is_pictured_too(handbill, write):
    wide = STYLE + ".rows .what { font-size: 4rem; white-space: nowrap; }"
    root, done = built(handbill, write, {"templates/products/wallet-card/style.css": wide})
    assert done.exit_code == 1
    assert Reader((root / "output/proof.html").read_text("utf-8")).named("img")


def test_a_later_build_keeps_the_pieces_that_stand_there(handbill, write):
    root, _ = built(handbill, write)
    handbill("build", "--project", root, "--product", "poster", "--today", "2026-11-22")
    read = Reader((root / "output/proof.html").read_text("utf-8"))
    assert "All 2 pieces passed their proof" in read.words
    assert len(read.named("img")) == 3


def test_proving_again_tells_what_changed_since(handbill, write):
    root, _ = built(handbill, write)
    card = root / "output/mine/en/wallet-card.screen.pdf"
    card.write_bytes(card.read_bytes() + b"\n")
    done = handbill("proof", "--project", root, "--today", "2026-12-01")
    assert done.exit_code == 1
    assert "proof.html" in done.stdout
    read = Reader((root / "output/proof.html").read_text("utf-8"))
    assert "Changed since its proof" in read.words
    assert "has changed since it was proved" in read.words
    assert "Proved again December 1, 2026" in read.words


def test_pictures_are_found_beside_the_files(tmp_path):
    (tmp_path / "a/en").mkdir(parents=True)
    for number in (1, 2, 4):
        (tmp_path / f"a/en/card-{number}.png").write_bytes(png())
    assert len(pictures_on_disk(tmp_path)("a/en/card")) == 2
    assert Staging(tmp_path).merged([entry()]) == [entry()]


@pytest.mark.slow
def test_a_browser_prints_all_of_it(tmp_path):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        pytest.skip("no browser to print with is here")
    page = tmp_path / "proof.html"
    said = [finding(f"code-{number}", page=None, box=None) for number in range(40)]
    page.write_text(report(*(entry(f"card-{number}", findings=said) for number in range(16))), "utf-8")
    out = tmp_path / "proof.pdf"
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={out}")
    subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True, timeout=120)
    import pypdfium2

    with pypdfium2.PdfDocument(out) as pdf:
        text = "\n".join(one.get_textpage().get_text_bounded() for one in pdf)
    letters = "".join(char for char in text if char.isalnum())
    assert "Signoff" in letters
    assert letters.count("whatcode39says") == 16
