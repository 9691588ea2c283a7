"""Rules about the entries of locals.tasks."""
