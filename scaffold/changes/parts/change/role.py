"""Changes the roles of a task: new ones, secrets that the task's own execution role may read, and the prefix that the
policy of a trigger allows."""

from __future__ import annotations

from scaffold.changes.parts.infra import role
from scaffold.changes.parts.requests import Modification
from scaffold.files.edit import Edit


def change(modification: Modification) -> list[Edit]:
    return role.add(modification.addition)
