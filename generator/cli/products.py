"""handbill products."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.cli.tables import listing

if TYPE_CHECKING:
    from generator.project import Project


def _rows(project: "Project") -> Iterator[tuple[str, ...]]:
    for name, one in project.products.items():
        product = one.value
        faces = ", ".join(product.faces) or "as many pages as needed"
        yield (
            name,
            product.title,
            str(product.size.us),
            str(product.size.iso),
            ", ".join(product.sizes),
            faces,
            ", ".join(product.finishes),
        )


command = listing(
    "products",
    "List what can be printed: every product with its sizes.",
    ("product", "title", "US size", "ISO size", "other sizes", "faces", "finishes"),
    _rows,
)
