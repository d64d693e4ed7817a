"""WeasyPrint as it is usually called: one write_pdf a piece, and nothing shared.

python -m benchmarks.naive PAGES OUTPUT
"""

import sys
from pathlib import Path

from weasyprint import HTML

from benchmarks.listed import read_list


def main() -> None:
    pages, output = Path(sys.argv[1]), Path(sys.argv[2])
    for one in read_list(pages):
        html = HTML(filename=pages / one.html)
        html.write_pdf(output / f"{one.name}.pdf", stylesheets=list(one.styles), pdf_variant="pdf/ua-1")


if __name__ == "__main__":
    main()
