"""Rules on the entries of locals.tasks."""
