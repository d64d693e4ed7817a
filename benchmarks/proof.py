"""How long proofs take beside the rendering that they check, on one core. Run: python -m benchmarks.proof [TIMES]"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import yaml

from generator.catalog import Roots, builtin_root
from generator.making import _file, _proved, _proved_files, assets_of
from generator.model.edition import Finish
from generator.plan import Job, Request, plan_jobs
from generator.project import load_project
from generator.render.piece import render_piece

TODAY = date(2026, 5, 20)
TIMES = 5
# What is made, and the most seconds that its proof may take.
PIECES = {
    "wallet-card": ("10-up sheets of cards, both sides", 0.7),
    "handout": ("handout, two pages", 0.7),
    "poster": ("poster, 11 x 17 in", 1.5),
    "poster-24x36": ("poster, 24 x 36 in", 1.5),
}


def project_with_large_poster(folder: Path) -> Roots:
    """Return a project with a poster of 24 x 36 in beside the built-in products."""
    source = builtin_root() / "templates/products/poster"
    target = folder / "templates/products/poster-24x36"
    target.mkdir(parents=True)
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    settings = yaml.safe_load((source / "product.yaml").read_text("utf-8"))
    del settings["stock"]
    (target / "product.yaml").write_text(yaml.safe_dump(settings | {"size": "24in x 36in", "finishes": ["screen"]}))
    return Roots(folder.resolve(), builtin_root())


def job_of(roots: Roots, product: str) -> Job:
    project, _ = load_project(roots)
    (job,), _ = plan_jobs(
        project, Request(editions=("larkin-county",), products=(product,), languages=("en",)), today=TODAY
    )
    return job


def timed(work: Callable[[], object], times: int) -> float:
    """Return the median of the processor's seconds, after one run that does not count."""
    taken = []
    for _ in range(times + 1):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken[1:])


def measure(roots: Roots, product: str, times: int) -> tuple[float, float]:
    job = job_of(roots, product)
    assets = assets_of(roots)
    rendered = render_piece(job.piece, assets)
    finishes: tuple[Finish, ...] = ("screen", "office")
    files = {finish: _file(roots, job, finish, rendered)[0] for finish in finishes}

    def proof() -> list[object]:
        return [*_proved(job, job.piece, rendered), *_proved_files(job, rendered, files)]

    found = proof()
    if found:
        print(f"{product}: {found[0]}", file=sys.stderr)
    return timed(lambda: render_piece(job.piece, assets), times), timed(proof, times)


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    print(f"{'':36}{'render':>10}{'proof':>10}{'ratio':>8}{'limit':>8}   (median of {times}, seconds of one core)")
    with tempfile.TemporaryDirectory() as folder:
        roots = project_with_large_poster(Path(folder))
        for product, (title, most) in PIECES.items():
            render, proof = measure(roots, product, times)
            verdict = "" if proof <= most else "   too slow"
            print(f"{title:36}{render:10.3f}{proof:10.3f}{proof / render:8.2f}{most:8.1f}{verdict}")


if __name__ == "__main__":
    main()
