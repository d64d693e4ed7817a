"""The words, numbers and pictures of a piece, read off its HTML, for templates that are no HTML."""

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from weasyprint import HTML

from generator.plan import Job
from generator.sheets.placing import Sheet

Words = dict[str, object]
SCENE = re.compile(r'<svg class="scene".*?</svg>', re.S)
CODE = re.compile(r'<svg class="code".*?</svg>', re.S)
CARRIED = re.compile(r"url\((?:&quot;)?data:image/svg\+xml(;base64)?,(.*?)(?:&quot;)?\)\"", re.S)
LOGO = re.compile(r'<img class="logo" src="file://([^"]+)"')
COLOUR = re.compile(r"--(deep|primary|accent|sun|soft|cream|paper|rule|band|hero|disc):(#\w+)")


class Pictures:
    """Keeps pictures as files, those that are the same once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "pictures"

    def kept(self, svg: str) -> str:
        """Return where a picture lies, as seen from the folder of pages."""
        name = f"{hashlib.sha256(svg.encode()).hexdigest()[:16]}.svg"
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_text(svg, encoding="utf-8")
        return f"/pictures/{name}"


def words_of(job: Job, faces: Sequence[str], pictures: Pictures) -> Words:
    """Return what stands on a piece: by the names of its parts, with its colours, pictures and sheets."""
    shared: Words = {
        "title": job.piece.title,
        "language": job.piece.language_id,
        "colours": dict(COLOUR.findall(faces[0])),
        "sheets": [_sheet(sheet) for sheet in job.sheets],
    }
    read = _READ[job.piece.product_id]
    return shared | read([_Face(face, pictures) for face in faces])


def _sheet(sheet: Sheet) -> Words:
    slots = [{"face": one.face, "x": one.box.x, "y": one.box.y} for one in sheet.placements]
    return {"width": sheet.size.width, "height": sheet.size.height, "slots": slots}


class _Face:
    """The HTML of one face, which answers with the texts and pictures on it."""

    def __init__(self, text: str, pictures: Pictures) -> None:
        self._text, self._pictures = text, pictures
        self.root: Element = HTML(string=text.replace("<br>", "\n")).etree_element

    def all(self, path: str, within: Element | None = None) -> list[Element]:
        return (self.root if within is None else within).findall(f".//{path}")

    def texts(self, path: str, within: Element | None = None) -> list[str]:
        return [text_of(one) for one in self.all(path, within)]

    def text(self, path: str, within: Element | None = None) -> str:
        """Return the first text at a path, or an empty one."""
        return next(iter(self.texts(path, within)), "")

    def line(self, path: str, within: Element) -> Words:
        """Return the first text at a path with the address that it links to."""
        (found, *_) = self.all(path, within)
        link = found.find(".//a")
        return {"text": text_of(found), "link": "" if link is None else link.get("href", "")}

    def drawn(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self._text)
        return self._pictures.kept(found[0]) if found else ""

    def carried(self) -> Iterator[str]:
        """Yield the pictures that addresses carry, in the order in which they stand."""
        for found in CARRIED.finditer(self._text):
            written = html.unescape(found[2])
            svg = base64.b64decode(written).decode() if found[1] else unquote(written)
            yield self._pictures.kept(svg)

    def logos(self) -> list[str]:
        return [self._pictures.kept(Path(unquote(path)).read_text("utf-8")) for path in LOGO.findall(self._text)]


def text_of(element: Element) -> str:
    """Return the words of an element; its lines are kept apart as they were, and its other blanks are one each."""
    lines = (" ".join(line.split()) for line in "".join(element.itertext()).split("\n"))
    return "\n".join(line for line in lines if line)


def _handout(faces: Sequence[_Face]) -> Words:
    front, back = faces
    return {"front": _handout_front(front), "back": _handout_back(back)}


def _handout_front(face: _Face) -> Words:
    tips = [
        {"picture": picture, "title": face.text("h3", tip), "text": face.text("p", tip)}
        for picture, tip in zip(face.carried(), face.all("div[@class='tip']"), strict=True)
    ]
    return {
        "scene": face.drawn(SCENE),
        "title": face.text("h1"),
        "tagline": face.text("p[@class='tagline']"),
        "ally": [face.text("*[@data-field='ally.heading']"), face.text("*[@data-field='ally.text']")],
        "tips_heading": face.text("*[@data-field='tips.heading']"),
        "tips": tips,
        "summary_heading": face.text("*[@data-field='summary.heading']"),
        "summary": [text[1:].strip() for text in face.texts("ol/li")],
        "number": face.text("p[@class='numeral']"),
        "how": [*face.texts("div[@class='how']/h2"), *face.texts("div[@class='how']/p")],
        "other": face.texts("div[@class='ruled']/p"),
    }


def _handout_back(face: _Face) -> Words:
    words = face.all("section[@class='words']")[0]
    return {
        "words_heading": face.text("h2", words),
        "words_headings": face.texts("th", words),
        "pairs": [face.texts("td", row) for row in face.all("tr", words)[1:]],
        "note": face.text("p", words),
        "points": [_points(face, one) for one in face.all("section[@class='points']")],
        "help_heading": face.text("section[@class='help']//h2"),
        "help": [*_services(face)],
        "code": face.drawn(CODE),
        "code_label": face.text("div[@class='code-box']//p"),
        "national_heading": face.text("section[@class='panel national']//h2"),
        "national": [
            [face.text("h3", one), *face.texts("p", one)] for one in face.all("div[@class='row']/div[@class='service']")
        ],
        "strip": face.texts("section[@class='panel crisis strip']/p"),
        "dates": face.texts("div[@class='dates']/p"),
        "small": face.text("div[@class='small']"),
    }


def _points(face: _Face, part: Element) -> Words:
    (listed,) = face.all("ul", part)
    return {
        "heading": face.text("h2", part),
        "opening": face.text("p[@class='opening']", part),
        "items": face.texts("span[@class='item']", listed),
        "is_numbered": listed.get("class") == "steps",
        "note": face.text("p[@class='note']", part),
    }


def _services(face: _Face) -> Iterator[Words]:
    rows = face.all("section[@class='help']//tr")
    for picture, row in zip(face.carried(), rows, strict=True):
        name, _, about = face.text("th", row).partition("\n")
        line = face.line("td[@class='line']", row)
        yield {"icon": picture, "name": name, "about": about, "when": face.text("td[@class='when']", row), "line": line}


def _card(faces: Sequence[_Face]) -> Words:
    front, back = faces
    rows = [
        {"icon": picture, "texts": back.texts("p", row)}
        for picture, row in zip(back.carried(), back.all("li"), strict=True)
    ]
    return {
        "front": {
            "scene": front.drawn(SCENE),
            "number": front.text("p[@class='numeral']"),
            "how": front.text("h1"),
            "who": front.text("p[@class='who']"),
            "strip": front.texts("div[@class='strip crisis']/p"),
        },
        "back": {
            "heading": back.text("h2"),
            "rows": rows,
            "code": back.drawn(CODE),
            "code_label": back.text("div[@class='code-box']//p"),
            "strip": back.texts("div[@class='strip motto']/p"),
        },
    }


def _poster(faces: Sequence[_Face]) -> Words:
    (face,) = faces
    return {
        "scene": face.drawn(SCENE),
        "kick": face.text("p[@data-field='title']"),
        "headline": face.texts("h1/span"),
        "sub": face.text("p[@class='sub']"),
        "number": face.text("p[@class='numeral']"),
        "how": [face.text("section//h2"), *face.texts("div[@data-middle]/div/p")],
        "code": face.drawn(CODE),
        "code_label": face.text("section//div[@class='code-box long']//p") or face.text("div[@class='code-box']//p"),
        "label": face.text("footer/p[@class='label']"),
        "marks": face.logos(),
        "names": [name for name in face.texts("footer/div[@class='mark']") if name],
        "date": face.text("footer/p[@class='date']"),
    }


_READ = {"handout": _handout, "wallet-card": _card, "poster": _poster}
