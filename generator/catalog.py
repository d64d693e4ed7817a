"""Find drop-ins by file name; a project's file beats the built-in file of the same relative path."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from generator.errors import Place

LIST_SUFFIXES = (".yaml", ".csv", ".tsv", ".xlsx", ".json", ".zip")


class Roots(Struct, frozen=True):
    """Where drop-ins are looked for: the project's folder first, then what is built in."""

    project: Path
    builtin: Path

    @property
    def layers(self) -> tuple[Path, ...]:
        """The folders in the order of precedence, each once."""
        return (self.project,) if self.project == self.builtin else (self.project, self.builtin)

    def folders(self, name: str) -> tuple[Path, ...]:
        """Return the existing folders of one name, the project's first."""
        return tuple(layer / name for layer in self.layers if (layer / name).is_dir())

    def find(self, relative: str) -> Path | None:
        """Return the file at a relative path, the project's if both have it."""
        return next((layer / relative for layer in self.layers if (layer / relative).is_file()), None)

    def is_project_file(self, path: Path) -> bool:
        """Return whether a file is the project's own."""
        return path.is_relative_to(self.project)

    def shown(self, path: Path | None) -> Path | None:
        """Return a path as people should see it: relative to the project, or to what is built in."""
        for layer in self.layers:
            if path and path.is_relative_to(layer):
                return path.relative_to(layer)
        return path

    def shown_place(self, place: Place) -> Place:
        """Return a place with its path as people should see it."""
        return Place(self.shown(place.path), place.line, place.column)


def builtin_root() -> Path:
    """Return the folder that holds the built-in templates/ and content/.

    That is the repository when the package stands in one (an editable install also has a snapshot in
    `_data`, which goes stale), else `_data` inside the installed package.
    """
    package = Path(__file__).resolve().parent
    beside = package.parent
    is_repository = (beside / "templates" / "base").is_dir() and (beside / "content").is_dir()
    return beside if is_repository else package / "_data"


def find_files(roots: Roots, folder: str, *, suffixes: tuple[str, ...] = (".yaml",)) -> dict[str, Path]:
    """Return id -> file for the files right inside a folder, sorted by id, the project's first."""
    found: dict[str, Path] = {}
    for layer in roots.layers:
        for path in _files_in(layer / folder, suffixes):
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def find_layers(roots: Roots, folder: str, *, suffixes: tuple[str, ...]) -> dict[str, tuple[Path, ...]]:
    """Return id -> every file of that id, built-in first, for things that merge."""
    found: dict[str, list[Path]] = {}
    for layer in reversed(roots.layers):
        for path in _files_in(layer / folder, suffixes):
            found.setdefault(path.stem, []).append(path)
    return {name: tuple(paths) for name, paths in sorted(found.items())}


def find_translations(roots: Roots, folder: str) -> dict[tuple[str, str], Path]:
    """Return (id, language) -> file for `<folder>/<id>/<language>.yaml`."""
    found: dict[tuple[str, str], Path] = {}
    for layer in roots.layers:
        base = layer / folder
        for sub in sorted(base.iterdir()) if base.is_dir() else ():
            if sub.is_dir():
                for path in _files_in(sub, (".yaml",)):
                    found.setdefault((sub.name, path.stem), path)
    return dict(sorted(found.items()))


def find_products(roots: Roots) -> dict[str, Path]:
    """Return id -> product.yaml. A project may override any single file of a built-in product."""
    found: dict[str, Path] = {}
    for layer in roots.layers:
        base = layer / "templates" / "products"
        for sub in sorted(base.iterdir()) if base.is_dir() else ():
            if (sub / "product.yaml").is_file():
                found.setdefault(sub.name, sub / "product.yaml")
    return dict(sorted(found.items()))


def _files_in(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() in suffixes and not path.name.startswith((".", "~")):
            yield path
