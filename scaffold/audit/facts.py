"""What the rules read: the parts of a checkout, each found once, when a rule first asks for it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from scaffold import hcl
from scaffold.audit.commands import Command, commands
from scaffold.audit.tolerant import TolerantCheckout, TolerantLookup
from scaffold.checkout import PYPROJECT_FILE
from scaffold.environment_values import Values, values_in
from scaffold.errors import Refusal
from scaffold.lookup import Lookup
from scaffold.parts.alarm import alarm_names
from scaffold.parts.schedule import MODULE as SCHEDULER
from scaffold.parts.script import scripts
from scaffold.parts.trigger import MODULE as TRIGGER
from scaffold.roles import default_execution_role, role_resource
from scaffold.targets import Target, target
from scaffold.tasks import Task, all_tasks, takes_environment, task_key
from scaffold.terraform import ENVIRONMENTS, TEMPLATE, Folder, Found, environments

SCHEDULE_KIND, TRIGGER_KIND = "schedule", "trigger"
_DEFINITION = re.compile(r'aws_ecs_task_definition\.([\w-]+)(?:\["(.*)"\])?\.\w+')
_ROLE_ARN = re.compile(r"arn:[^/]*:role/(?:.*/)?([^/]+)")


@dataclass(frozen=True, slots=True)
class Definition:
    """What an expression such as `aws_ecs_task_definition.ecs_tasks["key"].arn` names: the resource, and the key of
    one that is made by `for_each`, "" for another."""

    resource: str
    key: str


@dataclass(frozen=True, slots=True)
class Start:
    """A module that starts a task: a schedule or a trigger.

    name: its task_name. label: the module's. task: the entry that it starts, None where locals.tasks has none such.
    """

    kind: str
    found: Found
    name: str
    label: str
    task: Task | None


@dataclass(frozen=True, slots=True)
class Environment:
    """call: the module block that has the tasks. values: the template's values there."""

    name: str
    call: Found
    values: Values


