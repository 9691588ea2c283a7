"""What the rules read, by noun."""
