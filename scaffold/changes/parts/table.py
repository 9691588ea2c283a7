"""The parts of a task. Each is a module with four verbs: `add`, `find`, `remove` and `rename`."""

from __future__ import annotations

from typing import Protocol

from scaffold.changes.parts.api import entrypoint, make_target, script, test
from scaffold.changes.parts.infra import alarm, role, schedule, task, toggle, trigger
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.tasks import Task


class Part(Protocol):
    """What the module of a part has. Its edits carry its name, PART.

    TEMPLATES: the files of template/ that it is rendered from. RECREATED: what Terraform deletes and creates again when
    the part is renamed, "" if nothing.
    """

    PART: str
    TEMPLATES: tuple[str, ...]
    RECREATED: str

    def add(self, addition: Addition) -> list[Edit]:
        """Create the part, or complete it. Raises Refusal if a different one exists."""

    def find(self, task: Task, checkout: Checkout) -> list[Place]:
        """Where a task has the part."""

    def remove(self, removal: Removal) -> list[Edit]:
        """Remove the part unless something else uses it; then return an edit that keeps it, with the reason."""

    def rename(self, renaming: Renaming) -> list[Edit]:
        """Give the part the task's new name, if it is named after the task."""


# In the order in which commands add, rename and list them. The number is a part's turn in a removal: it comes after all
# that may refer to it, since it is removed only if nothing else uses it.
_TABLE: tuple[tuple[Part, int], ...] = (
    (entrypoint, 5),
    (script, 4),
    (make_target, 5),
    (task, 2),
    (role, 3),
    (schedule, 0),
    (alarm, 1),
    (toggle, 1),
    (trigger, 0),
    (test, 6),
)
PARTS = tuple(part for part, _ in _TABLE)
REMOVAL_ORDER = tuple(part for part, _ in sorted(_TABLE, key=lambda row: row[1]))
NAMES = tuple(part.PART for part in PARTS)
