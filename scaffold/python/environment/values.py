"""What expressions evaluate to, as far as reading environment variables is concerned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from scaffold.python.environment.names import Target
from scaffold.python.lookup import Binding
from scaffold.python.module import Module


class Read(NamedTuple):
    """A variable that is surely read, and without which the program fails.

    names: any of them is enough. module and line: where it is read. settings: the class of settings that requires it,
    "" if the code itself reads it. any_case: whether the case of the names does not matter.
    """

    names: tuple[str, ...]
    module: Module
    line: int
    settings: str = ""
    any_case: bool = False

    @property
    def place(self) -> str:
        return f"{self.module.path}:{self.line}"


class Constant(NamedTuple):
    """A value that the source shows: a string, a number, a truth value or None."""

    value: object


class ApiObject(NamedTuple):
    """An object of a class of the API."""

    definition: Binding


class Parent(NamedTuple):
    """`super()` in a method: the object, and the class after which its methods are looked for."""

    instance: ApiObject
    after: Binding


class MaybeMissing(NamedTuple):
    """The result of reading a variable without a default: None if the program is not given it."""

    name: str
    line: int


class Check(NamedTuple):
    """A condition that has this truth value if any of the variables is missing."""

    missing: tuple[MaybeMissing, ...]
    truth: bool


class Named(NamedTuple):
    """A function, class or module."""

    target: Target


class Unfollowed(NamedTuple):
    """Anything else."""


UNKNOWN = Unfollowed()
Known = Constant | ApiObject | Parent | MaybeMissing | Check | Named | Unfollowed
Scope = dict[str, Known]


@dataclass
class Frame:
    """A body of code that runs. scope: its own names. reads: what it has surely read so far. instance and owner: the
    object and the class of a method. result: what it returns, if that is sure."""

    module: Module
    scope: Scope
    depth: int
    instance: ApiObject | None = None
    owner: Binding | None = None
    reads: list[Read] = field(default_factory=list)
    result: Known = UNKNOWN

    def branch(self) -> Frame:
        """A frame for code that may not run: what it reads does not count for this one."""
        return Frame(self.module, {**self.scope}, self.depth, self.instance, self.owner)

    def fails_without(self, *missing: MaybeMissing) -> None:
        self.reads += [Read((variable.name,), self.module, variable.line) for variable in missing]
