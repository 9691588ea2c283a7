"""Rules about environments and their settings."""
