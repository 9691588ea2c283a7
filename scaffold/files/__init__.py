"""The checkout in memory, edits to it, and writing it back to disk."""
