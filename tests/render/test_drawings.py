"""Icons that pages carry: drawn the same as by WeasyPrint itself, and the same each time."""

import base64

import numpy as np
import pypdfium2
import pytest
from weasyprint import HTML

from generator.render.drawings import named

HEART = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" fill="#B00020">{}</svg>'
PATH = '<path d="M128,216S28,160,28,92A52,52,0,0,1,128,72h0A52,52,0,0,1,228,92C228,160,128,216,128,216Z"/>'


def carried(inside: str) -> str:
    """Return the address of a drawing."""
    return "data:image/svg+xml;base64," + base64.b64encode(HEART.format(inside).encode()).decode()


def page(address: str) -> str:
    """Return a page with a picture twice, in two sizes."""
    style = f"background:url({address}) no-repeat center/70%;display:block"
    boxes = "".join(f'<b style="{style};height:{side}px;width:{side}px"></b>' for side in (40, 40, 25))
    return f"<style>@page{{size:60px 120px;margin:0}}</style>{boxes}"


def drawn(html: str) -> bytes:
    """Return a page's PDF, its icons drawn by their short names."""
    text, icons = named(html)
    data: bytes = HTML(string=text).write_pdf(cache=dict(icons))
    return data


def pixels(pdf: bytes) -> np.ndarray:
    """Return the picture of the only page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return np.array(document[0].render(scale=4).to_numpy())


@pytest.mark.parametrize(
    "inside",
    [
        PATH,
        f'<g transform="rotate(20 128 128)">{PATH}</g>',
        '<circle cx="90" cy="128" r="60"/><rect width="9" height="9"/>',
    ],
)
def test_an_icon_is_drawn_as_weasyprint_draws_it(inside: str) -> None:
    html = page(carried(inside))
    assert named(html)[1]
    assert np.array_equal(pixels(drawn(html)), pixels(HTML(string=html).write_pdf()))
    assert pixels(drawn(html)).min() < 250  # there is something to see


def test_an_icon_leaves_the_same_bytes_the_first_time_and_later() -> None:
    html = page(carried(PATH + "<!-- of this test alone -->"))
    assert drawn(html) == drawn(html)


def test_the_page_no_longer_carries_the_icon() -> None:
    html = page(carried(PATH))
    text, icons = named(html)
    assert "base64" not in text
    assert len(icons) == 1
    assert all(name in text for name in icons)


@pytest.mark.parametrize(
    "inside",
    [
        "<text>988</text>",
        '<image href="data:image/png;base64,AA=="/>',
        f'<g opacity=".5">{PATH}</g>',
        f'<g style="fill:red">{PATH}</g>',
        '<rect fill="url(#a)" width="9" height="9"/>',
        "<g>" * 100 + "</g>" * 100,  # nested deeper than is drawn
        "<g>",  # no SVG at all
    ],
)
def test_what_is_more_than_shapes_stays_in_its_address(inside: str) -> None:
    html = page(carried(inside))
    assert named(html) == (html, {})


def test_letters_that_are_no_base64_stay() -> None:
    html = page("data:image/svg+xml;base64,AAA")
    assert named(html) == (html, {})
