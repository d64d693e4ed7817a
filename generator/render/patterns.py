"""The patterns that HTML is parsed with, made once.

tinyhtml5 2.1 keeps each of them under another key than it looks for it by, and so makes them anew for every attribute:
a twentieth of the time of a layout.
"""

import re
from collections.abc import Iterable


class Patterns(dict[tuple[Iterable[str], bool], re.Pattern[str]]):
    """Patterns by the characters that they run up to, or with the opposite those that they run over."""

    def __missing__(self, key: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        """Return a pattern that is asked for for the first time, and keep it."""
        characters, is_opposite = key
        listed = "".join(f"\\x{ord(one):02x}" for one in characters)
        pattern = self[key] = re.compile(f"[{'' if is_opposite else '^'}{listed}]+")
        return pattern


def keep_patterns() -> None:
    """Have the parser find the patterns that it made before."""
    from tinyhtml5 import inputstream

    if not isinstance(inputstream.characters_until_regex, Patterns):
        inputstream.characters_until_regex = Patterns()
