"""Faces as they were drawn, made into what a print shop takes: PDF/X in inks, with bleed, boxes and marks."""

from generator.press.making import grey_pdf, press_pdf
from generator.press.order import Order
from generator.press.ordering import at_face, order_of

__all__ = ["Order", "at_face", "grey_pdf", "order_of", "press_pdf"]
