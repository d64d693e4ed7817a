import uuid
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from jinja2 import Environment

from generator import foreman, workers
from generator.catalog import Roots, builtin_root
from generator.cli import main
from generator.keeping import Kept
from generator.makeready import make_ready
from generator.proof import by_face, preview
from generator.render import code, face
from generator.workers import Done

RUN_IN_PROCESSES = workers.run
CALLED = foreman.called


@cache
def ready():
    """Load what pieces are made with once: processes that builds fork from this one have it then."""
    make_ready(Roots(builtin_root(), builtin_root()))


def run_here(work, items, *, workers, warm_up, allowance=None, kind=None):
    """Work on each item in this process; an exception is passed on, as it is from processes of their own."""
    ready()
    try:
        for index, item in enumerate(items):
            yield Done(index, result=work(item))
    finally:
        for kept in (code.KEPT, face.KEPT, by_face.KEPT, preview.KEPT, preview.FRAMES):
            kept.behind = None


@contextmanager
def nothing_drawn():
    """Have no face in memory, as in a process that was just started."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (code, face, by_face, preview):
            patch.setattr(module, "KEPT", Kept(module.MOST_KEPT))
        yield


def afresh(run):
    """Run as a build does that was just started: nothing was drawn before."""

    def run_afresh(*work, **how):
        with nothing_drawn():
            yield from run(*work, **how)

    return run_afresh


@contextmanager
def called(*how):
    """Yield a foreman, as a build does; the first time long after it would be ready in a process of its own."""
    ready()
    with nothing_drawn(), CALLED(*how) as leader:
        yield leader


@pytest.fixture(scope="session", autouse=True)
def pieces_made_here():
    """Make the pieces of all builds in the process of the tests, where what they share is loaded and drawn once.

    A face is kept by all that it is drawn from, so nothing is found again that would be drawn otherwise.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "run", run_here)
        patch.setattr(foreman, "called", lambda *_: nullcontext())
        yield


@pytest.fixture
def nothing_kept(monkeypatch):
    """Start each build with no face in memory: what it finds again, it finds in its cache."""
    monkeypatch.setattr(workers, "run", afresh(run_here))


@pytest.fixture
def in_processes(monkeypatch):
    """Make the pieces of a build in worker processes, each within its limits, as people's builds do."""
    monkeypatch.setattr(workers, "run", afresh(RUN_IN_PROCESSES))
    monkeypatch.setattr(foreman, "called", called)


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once():
    """Compile the same text of a template once, whatever the project: most tests have a folder of their own."""
    compiled: dict[object, object] = {}
    compile_anew = Environment.compile

    def compile_once(environment, source, name=None, filename=None, **how):
        read_as = (environment.trim_blocks, environment.lstrip_blocks, environment.autoescape)
        key = (type(environment), read_as, source, name, filename, *sorted(how.items()))
        if key not in compiled:
            compiled[key] = compile_anew(environment, source, name, filename, **how)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", compile_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_cache_of_the_user(tmp_path_factory):
    """Keep what is built for many tests at once from the pieces that the user made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDBILL_CACHE", str(tmp_path_factory.getbasetemp() / "caches" / "shared"))
        yield


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Keep a test from finding pieces that another one made."""
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
