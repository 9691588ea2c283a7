"""What adds, removes and renames the parts of a task."""
