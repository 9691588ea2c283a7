"""template/ into text."""
