"""A checkout as the rules see it: its tasks and scripts, the tasks in focus, and what a plan has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

from scaffold import hcl
from scaffold.audit.facts.tolerant import TolerantCheckout, TolerantLookup
from scaffold.errors import Refusal
from scaffold.files.layout import ENVIRONMENTS, PYPROJECT_FILE, TEMPLATE
from scaffold.pfml.alarms import FOLDER as ALARMS
from scaffold.pfml.entrypoints import Entrypoint, find_entrypoint
from scaffold.pfml.environments import environment_names
from scaffold.pfml.schedules import MODULE as SCHEDULER
from scaffold.pfml.scripts import Script, scripts
from scaffold.pfml.tasks import Task, all_tasks, tasks_object, unique_task
from scaffold.pfml.triggers import MODULE as TRIGGER
from scaffold.python.lookup import Lookup
from scaffold.terraform.folder import Folder

Result = TypeVar("Result")


class Facts:
    """A checkout as the rules see it. `focus`: the names of the tasks that rules look at, empty for all.

    changed: the spans that a plan has written, by file; None if there is no plan.
    """

    def __init__(
        self,
        checkout: TolerantCheckout,
        focus: Collection[str] = (),
        changed: Mapping[str, Sequence[tuple[int, int]]] | None = None,
    ) -> None:
        self.checkout = checkout
        self.template = Folder.of(checkout)
        self.focus = frozenset(focus)
        self._changed = changed
        self.not_checked: dict[str, None] = {}
        self._analyses: dict[Callable[[Facts], object], object] = {}

    def once(self, analysis: Callable[[Facts], Result]) -> Result:
        """The result of an analysis of this checkout, which runs the first time that a rule needs it."""
        if analysis not in self._analyses:
            self._analyses[analysis] = analysis(self)
        return cast(Result, self._analyses[analysis])

    def skip(self, sentence: str) -> None:
        """Report once what is not checked, and why."""
        self.not_checked.setdefault(sentence)

    def is_new(self, path: str, start: int, end: int) -> bool:
        """Whether a plan has written into a span; without a plan everything counts as new."""
        if self._changed is None:
            return True
        return any(first < end and start < last for first, last in self._changed.get(path, ()))

    def new_text(self, path: str) -> bytes:
        """The text that a plan has written into a file; without a plan the whole file."""
        data = self.checkout.read(path) or b""
        if self._changed is None:
            return data
        return b"\n".join(data[start:end] for start, end in self._changed.get(path, ()))

    def complete(self, folder: str = TEMPLATE) -> bool:
        """Whether every Terraform file of a folder parses. If one does not, nothing can be reported as missing."""
        return self.checkout.parses(folder)

    def read_all(self) -> None:
        """Parse all files that tasks consist of, so that errors are found even in a file that no rule reads."""
        folders = [TEMPLATE, *(f"{ENVIRONMENTS}/{name}" for name in environment_names(self.checkout))]
        for folder in [*folders, *(f"infra/modules/{name}" for name in (SCHEDULER, TRIGGER)), ALARMS]:
            self.complete(folder)
        for script in (self.scripts or {}).values():
            self.checkout.module(f"api/{script.reference.partition(':')[0].replace('.', '/')}.py")

    # --- tasks

    @cached_property
    def all_tasks(self) -> tuple[Task, ...]:
        """The entries of locals.tasks; empty if there is no such object."""
        try:
            path, entries = tasks_object(self.template)
        except Refusal:
            if self.template.local("tasks"):
                self.skip("the tasks: locals.tasks is not a plain object")
            return ()
        for entry in entries.items:
            if not isinstance(entry.value, hcl.Object):
                name = self.template.text(path, entry.key).strip('"')
                self.skip(f"the task {name}: its entry is not a plain object")
        return all_tasks(self.template)

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The entries in focus."""
        return tuple(task for task in self.all_tasks if not self.focus or task.name in self.focus)

    def is_task(self, name: str) -> bool:
        return any(task.name == name for task in self.all_tasks)

    def task_of(self, key: str) -> Task | None:
        """The entry with that key; None if there is no such entry, or more than one."""
        return unique_task(self.template, key)

    # --- Python

    @cached_property
    def scripts(self) -> dict[str, Script] | None:
        """The Poetry scripts by name; None if pyproject.toml does not parse."""
        try:
            return scripts(self.checkout)
        except Refusal as error:
            self.checkout.unparsed[PYPROJECT_FILE] = error
            return None

    @cached_property
    def lookup(self) -> Lookup:
        return TolerantLookup(self.checkout)

    def expanded(self, expression: str) -> str:
        """The value of an expression in every environment, `${…}` if it is unknown."""
        try:
            return self.template.expand_text(f"${{{expression}}}", {})
        except hcl.HclError:
            return f"${{{expression}}}"

    def entrypoint(self, script: str) -> Entrypoint | None:
        """What a script runs; None if pyproject.toml has no such script, or its module cannot be read or has no such
        function."""
        if script not in self._entrypoints:
            try:
                self._entrypoints[script] = find_entrypoint((self.scripts or {})[script].reference, self.lookup)
            except (Refusal, KeyError):
                self._entrypoints[script] = None
        return self._entrypoints[script]

    @cached_property
    def _entrypoints(self) -> dict[str, Entrypoint | None]:
        return {}
