"""All schedules and triggers of a checkout."""

from __future__ import annotations

from scaffold.files.checkout import Checkout
from scaffold.pfml.schedules import Schedule, schedules
from scaffold.pfml.triggers import Trigger, triggers


def all_starts(checkout: Checkout) -> tuple[Schedule | Trigger, ...]:
    return (*schedules(checkout), *triggers(checkout))


def starts_of(checkout: Checkout, key: str) -> list[Schedule | Trigger]:
    """The schedules and triggers of the task with that key."""
    return [start for start in all_starts(checkout) if start.task_key == key]
