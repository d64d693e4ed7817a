"""Three hundred cards as a ruler finds them: the file's own matrices, and a printer that errs, turned by hand."""

import math
from collections import Counter

import pikepdf
import pytest

MM = 25.4 / 72
INCH = 25.4
CARD = (252, 144)  # 3.5 x 2 in, in points
FILES = {
    "content/editions/mine.yaml": "title: Mine\nplace: {country: US}\n",
    "content/printers/worst.yaml": "offset: 1.2mm, -0.8mm\nscale: 0.997\nback: 0.7mm, -0.45mm\n",
    "templates/stocks/wide.yaml": (
        "title: Wide\nsheet: 11in x 8.5in\nlabel: 3.5in x 2in\norigin: 0.25in, 0.25in\npitch: 3.5in, 2in\n"
        "grid: 3 x 4\nsource: ours\nconfidence: high\n"
    ),
}
STOCKS = {"8371": ((0.75, 0.5), 2, 5), "wide": ((0.25, 0.25), 3, 4)}  # the first slot in inches, columns and rows
USED = ({2, 5, 6, 7}, {1, 9, 10})


def printed(page, *, is_back):
    """Return each face with its corners in mm from the upper left, clockwise, where the worst printer puts them."""
    height = float(page.mediabox[3])
    matrix, kept, found = pikepdf.Matrix(), [], []
    for one in pikepdf.parse_content_stream(page):
        operator = str(one.operator)
        if operator == "q":
            kept.append(matrix)
        elif operator == "Q":
            matrix = kept.pop()
        elif operator == "cm":
            matrix = pikepdf.Matrix(*(float(value) for value in one.operands)) @ matrix
        elif operator == "Do":
            name = str(one.operands[0])
            box = [float(edge) for edge in page.Resources.XObject[name].BBox]
            x, y = (box[0] + box[2] - CARD[0]) / 2, (box[1] + box[3] - CARD[1]) / 2
            corners = [(x, y + CARD[1]), (x + CARD[0], y + CARD[1]), (x + CARD[0], y), (x, y)]
            places = [matrix.transform(corner) for corner in corners]
            found.append((name, [inked(px * MM, (height - py) * MM, is_back=is_back) for px, py in places]))
    return found


def inked(x, y, *, is_back):
    right, down = (1.2 + 0.7, -0.8 - 0.45) if is_back else (1.2, -0.8)
    return x * 0.997 + right, y * 0.997 + down


def turned(corners, page, duplex):
    """Return corners on the back as they lie behind the front, once the paper is turned on an edge."""
    width, height = (float(edge) * MM for edge in page.mediabox[2:])
    is_sideways = (height > width) == (duplex == "long-edge")
    return [(width - x, y) if is_sideways else (x, height - y) for x, y in corners]


def slots_of(stock):
    (left, top), columns, rows = STOCKS[stock]
    return [((left + 3.5 * column) * INCH, (top + 2 * row) * INCH) for row in range(rows) for column in range(columns)]


@pytest.mark.slow
@pytest.mark.parametrize("duplex", ["long-edge", "short-edge"])
@pytest.mark.parametrize("stock", STOCKS)
def test_each_card_is_in_its_slot_with_its_back_behind_it(write, handbill, stock, duplex):
    root = write(FILES)
    asked = ("--copies", "300", "--used", "2,5-7; 1,9-10", "--printer", "worst", "--duplex", duplex)
    product = ("-p", "wallet-card", "-f", "office", "--stock", stock, "--today", "2026-11-22")
    done = handbill("build", "--project", root, *product, *asked)
    assert done.exit_code == 0, done.stderr
    slots = slots_of(stock)
    with pikepdf.open(root / "output/mine/en/wallet-card.office.pdf") as pdf:
        assert len(pdf.pages) == 2 * (2 + math.ceil((300 - 2 * len(slots) + 7) / len(slots)))
        count = 0
        for number, (front, back) in enumerate(zip(pdf.pages[::2], pdf.pages[1::2], strict=True)):
            fronts, backs = printed(front, is_back=False), printed(back, is_back=True)
            count += len(fronts)
            free = {slot for slot in range(1, len(slots) + 1) if number > 1 or slot not in USED[number]}
            filled = Counter(nearest(corners[0], slots) for _, corners in fronts)
            assert set(filled) <= free
            assert set(filled.values()) == {1}
            behind = [turned(corners, back, duplex) for _, corners in backs]
            for name, corners in fronts:
                assert name == "/Face0"
                mirrored = [corners[1], corners[0], corners[3], corners[2]]
                assert sum(apart(mirrored, one) < 0.01 for one in behind) == 1
            assert {name for name, _ in backs} == {"/Face1"}
        assert count == 300


def nearest(corner, slots):
    """Return the slot, from 1, whose upper left corner is within a hundredth of a millimetre."""
    (slot,) = [number for number, one in enumerate(slots, 1) if math.dist(corner, one) < 0.01]
    return slot


def apart(one, other):
    return max(math.dist(*pair) for pair in zip(one, other, strict=True))
