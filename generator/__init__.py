"""Handbill: from a community organisation's content to proved, printed pieces."""

__version__ = "0.1.0"
