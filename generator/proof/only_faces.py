"""Whether a sheet is nothing but faces laid in their slots: then its geometry says all that a picture of it could.

A page that holds anything besides, or a form that differs from the proved face in any byte, is looked at as pictures.
"""

from collections.abc import Sequence

import pikepdf

from generator.keeping import digest_of_bytes
from generator.proof.alone import as_it_is
from generator.sheets.affine import UNMOVED
from generator.sheets.placing import Sheet
from generator.units import Box

OF_A_SHEET = frozenset({"/Type", "/Parent", "/MediaBox", "/TrimBox", "/Resources", "/Contents"})
OF_A_FORM = frozenset({"/Type", "/Subtype", "/BBox", "/Resources", "/Group", "/Matrix", "/FormType"})
OF_A_STREAM = frozenset({"/Length", "/Filter", "/DecodeParms"})
STRUCTURE = frozenset({"/StructParents", "/StructParent"})  # of the tags, which sheets have none of
DRAWING = ["q", "re", "W", "n", "cm", "Do", "Q"]


def exact_digest(*forms: pikepdf.Object) -> str:
    """Return a digest of forms of a file that no others share: each byte of what they draw, and of all they draw with.

    The same forms in another order have another digest.
    """
    with pikepdf.new() as own:
        own.Root.Faces = pikepdf.Array([_bare_copy(form, own) for form in forms])
        return digest_of_bytes(as_it_is(own), *(form.read_bytes() for form in forms))


def _bare_copy(form: pikepdf.Object, own: pikepdf.Pdf) -> pikepdf.Object:
    """Return a copy of a form in a file without its content, and without what tags know it by."""
    copy = own.copy_foreign(form)
    for key in STRUCTURE.intersection(copy.keys()):
        del copy[key]
    # Numbers of one value may be written in several ways.
    copy.BBox = pikepdf.Array([round(float(edge), 4) for edge in form.BBox])
    copy.write(b"")
    return copy


def is_only_faces(page: pikepdf.Page, sheet: Sheet) -> bool:
    """Return whether a page draws one face a placement as imposing writes it, and nothing else."""
    resources = page.obj.get("/Resources", pikepdf.Dictionary())
    forms = list(resources.get("/XObject", pikepdf.Dictionary()).values())
    is_bare = OF_A_SHEET.issuperset(page.obj.keys()) and set(resources.keys()) == {"/XObject"}
    if not is_bare or not all(OF_A_FORM.union(OF_A_STREAM, STRUCTURE).issuperset(form.keys()) for form in forms):
        return False
    drawings = DRAWING * len(sheet.placements)
    expected = drawings if sheet.correction == UNMOVED else ["q", "cm", *drawings, "Q"]
    return [str(one.operator) for one in pikepdf.parse_content_stream(page)] == expected


def keep_apart(windows: Sequence[Box], sheet: Sheet, within: float) -> bool:
    """Return whether each of the windows that faces print through lies on one placement alone, by so many mm."""
    seen = [placement.seen for placement in sheet.placements]
    return all(sum(window.inset(within).overlaps(box) for box in seen) == 1 for window in windows)
