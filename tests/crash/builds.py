"""Builds that only write, and what must hold of their output whenever they are stopped.

Run as a program it makes builds of one text after another in a folder, for tests that kill it:
`python tests/crash/builds.py FOLDER TEXT...`
"""

import sys
from pathlib import Path

from generator.errors import HandbillError
from generator.published import prove_published
from generator.write import LOCK, MANIFEST, Staging, locked, read_manifest, sha256

# A piece made new by every build, one whose bytes never change, and a preview, which the manifest does not list.
CHANGING = ("mine/en/card.screen.pdf", "mine/en/card.office.pdf", "mine/es/card.screen.pdf")
SAME = "mine/en/same.screen.pdf"
PREVIEW = "mine/en/card-1.png"
SIZE = 60_000  # more than one block of any disk


def build(output, text):
    """Write the files of a build whose every byte is of one text, and the manifest."""
    with locked(output), Staging(output) as staging:
        for name in (*CHANGING, PREVIEW):
            staging.add(name, content(text))
        staging.add(SAME, content("same"))
        lines = [line(name, text) for name in CHANGING] + [line(SAME, "same")]
        staging.publish(lines, version="1", today="2026-11-22")


def content(text):
    return (text.encode() * SIZE)[:SIZE]


def line(name, text):
    return {"path": name, "sha256": sha256(content(text)), "text": text, "finish": "office", "status": "ok"}


def check(output, texts):
    """Hold an output folder to the promise: files whole, and no line of the manifest that is wrong."""
    whole = {content(text) for text in texts}
    for name in (*CHANGING, PREVIEW):
        path = output / name
        assert not path.exists() or path.read_bytes() in whole, name
    lines = read_manifest(output)
    assert lines or not (output / MANIFEST).exists(), "the manifest cannot be read"
    for name, one in lines.items():
        assert sha256((output / name).read_bytes()) == one["sha256"], name
    told = {one.path for one in prove_published(output) if one.status == "faulty"}
    standing = {name for name in (*CHANGING, SAME) if (output / name).exists()}
    assert told == standing - set(lines), "what no line describes is told by handbill proof"


def check_healed(output, text):
    """Build once more and see everything in its place and nothing besides."""
    build(output, text)
    check(output, [text])
    assert set(read_manifest(output)) == {*CHANGING, SAME}
    names = {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()}
    assert names == {*CHANGING, SAME, PREVIEW, MANIFEST, LOCK}


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main():
    folder, *texts = sys.argv[1:]
    try:
        for text in texts:
            build(Path(folder), text)
            say(text)
    except HandbillError as problem:
        say(f"{problem.diagnostics[0].code} {problem}")
        sys.exit(1)


if __name__ == "__main__":
    main()
