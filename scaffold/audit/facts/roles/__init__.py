"""The roles of tasks, schedules and triggers, and their policies."""
