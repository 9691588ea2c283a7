"""The environment variables that a program surely reads, found without running it."""
