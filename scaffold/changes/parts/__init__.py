"""The parts of a task, one module each, with the same four verbs."""
