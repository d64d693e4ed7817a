"""What every shape shares: frozen, no unknown keys, and errors that know their place and the near miss."""

import types
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from generator.errors import Diagnostic, error
from generator.source import Document, Step, nearest
from generator.units import Length, Size

# File stem = id = command-line word: letters of ASCII, digits and hyphens.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
HexColour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class Written(BaseModel):
    """The base of every shape that a person writes."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, value: Any) -> Any:
        """Take a key with nothing after it as not written, unless it is required."""
        if not isinstance(value, dict):
            return value
        if None not in value.values():
            return value
        optional = {f.alias or name for name, f in cls.model_fields.items() if not f.is_required()}
        return {key: item for key, item in value.items() if item is not None or key not in optional}


def _parse_length(value: Any) -> Any:
    return Length.parse(value) if isinstance(value, str) else value


def _parse_size(value: Any) -> Any:
    return Size.parse(value) if isinstance(value, str) else value


WrittenLength = Annotated[Length, BeforeValidator(_parse_length)]
WrittenSize = Annotated[Size, BeforeValidator(_parse_size)]


class Localized(Written):
    """A text that may be written once for all languages or once a language."""

    texts: Mapping[LanguageTag | typing.Literal[""], Line]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"texts": {"": value}}
        if isinstance(value, dict) and set(value) != {"texts"}:
            return {"texts": value}
        return value

    def get(self, language: str) -> str | None:
        """Return the text in a language (`es-MX` may use `es`) or the text for all, else None."""
        return self.texts.get(language) or self.texts.get(language.partition("-")[0]) or self.texts.get("")

    def text(self, language: str, *, fallback: str = "en") -> str:
        """Return the text in a language, else in the fallback language, else the first one written."""
        return self.get(language) or self.get(fallback) or next(iter(self.texts.values()))

    def has(self, language: str) -> bool:
        """Return whether the text is written in this language or for all."""
        return self.get(language) is not None


Shape = TypeVar("Shape", bound=BaseModel)


def validate(
    model: type[Shape], document: Document, *, context: Mapping[str, object] | None = None
) -> tuple[Shape | None, tuple[Diagnostic, ...]]:
    """Return the document as the model, or None and one located error for each thing wrong."""
    tree = {} if document.tree is None else document.tree
    try:
        return model.model_validate(tree, context=dict(context or {})), ()
    except ValidationError as problem:
        found = (_explain(model, document, detail) for detail in problem.errors(include_url=False))
        return None, tuple(dict.fromkeys(found))


def _explain(model: type[BaseModel], document: Document, detail: ErrorDetails) -> Diagnostic:
    steps = _steps_in(document, detail["loc"])
    kind = detail["type"]
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        place = document.place_of_key(steps)
        hint = nearest(name, _known_keys(model, detail["loc"][:-1]))
        return error("unknown-key", f'unknown key "{name}"', place=place, hint=hint)
    if kind == "missing":
        return error("missing-key", f'the key "{name}" is missing', place=document.place_of_value(steps))
    place = document.place_of_value(steps)
    return error(_CODES.get(kind, "wrong-value"), _message(detail, steps), place=place, hint=_hint(detail))


_CODES = {"value_error": "wrong-value", "literal_error": "wrong-choice", "enum": "wrong-choice"}
_EXPECTED = {
    "string_type": "text",
    "list_type": "a list (lines that start with -)",
    "tuple_type": "a list (lines that start with -)",
    "dict_type": "keys and values",
    "mapping_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a date such as 2026-05-12",
    "date_parsing": "a date such as 2026-05-12",
    "date_from_datetime_parsing": "a date such as 2026-05-12",
    "date_from_datetime_inexact": "a date such as 2026-05-12",
    "string_too_short": "some text",
}


def _message(detail: ErrorDetails, steps: Sequence[Step]) -> str:
    name = next((str(step) for step in reversed(steps) if isinstance(step, str)), "")
    subject = f'"{name}"' if name else "the file"
    kind = detail["type"]
    if kind in {"value_error", "assertion_error"}:
        reason = str(detail.get("ctx", {}).get("error", detail["msg"]))
        return f"{subject}: {reason}"
    if kind in _EXPECTED:
        return f"{subject} should be {_EXPECTED[kind]}; found {_shown(detail['input'])}"
    if kind in {"literal_error", "enum"}:
        expected = detail.get("ctx", {}).get("expected", "")
        return f"{subject} should be one of {expected}; found {_shown(detail['input'])}"
    return f"{subject}: {_shown(detail['input'])} will not do ({detail['msg'].lower()})"


def _hint(detail: ErrorDetails) -> str:
    if detail["type"] == "string_pattern_mismatch":
        pattern = str(detail.get("ctx", {}).get("pattern", ""))
        return _PATTERN_HINTS.get(pattern, "")
    return ""


_PATTERN_HINTS = {
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$": "use small letters, digits and hyphens, such as larkin-county",
    r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$": "use a language code such as en, es or zh-Hans",
    r"^[A-Z]{2}$": "use a two-letter country code in capitals, such as US or GB",
    r"^#[0-9A-Fa-f]{6}$": 'use six digits after #, in quotes, such as "#005C62"',
}


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value[:60]}"' if value else "nothing"
    return {dict: "keys and values", list: "a list", type(None): "nothing"}.get(type(value), repr(value)[:60])


def _steps_in(document: Document, loc: Sequence[Step]) -> tuple[Step, ...]:
    """Return pydantic's location without the segments that the file does not have, such as union tags."""
    steps: tuple[Step, ...] = ()
    for index, part in enumerate(loc):
        is_last_missing = index == len(loc) - 1 and not isinstance(part, int)
        if (*steps, part) in document.values or is_last_missing:
            steps = (*steps, part)
    return steps


def _known_keys(model: type[BaseModel], loc: Sequence[Step]) -> set[str]:
    """Return the keys that the shape at the end of a location knows."""
    current: object = model
    for part in loc:
        current = _inner(current, part)
    models = [one for one in _flatten(current) if isinstance(one, type) and issubclass(one, BaseModel)]
    return {field.alias or name for one in models for name, field in one.model_fields.items()}


def _inner(annotation: object, part: Step) -> object:
    for one in _flatten(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            by_key = {field.alias or name: field.annotation for name, field in one.model_fields.items()}
            if part in by_key:
                return by_key[str(part)]
        elif typing.get_args(one):
            return typing.get_args(one)[0 if isinstance(part, int) else -1]
    return annotation


def _flatten(annotation: object) -> list[object]:
    """Return the members of a union, seen through Annotated."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return _flatten(typing.get_args(annotation)[0])
    if origin in {typing.Union, types.UnionType}:
        return [inner for one in typing.get_args(annotation) for inner in _flatten(one)]
    return [annotation]
