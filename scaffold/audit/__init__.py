"""The audit: what the rules read, what they find, and what becomes of it."""
