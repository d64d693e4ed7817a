"""The frozen shapes of what people write."""
