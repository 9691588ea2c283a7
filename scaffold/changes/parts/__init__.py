"""The parts of a task, a module each, with the same verbs side by side."""
