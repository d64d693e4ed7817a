"""One check a module: `check(pdf, expected)` returns what is wrong. A module dropped in here takes part."""
