"""Handbill without proofs, to measure what they cost.  python -m benchmarks.builds PROJECT OUTPUT JOBS TODAY

The command line has no such switch: what comes of it is marked "unproved" in the manifest, and is no one's to print.
"""

import sys
from datetime import date
from pathlib import Path

from generator.catalog import Roots, builtin_root
from generator.foreman import getting_ready


def main() -> None:
    project, output, jobs, today = sys.argv[1:]
    roots = Roots(Path(project).resolve(), builtin_root())
    with getting_ready(roots, proof=False) as foreman:  # as the command does it
        from generator.build import Options, build
        from generator.plan import Request

        options = Options(output=Path(output), today=date.fromisoformat(today), jobs=int(jobs), proof=False)
        outcome = build(roots, Request(), options, foreman, watch=lambda *_: None)
    if not outcome.is_fine:
        sys.exit("\n".join(one.message for one in outcome.diagnostics if one.is_error))


if __name__ == "__main__":
    main()
