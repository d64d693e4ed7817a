"""The proof report: one page that shows every piece with what was found on it, to read, print and sign."""

from generator.report.page import make_report
from generator.report.pictures import Pictures, pictures_on_disk

__all__ = ["Pictures", "make_report", "pictures_on_disk"]
