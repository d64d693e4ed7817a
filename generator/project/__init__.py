"""What people wrote, and what is built in, becomes one Project."""

from generator.project.known import ReadList
from generator.project.reading import load_project
from generator.project.shape import Loaded, Project, find_asset, read_elsewhere

__all__ = ["Loaded", "Project", "ReadList", "find_asset", "load_project", "read_elsewhere"]
