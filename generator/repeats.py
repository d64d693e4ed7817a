"""What a list says again and again, such as a strip of tear-off tabs, is read out once.

The first item stays in the tag tree; the others become artifacts, which screen readers pass over. On paper
nothing changes.
"""

import io
from collections.abc import Iterator, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator

SHOWING = frozenset({"Tj", "TJ", "'", '"', "Do"})
Shown = dict[int, bytes]  # marked content, by its number on the page -> what it shows
Key = tuple[int, int]


def read_once(faces: bytes) -> bytes:
    """Return a tagged PDF in which lists whose items all say the same keep the first; as it was without any."""
    with pikepdf.open(io.BytesIO(faces)) as pdf:
        shown = {page.obj.objgen: _shown(page) for page in pdf.pages} if _has_repeats(pdf) else {}
        repeats = [item for one in _lists(pdf) for item in _repeats(one, shown)] if shown else []
        if not repeats:
            return faces
        _take_out(repeats, pdf)
        out = io.BytesIO()
        pdf.save(
            out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False
        )
        return out.getvalue()


def _has_repeats(pdf: pikepdf.Pdf) -> bool:
    """Return whether the items of any list have as many contents as one another: most pages need no closer look."""
    counts = ([sum(1 for _ in _contents(item)) for item in _kids(one)] for one in _lists(pdf))
    return any(len(one) > 1 and len(set(one)) == 1 for one in counts)


def _shown(page: pikepdf.Page) -> Shown:
    """Return what each marked content of a page shows, as its operators say it."""
    shown: Shown = {}
    number = None
    for one in pikepdf.parse_content_stream(page):
        name = str(one.operator)
        if name == "BDC":
            number = _number(one)
        elif name == "EMC":
            number = None
        elif number is not None and name in SHOWING:
            shown[number] = shown.get(number, b"") + pikepdf.unparse_content_stream([one])
    return shown


def _number(one: pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage) -> int | None:
    properties = one.operands[1]
    is_numbered = isinstance(properties, Dictionary) and "/MCID" in properties
    return int(properties.MCID) if is_numbered else None


def _kids(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = node.get("/K")
    if kids is not None:
        yield from kids if isinstance(kids, Array) else (kids,)


def _lists(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every list of the tag tree."""
    root = pdf.Root.get("/StructTreeRoot")
    yield from _lists_below(root) if root is not None else ()


def _lists_below(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for kid in _kids(node):
        if isinstance(kid, Dictionary) and "/S" in kid:
            if kid.S == "/L":
                yield kid
            yield from _lists_below(kid)


def _repeats(one: pikepdf.Object, shown: dict[Key, Shown]) -> tuple[pikepdf.Object, ...]:
    """Return the items of a list after its first, when all of them show the same."""
    items = tuple(_kids(one))
    said = {tuple(shown[page.objgen].get(number, b"") for page, number in _contents(item)) for item in items}
    return items[1:] if len(said) == 1 and any(said.pop()) else ()


def _contents(node: pikepdf.Object) -> Iterator[tuple[pikepdf.Object, int]]:
    """Yield the page and the number of each marked content below a node."""
    for kid in _kids(node):
        if isinstance(kid, int):
            yield node.Pg, kid
        elif "/S" in kid:
            yield from _contents(kid)


def _links(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield each annotation below a node."""
    for kid in _kids(node):
        if isinstance(kid, Dictionary):
            yield from (kid.Obj,) if kid.get("/Type") == "/OBJR" else _links(kid)


def _take_out(items: Sequence[pikepdf.Object], pdf: pikepdf.Pdf) -> None:
    """Take items out of the tag tree; their content becomes artifacts, their links go with them."""
    gone = {item.objgen for item in items}
    for parent in {item.P.objgen: item.P for item in items}.values():
        parent.K = Array([kid for kid in _kids(parent) if kid.objgen not in gone])
    numbers: dict[Key, set[int]] = {}
    for page, number in (content for item in items for content in _contents(item)):
        numbers.setdefault(page.objgen, set()).add(number)
    links = {link.objgen: link for item in items for link in _links(item)}
    for one in pdf.pages:
        if one.obj.objgen in numbers:
            _make_artifacts(pdf, one, numbers[one.obj.objgen])
            kept = [link for link in one.obj.get("/Annots", Array()) if link.objgen not in links]
            one.obj.Annots = Array(kept)
    _forget(pdf, {int(link.StructParent) for link in links.values()})


def _make_artifacts(pdf: pikepdf.Pdf, page: pikepdf.Page, numbers: set[int]) -> None:
    artifact = pikepdf.ContentStreamInstruction([Name.Artifact], Operator("BMC"))
    changed = [
        artifact if str(one.operator) == "BDC" and _number(one) in numbers else one
        for one in pikepdf.parse_content_stream(page)
    ]
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(changed))
    owners = _owners(pdf, int(page.obj.StructParents))
    for number in numbers:
        owners[number] = None


def _owners(pdf: pikepdf.Pdf, key: int) -> pikepdf.Object:
    """Return the elements that own the marked contents of a page, by number."""
    entries = pdf.Root.StructTreeRoot.ParentTree.Nums
    at = next(index for index in range(0, len(entries), 2) if int(entries[index]) == key)
    return entries[at + 1]


def _forget(pdf: pikepdf.Pdf, keys: set[int]) -> None:
    tree = pdf.Root.StructTreeRoot.ParentTree
    pairs = [(tree.Nums[at], tree.Nums[at + 1]) for at in range(0, len(tree.Nums), 2)]
    tree.Nums = Array([part for key, owner in pairs if int(key) not in keys for part in (key, owner)])
