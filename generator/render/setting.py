"""What templates may call besides the facts: balanced lines, sizes that fit, codes, icons, pictures."""

import base64
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup
from msgspec import Struct, field

from generator.errors import Diagnostic, Place, advice, error
from generator.model.theme import Theme
from generator.plan import Fact, Piece
from generator.render.assets import Assets
from generator.render.balance import balanced
from generator.render.code import qr_code
from generator.render.code_drawing import CodeDrawing
from generator.render.facts import first_strong_direction
from generator.render.fonts import Typeface, Typefaces, faces, typeface
from generator.render.placed import Recorder
from generator.units import Length

NUMBER_FONT = "Bricolage Grotesque"  # the leading number looks the same in every language
# Arabic headings are set at 1.25 lines where Latin ones take .93 (base.css), so they start smaller.
OPEN_LINES = 0.75
CLOSE_LEADING, OPEN_LEADING = 1.02, 1.3  # of names in Latin letters, and in those that join
SURE_OF_A_LINE = 0.95  # of the room: the space at the end of a line counts when lines are broken
TOLD_BELOW = 0.6  # of the size of short names
REM_PT = 10.0  # at scale 1; all type is set in rem, so that one figure fits it


Content = Markup | CodeDrawing  # of a region


class Setting(Struct):
    """One attempt at a piece: its scale, whether short texts are used, and what templates asked for."""

    piece: Piece
    theme: Theme
    assets: Assets
    recorder: Recorder
    scale: float = 1.0
    left_out: frozenset[str] = frozenset()
    columns: int = 1
    is_apart: bool = False  # regions are laid out by themselves
    regions: list[tuple[str, Content]] = field(default_factory=list)  # of the face at work: their names and contents
    offered: dict[str, tuple[int, int]] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)

    def optional(self, name: str, rank: int) -> bool:
        """Return whether an optional part is printed. Where room is short, the highest rank gives way first."""
        self.offered[name] = (self.recorder.face, rank)
        return name not in self.left_out

    def region(self, name: str, caller: Callable[[], Markup]) -> Markup:
        """Return the box of a part that differs from edition to edition on a face that is else the same.

        It is a block of its own, as wide as what it stands in whatever it holds, so that it can be laid out by
        itself, and the face around it once for all editions. Called as `{% call region("help") %}...{% endcall %}`.
        """
        if not self.is_apart or self.recorder.is_apart:
            return Markup('<article class="region">{}</article>').format(caller())
        number = self._next_region(name)
        with self.recorder.apart(number):
            self.regions[number - 1] = (name, caller())
        return _room(number)

    def _next_region(self, name: str) -> int:
        self.regions.append((name, Markup("")))
        return len(self.regions)

    def lines(self, text: str, size: float, room: str, weight: int = 800, tracking: float = -0.012) -> Markup:
        """Return a heading broken into even lines. `size` in rem, `room` a length, `tracking` in em."""
        return Markup("<br>").join(self._lines(text, size, room, self._display(weight), tracking))

    def even(self, text: str, size: float, room: str, weight: int = 400) -> Markup:
        """Return a short text in the text face broken into even lines, as `lines` does for headings."""
        face = self._face(self.piece.language.text_fonts, weight)
        return Markup("<br>").join(self._lines(text, size, room, face, 0.0))

    def headline_size(
        self,
        texts: Sequence[str],
        most: float,
        room: str,
        count: int,
        weight: int = 800,
        tracking: float = -0.03,
    ) -> float:
        """Return the type size in rem, at most so many, at which headings together take no more than `count` lines.

        It stops at half the size asked for: then the page shows that the headings are too long for it.
        """
        face = self._display(weight)
        if self.piece.language.direction == "rtl":
            most *= OPEN_LINES
        sizes = [most * (1 - step / 50) for step in range(26)]
        fitting = (
            size
            for size in sizes
            if sum(len(self._lines(text, size, room, face, tracking)) for text in texts if text) <= count
        )
        return round(next(fitting, sizes[-1]), 3)

    def name_style(self, name: str, most: float, room: str, tall: str, weight: int = 800) -> str:
        """Return the type size and leading at which a name stays within a room, as CSS; at most so many rem.

        Each letter is set in the first bundled face that has it, whatever the language of the piece. It stops at half
        the size asked for, as `headline_size` does, and a name much smaller than others is told.
        """
        face = self._faces_of_names(weight)
        leading = OPEN_LEADING if _is_joined(name) else CLOSE_LEADING
        sizes = [most * (1 - step / 50) for step in range(26)]
        size = next((one for one in sizes if self._name_fits(name, one, leading, room, tall, face)), sizes[-1])
        if size < most * TOLD_BELOW:
            message = f'"{name}" is long: its type is set at {size / most:.0%} of the size of short names'
            hint = "a shorter form of the name is read from farther away"
            self.found.append(advice("long-name", message, place=self._event_file(), hint=hint))
        return f"font-size:{size:.3f}rem;line-height:{leading:g}"

    def _name_fits(self, name: str, size: float, leading: float, room: str, tall: str, face: Typefaces) -> bool:
        em = size * REM_PT * self.scale
        across = Length(Length.parse(room).mm * SURE_OF_A_LINE)
        # A line may break behind a hyphen too.
        lines = self._lines(name.replace("-", "- "), size, f"{across.mm}mm", face, 0.0)
        is_narrow = all(face.width(one) * em <= across.pt for one in lines)
        return is_narrow and len(lines) * em * leading <= Length.parse(tall).pt

    def _faces_of_names(self, weight: int) -> Typefaces:
        """Return the faces that names are set in: those of the piece's language, then any other that is bundled."""
        families = (*self.piece.language.display_fonts, *sorted({face.family for face in faces(self.assets)}))
        known = (typeface(self.assets, (family,), weight) for family in families)
        return Typefaces(tuple(face for face in known if face))

    def _lines(self, text: str, size: float, room: str, face: Typeface | Typefaces, tracking: float) -> tuple[str, ...]:
        return _balanced(text, size * REM_PT * self.scale, Length.parse(room).pt, face, tracking)

    def size_for(self, text: str, most: float, room: str, weight: int = 800, tracking: float = -0.05) -> str:
        """Return the type size, at most so many rem, at which a number stays on one line of this length."""
        face = self._face((NUMBER_FONT, *self.piece.language.display_fonts), weight)
        ems = face.width(text) + tracking * len(text)
        return self._on_one_line(ems, most, Length.parse(room).pt)

    def line_size(self, text: str, most: float, room: str, weight: int = 400) -> str:
        """Return the type size, at most so many rem, at which a text in the text face stays on one line."""
        face = self._face(self.piece.language.text_fonts, weight)
        return self._on_one_line(face.width(text), most, Length.parse(room).pt * SURE_OF_A_LINE)

    def _on_one_line(self, ems: float, most: float, room_pt: float) -> str:
        return f"{min(most * self.scale, room_pt / REM_PT / max(ems, 0.01)) / self.scale:.3f}rem"

    def qr(self, fact: Fact, size: str) -> Markup:
        """Return the QR code of a web address, a square of this side with its quiet zone."""
        code = qr_code(fact.value)
        least = code.least_side_mm(self.piece.product.reading_distance.mm)
        on_paper = Length.parse(size).mm * self.piece.magnify
        if on_paper < least - 0.05:
            self.found.append(self._too_small(on_paper, least))
        placed = Fact("qr", fact.resource, fact.value, fact.value, fact.checked, fact.checked_by)
        title = self.piece.language.labels["qr_alt"].format(url=fact.printed)
        if self.is_apart and not self.recorder.is_apart:
            region = self._next_region("code")
            self.regions[region - 1] = ("code", CodeDrawing(code, self.theme.deep, title))
            with self.recorder.apart(region):
                self.recorder.record(placed)
            return _room(region, size)
        number = self.recorder.record(placed)
        return Markup(
            '<svg class="code" data-fact="{number}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
            ' style="width:{size};height:{size}"><title>{title}</title><path fill="{ink}" d="{path}"/></svg>'
        ).format(number=number, side=code.side, size=size, title=title, ink=self.theme.deep, path=code.path)

    def icon(self, name: str, colour: str) -> str:
        """Return an icon in a colour as the address of a background picture; unknown names give a heart."""
        wanted = f"{name}-line" if self.theme.art == "line" else name
        fallback = "heart-line" if self.theme.art == "line" else "heart"
        path = self.assets.template(f"base/icons/{wanted}.svg") or self.assets.template(f"base/icons/{fallback}.svg")
        return _icon(path, path.stat().st_mtime_ns, colour) if path else ""

    def picture(self, svg: str) -> str:
        """Return a drawing of ours as the address of a background picture, which screen readers pass over."""
        return "data:image/svg+xml," + quote(re.sub(r"\s+", " ", str(svg)).strip(), safe="/:=<>' ()")

    def logo(self, written: str) -> str:
        """Return the address of a brand's or sponsor's picture; an error is kept when there is none."""
        path = self.assets.picture(written)
        if path is None:
            self.found.append(error("missing-picture", f'there is no picture "{written}"', place=self._edition()))
            return ""
        return path.resolve().as_uri()

    def _edition(self) -> Place:
        return Place(Path(f"content/editions/{self.piece.edition_id}.yaml"))

    def _event_file(self) -> Place:
        event = self.piece.event
        return Place(Path(f"content/events/{event.id}.yaml")) if event else Place()

    def _too_small(self, side: float, least: float) -> Diagnostic:
        distance = self.piece.product.reading_distance
        message = f"a QR code of {side:.1f}mm is too small to be read from {distance}: it needs {least:.1f}mm"
        return error("qr-too-small", message, hint="shorten the web address, or give the code more room")

    def _display(self, weight: int) -> Typeface:
        return self._face(self.piece.language.display_fonts, weight)

    def _face(self, families: Sequence[str], weight: int) -> Typeface:
        face = typeface(self.assets, families, weight)
        if face is None:
            raise ValueError(f"none of these fonts is bundled: {', '.join(families)}")
        return face


def _room(number: int, side: str = "") -> Markup:
    """Return the empty box of a region, a square of this side when it has one."""
    # A blank has a number among the marked contents of the page, which tells where the region is to be drawn.
    blank = Markup('<i style="font-size:1px;line-height:0">\u00a0</i>')
    style = Markup(' style="height:{0};width:{0}"').format(side) if side else ""
    return Markup('<article class="region" data-region="{}"{}>{}</article>').format(number, style, blank)


@lru_cache(maxsize=1024)
def _balanced(text: str, em: float, room: float, face: Typeface | Typefaces, tracking: float) -> tuple[str, ...]:
    """Return the lines of a text: most headings are those of the piece before."""

    def width_of(line: str) -> float:
        return em * (face.width(line) + tracking * len(line))

    return balanced(text, width_of, room=room)


def _is_joined(text: str) -> bool:
    """Return whether a text has letters that are read from right to left, whose marks need room."""
    return any(first_strong_direction(char) == "rtl" for char in text)


@lru_cache(maxsize=256)
def _icon(path: Path, changed: int, colour: str) -> str:
    text = path.read_text(encoding="utf-8").replace("currentColor", colour)
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()
