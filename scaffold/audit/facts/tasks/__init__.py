"""The commands and the environment variables of containers."""
