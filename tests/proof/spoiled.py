"""A project in three languages, Arabic among them, and its pieces made right or spoiled on purpose."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

from generator.catalog import Roots, builtin_root
from generator.errors import Diagnostic, has_errors
from generator.making import Made, make_piece
from generator.plan import Job, Request, plan_jobs
from generator.project import load_project

TODAY = date(2026, 11, 22)
EDITION = """\
title: Mine
guide: mental-health-ally
languages: [en, es, ar]
place: {country: US, county: Mine}
lists: [us-national, mine]
more_help: https://example.org/mine
finishes: [screen, office]
"""
LIST = """\
resources:
  - {id: mine-line, name: Mine line, kind: crisis, phones: [(515) 555-0142], hours: 24/7}
  - {id: mine-clinic, name: Mine clinic, kind: clinic, phones: [(515) 555-0118]}
"""
FONTS = ["IBM Plex Sans Arabic", "Atkinson Hyperlegible Next"]
# No guide is written in Arabic yet. These words stand for one: what is tried is how the page is read back.
WORDS = (
    "يمكنك",
    "أن",
    "تسأل",
    "وتسمع",
    "ثم",
    "تعود",
    "غدا",
    "مرة",
    "أخرى",
    "بهدوء",
    "ومن",
    "دون",
    "أحكام",
    "لأن",
    "باب",
)
NOT_PRINTED = frozenset({"id", "art", "url", "icon", "countries"})
CALL = r"\{\{ ((?:phone|number)\((.*?)\)) \}\}"
LINK = r"\{\{ (link\((.*?)\)) \}\}"


def write_project(root: Path) -> Path:
    """Write the project's content and return its folder."""
    builtin = builtin_root() / "content"
    guide = yaml.safe_load((builtin / "guides/mental-health-ally/en.yaml").read_text("utf-8"))
    language = yaml.safe_load((builtin / "languages/en.yaml").read_text("utf-8"))
    fonts = {"text_fonts": FONTS, "display_fonts": [FONTS[0], "Bricolage Grotesque"]}
    language |= {"name": "العربية", "english_name": "Arabic", "direction": "rtl", **fonts}
    language["labels"] = _in_arabic(language["labels"])
    files = {
        "editions/mine.yaml": EDITION,
        "lists/mine.yaml": LIST,
        "languages/ar.yaml": yaml.safe_dump(language, allow_unicode=True),
        "guides/mental-health-ally/ar.yaml": yaml.safe_dump(_in_arabic(guide), allow_unicode=True),
    }
    for name, text in files.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def _in_arabic(value, key=""):
    """Return content with every word that is printed changed for an Arabic one; {places} stay."""
    if isinstance(value, dict):
        return {name: _in_arabic(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_arabic(inner, key) for inner in value]
    if not isinstance(value, str) or key in NOT_PRINTED:
        return value
    return re.sub(r"\{\w+\}|[^\s{}]*[A-Za-z][^\s{}]*", _word, value)


def _word(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("{") else WORDS[sum(match[0].encode()) % len(WORDS)]


def job_of(root: Path, product: str, language: str) -> Job:
    """Return the job for one piece of the project."""
    project, found = load_project(Roots(root.resolve(), builtin_root()))
    request = Request(editions=("mine",), products=(product,), languages=(language,))
    (job,), more = plan_jobs(project, request, today=TODAY)
    assert not has_errors((*found, *more))
    return job


def made(folder: Path, job: Job, *, paint: str = "", words: str = "", of: str = CALL) -> Made:
    """Return a piece made with rules added to its paint, or with other words for each of its numbers or links."""
    product = job.piece.product_id
    for name, text in _spoiled(product, paint, words, of):
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return make_piece(Roots(folder.resolve(), builtin_root()), job)


def _spoiled(product: str, paint: str, words: str, of: str) -> Iterator[tuple[str, str]]:
    templates = builtin_root() / "templates"
    if paint:
        style = f"products/{product}/style.css"
        yield style, (templates / style).read_text("utf-8") + "\n" + paint
    if words:
        for path in (templates / "base/macros.html", *sorted((templates / "products" / product).glob("*.html"))):
            text = path.read_text("utf-8")
            yield str(path.relative_to(templates)), re.sub(of, lambda call: _said(words, *call.groups()), text)


def _said(words: str, fact: str, one: str) -> str:
    return "{{ " + words.replace("FACT", fact).replace("ONE", one) + " }}"


def errors_of(done: Made) -> tuple[Diagnostic, ...]:
    """Return what a piece is refused for."""
    return tuple(one for one in done.diagnostics if one.is_error)
