"""The proof report: one page that shows every piece with what was found on it, to read, print and sign."""
