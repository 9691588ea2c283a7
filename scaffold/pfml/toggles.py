"""Toggles: variables of the template that turn a schedule or a trigger on, and where they are set."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property

from scaffold import hcl
from scaffold.aws.names import slug
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import Environment, environment_names, environments, names_with_tasks
from scaffold.pfml.schedules import schedules_of
from scaffold.pfml.tasks import Task
from scaffold.terraform.conditions import one_line
from scaffold.terraform.folder import Folder, PlacedBlock

ALL = "all"
_VARIABLE = re.compile(r"\bvar\.(\w+)")


@dataclass(frozen=True, slots=True)
class ToggleSetting:
    """What an environment sets a toggle to, as it is written."""

    environment: Environment
    value: str
    argument: hcl.Attribute


@dataclass(frozen=True)
class Toggle:
    """A variable that turns something on. variable: its block, None if it is not declared."""

    name: str
    variable: PlacedBlock | None
    folder: Folder

    @property
    def default(self) -> str:
        """Its default as it is written; "" if it has none."""
        return self.folder.attribute_text(self.variable, "default") if self.variable else ""

    @property
    def is_bool(self) -> bool:
        """Whether it can be true or false; also if it is not declared."""
        return self.variable is None or is_bool(self.folder, self.variable)

    @cached_property
    def settings(self) -> tuple[ToggleSetting, ...]:
        """One for each environment that sets it."""
        result = []
        for environment in environments(self.folder.checkout):
            argument = environment.call.block.attributes.get(self.name)
            if argument is not None:
                text = one_line(self.folder.text(environment.call.path, argument.value))
                result.append(ToggleSetting(environment, text, argument))
        return tuple(result)


def is_bool(folder: Folder, variable: PlacedBlock) -> bool:
    """Whether a variable is of type bool, as declared or as its default shows."""
    type = folder.attribute_text(variable, "type")
    return type == "bool" or (not type and folder.attribute_text(variable, "default") in ("true", "false"))


def toggle_named(checkout: Checkout, name: str) -> Toggle:
    folder = Folder.of(checkout)
    return Toggle(name, folder.block("variable", name), folder)


def toggles(checkout: Checkout) -> list[Toggle]:
    """The variables of the template that can be a toggle."""
    folder = Folder.of(checkout)
    variables = [variable for variable in folder.blocks("variable") if is_bool(folder, variable)]
    return [toggle_named(checkout, variable.block.labels[0]) for variable in variables]


def toggle_names(checkout: Checkout) -> list[str]:
    return [toggle.name for toggle in toggles(checkout)]


def toggles_in(checkout: Checkout, conditions: Iterable[str]) -> list[Toggle]:
    """The toggles that conditions mention; no variables of another type, such as the environment's name."""
    names = dict.fromkeys(name for condition in conditions for name in _VARIABLE.findall(condition))
    return [toggle for toggle in (toggle_named(checkout, name) for name in names) if toggle.is_bool]


def schedule_toggle(folder: Folder, task: Task, schedule_name: str) -> str:
    """The variable that guards a schedule unless another one is chosen: named after the task, and after the schedule if
    the task has another schedule, which may be guarded by the task's."""
    usual, own = f"enable_{slug(task.name)}_schedule", schedules_of(folder, task.key)
    others = [schedule for schedule in own if schedule.given_name != schedule_name]
    has_usual = any(schedule.text("is_enabled") == f"var.{usual}" for schedule in own if schedule not in others)
    return f"enable_{slug(schedule_name)}_schedule" if others and not has_usual else usual


def asked_states(enable_in: Iterable[str], disable_in: Iterable[str], checkout: Checkout) -> dict[str, bool]:
    """Whether something is to be on in each environment that is named, or that "all" stands for: a name overrides it.

    Raises Refusal for an environment that the checkout does not have, or that does not have the tasks.
    """
    deployed = names_with_tasks(checkout)
    states, by_name = dict[str, bool](), dict[str, bool]()
    for option, names, state in (("--enable-in", enable_in, True), ("--disable-in", disable_in, False)):
        for name in names:
            if name == ALL:
                states |= dict.fromkeys(deployed, state)
            else:
                _check_deployed(name, deployed, option, checkout)
                by_name[name] = state
    return states | by_name


def _check_deployed(name: str, deployed: Container[str], option: str, checkout: Checkout) -> None:
    known = environment_names(checkout)
    if name not in known:
        raise unknown("environment", name, [*known, ALL], option=option, where=ENVIRONMENTS)
    if name not in deployed:
        what = "no module here calls the template"
        raise Refusal(what, option=option, value=name, place=f"{ENVIRONMENTS}/{name}/main.tf")
