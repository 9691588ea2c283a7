"""The parts under api/: entrypoint, script and test."""
