"""The names of the parts of a task, as status lines, JSON and Markdown show them."""

from __future__ import annotations

ENTRYPOINT = "entrypoint"
SCRIPT = "Poetry script"
MAKE_TARGET = "Makefile target"
TASK = "task definition"
ROLE = "IAM role"
SCHEDULE = "schedule"
ALARM = "alarm"
TOGGLE = "toggle"
TRIGGER = "S3 trigger"
TEST = "test"
