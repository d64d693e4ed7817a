"""A piece becomes tagged PDF faces at trim size, fitted, measured and with every placed fact recorded."""
