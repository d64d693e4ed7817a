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


def exact_digest(form: pikepdf.Object) -> str:
    """Return a digest of a form that no other shares: each byte of what it draws, and of all that it draws with."""
    with pikepdf.new() as own:
        copy = own.copy_foreign(form)
        for key in STRUCTURE.intersection(copy.keys()):
            del copy[key]
        # Numbers of one value may be written in several ways.
        copy.BBox = pikepdf.Array([round(float(edge), 4) for edge in form.BBox])
        content = form.read_bytes()
        copy.write(b"")
        own.Root.Face = copy
        return digest_of_bytes(as_it_is(own), content)


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
