"""What the rules read, by the noun that it is about."""
