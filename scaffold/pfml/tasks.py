"""The tasks of a checkout, as `locals.tasks` and the task definition created from it define them."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from scaffold import hcl
from scaffold.errors import Refusal, unknown
from scaffold.files.layout import TASKS_FILE
from scaffold.terraform.folder import Folder, PlacedBlock

DEFINITION = "aws_ecs_task_definition"
TASKS = "ecs_tasks"


class Task(NamedTuple):
    """An entry of `locals.tasks`.

    key: as written, without quotes. name: the key without the prefix that most keys have, such as
    `${local.app_name}-`. value: the object with the attributes.
    """

    key: str
    name: str
    path: str
    entry: hcl.Item
    value: hcl.Object

    @property
    def own_name(self) -> str:
        """The key without any interpolation: its name also if most keys have another prefix, or none."""
        return self.key.rpartition("}-")[2]

    def attribute(self, folder: Folder, name: str) -> hcl.Item | None:
        for attribute in self.value.items:
            if attribute.name(folder.checkout.require(self.path)) == name:
                return attribute
        return None

    def text(self, folder: Folder, name: str) -> str:
        """The value of an attribute as written; "" if it is not set."""
        attribute = self.attribute(folder, name)
        return folder.text(self.path, attribute.value) if attribute else ""

    def command(self, folder: Folder) -> tuple[str, ...]:
        """The words of its command as written, without quotes."""
        attribute = self.attribute(folder, "command")
        words = attribute.value.children() if attribute else ()
        return tuple(folder.text(self.path, word).strip('"') for word in words)

    def script(self, folder: Folder) -> str:
        """The Poetry script that the task runs: the first word of its command; "" if it has no command."""
        return next(iter(self.command(folder)), "")


def application(folder: Folder) -> str:
    """The name of the application, with which the families of the task definitions begin."""
    local = folder.local("app_name")
    return folder.expand(local.path, local.value, {}) if local else "pfml-api"


def full_name(folder: Folder, environment: str, task: str) -> str:
    """The name of a task in AWS: its family, and the group of the tasks that are started."""
    return f"{application(folder)}-{environment}-{task}"


def tasks_object(folder: Folder) -> tuple[str, hcl.Object]:
    """The object `locals.tasks`, and its file. Raises Refusal if there is no such object."""
    local = folder.local("tasks")
    if local is None:
        raise Refusal("no `tasks` in `locals`", place=TASKS_FILE, instead="Is this a PFML checkout?")
    if not isinstance(local.value, hcl.Object):
        kind = f"the call {local.value.name}(…)" if isinstance(local.value, hcl.Call) else "an expression"
        raise Refusal(
            f"`tasks` in `locals` is {kind}, not an object with an entry for each task",
            place=folder.checkout.place(local.path, local.value.start),
            instead="Write the tasks as one object, `tasks = { … }`.",
        )
    return local.path, local.value


def all_tasks(folder: Folder) -> tuple[Task, ...]:
    """The entries that are objects, in the order of the file. Raises Refusal if there is no `locals.tasks`."""
    return folder.once(_all_tasks)


def _all_tasks(folder: Folder) -> tuple[Task, ...]:
    path, entries = tasks_object(folder)
    written = [(entry.name(folder.checkout.require(path)), entry) for entry in entries.items]
    objects = [(key, entry, entry.value) for key, entry in written if isinstance(entry.value, hcl.Object)]
    prefix = common_prefix([key for key, _, _ in objects])
    return tuple(Task(key, key.removeprefix(prefix), path, entry, value) for key, entry, value in objects)


def task_prefix(folder: Folder) -> str:
    """The prefix that most keys have, such as `${local.app_name}-`; "" if most have none."""
    return common_prefix([task.key for task in all_tasks(folder)])


def task_key(folder: Folder, name: str) -> str:
    """The key of a task with that name."""
    return task_prefix(folder) + name


def find_task(folder: Folder, name: str) -> Task | None:
    key = task_key(folder, name)
    return next((task for task in all_tasks(folder) if task.key in (key, name)), None)


def require_task(folder: Folder, name: str, option: str = "TASK") -> Task:
    """The task with that name. Raises Refusal with the most similar name if there is no such task."""
    task = find_task(folder, name)
    if task is None:
        raise unknown("task", name, task_names(folder), option=option, where=folder.path)
    return task


def unique_task(folder: Folder, key: str) -> Task | None:
    """The task with exactly that key; None if there is no such task, or more than one."""
    return folder.once(_unique_tasks).get(key)


def _unique_tasks(folder: Folder) -> dict[str, Task]:
    try:
        tasks = all_tasks(folder)
    except Refusal:
        return {}
    counts = Counter(task.key for task in tasks)
    return {task.key: task for task in tasks if counts[task.key] == 1}


def task_names(folder: Folder) -> list[str]:
    return [task.name for task in all_tasks(folder)]


def common_prefix(keys: list[str]) -> str:
    """The interpolated prefix that most keys have; "" if most have none."""
    prefixes = Counter(_interpolated_prefix(key) for key in keys)
    return prefixes.most_common(1)[0][0] if prefixes else ""


def _interpolated_prefix(key: str) -> str:
    match = re.match(r"\$\{[^}]*\}-?", key)
    return match.group() if match else ""


# --- the task definition


def task_definition(folder: Folder) -> PlacedBlock | None:
    """The one resource that is created for every entry by `for_each`."""
    return folder.block("resource", DEFINITION, TASKS)


def takes_environment(folder: Folder) -> bool:
    """Whether the task definition reads `env` of an entry. Before July 2021 JSON templates set the environment."""
    definition = task_definition(folder)
    return definition is not None and '"env"' in folder.text(definition.path, definition.block)


def default_of(folder: Folder, attribute: str) -> str:
    """The default of an attribute that an entry leaves out: the third argument of the task definition's `lookup`."""
    return folder.once(_defaults).get(f'"{attribute}"', "")


def _defaults(folder: Folder) -> dict[str, str]:
    """The defaults by the attributes in quotes."""
    defaults: dict[str, str] = {}
    definition = task_definition(folder)
    if definition is None:
        return defaults
    for node in definition.block.walk():
        if isinstance(node, hcl.Call) and node.name == "lookup" and len(node.arguments) == 3:
            _, name, default = (folder.text(definition.path, argument) for argument in node.arguments)
            defaults.setdefault(name, default)
    return defaults


def default_size(folder: Folder) -> tuple[int, int]:
    """CPU units and MiB of memory of a task that sets neither."""
    cpu, memory = (default_of(folder, name).strip('"') for name in ("cpu", "memory"))
    return (int(cpu), int(memory)) if cpu.isdigit() and memory.isdigit() else (1024, 2048)
