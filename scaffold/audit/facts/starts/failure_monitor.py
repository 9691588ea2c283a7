"""The patterns of the groups whose failed starts the failure monitor ignores."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.folders import folders_with
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environment_names
from scaffold.pfml.tasks import DEFINITION, full_name
from scaffold.python.expressions import Regex, UnsupportedError
from scaffold.python.module import Module
from scaffold.terraform.values import is_known

MONITOR = "infra/monitoring/ecs_failure_monitor_lambda.py"
_LIST = "TASKS_TO_IGNORE"
_SHOWN = 80
_BEFORE_NAME = re.compile(r"(?:\A|[^\w-]-?)\Z")
# What a group is named after, and the attribute with its name.
_GROUPS = {DEFINITION: "family", "aws_ecs_service": "name"}


class IgnoredGroups(NamedTuple):
    """A pattern in the monitor's list. offset: its byte in the file."""

    expression: Regex
    place: str
    offset: int

    @property
    def text(self) -> str:
        return self.expression.text

    def names(self, task: str) -> bool:
        """Whether the pattern ends in the task's full name, so that the task is ignored on purpose."""
        text = self.text.removesuffix("\n")
        return any(
            text.endswith(name) and _BEFORE_NAME.search(text[: -len(name)]) is not None for name in (task, f"{task}$")
        )

    def matches(self, facts: Facts, group: str) -> bool:
        """Whether the monitor ignores a group: it uses re.match, which does not anchor at the end."""
        try:
            return self.expression.match(group)
        except UnsupportedError as error:
            _skip(facts, self.text, self.place, error)
            return False


def ignored_groups(facts: Facts) -> tuple[IgnoredGroups, ...]:
    """The patterns of the monitor; none if there is no such list."""
    if _LIST.encode() not in (facts.checkout.read(MONITOR) or b""):
        return ()
    module = facts.checkout.module(MONITOR)
    if module is None:
        return ()
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and any(_is_list(target) for target in node.targets):
            patterns = [_pattern(facts, module, element) for element in getattr(node.value, "elts", [])]
            return tuple(pattern for pattern in patterns if pattern is not None)
    return ()


def _is_list(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == _LIST


def _pattern(facts: Facts, module: Module, node: ast.expr) -> IgnoredGroups | None:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    place = f"{module.path}:{node.lineno}"
    try:
        return IgnoredGroups(Regex.read(node.value), place, module.offset(node.lineno) + node.col_offset)
    except UnsupportedError as error:
        _skip(facts, node.value, place, error)
        return None


def _skip(facts: Facts, text: str, place: str, error: UnsupportedError) -> None:
    facts.skip(f"ignored-failure: {place}: the pattern {text[:_SHOWN]!r} {error}")


# --- the groups that there are


def task_groups(facts: Facts, task: str) -> list[str]:
    """The groups of a task, one in each environment."""
    return [full_name(facts.template, environment, task) for environment in environment_names(facts.checkout)]


def known_groups(facts: Facts) -> frozenset[str] | None:
    """The groups of all tasks, services and other task definitions, which are the families of task definitions, too;
    None if one is not known."""
    names = [task.name for task in facts.once(known_tasks)]
    others = other_groups(facts) if names and facts.complete() and not any("${" in name for name in names) else None
    if others is None:
        return None
    return frozenset((*others, *(group for name in names for group in task_groups(facts, name))))


def other_groups(facts: Facts) -> list[str] | None:
    """The groups of the services and of the task definitions outside of locals.tasks; None if one is not known."""
    groups = []
    for type, attribute in _GROUPS.items():
        for folder in folders_with(facts, type):
            if not facts.complete(folder.path):
                return None
            for placed in folder.blocks("resource", type):
                node = placed.block.attributes.get(attribute)
                if folder.path == TEMPLATE and "for_each" in placed.block.attributes:
                    continue
                for environment in environment_names(facts.checkout) if node else ():
                    value = folder.expand(placed.path, node.value if node else None, {"environment_name": environment})
                    groups.append(value)
    return groups if all(map(is_known, groups)) else None
