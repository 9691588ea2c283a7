"""What a command asks of every part: an addition, a removal, a renaming or a modification, with shared values that are
computed once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from scaffold.changes.parts.module_move import module_move
from scaffold.changes.parts.task_roles import TaskRoles, roles_of
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.schedules import Schedule, schedules_of
from scaffold.pfml.scripts import script_reference
from scaffold.pfml.tasks import Task, find_task, task_key
from scaffold.pfml.triggers import Trigger, triggers_of
from scaffold.python.renames import Move
from scaffold.spec.change import ChangeSpec
from scaffold.spec.naming import Naming
from scaffold.spec.specs import Subject, toggles_of
from scaffold.terraform.folder import Folder, PlacedBlock


@dataclass(frozen=True)
class Addition:
    """What a task should have. With a TaskSpec it is a whole new task; with another Subject, the task already
    exists.
    """

    spec: Subject
    checkout: Checkout

    @property
    def folder(self) -> Folder:
        return Folder.of(self.checkout)

    @cached_property
    def key(self) -> str:
        """The key that the task has in `locals.tasks`, or will have."""
        return task_key(self.folder, self.spec.name)

    @cached_property
    def task(self) -> Task | None:
        """The task, if the checkout has it already."""
        return find_task(self.folder, self.spec.name)

    @cached_property
    def roles(self) -> TaskRoles:
        """The roles that the task will have. Raises Refusal for one that the checkout does not have."""
        return roles_of(self.spec, self.folder, self.task)


@dataclass(frozen=True)
class Removal:
    """A task that is removed, or only some of its schedules or triggers.

    chosen: where these are, None for the whole task; of a trigger with several destinations one can be chosen alone.
    keep_code: keep the entrypoint and its test. edits: those of the parts before this one; what they remove no longer
    counts as a use.
    """

    task: Task
    checkout: Checkout
    chosen: frozenset[Place] | None = None
    keep_code: bool = False
    edits: tuple[Edit, ...] = ()

    @property
    def folder(self) -> Folder:
        return Folder.of(self.checkout)

    @property
    def command(self) -> str:
        """The Poetry script that the task runs, "" if it has no command."""
        return self.task.script(self.folder)

    @property
    def entry(self) -> str:
        """What that script runs, as `module:function`, "" if there is no such script."""
        return script_reference(self.command, self.checkout)

    def includes(self, block: PlacedBlock) -> bool:
        """Whether a schedule or trigger of the task is to be removed."""
        return self.chosen is None or block.location in self.chosen

    def keeps(self, block: PlacedBlock) -> bool:
        """Whether a schedule or trigger stays, since something else refers to it."""
        place = block.location
        return any((edit.path, edit.start) == place and not edit.changes for edit in self.edits)

    def removes(self, part: str) -> bool:
        """Whether anything of a part is removed."""
        return any(edit.changes for edit in self.edits if edit.part == part)

    def after(self, edits: list[Edit]) -> Removal:
        """The same with the edits of one more part."""
        return replace(self, edits=(*self.edits, *edits))


@dataclass(frozen=True)
class Renaming:
    """A task that gets another name."""

    naming: Naming
    task: Task
    checkout: Checkout

    @property
    def folder(self) -> Folder:
        return Folder.of(self.checkout)

    @cached_property
    def command(self) -> str:
        """The Poetry script that the task runs, "" if it has no command."""
        return self.task.script(self.folder)

    @cached_property
    def entry(self) -> str:
        """What that script runs, as `module:function`, "" if there is no such script."""
        return script_reference(self.command, self.checkout)

    @cached_property
    def move(self) -> Move | None:
        """How the entrypoint's module is renamed, None if it stays. Raises Refusal if the new path is taken."""
        return module_move(self.naming, self.entry, self.checkout) if self.entry else None

    @cached_property
    def starts(self) -> list[PlacedBlock]:
        """The schedules and triggers of the task, which rename the task's name inside themselves."""
        return [*schedules_of(self.folder, self.task.key), *triggers_of(self.folder, self.task.key)]


@dataclass(frozen=True)
class Modification:
    """A task of which some values change.

    addition: what the task gets, as if it was added to it. schedule, trigger: the ones that change, None if none does.
    listing: how its stub is to list what its trigger waits for, "" to keep it.
    """

    spec: ChangeSpec
    task: Task
    addition: Addition
    schedule: Schedule | None = None
    trigger: Trigger | None = None
    listing: str = ""

    @property
    def checkout(self) -> Checkout:
        return self.addition.checkout

    @property
    def folder(self) -> Folder:
        return self.addition.folder

    def at(self, checkout: Checkout) -> Modification:
        """The same in the checkout after some edits."""
        return replace(self, addition=replace(self.addition, checkout=checkout))

    @property
    def starts(self) -> tuple[Schedule | Trigger, ...]:
        """The schedule and the trigger that change."""
        return tuple(start for start in (self.schedule, self.trigger) if start)

    @property
    def new_toggles(self) -> dict[str, str]:
        """The variables that are put around something, and what that is: "schedule", "trigger" or both."""
        return toggles_of(schedule=self.spec.schedule, trigger=self.spec.trigger)
