"""Draw the steps of folding for docs/fold-it.md: `.venv/bin/python docs/make_folding.py`.

Writes small SVGs into docs/gallery/.
"""

from collections.abc import Sequence
from pathlib import Path

GALLERY = Path(__file__).resolve().parent / "gallery"
WIDTH, HEIGHT = 190, 150  # of one step
INK, PAPER, SHADE, SUN, SOFT = "#002F3C", "#FFFFFF", "#D0E7E8", "#FBBF53", "#FDF6E9"
ROUND = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
Point = tuple[float, float]


def sheet(*points: Point, fill: str = PAPER) -> str:
    """Paper as a filled outline."""
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f'<polygon points="{path}" fill="{fill}" stroke="{INK}" stroke-width="2" stroke-linejoin="round"/>'


def box(x: float, y: float, width: float, height: float, fill: str = PAPER) -> str:
    """An upright sheet."""
    return sheet((x, y), (x + width, y), (x + width, y + height), (x, y + height), fill=fill)


def line(*points: Point, dash: str = "", width: float = 2) -> str:
    """A stroke; dashed where the paper is folded."""
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" stroke="{INK}" stroke-width="{width:g}"{dashed} {ROUND}/>'


def fold(*points: Point) -> str:
    """Where the paper is folded."""
    return line(*points, dash="1 5")


def arrow(start: Point, bend: Point, end: Point) -> str:
    """A bent arrow: which way the paper goes."""
    (x1, y1), (cx, cy), (x2, y2) = start, bend, end
    path = f"M{x1:g} {y1:g}Q{cx:g} {cy:g} {x2:g} {y2:g}"
    length = max(1.0, ((x2 - cx) ** 2 + (y2 - cy) ** 2) ** 0.5)
    dx, dy = (x2 - cx) / length * 9, (y2 - cy) / length * 9
    head = f"M{x2 - dx - dy * 0.6:g} {y2 - dy + dx * 0.6:g}L{x2:g} {y2:g}L{x2 - dx + dy * 0.6:g} {y2 - dy - dx * 0.6:g}"
    return f'<path d="{path}{head}" stroke="#EC7C58" stroke-width="3.5" {ROUND}/>'


def number(text: str, x: float, y: float, *, turned: bool = False) -> str:
    """The number of a page, on its head where the page is."""
    turn = f' transform="rotate(180 {x:g} {y:g})"' if turned else ""
    style = f'font-family="sans-serif" font-size="17" font-weight="700" fill="{INK}" text-anchor="middle"'
    return f'<text x="{x:g}" y="{y + 6:g}" {style}{turn}>{text}</text>'


def zine() -> list[list[str]]:
    """Eight pages from one sheet."""
    left, top, cell, tall = 15, 25, 40, 50
    grid = [fold((left + cell * n, top), (left + cell * n, top + 2 * tall)) for n in (1, 2, 3)]
    level = fold((left, top + tall), (left + 4 * cell, top + tall))
    upper = [number(text, left + cell * (n + 0.5), top + 25, turned=True) for n, text in enumerate("7654")]
    lower = [number(text, left + cell * (n + 0.5), top + 75) for n, text in enumerate("8123")]
    flat = [box(left, top, 4 * cell, 2 * tall), *grid, level, *upper, *lower]
    half = [box(55, top, 80, 100), fold((95, top), (95, 125)), fold((55, 75), (135, 75))]
    cut = [*half, line((55, 75), (95, 75), width=4), arrow((25, 105), (30, 75), (50, 75))]
    strip = [box(left, 45, 160, 50), *(fold((left + cell * n, 45), (left + cell * n, 95)) for n in (1, 2, 3))]
    pushed = [
        sheet((15, 50), (55, 62), (55, 118), (15, 106), fill=SHADE),
        sheet((175, 50), (135, 62), (135, 118), (175, 106), fill=SHADE),
        sheet((55, 62), (95, 40), (135, 62), (135, 118), (95, 96), (55, 118), fill=SHADE),
        sheet((55, 62), (95, 82), (95, 138), (55, 118)),
        sheet((95, 82), (135, 62), (135, 118), (95, 138)),
        arrow((2, 30), (14, 26), (30, 40)),
        arrow((188, 30), (176, 26), (160, 40)),
    ]
    book = [
        sheet((70, 30), (128, 38), (128, 132), (70, 120), fill=SHADE),
        box(62, 28, 60, 92, fill=SUN),
        number("1", 92, 70),
    ]
    folded = [*strip, arrow((84, 14), (112, 8), (108, 40))]
    return [flat, cut, folded, pushed, book]


