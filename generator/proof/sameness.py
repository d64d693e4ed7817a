"""Whether two form XObjects are the same face, whatever files they stand in."""

import hashlib

import pikepdf

_NOT_OF_THE_FACE = frozenset({"/Parent", "/StructParents", "/StructParent", "/Length", "/Filter", "/DecodeParms"})


def digest_of(form: pikepdf.Object) -> str:
    """Return a digest of a form: what it draws and all that it draws with, however the file stores it."""
    whole = hashlib.sha256()
    _feed(whole, form.get("/Resources", pikepdf.Dictionary()), ())
    whole.update(b" ".join(form.read_bytes().split()))
    return whole.hexdigest()


def _feed(whole: "hashlib._Hash", item: object, inside: tuple[tuple[int, int], ...]) -> None:
    if isinstance(item, pikepdf.Object) and item.is_indirect:
        if item.objgen in inside:
            return
        inside = (*inside, item.objgen)
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        for key in sorted(set(item.keys()) - _NOT_OF_THE_FACE):
            whole.update(key.encode())
            _feed(whole, item[key], inside)
        if isinstance(item, pikepdf.Stream):
            whole.update(item.read_bytes())
    elif isinstance(item, pikepdf.Array):
        _feed_array(whole, item, inside)
    else:
        whole.update(repr(item).encode())


def _feed_array(whole: "hashlib._Hash", array: pikepdf.Array, inside: tuple[tuple[int, int], ...]) -> None:
    written = array.unparse()
    if b" R" not in written:  # it holds no reference, whose number would be the file's own
        whole.update(written)
        return
    for one in array:
        _feed(whole, one, inside)
    whole.update(b"]")
