"""The print order of an event: every piece made and proved, named for the printer, with its papers, in one folder."""

from generator.pack.making import Pack, pack_event

__all__ = ["Pack", "pack_event"]
