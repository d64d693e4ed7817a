"""Everything on disk is made: a product, theme, language or stock that is dropped in is tested without an edit here.

Each product is made in each theme, in each language and each size, and for a country of other paper, and each edition
and each country has its pieces. What is left of all with all, which hardly anything hangs on, is slow.
"""

import io
from datetime import date
from itertools import product as every

import pikepdf
import pytest
from msgspec.structs import replace

from generator.catalog import Roots, builtin_root
from generator.errors import has_errors
from generator.impose import impose_sheets
from generator.making import make_piece
from generator.model.event import EventPiece
from generator.plan import Request, plan_event, plan_jobs
from generator.project import load_project
from generator.sheets.grid import fill_sheets
from generator.units import Box

ROOTS = Roots(builtin_root(), builtin_root())
PROJECT, FOUND = load_project(ROOTS)
# On this day the local facts of the built-in county have just been checked.
TODAY = date(2026, 5, 20)
FACED = [name for name, one in PROJECT.products.items() if one.value.faces]
LANGUAGES = sorted({language for one in PROJECT.editions.values() for language in one.value.languages})


SIZES = [(name, size) for name, one in PROJECT.products.items() for size in one.value.sizes]


def all_with_all(*axes, quick):
    """Return every combination; those are slow of which `quick` is not true."""
    return [pytest.param(*ones, marks=() if quick(*ones) else pytest.mark.slow) for ones in every(*axes)]


def job_of(product, language, *, theme="harbor", country="US", edition="larkin-county", size=None):
    asked = PROJECT.editions[edition]
    place = asked.value.place.model_copy(update={"country": country})
    lists = asked.value.lists if country == "US" else (f"{country.lower()}-national",)
    value = asked.value.model_copy(update={"theme": theme, "place": place, "lists": lists, "brand": None})
    project = replace(PROJECT, editions={edition: replace(asked, value=value)})
    if PROJECT.products[product].value.of_event:
        return job_of_event(project, product, language, edition, size)
    sizes = (size,) if size else ()
    request = Request(editions=(edition,), products=(product,), languages=(language,), sizes=sizes)
    (job,), found = plan_jobs(project, request, today=TODAY)
    assert not has_errors(found)
    return job


def job_of_event(project, product, language, edition, size=None):
    """A product of an event, for the built-in one; as a piece of an edition it has every finish."""
    (event,) = PROJECT.events.values()
    piece = EventPiece(product=product, languages=(language,), sizes=(size,) if size else ())
    value = event.value.model_copy(update={"edition": edition, "pieces": (piece,)})
    (job,), found = plan_event(replace(project, events={event.id: replace(event, value=value)}), event.id, today=TODAY)
    assert not has_errors(found)
    finishes = tuple(one for one in ("screen", "office") if one in job.job.piece.product.finishes)
    return replace(job.job, finishes=finishes)


def made(job):
    result = make_piece(ROOTS, job)
    errors = [one for one in result.diagnostics if one.is_error]
    assert not errors, errors
    return result


def test_everything_built_in_is_read_without_a_finding():
    assert FOUND == ()


@pytest.mark.parametrize("theme", PROJECT.themes)
@pytest.mark.parametrize("product", FACED)
def test_every_product_in_every_theme(product, theme):
    result = made(job_of(product, "en", theme=theme))
    assert {one.entry["finish"] for one in result.artifacts if one.entry} == {"screen", "office"}


@pytest.mark.parametrize(
    ("sized", "language"), all_with_all(SIZES, LANGUAGES, quick=lambda _, language: language == "en")
)
def test_every_size_of_a_product_is_laid_out_for_itself(sized, language):
    product, size = sized
    job = job_of(product, language, size=size)
    result = made(job)
    written = PROJECT.products[product].value.sizes[size].size
    (screen, office) = (one for one in result.artifacts if one.entry)
    assert screen.path == f"{job.piece.name}.screen.pdf"
    assert job.piece.name.endswith(f"/{language}/{product}-{size}")
    with pikepdf.open(io.BytesIO(screen.data)) as pdf:
        assert len(pdf.pages) == len(job.piece.product.faces)
        page = pdf.pages[-1]
        box = [float(edge) / 72 * 25.4 for edge in page.trimbox]
    assert (box[2] - box[0], box[3] - box[1]) == pytest.approx((written.width, written.height), abs=0.01)
    assert office.entry["pages"] == (job.tiling.count + 1 if job.tiling else len(job.sheets))


def is_most_built(product, edition, language):
    """Every piece of the county in every language; of editions without a list of their own, those that people carry."""
    return edition == "larkin-county" or (language == "en" and product in {"wallet-card", "handout", "poster"})


@pytest.mark.parametrize(
    ("product", "edition", "language"), all_with_all(FACED, PROJECT.editions, LANGUAGES, quick=is_most_built)
)
def test_every_product_of_every_edition_in_every_language(product, edition, language):
    made(job_of(product, language, edition=edition))


COUNTRIES = sorted({parts[0].country for parts in PROJECT.lists.values() if parts[0].scope == "national"})


def is_narrowest_or_longest(product, country):
    """The smallest piece for each country, and each piece with the longest number, which stands on other paper too."""
    return product == "wallet-card" or country == "DE"


@pytest.mark.parametrize(("product", "country"), all_with_all(FACED, COUNTRIES, quick=is_narrowest_or_longest))
def test_every_product_for_every_country_with_a_national_list(product, country):
    result = made(job_of(product, "en", country=country))
    if "crisis" not in result.job.piece.product.needs:
        return
    printed = {fact["printed"] for one in result.artifacts if one.entry for fact in one.entry["facts"]}
    assert result.job.piece.lead.call.fact.printed in printed
    assert result.job.piece.emergency.call.fact.printed in printed


def blank_faces(count, size):
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page(page_size=(size.width / 25.4 * 72, size.height / 25.4 * 72))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", PROJECT.stocks)
@pytest.mark.parametrize("edge", ["long-edge", "short-edge"])
def test_every_stock_is_filled_and_turned(name, edge):
    stock = PROJECT.stocks[name].value
    sheets = fill_sheets(stock, 2, bleed=3, edge=edge)
    paper = Box(0, 0, stock.sheet.width, stock.sheet.height)
    for sheet in sheets:
        assert len(sheet.placements) == len(stock.slots)
        for one in sheet.placements:
            assert paper.contains(one.box, within=0.3)
    data = impose_sheets(blank_faces(2, stock.label), sheets, title="t", language="en", duplex=None)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 2
