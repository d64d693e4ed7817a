"""Jinja as it is used here: sandboxed, always escaping, nothing undefined, nothing outside the template folders."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

import jinja2
from jinja2 import BaseLoader, BytecodeCache, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator import __version__, compiled
from generator.errors import Diagnostic, Place, error
from generator.plan import Piece
from generator.render.assets import Assets
from generator.render.limits import STOPS, stop_problem
from generator.source import not_utf8

MOST_POWER = 1_000
MOST_ATTRIBUTES = 4_096  # of which it is remembered whether they are safe; our templates ask for some three hundred
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
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            found = not_utf8(data, path, problem)
            raise TemplateSyntaxError(found.message, found.place.line or 1, template, str(path)) from problem
        return text, str(path), lambda: path.is_file() and path.stat().st_mtime_ns == changed


class BuiltinTemplates(BytecodeCache):
    """Keeps the Python that the built-in templates become; what a project writes is compiled by each of its builds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the name that a template is kept under, none for one that is not built in."""
        is_builtin = filename is not None and Path(filename).is_relative_to(self._folder)
        return f"template.{name.replace('/', '.')}" if is_builtin else ""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was kept of the same text, by the same programs."""
        data = compiled.kept(bucket.key, self._made_of) if bucket.key else None
        if data:
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket is filled with."""
        if bucket.key:
            compiled.keep(bucket.key, self._made_of, bucket.bytecode_to_string())

    @property
    def _made_of(self) -> str:
        return f"{__version__} {jinja2.__version__} {self._folder}"


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox of Jinja, which leaves nothing of Python within reach; here powers stay small too."""

    intercepted_binops = frozenset({"**"})
    days_read = 0  # how often templates have asked any piece for its day

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._safe: dict[tuple[type, type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a template may have an attribute: what Jinja answers, asked once for each kind of object.

        It looks at the name, and at the kind by isinstance, which asks for both an object's type and its __class__.
        """
        key = (type(obj), obj.__class__, attr)
        safe = self._safe.get(key)
        if safe is None:
            safe = super().is_safe_attribute(obj, attr, value)
            if len(self._safe) < MOST_ATTRIBUTES:
                self._safe[key] = safe
        return safe

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what `obj.attribute` is in a template."""
        self._note(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return what `obj[argument]` is in a template, which may be an attribute too."""
        self._note(obj, argument)
        return super().getitem(obj, argument)

    def _note(self, obj: Any, name: Any) -> None:
        if isinstance(obj, Piece) and name == "today":
            _Sandbox.days_read += 1

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return a power, refusing one that the processor would be at for hours. Raises SecurityError."""
        if abs(left) > MOST_POWER or abs(right) > MOST_POWER:
            raise SecurityError(f"{left} ** {right} is too large a power; {MOST_POWER} is the most of either")
        return super().call_binop(context, operator, left, right)


def days_read() -> int:
    """Return how often templates have asked for the day until now; it only grows."""
    return _Sandbox.days_read


@lru_cache(maxsize=8)
def make_environment(assets: Assets) -> Environment:
    """Return the environment that templates of these assets run in."""
    return _Sandbox(
        loader=AssetLoader(assets),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=True,
        bytecode_cache=BuiltinTemplates(assets.templates[-1]),
    )


def template_problem(problem: BaseException) -> Diagnostic:
    """Return what went wrong while a template ran, placed at the line of the template."""
    if isinstance(problem, TemplateSyntaxError):
        path = Path(problem.filename) if problem.filename else None
        return error("template-syntax", problem.message or "is not a template", place=Place(path, problem.lineno))
    place = _place_in_template(problem.__traceback__)
    if isinstance(problem, TemplateNotFound):
        return error("missing-template", f'there is no template "{problem.name}"', place=place)
    if isinstance(problem, STOPS):
        return stop_problem(problem, "the template", place)
    return error("template", str(problem) or type(problem).__name__, place=place)


def is_of_template(problem: BaseException) -> bool:
    """Return whether a template raised it; anything else is a bug of ours and keeps its traceback."""
    return isinstance(problem, TemplateSyntaxError) or _place_in_template(problem.__traceback__).path is not None


def _place_in_template(traceback: TracebackType | None) -> Place:
    """Return the innermost line of a template that a traceback passes through."""
    place = Place()
    while traceback:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.suffix == ".html":
            # What is no Exception passes Jinja by, and comes with lines of the Python that templates become.
            compiled = traceback.tb_frame.f_globals.get("__jinja_template__")
            line = traceback.tb_lineno
            place = Place(path, compiled.get_corresponding_lineno(line) if compiled else line)
        traceback = traceback.tb_next
    return place
