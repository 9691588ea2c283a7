"""What the rules read: the parts of a checkout, each found once, when a rule first asks for it."""

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
    """A checkout as the rules see it. `focus` names the tasks that a rule looks at, none for all of them.

    changed: the spans that a plan has written, by file; None if no plan is checked.
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
        """The result of an analysis of this checkout, computed when a rule first asks for it."""
        if analysis not in self._analyses:
            self._analyses[analysis] = analysis(self)
        return cast(Result, self._analyses[analysis])

    def skip(self, sentence: str) -> None:
        """Report once what is not checked, and why."""
        self.not_checked.setdefault(sentence)

    def is_new(self, path: str, start: int, end: int) -> bool:
        """Whether a plan has written into a span; without a plan anything counts as new."""
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
        """Whether every Terraform file of a folder parses. Only then can rules report something as missing."""
        return self.checkout.parses(folder)

    def read_all(self) -> None:
        """Parse all files that define the tasks, so that a syntax error is reported even if no rule needs the file."""
        folders = [TEMPLATE, *(f"{ENVIRONMENTS}/{name}" for name in environment_names(self.checkout))]
        for folder in [*folders, *(f"infra/modules/{name}" for name in (SCHEDULER, TRIGGER)), ALARMS]:
            self.complete(folder)
        for script in (self.scripts or {}).values():
            self.checkout.module(f"api/{script.reference.partition(':')[0].replace('.', '/')}.py")

    # --- tasks

    @cached_property
    def all_tasks(self) -> tuple[Task, ...]:
        """The entries of locals.tasks; none where there is no such object, which `has_tasks` tells."""
        try:
            path, entries = tasks_object(self.template)
        except Refusal:
            if self.template.local("tasks"):
                self.skip("the tasks: locals.tasks is no plain object")
            return ()
        for item in entries.items:
            if not isinstance(item.value, hcl.Object):
                name = self.template.text(path, item.key).strip('"')
                self.skip(f"the task {name}: its entry is no plain object")
        return all_tasks(self.template)

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The same without those that are out of focus."""
        return tuple(task for task in self.all_tasks if not self.focus or task.name in self.focus)

    def is_task(self, name: str) -> bool:
        return any(task.name == name for task in self.all_tasks)

    def task_of(self, key: str) -> Task | None:
        """The entry of that key; None where there is none, or more than one."""
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
        """What an expression comes to in every environment, `${…}` where that cannot be told."""
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
