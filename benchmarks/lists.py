"""A state's directory: 50,000 services of HSDS imported, and an edition's twelve nearest chosen from them.

    python -m benchmarks.lists [SERVICES]

Prints seconds and megabytes of each step, every step in a process of its own.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EDITION = """\
title: Bench
place: {country: US, region: IA, county: Larkin, point: {latitude: 41.6, longitude: -93.6}}
lists: [us-national, state]
products: [street-sheet]
"""
WORDS = (
    "food", "clinic", "shelter", "legal", "housing", "counseling", "family", "youth", "veterans", "recovery", "crisis",
)  # fmt: skip


def service(number: int, chance: random.Random) -> dict[str, object]:
    """Return one service as a 211 publishes it: embedded organisation, place, phones, schedule, category."""
    word = chance.choice(WORDS)
    line = f"515-555-{100 + number % 100:04}"
    address = {"address_1": f"{number} Main St", "city": "Riverbend", "state_province": "IA", "postal_code": "50001",
               "country": "US", "address_type": "physical"}  # fmt: skip
    location = {"id": f"l{number}", "location_type": "physical", "addresses": [address],
                "latitude": 41 + chance.random(), "longitude": -94 + chance.random()}  # fmt: skip
    schedule = {"opens_at": "09:00", "closes_at": "17:00", "byday": "MO,TU,WE,TH,FR", "freq": "WEEKLY"}
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "name": f"{word.title()} service {number}",
        "status": "active",
        "description": f"Help with {word} for people who live nearby. Ask for an appointment, or walk in.",
        "organization": {"id": f"o{number % 900}", "name": f"Agency {number % 900}", "description": "An agency"},
        "url": f"https://example.org/{number}",
        "phones": [{"id": f"p{number}", "number": line, "type": "voice", "languages": [{"code": "en"}]}],
        "schedules": [schedule],
        "service_at_locations": [{"id": f"s{number}", "location": location}],
        "attributes": [{"taxonomy_term": {"name": word}}],
        "assured_date": "2026-10-01",
        "assurer_email": "list@example.org",
    }


def main() -> None:
    """Generate the directory, import it, and choose from it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "content/editions").mkdir(parents=True)
        (root / "content/editions/bench.yaml").write_text(EDITION)
        contents = [service(number, chance) for number in range(count)]
        (root / "state.json").write_text(json.dumps({"contents": contents}))
        print(f"{count:,} services, {(root / 'state.json').stat().st_size / 1e6:.0f} MB of JSON")
        _run("import", root, "lists", "import", root / "state.json", "--list", "state")
        _run("choose", root, "lists", "show", "--edition", "bench", "--most", "12", "--json")


def _run(step: str, root: Path, *arguments: object) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [sys.executable, "-P", "-m", "generator", *map(str, arguments), "--project", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = done.stderr.strip().splitlines()[-1:] or [""]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{step:8} {seconds:6.1f} s  {cpu:6.1f} s of CPU  {after.ru_maxrss / 1024:6.0f} MB  {said[0]}")


if __name__ == "__main__":
    main()
