"""The file that faces were joined in, handed over as it is to the one that goes on with it."""

import io

import pikepdf

_JUST_JOINED: list[tuple[bytes, pikepdf.Pdf]] = []  # one at most: the next piece has its own


def written(pdf: pikepdf.Pdf) -> bytes:
    """Return a file of joined faces as it is written, and keep it for the first that asks for it.

    Its streams are compressed as those of what is made of it: sheets are held against it byte for byte.
    """
    out = io.BytesIO()
    pdf.save(
        out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False
    )
    _JUST_JOINED[:] = [(out.getvalue(), pdf)]
    return _JUST_JOINED[0][0]


def handed_over(faces: bytes) -> pikepdf.Pdf:
    """Return a file of faces for the caller to make sheets of and to close.

    To read again what was just written would take as long as to write it. The file has no ID, since another file is
    made of it: so it comes to the same whether it was kept or is opened, but for the order in which its streams say
    of themselves how they are compressed.
    """
    kept = next((pdf for data, pdf in _JUST_JOINED if data is faces), None)
    if kept is not None:
        _JUST_JOINED.clear()
    pdf = pikepdf.open(io.BytesIO(faces)) if kept is None else kept
    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]
    return pdf
