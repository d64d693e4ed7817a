"""Feed one reader with what atheris makes of the built-in content and the cases: see tests/fuzz/run."""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["generator", "openpyxl", "phonenumbers", "csv", "json"]):
    import openpyxl  # noqa: F401 - imported here to be seen into

    from tests.fuzz import readers

ROOT = Path(__file__).resolve().parents[2]


def seed(reader: str, corpus: Path) -> None:
    """Put every small file that the reader could meet in the project into the corpus."""
    corpus.mkdir(parents=True, exist_ok=True)
    suffixes = {f".{suffix}" for suffix in readers.SUFFIXES[reader]}
    for folder in ("content", "templates", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes and path.stat().st_size < 20_000:
                (corpus / f"{path.parent.name}-{path.name}").write_bytes(path.read_bytes())
    for path in sorted((ROOT / "content" / "lists").glob("*.yaml")):
        (corpus / f"exported-{path.stem}").write_bytes(readers.exported(path, reader))


def write_words(path: Path) -> None:
    """Write the dictionary that libFuzzer reads: one quoted word a line."""
    path.write_text("".join(f'"{word.replace(chr(34), chr(92) + chr(34))}"\n' for word in readers.words()), "utf-8")


def main() -> None:
    """Fuzz the reader named first; what follows are options of libFuzzer."""
    reader, folder, *options = sys.argv[1:]
    base = Path(folder)
    seed(reader, base / reader)
    write_words(base / "words.txt")
    fixed = [f"-dict={base / 'words.txt'}", f"-artifact_prefix={base}/{reader}-", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], str(base / reader), *fixed, *options], readers.READERS[reader])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
