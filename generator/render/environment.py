"""Jinja as it is used here: sandboxed, always escaping, nothing undefined, nothing outside the template folders."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import TracebackType

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.errors import Diagnostic, Place, error
from generator.render.assets import Assets

UpToDate = Callable[[], bool]


class AssetLoader(BaseLoader):
    """Finds templates by relative path, the project's first; links out of the folders are not followed."""

    def __init__(self, assets: Assets) -> None:
        self.assets = assets

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, UpToDate]:
        """Return a template's text, its path, and a test whether it is unchanged. Raises TemplateNotFound."""
        name = PurePosixPath(template)
        path = None if name.is_absolute() or ".." in name.parts else self.assets.template(template)
        if path is None:
            raise TemplateNotFound(template)
        changed = path.stat().st_mtime_ns
        text = path.read_text(encoding="utf-8")
        return text, str(path), lambda: path.is_file() and path.stat().st_mtime_ns == changed


@lru_cache(maxsize=8)
def make_environment(assets: Assets) -> Environment:
    """Return the environment that templates of these assets run in."""
    return ImmutableSandboxedEnvironment(
        loader=AssetLoader(assets),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=True,
    )


def template_problem(problem: Exception) -> Diagnostic:
    """Return what went wrong while a template ran, placed at the line of the template."""
    if isinstance(problem, TemplateSyntaxError):
        path = Path(problem.filename) if problem.filename else None
        return error("template-syntax", problem.message or "is not a template", place=Place(path, problem.lineno))
    place = _place_in_template(problem.__traceback__)
    if isinstance(problem, TemplateNotFound):
        return error("missing-template", f'there is no template "{problem.name}"', place=place)
    return error("template", str(problem) or type(problem).__name__, place=place)


def is_of_template(problem: Exception) -> bool:
    """Return whether a template raised it; anything else is a bug of ours and keeps its traceback."""
    return _place_in_template(problem.__traceback__).path is not None


def _place_in_template(traceback: TracebackType | None) -> Place:
    """Return the innermost line of a template that a traceback passes through."""
    place = Place()
    while traceback:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.suffix == ".html":
            place = Place(path, traceback.tb_lineno)
        traceback = traceback.tb_next
    return place
