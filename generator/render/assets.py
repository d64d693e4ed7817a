"""Where templates, fonts, icons and logos are looked for: the project's folders first, then the built-in ones."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from msgspec import Struct


class Assets(Struct, frozen=True):
    """The folders that a piece may be made from, in search order."""

    templates: tuple[Path, ...]
    content: tuple[Path, ...]

    @property
    def roots(self) -> tuple[Path, ...]:
        """Every folder that files may be read from, links resolved."""
        return _resolved((*self.templates, *self.content))

    def allows(self, path: Path) -> bool:
        """Return whether a file, with its links resolved, lies inside one of the folders."""
        try:
            resolved = os.path.realpath(path)
            return Path(resolved).is_file() and resolved.startswith(_inside(self.roots))
        except (OSError, ValueError):  # too long a name, a NUL in it
            return False

    def holds(self, path: Path) -> bool:
        """Return whether a path, as it is written, leads into one of the folders, whether or not a file is there."""
        written = Path(os.path.normpath(path))
        return any(written.is_relative_to(root) for root in self.roots)

    def template(self, name: str) -> Path | None:
        """Return the first file of this relative path under the template folders that is allowed."""
        return next(self._found(self.templates, name), None)

    def every_template(self, name: str) -> tuple[Path, ...]:
        """Return the files of this relative path in all template folders, the project's first."""
        return tuple(self._found(self.templates, name))

    def picture(self, written: str) -> Path | None:
        """Return the picture that a brand or sponsor names: beside the brands, in content, or in the project."""
        folders = [beside for root in self.content for beside in (root / "brands", root, root.parent)]
        return next(self._found(folders, written), None)

    def guide(self, guide: str, language: str) -> Path | None:
        """Return the file that a guide's text was written in."""
        return next(self._found(self.content, f"guides/{guide}/{language}.yaml"), None)

    def _found(self, folders: tuple[Path, ...] | list[Path], name: str) -> Iterator[Path]:
        return (path for folder in folders if self.allows(path := folder / name))


@lru_cache(maxsize=64)
def _inside(roots: tuple[Path, ...]) -> tuple[str, ...]:
    """Return what the path of every file in these folders begins with."""
    return tuple(f"{str(root).rstrip(os.sep)}{os.sep}" for root in roots)


@lru_cache(maxsize=64)
def _resolved(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(folder.resolve() for folder in folders))
