"""The file keeps the machine-checkable rules of PDF/UA-1 (ISO 14289-1)."""

import json
import os
import subprocess
import sys
from collections import Counter

from generator.errors import Diagnostic
from generator.proof.expected import Expected
from generator.proof.opened import OpenedPdf
from generator.proof.thresholds import finding

PROFILE = "ua1"
_ELSEWHERE = f"""
import page, sys
data, limits = sys.stdin.buffer.read(), page.SafetyLimits.unlimited()
print(page.validate_pdf_bytes(data, profile='{PROFILE}', limits=limits).to_json())
"""
_HINT = "look at the other findings first: most of them say what to change in the template"
# The processes, by id, that have asked the library. It keeps threads, and a process forked from one that has
# asked would wait for ever for threads that it does not have.
_askers: set[int] = set()


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return each rule of PDF/UA-1 that is broken, with how often."""
    if not expected.is_tagged:
        return ()
    failures = json.loads(_report(pdf.data))["failures"]
    broken = Counter(one["rule_id"] for one in failures)
    said = {one["rule_id"]: one["message"] for one in reversed(failures)}
    return tuple(_broken(rule, said[rule], times) for rule, times in broken.items())


def _report(data: bytes) -> str:
    """Return the library's report as JSON."""
    if _askers - {os.getpid()}:
        done = subprocess.run([sys.executable, "-c", _ELSEWHERE], input=data, capture_output=True, check=True)
        return done.stdout.decode("utf-8")
    import page  # a large library, which most files for paper never ask

    _askers.add(os.getpid())
    # The file is our own, and its tags may reach as deep as a book is long.
    return page.validate_pdf_bytes(data, profile=PROFILE, limits=page.SafetyLimits.unlimited()).to_json()


def _broken(rule: str, message: str, times: int) -> Diagnostic:
    often = f" ({times} times)" if times > 1 else ""
    return finding("pdf-ua", f"not PDF/UA-1, rule {rule}: {message}{often}", hint=_HINT)
