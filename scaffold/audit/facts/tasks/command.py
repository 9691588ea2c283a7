"""Command: a command that a container is started with."""

from __future__ import annotations

from typing import NamedTuple

from scaffold.pfml.starts import TaskDefinition
from scaffold.terraform.json.values import JsonString, Value


class Command(NamedTuple):
    """A command that a container is started with, or that there is none.

    origin: what starts it, in words. name: its name. task: the name of the task that runs, "" if it is not in
    locals.tasks. value: the command, None if none is passed. container: the container that an override names.
    definition: the task definition that is started.
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
        """The words; None if the command is not a list of strings that can be read."""
        if self.value is None or not isinstance(self.value.data, tuple):
            return None
        words = [element.word for element in self.value.elements]
        return tuple(word for word in words if word is not None) if None not in words else None

    @property
    def program(self) -> JsonString | None:
        """The first word, even if the others cannot be read."""
        return self.value.elements[0].word if self.value is not None and self.value.elements else None

    @property
    def title(self) -> str:
        return f"the {self.origin} {self.name}"