def trifold() -> list[list[str]]:
    """The narrow panel goes in first."""
    flat = [box(10, 30, 55, 95, fill=SHADE), box(65, 30, 57, 95), box(122, 30, 57, 95, fill=SUN)]
    flat += [number("2", 37, 77), number("6", 93, 77), number("1", 150, 77)]
    inside = [box(10, 30, 57, 95), box(67, 30, 57, 95), sheet((124, 30), (150, 20), (150, 115), (124, 125), fill=SHADE)]
    inside += [number("3", 38, 77), number("4", 95, 77), arrow((172, 40), (140, 5), (100, 26))]
    tucked = [box(70, 30, 57, 95), box(72, 30, 55, 95, fill=SHADE), number("2", 99, 77)]
    tucked += [sheet((70, 30), (40, 18), (40, 113), (70, 125)), arrow((22, 40), (55, 3), (98, 26))]
    closed = [box(68, 33, 57, 95, fill=SHADE), box(65, 30, 57, 95, fill=SUN), number("1", 93, 77)]
    return [flat, inside, tucked, closed]


def tent() -> list[list[str]]:
    """Two faces and two flaps that overlap under them."""
    flat = [
        box(45, 10, 100, 20),
        box(45, 30, 100, 47, fill=SHADE),
        box(45, 77, 100, 47, fill=SUN),
        box(45, 124, 100, 20),
    ]
    flat += [number("2", 95, 53, turned=True), number("1", 95, 100)]
    bent = [sheet((60, 30), (150, 30), (135, 75), (45, 75), fill=SUN), sheet((45, 75), (135, 75), (120, 92), (30, 92))]
    bent += [
        number("1", 98, 53),
        arrow((150, 92), (158, 112), (128, 112)),
        sheet((60, 30), (150, 30), (160, 40), fill=SHADE),
    ]
    stands = [
        sheet((125, 30), (160, 112), (120, 124), fill=SHADE),
        sheet((45, 30), (125, 30), (120, 124), (20, 124), fill=SUN),
        number("1", 76, 80),
        line((120, 124), (160, 112)),
    ]
    return [flat, bent, stands]


def booklet() -> list[list[str]]:
    """Sheets laid upon each other, folded and stapled."""
    pile = [box(14 + 4 * n, 36 - 4 * n, 160, 100) for n in (0, 1, 2)] + [fold((102, 28), (102, 128))]
    pile += [number("12", 62, 78), number("1", 142, 78)]
    bent = [
        sheet((95, 40), (165, 22), (165, 118), (95, 134), fill=SHADE),
        sheet((95, 40), (160, 34), (160, 126), (95, 134), fill=SOFT),
        sheet((95, 40), (25, 22), (25, 118), (95, 134)),
        arrow((30, 12), (95, -8), (156, 14)),
    ]
    bound = [
        sheet((68, 34), (134, 30), (134, 122), (68, 128), fill=SHADE),
        box(62, 30, 68, 98, fill=SUN),
        number("1", 96, 78),
    ]
    bound += [line((62, 52), (62, 64), width=5), line((62, 94), (62, 106), width=5)]
    return [pile, bent, bound]


def drawn(steps: Sequence[Sequence[str]], title: str) -> str:
    """A row of steps with their numbers above them."""
    width, height = WIDTH * len(steps), HEIGHT + 40
    size = f'viewBox="0 -34 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f"<title>{title}</title>",
        f'<rect y="-34" width="{width}" height="{height}" rx="12" fill="#F2F0E9"/>',
    ]
    for place, step in enumerate(steps):
        style = f'font-family="sans-serif" font-size="15" font-weight="700" fill="{INK}"'
        label = f'<text x="12" y="-14" {style}>{place + 1}</text>'
        parts.append(f'<g transform="translate({place * WIDTH} 0)">{label}{"".join(step)}</g>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Write the four pictures."""
    pictures = (
        ("fold-zine", zine(), "Folding a zine"),
        ("fold-trifold", trifold(), "Folding a brochure"),
        ("fold-tent", tent(), "Folding a table tent"),
        ("fold-booklet", booklet(), "Folding a booklet"),
    )
    for name, steps, title in pictures:
        (GALLERY / f"{name}.svg").write_text(drawn(steps, title), encoding="utf-8")


if __name__ == "__main__":
    main()
