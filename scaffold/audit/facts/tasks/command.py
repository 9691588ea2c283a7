"""Command and Container: what a container is started with."""

from __future__ import annotations

from dataclasses import dataclass

from scaffold.pfml.starts import TaskDefinition
from scaffold.terraform.json.values import JsonString, Value

DEFINITION = "aws_ecs_task_definition"
TASKS = "ecs_tasks"


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a task definition. name: with `each.key` replaced. of_api: whether it is built from the API's
    image, None where that cannot be told."""

    name: JsonString
    command: Value | None
    of_api: bool | None
    path: str
    offset: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or the lack of one.

    origin: what starts it, as people say it. name: of that. task: the name of the task that runs, "" where locals.tasks
    has none such. value: None where it passes none. container: the one that an override names. definition: what is
    started.
    """

    origin: str
    name: str
    task: str
    path: str
    offset: int
    value: Value | None
    container: Value | None = None
    definition: TaskDefinition | None = None

    @property
    def words(self) -> tuple[JsonString, ...] | None:
        """The words; None where they are no list of strings that can be read."""
        if self.value is None or not isinstance(self.value.data, tuple):
            return None
        words = [item.word for item in self.value.items]
        return tuple(word for word in words if word is not None) if None not in words else None

    @property
    def program(self) -> JsonString | None:
        """The first word, also where the others cannot be read."""
        return self.value.items[0].word if self.value is not None and self.value.items else None

    @property
    def title(self) -> str:
        return f"the {self.origin} {self.name}"
