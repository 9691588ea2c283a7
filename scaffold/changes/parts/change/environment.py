"""Changes `env` of a task's entry: its groups, variables and secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.changes.parts.change.literal import is_string, not_literal
from scaffold.changes.parts.infra.task import check_group, environment
from scaffold.changes.parts.requests import Modification
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.groups import COMMON, Given, given_to, given_to_all
from scaffold.pfml.tasks import Task, all_tasks, require_task, takes_environment
from scaffold.rendering.literals import hcl_string, hcl_value
from scaffold.spec.part_names import TASK
from scaffold.spec.specs import DATABASE, S3_PATH, Secret, Subject, Variable
from scaffold.terraform.folder import Folder
from scaffold.terraform.items import remove_items
from scaffold.terraform.steps import Step, insert_after, set_value

_SECRET = 3


@dataclass(frozen=True)
class _Env:
    """The `env` of a task as it is in a step."""

    task: Task
    folder: Folder

    @property
    def checkout(self) -> Checkout:
        return self.folder.checkout

    @property
    def attribute(self) -> hcl.Item | None:
        return self.task.attribute(self.folder, "env")

    @property
    def elements(self) -> tuple[hcl.Node, ...]:
        """The elements of the list. Raises Refusal for any other expression."""
        if self.attribute is None:
            return ()
        if not isinstance(self.attribute.value, hcl.Tuple):
            raise Refusal(
                f"the environment of {self.task.name!r} is not a plain list",
                place=self.checkout.place(self.task.path, self.attribute.start),
                instead="Change it there by hand.",
            )
        return self.attribute.value.items

    def given(self, name: str) -> Given | None:
        """The variable or secret with that name, wherever it comes from."""
        every = (*given_to(self.folder, self.task), *given_to_all(self.folder))
        return next((given for given in every if given.entry.name == name), None)

    def own(self, name: str) -> hcl.Object | None:
        """The variable or secret with that name in the list itself."""
        given = self.given(name)
        elements = [node for node in self.elements if given and node.start == given.entry.start]
        own = elements[0] if elements and given and given.entry.path == self.task.path else None
        return own if isinstance(own, hcl.Object) else None

    def rank(self, element: hcl.Node) -> int:
        """The place of an element: groups and other expressions, then variables, then what the stub of a triggered task
        lists, then secrets."""
        if not isinstance(element, hcl.Object):
            return 0
        entries = self.folder.entries(self.task.path, element)
        if "value" not in entries:
            return _SECRET
        name = self.folder.text(self.task.path, entries["name"].value) if "name" in entries else ""
        return _rank_of(name.strip('"'))

    def insert(self, text: str, rank: int, first: bool = False) -> list[Edit]:
        """A new element behind those of its kind."""
        before = [element for element in self.elements if self.rank(element) <= rank and not first]
        if self.attribute is None:
            behind = self.task.value.items[-1] if self.task.value.items else None
            lines = f"env = [\n  {text}\n]"
            return insert_after(self.checkout, self.task.path, self.task.value, behind, [lines], TASK)
        container = self.attribute.value
        if not isinstance(container, hcl.Tuple):
            return []
        return insert_after(self.checkout, self.task.path, container, before[-1] if before else None, [text], TASK)

    def remove(self, element: hcl.Node) -> list[Edit]:
        """Without an element, and without an empty list."""
        if self.attribute is None or not isinstance(self.attribute.value, hcl.Tuple):
            return []
        if len(self.elements) == 1:
            return remove_items(self.checkout, self.task.path, self.task.value, [self.attribute], TASK)
        return remove_items(self.checkout, self.task.path, self.attribute.value, [element], TASK)


def _rank_of(variable: str) -> int:
    return 2 if variable == S3_PATH else 1


_Change = Callable[[_Env], list[Edit]]


def steps(modification: Modification) -> list[Step]:
    spec, subject = modification.spec, modification.spec.subject
    removals: dict[str, _Change] = {
        **{group: _without_group(group) for group in spec.removed_groups},
        **{name: _without(name, "--remove-env-var", secret=False) for name in spec.removed_variables},
        **{name: _without(name, "--remove-secret", secret=True) for name in spec.removed_secrets},
    }
    additions: list[_Change] = [
        *(_with_group(group) for group in subject.groups),
        *(_with_variable(variable) for variable in subject.variables),
        *(_with_secret(secret) for secret in subject.secrets),
    ]
    # A name that comes back as something else is taken out first, any other last, so that the list is never empty.
    again = {variable.name for variable in subject.variables} | {secret.name for secret in subject.secrets}
    before = [change for name, change in removals.items() if name in again]
    after = [change for name, change in removals.items() if name not in again]
    changes = [*before, *additions, *after]
    if changes and not takes_environment(modification.folder):
        raise Refusal(
            "the tasks of this checkout get their environment from JSON templates, not from tasks.tf",
            option="--env, --env-var, --secret and --db",
            instead="Change the containers_template by hand.",
        )
    return [_step(modification.task.name, change) for change in changes]


def _step(name: str, change: _Change) -> Step:
    def step(checkout: Checkout) -> list[Edit]:
        folder = Folder.of(checkout)
        return change(_Env(require_task(folder, name), folder))

    return step


# --- groups


def _with_group(group: str) -> _Change:
    def change(env: _Env) -> list[Edit]:
        check_group(env.folder, group)
        if _group_elements(env, group):
            return []
        return env.insert(f"local.{group}", 0, first=group == DATABASE)

    return change


def _without_group(group: str) -> _Change:
    def change(env: _Env) -> list[Edit]:
        elements = _group_elements(env, group)
        if elements:
            return env.remove(elements[0])
        groups = [
            env.folder.text(env.task.path, element).removeprefix("local.")
            for element in env.elements
            if isinstance(element, hcl.Reference)
        ]
        kind = f"group of environment variables of {env.task.name}"
        raise unknown(kind, group, groups, option="--remove-env", where=env.task.path)

    return change


def _group_elements(env: _Env, group: str) -> list[hcl.Node]:
    return [element for element in env.elements if env.folder.text(env.task.path, element) == f"local.{group}"]


# --- variables and secrets


def _with_variable(variable: Variable) -> _Change:
    return lambda env: _set(env, variable.name, hcl_value(variable.value), Subject(name="", variables=(variable,)))


def _with_secret(secret: Secret) -> _Change:
    return lambda env: _set(env, secret.name, f'"{hcl_string(secret.path)}"', Subject(name="", secrets=(secret,)))


def _set(env: _Env, name: str, value: str, subject: Subject) -> list[Edit]:
    """A variable or a secret with another value, or as a new element."""
    is_secret = bool(subject.secrets)
    option, rank = ("--secret", _SECRET) if is_secret else ("--env-var", _rank_of(name))
    own = _required_own(env, name, option, is_secret)
    if own is None:
        return env.insert(environment(subject)[0], rank)
    node = env.folder.entries(env.task.path, own)["valueFrom" if is_secret else "value"].value
    if env.folder.text(env.task.path, node) == value:
        return []
    if not is_string(node):
        raise not_literal(env.folder, env.task.path, node, f"the value of {name}", option)
    return set_value(env.checkout, env.task.path, node, value, TASK)


def _without(name: str, option: str, secret: bool) -> _Change:
    def change(env: _Env) -> list[Edit]:
        own = _required_own(env, name, option, secret)
        if own is not None:
            return env.remove(own)
        given = [each.entry for each in given_to(env.folder, env.task)]
        kind = "secret" if secret else "environment variable"
        names = [entry.name for entry in given if entry.secret == secret]
        raise unknown(f"{kind} of {env.task.name}", name, names, option=option, where=env.task.path)

    return change


def _required_own(env: _Env, name: str, option: str, secret: bool) -> hcl.Object | None:
    """The element that sets a name, None if nothing does. Raises Refusal if the task does not set it itself, or sets it
    in the other way."""
    given = env.given(name)
    if given is None:
        return None
    place = env.checkout.place(given.entry.path, given.entry.start)
    own = env.own(name)
    if own is None:
        raise Refusal(
            f"{_source(given)} sets {name}, to {given.entry.value}",
            option=option,
            value=name,
            place=place,
            instead=f"Change it there{_others(env, given)}{'' if 'remove' in option else ', or use another name'}.",
        )
    if given.entry.secret != secret:
        has, remove = ("a secret", "--remove-secret") if given.entry.secret else ("no secret", "--remove-env-var")
        what = f"{name} is {has}, so its kind would change"
        raise Refusal(what, option=option, value=name, place=place, instead=f"Take it out first: {remove} {name}.")
    return own


def _source(given: Given) -> str:
    if given.groups:
        return f"the group {given.groups[-1]}"
    return "a condition" if given.conditions else "an expression"


def _others(env: _Env, given: Given) -> str:
    """The tasks that a change of a group would change, too."""
    if not given.groups:
        return ""
    if COMMON in given.groups:
        return " for all tasks"
    names = list(_tasks_with(env, given.groups[-1]))
    return f" for all tasks that have it ({', '.join(names)})" if names[1:] else ""


def _tasks_with(env: _Env, group: str) -> Iterator[str]:
    for task in all_tasks(env.folder):
        if any(group in given.groups for given in given_to(env.folder, task)):
            yield task.name
