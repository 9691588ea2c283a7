"""A task whose failed starts the failure monitor ignores by a pattern meant for other tasks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environment_names
from scaffold.pfml.tasks import application
from scaffold.python.expressions import Regex, UnsupportedError
from scaffold.python.module import Module

WHY = "A pattern in the failure monitor's ignore list also matches this task, so nobody is notified if it cannot start."
HOW = (
    "Narrow the failure monitor's pattern, for example with ^ and $, or give the task a name that the pattern does "
    "not match."
)
MONITOR = "infra/monitoring/ecs_failure_monitor_lambda.py"
_LIST = "TASKS_TO_IGNORE"
_SHOWN = 80
_BEFORE_NAME = re.compile(r"(?:\A|[^\w-]-?)\Z")


class _Pattern(NamedTuple):
    expression: Regex
    place: str

    @property
    def text(self) -> str:
        return self.expression.text

    def names(self, task: str) -> bool:
        """Whether the pattern ends in the task's full name, so that the task is ignored on purpose."""
        text = self.text.removesuffix("\n")
        return any(
            text.endswith(name) and _BEFORE_NAME.search(text[: -len(name)]) is not None for name in (task, f"{task}$")
        )


def check(facts: Facts) -> Iterator[Finding]:
    patterns = _patterns(facts)
    if not patterns:
        return
    application_name = application(facts.template)
    for task in facts.once(tasks_in_focus):
        name = task.name
        if "${" in name or any(pattern.names(name) for pattern in patterns):
            continue
        groups = [f"{application_name}-{environment}-{name}" for environment in environment_names(facts.checkout)]
        matches = ((group, pattern) for group in groups for pattern in patterns if _matches(facts, pattern, group))
        group, match = next(matches, ("", None))
        if match:
            yield Finding(
                subject=name,
                message=(
                    f"the failure monitor ignores {group}, because the pattern {match.text!r} ({match.place}) matches "
                    "it, so nobody is notified if the task cannot start"
                ),
                instead=_instead(name, match),
                path=task.path,
                offset=task.entry.start,
                task=name,
            )


def _matches(facts: Facts, pattern: _Pattern, group: str) -> bool:
    """Whether the monitor ignores a group: it uses re.match, which does not anchor at the end."""
    try:
        return pattern.expression.match(group)
    except UnsupportedError as error:
        _skip(facts, pattern.text, pattern.place, error)
        return False


def _skip(facts: Facts, text: str, place: str, error: UnsupportedError) -> None:
    facts.skip(f"ignored-failure: {place}: the pattern {text[:_SHOWN]!r} {error}")


def _instead(name: str, pattern: _Pattern) -> str:
    if re.fullmatch("[a-z0-9]+", name):
        return f"Rename the task to a name of several words, such as run-{name}, or narrow the pattern."
    return f"End the pattern with $, or list {name} itself if it should be ignored."


def _patterns(facts: Facts) -> list[_Pattern]:
    """The patterns of the monitor; none if there is no such list."""
    if _LIST.encode() not in (facts.checkout.read(MONITOR) or b""):
        return []
    module = facts.checkout.module(MONITOR)
    if module is None:
        return []
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and any(_is_list(target) for target in node.targets):
            patterns = [_pattern(facts, module, element) for element in getattr(node.value, "elts", [])]
            return [pattern for pattern in patterns if pattern is not None]
    return []


def _is_list(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == _LIST


def _pattern(facts: Facts, module: Module, node: ast.expr) -> _Pattern | None:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    place = f"{module.path}:{node.lineno}"
    try:
        return _Pattern(Regex.read(node.value), place)
    except UnsupportedError as error:
        _skip(facts, node.value, place, error)
        return None
