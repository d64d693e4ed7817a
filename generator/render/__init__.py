"""A piece becomes tagged PDF faces at trim size, fitted, measured and with every placed fact recorded."""

from generator.render.assets import Assets
from generator.render.fonts import set_up as warm_up
from generator.render.piece import FaceReport, Rendered, faces_asked, render_piece
from generator.render.placed import PlacedFact

__all__ = ["Assets", "FaceReport", "PlacedFact", "Rendered", "faces_asked", "render_piece", "warm_up"]
