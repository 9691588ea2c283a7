"""Schedules, triggers and their alarms, as the rules see them."""
