"""The tasks of a checkout as `locals.tasks` has them, and the groups of environment variables that they share."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from scaffold import hcl
from scaffold.errors import Refusal, unknown
from scaffold.files.layout import TASKS_FILE
from scaffold.terraform.folder import Folder


@dataclass(frozen=True, slots=True)
class Task:
    """An entry of `locals.tasks`. `key` is as written, without quotes; `value` is the object behind it."""

    key: str
    path: str
    item: hcl.Item
    value: hcl.Object

    def attribute(self, folder: Folder, name: str) -> hcl.Item | None:
        for item in self.value.items:
            if folder.text(self.path, item.key).strip('"') == name:
                return item
        return None

    def text(self, folder: Folder, name: str) -> str:
        """What an attribute is set to, as it is written; "" where it is not set."""
        item = self.attribute(folder, name)
        return folder.text(self.path, item.value) if item else ""

    def script(self, folder: Folder) -> str:
        """The Poetry script that the task runs: the first word of its command, "" where it has none."""
        item = self.attribute(folder, "command")
        words = item.value.children() if item else ()
        return folder.text(self.path, words[0]).strip('"') if words else ""


def tasks_object(folder: Folder) -> tuple[str, hcl.Object]:
    """The object `locals.tasks`, and its file. Raises Refusal where the checkout has none."""
    found = folder.local("tasks")
    if found is None or not isinstance(found[1].value, hcl.Object):
        raise Refusal("no object `tasks` in `locals`", place=TASKS_FILE, instead="Is this a checkout of PFML?")
    return found[0], found[1].value


def all_tasks(folder: Folder) -> list[Task]:
    path, entries = tasks_object(folder)
    return [
        Task(folder.text(path, item.key).strip('"'), path, item, item.value)
        for item in entries.items
        if isinstance(item.value, hcl.Object)
    ]


def task_key(folder: Folder, name: str) -> str:
    """The key of a task of that name, with the prefix that most keys here have, such as `${local.app_name}-`."""
    return _prefix(folder) + name


def find_task(folder: Folder, name: str) -> Task | None:
    key = task_key(folder, name)
    return next((task for task in all_tasks(folder) if task.key in (key, name)), None)


def require_task(folder: Folder, name: str, option: str = "TASK") -> Task:
    """The task with that name. Raises Refusal with the most similar name if there is no such task."""
    task = find_task(folder, name)
    if task is None:
        raise unknown("task", name, task_names(folder), option=option, where=folder.path)
    return task


def task_names(folder: Folder) -> list[str]:
    prefix = _prefix(folder)
    return [task.key.removeprefix(prefix) for task in all_tasks(folder)]


def _prefix(folder: Folder) -> str:
    prefixes = Counter(_interpolated_prefix(task.key) for task in all_tasks(folder))
    return prefixes.most_common(1)[0][0] if prefixes else ""


def _interpolated_prefix(key: str) -> str:
    match = re.match(r"\$\{[^}]*\}-?", key)
    return match.group() if match else ""


def takes_environment(folder: Folder) -> bool:
    """Whether the task definition reads `env` of an entry; before July 2021 it did not, and JSON templates said all."""
    found = folder.block("resource", "aws_ecs_task_definition", "ecs_tasks")
    return found is not None and '"env"' in folder.text(found.path, found.block)
