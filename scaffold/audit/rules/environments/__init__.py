"""Rules on the environments and what they set."""
