import uuid
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator import build as building
from generator import foreman
from generator.catalog import Roots, builtin_root
from generator.cli import main
from generator.makeready import make_ready


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Keep a test from finding pieces that another one made, or the user did."""
    folder = tmp_path_factory.getbasetemp() / "caches" / uuid.uuid4().hex
    monkeypatch.setenv("HANDBILL_CACHE", str(folder))
    return folder


@pytest.fixture
def write(tmp_path):
    """Write files of a project, given as path -> text, and return its folder."""

    def write_files(files, *, root=tmp_path / "project"):
        root.mkdir(exist_ok=True, parents=True)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return write_files


@cache
def ready():
    """Load what pieces are made with once: processes that builds fork from this one have it then."""
    make_ready(Roots(builtin_root(), builtin_root()))


def called(warm_up):
    """Yield a foreman, as a build does; the first time long after it would be ready in a process of its own."""
    ready()
    return foreman.called(warm_up)


building.called = called  # type: ignore[attr-defined]  # what a build calls


@pytest.fixture
def builtin():
    return Roots(builtin_root(), builtin_root())


@pytest.fixture
def handbill():
    """Run the command and return what it did: exit_code, stdout and stderr."""

    def run(*args):
        return CliRunner().invoke(main, [str(one) for one in args], catch_exceptions=False)

    return run


@pytest.fixture
def roots():
    return lambda folder: Roots(Path(folder).resolve(), builtin_root())
