"""`list roles`: the IAM roles of the template, and what has or passes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from scaffold.files.checkout import Checkout
from scaffold.inventory.lists.contents import Listing, Row, counted, entries
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.iam.roles import ATTRIBUTES, Role, Roles, default_execution_role, role_of
from scaffold.pfml.state_machines import MACHINE, tasks_of
from scaffold.pfml.tasks import all_tasks
from scaffold.terraform.folder import Folder

_COLUMNS = (
    *("role", "name", "task role of", "execution role of", "passed by schedules", "passed by triggers"),
    *("passed by step functions", "used by", "place"),
)
_PASSED = ("ecs_task_role", "ecs_task_executor_role")
_REFERENCE = re.compile(r"\baws_iam_role\.([\w-]+)")
# What belongs to a role itself does not use it.
_PARTS = ("aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment")


@dataclass(frozen=True, slots=True)
class ListedRole:
    """An `aws_iam_role` of the template.

    name: its name in AWS, with `${…}` for the parts that differ between environments. default: whether it is the
    execution role of tasks that set none. schedules, triggers: those that pass it on to a task. step_functions: those
    that run a task with it. used_by: the addresses of all other blocks that refer to it, such as a step function that
    runs with it itself, Lambda functions and the policies of other roles.
    """

    resource: str
    name: str
    place: str
    default: bool
    task_role_of: tuple[str, ...]
    execution_role_of: tuple[str, ...]
    schedules: tuple[str, ...]
    triggers: tuple[str, ...]
    step_functions: tuple[str, ...]
    used_by: tuple[str, ...]


class _Uses:
    """Who uses each role, by its label."""

    def __init__(self, folder: Folder) -> None:
        self.folder, self.roles = folder, Roles.of(folder)
        self.of_tasks = {attribute: self._of_tasks(attribute) for attribute in ATTRIBUTES}
        self.starts = {kind: self._of_starts(kind) for kind in ("schedule", "trigger")}
        self.machines = self._of_machines()
        self.others = self._of_blocks()

    def _of_tasks(self, attribute: str) -> dict[str, list[str]]:
        uses: dict[str, list[str]] = {}
        for task in all_tasks(self.folder):
            uses.setdefault(self.roles.label(role_of(self.folder, task, attribute)), []).append(task.name)
        return uses

    def _of_starts(self, kind: str) -> dict[str, list[str]]:
        uses: dict[str, list[str]] = {}
        for start in all_starts(self.folder.checkout):
            if start.kind == kind:
                for label in dict.fromkeys(self.roles.label(start.text(argument)) for argument in _PASSED):
                    uses.setdefault(label, []).append(start.name)
        return uses

    def _of_machines(self) -> dict[str, list[str]]:
        """The step functions, by the roles of the tasks that they run."""
        uses: dict[str, list[str]] = {}
        for machine in self.folder.blocks("resource", MACHINE):
            for label in dict.fromkeys(
                self.roles.label(role_of(self.folder, task, attribute))
                for task in tasks_of(self.folder, machine, all_tasks(self.folder))
                for attribute in ATTRIBUTES
            ):
                uses.setdefault(label, []).append(machine.block.labels[1])
        return uses

    def _of_blocks(self) -> dict[str, list[str]]:
        """The addresses of blocks that refer to a role; not its own policies, nor schedules and triggers."""
        starts = {start.location for start in all_starts(self.folder.checkout)}
        uses: dict[str, list[str]] = {}
        for type in ("resource", "data", "module", "output"):
            for placed in self.folder.blocks(type, containing="aws_iam_role."):
                if placed.location not in starts and placed.block.labels[:1] not in [(part,) for part in _PARTS]:
                    address = ".".join(filter(None, ("" if type == "resource" else type, *placed.block.labels)))
                    for label in dict.fromkeys(_REFERENCE.findall(self.folder.text(placed.path, placed.block))):
                        uses.setdefault(label, []).append(address)
        return uses

    def role(self, role: Role) -> ListedRole:
        label = role.label
        return ListedRole(
            label,
            role.name,
            self.folder.checkout.place(*role.placed.location),
            self.roles.label(default_execution_role(self.folder)) == label,
            tuple(self.of_tasks["task_role"].get(label, ())),
            tuple(self.of_tasks["execution_role"].get(label, ())),
            tuple(self.starts["schedule"].get(label, ())),
            tuple(self.starts["trigger"].get(label, ())),
            tuple(self.machines.get(label, ())),
            tuple(self.others.get(label, ())),
        )


def read(checkout: Checkout) -> Listing:
    uses = _Uses(Folder.of(checkout))
    roles = [uses.role(role) for role in uses.roles.by_label.values()]
    return Listing(
        {"roles": [asdict(role) for role in roles]},
        _COLUMNS,
        [_row(role) for role in roles],
        f"{counted(len(roles), 'role')} of the template. Schedules, triggers and step functions pass the roles of a "
        "task when they start it.",
        ("ROLE\n  name in AWS\n  file:line", "TASKS THAT HAVE IT", "WHAT ELSE USES IT"),
        [_text_row(role) for role in roles],
    )


def _row(role: ListedRole) -> Row:
    return (
        [role.resource],
        [role.name],
        role.task_role_of,
        role.execution_role_of,
        role.schedules,
        role.triggers,
        role.step_functions,
        role.used_by,
        [role.place],
    )


def _text_row(role: ListedRole) -> Row:
    return [role.resource, f"  {role.name}", f"  {role.place}"], list(_tasks(role)), list(_others(role))


def _tasks(role: ListedRole) -> Iterator[str]:
    yield from entries("task role of", role.task_role_of)
    yield from entries("execution role of", role.execution_role_of)
    if role.default:
        yield "the default execution role"


def _others(role: ListedRole) -> Iterator[str]:
    for kind, names in (
        ("schedule", role.schedules),
        ("trigger", role.triggers),
        ("step function", role.step_functions),
    ):
        yield from entries(f"passed by {kind}s" if len(names) > 1 else f"passed by the {kind}", names)
    yield from role.used_by
