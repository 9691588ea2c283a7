"""The rules of `check`, one module each, by the noun that they judge."""
