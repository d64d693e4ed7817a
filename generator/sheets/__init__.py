"""Pure geometry of sheets: which face lies where, on which side of which paper, and where it is cut."""
