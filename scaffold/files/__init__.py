"""The checkout in memory, edits to it, and the way back to disk."""
