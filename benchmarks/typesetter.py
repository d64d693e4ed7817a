"""Typst making the pieces from templates and words of its own.  python -m benchmarks.typesetter PAGES OUTPUT [each]

One process and one compiler for all of them, which keeps what pieces have in common: as fast as Typst is called from
Python. Or a process for `each`, as from the command line. Files are tagged to PDF/UA-1, as the others' are.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.listed import Page, read_list

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(__file__).parents[1] / "templates/base/fonts"


def compile_pages(folder: Path, pages: Sequence[Page], output: Path) -> None:
    """Make pages of a folder with one compiler."""
    from typst import Compiler

    compiler = Compiler(root=folder, font_paths=[FONTS], ignore_system_fonts=True)
    for one in pages:
        compiler.compile(
            input=folder / f"typst/{one.product}.typ",
            output=output / f"{one.name}.pdf",
            sys_inputs={"data": f"/{one.words}"},
            pdf_standards="ua-1",
        )


def main() -> None:
    folder, output, *only = sys.argv[1:]
    pages = read_list(Path(folder))
    if only == ["each"]:
        shutil.copytree(TEMPLATES, Path(folder) / "typst", dirs_exist_ok=True)
        for one in pages:
            subprocess.run([sys.executable, "-P", "-m", __spec__.name, folder, output, one.name], check=True)
    elif only:
        compile_pages(Path(folder), [one for one in pages if one.name in only], Path(output))
    else:
        shutil.copytree(TEMPLATES, Path(folder) / "typst", dirs_exist_ok=True)
        compile_pages(Path(folder), pages, Path(output))


if __name__ == "__main__":
    main()
