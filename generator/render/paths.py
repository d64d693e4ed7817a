"""The tags around a region, so that it can be laid out by itself in the style of the place where it stands."""

from collections.abc import Iterator
from html import escape
from typing import Any

# What the elements around a region are, of all that they are on the face: givers of style, and no boxes.
PATH_CLASS = "region-path"
PATH_STYLE = (
    f".{PATH_CLASS}{{background:none!important;border:0!important;box-shadow:none!important;columns:auto!important;"
    "display:block!important;float:none!important;height:auto!important;margin:0!important;max-height:none!important;"
    "max-width:none!important;min-height:0!important;min-width:0!important;outline:0!important;opacity:1!important;"
    "overflow:visible!important;padding:0!important;position:static!important;transform:none!important;"
    "width:auto!important}"
    f".{PATH_CLASS}::before,.{PATH_CLASS}::after{{display:none!important}}"
)


def paths_of_regions(root: Any) -> dict[int, tuple[str, ...]]:
    """Return the start tags from the body down to each region, by its number.

    None is returned where there are other articles: regions are known by being the only ones.
    """
    body = root.find("body")
    if body is None or any(one.get("data-region") is None for one in body.iter("article")):
        return {}
    return dict(_paths(body, ()))


def alone(page: str, path: tuple[str, ...], *, number: int, content: str, width: float) -> str:
    """Return the page of a face with nothing on it but a region, so many pixels wide, below the tags around it."""
    head, _, _ = page.partition("<body>")
    style = f"@page{{size:{width!r}px 10000px}}{PATH_STYLE}"
    tags = "".join(path)
    ends = "".join(f"</{tag[1:].split()[0]}>" for tag in reversed(path))
    region = f'<article class="region" data-region="{number}" style="width:{width!r}px">{content}</article>'
    return f"{head.replace('</head>', f'<style>{style}</style></head>')}<body>{tags}{region}{ends}</body></html>"


def _paths(element: Any, above: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for child in element:
        if number := child.get("data-region"):
            yield int(number), above
        elif isinstance(child.tag, str) and len(child):
            yield from _paths(child, (*above, _start_tag(child)))


def _start_tag(element: Any) -> str:
    kept = {name: value for name, value in element.attrib.items() if not name.startswith("data-")}
    kept["class"] = f"{kept.get('class', '')} {PATH_CLASS}".strip()
    attributes = (f'{name}="{escape(value)}"' for name, value in sorted(kept.items()))
    return f"<{element.tag} {' '.join(attributes)}>"
