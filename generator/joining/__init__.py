"""What was drawn apart becomes one tagged PDF: faces after one another, regions on their faces."""

from generator.joining.faces import DrawnFace, join_faces
from generator.joining.regions import DrawnRegion

__all__ = ["DrawnFace", "DrawnRegion", "join_faces"]
