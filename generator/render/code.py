"""QR codes as one vector path, large enough for the distance they are read from."""

from collections.abc import Iterator

from msgspec import Struct

from generator.keeping import Kept

QUIET_ZONE = 4  # modules of blank paper on every side: ISO/IEC 18004, section 9.1
LEAST_MODULE_MM = 0.4  # measured: 0.43 mm is read from any print, 0.16 mm is not
MOST_KEPT = 256  # codes; some 40 kB each
DISTANCE_PER_SIDE = 10  # a code is read from about ten times its side


class Code(Struct, frozen=True):
    """A QR code: its dark runs in a square `side` modules wide, quiet zone included; each by its start and length."""

    payload: str
    runs: tuple[tuple[int, int, int], ...]
    side: int

    @property
    def path(self) -> str:
        """Every dark run of each row as one SVG path: separate squares would show hairline seams."""
        return "".join(f"M{x} {y}h{run}v1h-{run}z" for x, y, run in self.runs)

    def least_side_mm(self, reading_distance_mm: float) -> float:
        """Return the least printed side, quiet zone included, for a reading distance."""
        inner = max(reading_distance_mm / DISTANCE_PER_SIDE, 0.0)
        modules = self.side - 2 * QUIET_ZONE
        return max(LEAST_MODULE_MM, inner / modules) * self.side


KEPT = Kept[Code](MOST_KEPT)


def qr_code(payload: str) -> Code:
    """Return the code of a payload, error correction level M or better for the same size.

    The smallest version is left out: its quiet zone takes more room than a larger version's finer modules save.
    To choose the best of eight masks takes longer than to lay out the line beside the code, so codes are kept.
    """
    known = KEPT.get(payload)
    if known is None:
        known = _made(payload)
        KEPT.put(payload, known, lasts=True)
    return known


def _made(payload: str) -> Code:
    import segno

    code = segno.make_qr(payload, error="m", boost_error=True)
    if code.version == 1:
        code = segno.make_qr(payload, version=2, error="m", boost_error=True)
    rows = [list(row) for row in code.matrix_iter(border=QUIET_ZONE)]
    return Code(payload, tuple(_runs(rows)), len(rows))


def _runs(rows: list[list[int]]) -> Iterator[tuple[int, int, int]]:
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = _run_length(row, x)
            if run:
                yield x, y, run
            x += max(run, 1)


def _run_length(row: list[int], start: int) -> int:
    end = start
    while end < len(row) and row[end]:
        end += 1
    return end - start
