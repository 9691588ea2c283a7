"""How the parts of a task that exists change; the others stay as they are, or get another name by `rename`."""

from __future__ import annotations

from collections.abc import Callable

from scaffold.changes.parts.change import entrypoint, role, schedule, task, test, toggle, trigger
from scaffold.changes.parts.requests import Modification
from scaffold.files.edit import Edit

CHANGES: tuple[Callable[[Modification], list[Edit]], ...] = (
    entrypoint.change,
    task.change,
    role.change,
    schedule.change,
    toggle.change,
    trigger.change,
    test.change,
)
