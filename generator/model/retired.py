"""What services have given up: numbers, words and addresses that must not be printed again."""

from pydantic import Field

from generator.model.written import Line, Written


class RetiredText(Written):
    """One text to look for, and why it is out of use. With `near`, it counts only beside that other text."""

    match: Line
    near: Line | None = None
    why: Line


class Retired(Written):
    """content/retired.yaml, which a project may extend with its own."""

    retired: tuple[RetiredText, ...] = Field(min_length=1)
