"""What tests of faces share: a store of their own, and a list of what is laid out."""

import pytest

from generator.keeping import Kept
from generator.render import face
from generator.render.typeset import lay_out


@pytest.fixture
def kept(monkeypatch):
    """Faces kept by one test are not there for the next."""
    store: Kept[face.Drawn] = Kept(face.MOST_KEPT)
    monkeypatch.setattr(face, "KEPT", store)
    return store


@pytest.fixture
def layouts(monkeypatch):
    """Every document that is laid out, in order."""
    laid = []

    def counted(text, *args, **named):
        laid.append(text)
        return lay_out(text, *args, **named)

    monkeypatch.setattr(face, "lay_out", counted)
    return laid
