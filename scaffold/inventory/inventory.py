"""All tasks of a checkout with their parts, and where each part is.

`list --format json` and `show --format json` print these classes, field by field. A `place` is `file:line` in the
checkout. "" or an empty list means that there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from scaffold.aws.schedules.zones import NEW_YORK
from scaffold.files.checkout import Checkout
from scaffold.files.layout import MAKEFILE, PYPROJECT_FILE, TEMPLATE
from scaffold.files.printable import printable_json
from scaffold.inventory.starts import ScheduleListing, Starts, ToggleListing, TriggerListing
from scaffold.inventory.tests import importers, modules_in_tests
from scaffold.pfml.entrypoints import entrypoint, problem_of
from scaffold.pfml.groups import Entry, given_to, group_expressions, groups_in
from scaffold.pfml.iam.roles import Roles, own_role, role_of
from scaffold.pfml.makefile import targets_that_run
from scaffold.pfml.scripts import scripts
from scaffold.pfml.tasks import Task, all_tasks, default_of, require_task
from scaffold.terraform.folder import Folder


@dataclass(frozen=True, slots=True)
class ScriptListing:
    """The Poetry script: the first word of the task's command. place: in pyproject.toml, "" if it is not there."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class MakeTargetListing:
    """A target of api/Makefile that runs the script."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class EntrypointListing:
    """The function that a script runs.

    name: `module:function` as pyproject.toml has it, "" if there is no such script. place: `file:line` of the function,
    "" if there is none. decorator: the name in its `@background_task("…")`, "" if it has none. problem: what is wrong,
    "" if nothing is.
    """

    name: str
    place: str
    decorator: str
    problem: str


@dataclass(frozen=True, slots=True)
class RoleListing:
    """An IAM role of a task.

    expression: as written, "" for none. resource: the label of the aws_iam_role, "" if it is not in the checkout. name:
    its name, with `${…}` for the parts that differ between environments. default: whether tasks.tf does not set it.
    """

    expression: str
    resource: str
    name: str
    place: str
    default: bool


@dataclass(frozen=True, slots=True)
class GroupListing:
    """A group of environment variables. condition: the expression that selects it, "" if it always applies."""

    name: str
    condition: str
    place: str


@dataclass(frozen=True, slots=True)
class VariableListing:
    """An environment variable of the task itself. value: as written; for a secret, its SSM path."""

    name: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class EnvironmentListing:
    """The task's environment variables, except those that every task has. template: the JSON file that sets them
    instead, as before July 2021."""

    groups: tuple[GroupListing, ...]
    variables: tuple[VariableListing, ...]
    secrets: tuple[VariableListing, ...]
    template: str


@dataclass(frozen=True, slots=True)
class TaskListing:
    """An entry of locals.tasks with everything that belongs to it.

    command: the whole command, as written. cpu: in units; memory: in MiB; both as written, or the template's defaults.
    tests: the tests that import the entrypoint's module. problems: what is missing or unusual, a few words each.
    """

    name: str
    place: str
    command: tuple[str, ...]
    script: ScriptListing
    make_targets: tuple[MakeTargetListing, ...]
    entrypoint: EntrypointListing
    cpu: str
    memory: str
    task_role: RoleListing
    execution_role: RoleListing
    environment: EnvironmentListing
    schedules: tuple[ScheduleListing, ...]
    triggers: tuple[TriggerListing, ...]
    toggles: tuple[ToggleListing, ...]
    tests: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inventory:
    """time_zone: the zone of all local times. environments: those that have the tasks. strays: a sentence for each
    schedule and trigger whose task does not exist."""

    time_zone: str
    environments: tuple[str, ...]
    tasks: tuple[TaskListing, ...]
    strays: tuple[str, ...]


def read(checkout: Checkout) -> Inventory:
    """All tasks, in the order of tasks.tf. Raises Refusal if a Terraform file does not parse."""
    reader = _Reader(checkout)
    definitions = all_tasks(reader.folder)
    tasks = tuple(reader.task(definition) for definition in definitions)
    strays = reader.starts.strays(definition.key for definition in definitions)
    return Inventory(NEW_YORK, reader.starts.environments, tasks, strays)


def read_one(name: str, checkout: Checkout) -> Inventory:
    """One task. Raises Refusal with the most similar name if there is no such task."""
    reader = _Reader(checkout)
    definition = require_task(reader.folder, name)
    return Inventory(NEW_YORK, reader.starts.environments, (reader.task(definition),), ())


def as_json(inventory: Inventory) -> str:
    return printable_json(asdict(inventory)) + "\n"


class _Reader:
    """Reads tasks, with what all of them have in common."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.folder = Folder.of(checkout)
        self.starts = Starts(checkout)
        self.scripts = scripts(checkout)
        self.tests = modules_in_tests(checkout)
        self.roles = Roles.of(self.folder)
        self.defaults = {name: default_of(self.folder, name).strip('"') for name in ("cpu", "memory")}

    def task(self, definition: Task) -> TaskListing:
        self.checkout.budget.refill()  # many tasks are not what it is against
        script = definition.script(self.folder)
        written = self.scripts.get(script)
        function = entrypoint_listing(written.reference if written else "", self.checkout)
        schedules, triggers = self.starts.schedules_of(definition.key), self.starts.triggers_of(definition.key)
        return TaskListing(
            name=definition.name,
            place=self.checkout.place(definition.path, definition.entry.start),
            command=definition.command(self.folder),
            script=ScriptListing(script, written.place(self.checkout) if written else ""),
            make_targets=tuple(self._make_targets(script)),
            entrypoint=function,
            cpu=self._size(definition, "cpu"),
            memory=self._size(definition, "memory"),
            task_role=self._role(definition, "task_role"),
            execution_role=self._role(definition, "execution_role"),
            environment=self._environment(definition),
            schedules=schedules,
            triggers=triggers,
            toggles=self.starts.toggles_of([*schedules, *triggers]),
            tests=importers(written.reference, self.tests) if written else (),
            problems=tuple(_problems(definition.name, script, written is not None, function, triggers)),
        )

    def _make_targets(self, script: str) -> Iterator[MakeTargetListing]:
        for target in targets_that_run(self.checkout, script):
            yield MakeTargetListing(target.name, self.checkout.place(MAKEFILE, target.start))

    def _size(self, definition: Task, name: str) -> str:
        return definition.text(self.folder, name).strip('"') or self.defaults[name]

    def _role(self, definition: Task, attribute: str) -> RoleListing:
        expression = role_of(self.folder, definition, attribute)
        is_default = not own_role(self.folder, definition, attribute)
        role = self.roles.get(expression)
        if role is not None:
            return RoleListing(expression, role.label, role.name, self.starts.place(role.placed), is_default)
        _, name = self.roles.named(expression) or ("", "")
        return RoleListing(expression, "", name, "", is_default)

    def _environment(self, definition: Task) -> EnvironmentListing:
        own = [given.entry for given in given_to(self.folder, definition) if not given.groups]
        template = definition.text(self.folder, "containers_template").strip('"')
        expressions = group_expressions(self.folder, definition)
        return EnvironmentListing(
            groups=tuple(group for text in expressions for group in self._groups(text)),
            variables=tuple(variable_listing(entry, self.checkout) for entry in own if not entry.secret),
            secrets=tuple(variable_listing(entry, self.checkout) for entry in own if entry.secret),
            template=f"{TEMPLATE}/json/{template}" if template else "",
        )

    def _groups(self, text: str) -> Iterator[GroupListing]:
        for name in groups_in(text):
            local = self.folder.local(name)
            place = self.checkout.place(local.path, local.attribute.start) if local else ""
            yield GroupListing(name, "" if text == f"local.{name}" else " ".join(text.split()), place)


def entrypoint_listing(reference: str, checkout: Checkout) -> EntrypointListing:
    """The entrypoint of a script; all fields are "" without a script."""
    if not reference:
        return EntrypointListing("", "", "", "")
    function = entrypoint(reference, checkout)
    return EntrypointListing(reference, function.place, function.decorator, problem_of(function, checkout))


def variable_listing(entry: Entry, checkout: Checkout) -> VariableListing:
    return VariableListing(entry.name, _unquoted(entry.value), checkout.place(entry.path, entry.start))


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text.startswith('"') and text.endswith('"') else text


def _problems(
    name: str, script: str, in_pyproject: bool, function: EntrypointListing, triggers: tuple[TriggerListing, ...]
) -> list[str]:
    problems = []
    if not script:
        problems.append("no command")
    elif not in_pyproject:
        problems.append(f"no script {script} in {PYPROJECT_FILE}")
    if function.problem:
        problems.append(function.problem)
    if function.decorator and function.decorator not in (name, script):
        problems.append(f"decorated as {function.decorator}")
    problems += [f"no notification calls {trigger.module}" for trigger in triggers if not trigger.notification]
    return problems