class Facts:
    """A checkout as the rules see it. `focus` names the tasks that a rule looks at, none for all of them."""

    def __init__(self, checkout: TolerantCheckout, focus: Collection[str] = ()) -> None:
        self.checkout = checkout
        self.template = Folder(checkout)
        self.focus = frozenset(focus)
        self.not_checked: dict[str, None] = {}

    def skip(self, sentence: str) -> None:
        """Say what is not checked, and why, once."""
        self.not_checked.setdefault(sentence)

    def complete(self, folder: str = TEMPLATE) -> bool:
        """Whether every Terraform file of a folder parses. Where one does not, nothing can be said to be missing."""
        return self.checkout.parses(folder)

    # --- tasks

    @cached_property
    def all_tasks(self) -> tuple[Task, ...]:
        """The entries of locals.tasks; none where there is no such object, which `has_tasks` tells."""
        try:
            return tuple(all_tasks(self.template))
        except Refusal:
            return ()

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The same without those that are out of focus."""
        return tuple(task for task in self.all_tasks if not self.focus or self.name_of(task) in self.focus)

    @cached_property
    def prefix(self) -> str:
        return task_key(self.template, "") if self.all_tasks else ""

    def name_of(self, task: Task) -> str:
        """A task's name: its key without the prefix that most keys of some years have."""
        return task.key.removeprefix(self.prefix)

    @cached_property
    def _by_key(self) -> dict[str, Task]:
        return {task.key: task for task in self.all_tasks}

    def task_of(self, key: str) -> Task | None:
        return self._by_key.get(key)

    @cached_property
    def takes_environment(self) -> bool:
        """Whether tasks.tf says what a task's environment is; before July 2021 JSON templates did."""
        if self.all_tasks and not takes_environment(self.template):
            self.skip("the tasks' environment: it stands in JSON templates, as before July 2021")
            return False
        return bool(self.all_tasks)

    # --- what starts them

    @cached_property
    def schedules(self) -> tuple[Start, ...]:
        return self._starts(SCHEDULE_KIND, SCHEDULER)

    @cached_property
    def triggers(self) -> tuple[Start, ...]:
        return self._starts(TRIGGER_KIND, TRIGGER)

    def _starts(self, kind: str, module: str) -> tuple[Start, ...]:
        return tuple(self._start(kind, found) for found in self.template.modules(module))

    def _start(self, kind: str, found: Found) -> Start:
        attribute = found.block.attributes.get("task_name")
        name = self.template.expand(found.path, attribute.value, {}) if attribute else ""
        label = found.block.labels[0] if found.block.labels else ""
        named = self.definition(found, "ecs_task_definition_family") or self.definition(
            found, "ecs_task_definition_arn"
        )
        return Start(kind, found, name or label, label, self.task_of(named.key) if named else None)

    def definition(self, found: Found, argument: str) -> Definition | None:
        """The task definition that an argument names; None where it is not set or names none."""
        match = _DEFINITION.fullmatch(self.template.attribute_text(found, argument))
        return Definition(match[1], match[2] or "") if match else None

    def task_name(self, start: Start) -> str:
        """The name of the task that it starts, "" where locals.tasks has none such."""
        return self.name_of(start.task) if start.task else ""

    @cached_property
    def alarms(self) -> dict[str, tuple[str, hcl.Node]] | None:
        """The names of schedules that have an alarm, each with its file and node; None where no list is found."""
        found = alarm_names(self.checkout)
        if found is None:
            return None
        path, names = found
        return {Folder(self.checkout).expand(path, item, {}): (path, item) for item in names.items}

    # --- roles

    @cached_property
    def roles(self) -> dict[str, Found]:
        """The `aws_iam_role`s of the template by their labels."""
        return {found.block.labels[1]: found for found in self.template.blocks("resource", "aws_iam_role")}

    @cached_property
    def role_names(self) -> dict[str, str]:
        """The labels of the roles by their names, with `${…}` for what differs between environments."""
        return {self._name(found): label for label, found in self.roles.items()}

    def _name(self, found: Found) -> str:
        attribute = found.block.attributes.get("name")
        return self.template.expand(found.path, attribute.value, {}) if attribute else ""

    def role_of(self, expression: str) -> str:
        """The label of the role that an expression leads to: a reference, a data source, or an ARN by its name. ""
        where the template has no such role."""
        label = role_resource(expression)
        if label:
            return label if label in self.roles else ""
        if match := re.match(r"data\.aws_iam_role\.([\w-]+)", expression):
            found = self.template.block("data", "aws_iam_role", match[1])
            return self.role_names.get(self._name(found), "") if found else ""
        return self.role_names.get(self.name_in_arn(expression), "")

    def name_in_arn(self, expression: str) -> str:
        """The role's name in an ARN that is written as a string; "" for another expression."""
        if not expression.startswith('"'):
            return ""
        match = _ROLE_ARN.fullmatch(self.template.expand_text(expression.strip('"'), {}))
        return match[1] if match else ""

    def role_identity(self, expression: str) -> str | None:
        """What two expressions of one role have in common; None where it cannot be told which role it is."""
        if label := self.role_of(expression):
            return f"aws_iam_role.{label}"
        return self.name_in_arn(expression) or role_resource(expression) or None

    def role_text(self, task: Task, attribute: str) -> str:
        """The expression of a task's `task_role` or `execution_role`; for the latter the template's default, where the
        entry has none; "" for none."""
        text = task.text(self.template, attribute)
        if text in ("", "null"):
            return default_execution_role(self.template) if attribute == "execution_role" else ""
        return text

    # --- Python

    @cached_property
    def scripts(self) -> dict[str, str] | None:
        """The Poetry scripts by name; None where pyproject.toml does not parse."""
        try:
            return scripts(self.checkout)
        except Refusal as error:
            self.checkout.unparsed[PYPROJECT_FILE] = error
            return None

    @cached_property
    def lookup(self) -> Lookup:
        return TolerantLookup(self.checkout)

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """What the tasks in focus are started with: by themselves, by schedules and by step functions."""
        return tuple(commands(self))

    def expanded(self, expression: str) -> str:
        """What an expression comes to in every environment, `${…}` where that cannot be told."""
        try:
            return self.template.expand_text(f"${{{expression}}}", {})
        except hcl.HclError:
            return f"${{{expression}}}"

    def target(self, script: str) -> Target | None:
        """What a script runs; None where pyproject.toml has no such script, or its module cannot be read or has no such
        function."""
        if script not in self._targets:
            try:
                self._targets[script] = target((self.scripts or {})[script], self.lookup)
            except (Refusal, KeyError):
                self._targets[script] = None
        return self._targets[script]

    @cached_property
    def _targets(self) -> dict[str, Target | None]:
        return {}

    # --- environments

    @cached_property
    def environments(self) -> tuple[Environment, ...]:
        """Those that have the tasks."""
        result = []
        for name in environments(self.checkout):
            call = next(Folder(self.checkout, f"{ENVIRONMENTS}/{name}").modules("template"), None)
            if call is not None:
                result.append(Environment(name, call, values_in(name, self.checkout)))
        return tuple(result)
