"""The plot: seconds by number of editions, both in powers of ten, a line for each contender; light and dark."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from benchmarks.contenders import HANDBILL, RIVALS
from benchmarks.figures import Run

WIDTH, HEIGHT = 840, 470
LEFT, RIGHT, TOP, BOTTOM = 64, 305, 44, 52
LINE = 17  # between two labels
COLOURS = {
    "weasyprint": "#D9662B", "chromium": "#8C6BC8", "chromium-kept": "#B08BE0", "typst-each": "#C79A18",
    "typst": "#DDB840", "handbill": "#12906B", "handbill-unproved": "#45B48E", "handbill-national": "#2A84C4",
    "handbill-list": "#5AA5DB", "handbill-same": "#8FA3B0",
}  # fmt: skip
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#24343b}.grid{stroke:#24343b;stroke-opacity:.16}"
    ".title{font-weight:600}@media (prefers-color-scheme:dark){text{fill:#e4ecef}.grid{stroke:#e4ecef}}"
)


def drawn(runs: Sequence[Run], brands: str = "one") -> str:
    """Return the plot of one kind of project as SVG. Points that were reckoned from fewer editions are hollow."""
    lines = {one.id: _points(runs, brands, one.id) for one in (*RIVALS, *HANDBILL)}
    lines = {name: points for name, points in lines.items() if points}
    every = [run for points in lines.values() for run in points]
    scale = _Scale([run.editions for run in every] or [1], [run.cost.wall for run in every] or [1.0])
    title = "Seconds to make a handout, a sheet of cards and a poster for so many counties"
    parts = [*_grid(scale), *(part for name, points in lines.items() for part in _line(name, points, scale))]
    parts += _labels({name: scale.y(points[-1].cost.wall) for name, points in lines.items()}, scale)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">\n<title>{title}</title>\n'
        f'<style>{STYLE}</style>\n<text class="title" x="{LEFT}" y="22">{title}</text>\n{body}\n</svg>\n'
    )


def _points(runs: Sequence[Run], brands: str, name: str) -> list[Run]:
    return sorted((one for one in runs if (one.brands, one.contender) == (brands, name)), key=lambda one: one.editions)


class _Scale:
    """Where a number of editions and a number of seconds stand on the plot."""

    def __init__(self, editions: Sequence[int], seconds: Sequence[float]) -> None:
        self.editions = sorted(set(editions))
        self.least, self.most = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
        self.most = max(self.most, self.least + 1)
        self._first, last = math.log10(self.editions[0]), math.log10(self.editions[-1])
        self._span = last - self._first

    @property
    def end(self) -> float:
        """Where the lines end on the right."""
        return WIDTH - RIGHT

    def x(self, editions: int) -> float:
        share = (math.log10(editions) - self._first) / self._span if self._span else 0.5
        return LEFT + 14 + share * (self.end - LEFT - 14)

    def y(self, seconds: float) -> float:
        share = (math.log10(seconds) - self.least) / (self.most - self.least)
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def _grid(scale: _Scale) -> Iterator[str]:
    for power in range(scale.least, scale.most + 1):
        y = scale.y(10.0**power)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{scale.end:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g} s</text>'
    for editions in scale.editions:
        said = (
            f"{editions:,}" if editions != scale.editions[0] else f"{editions:,} edition{'s' if editions > 1 else ''}"
        )
        yield f'<text x="{scale.x(editions):.1f}" y="{HEIGHT - BOTTOM + 24}" text-anchor="middle">{said}</text>'


def _line(name: str, points: Sequence[Run], scale: _Scale) -> Iterator[str]:
    colour, width = COLOURS[name], 3.2 if name == "handbill" else 1.8
    at = [(scale.x(one.editions), scale.y(one.cost.wall)) for one in points]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
    yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"/>'
    for run, (x, y) in zip(points, at, strict=True):
        fill = "none" if run.is_scaled else colour
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" fill="{fill}" stroke="{colour}" stroke-width="1.6"/>'


def _labels(ends: dict[str, float], scale: _Scale) -> Iterator[str]:
    """Yield the contenders' names beside the ends of their lines, moved apart where they would touch."""
    titles = {one.id: one.title for one in (*RIVALS, *HANDBILL)}
    for name, y in apart(ends, TOP, HEIGHT - BOTTOM).items():
        start, end = scale.x(scale.editions[-1]) + 7, scale.end + 22
        yield f'<path d="M{start:.1f} {ends[name]:.1f}L{end:.1f} {y:.1f}" stroke="{COLOURS[name]}" fill="none"/>'
        yield f'<text x="{end + 5:.1f}" y="{y + 4:.1f}">{escape(titles[name])}</text>'


def apart(ends: dict[str, float], top: float, bottom: float) -> dict[str, float]:
    """Return the heights of labels, in their order from the top, none nearer than a line to the next."""
    placed: dict[str, float] = {}
    above = top - LINE
    for name, y in sorted(ends.items(), key=lambda one: one[1]):
        above = placed[name] = max(y, above + LINE)
    below = bottom + LINE
    for name in reversed(placed):
        below = placed[name] = min(placed[name], below - LINE)
    return placed
