"""A task whose failure to start the monitor ignores, by a pattern that is meant for others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environment_names
from scaffold.python.module import Module

WHY = (
    "The failure monitor has patterns of tasks to say nothing of, and they match this one, too, when it does not start."
)
MONITOR = "infra/monitoring/ecs_failure_monitor_lambda.py"
_LIST = "TASKS_TO_IGNORE"


@dataclass(frozen=True, slots=True)
class _Pattern:
    text: str
    regex: re.Pattern[str]
    place: str

    def names(self, task: str) -> bool:
        """Whether the pattern is about a task by its own name."""
        return re.search(rf"(?:^|[^\w-]-?){re.escape(task)}\$?$", self.text) is not None


def check(facts: Facts) -> Iterator[Finding]:
    patterns = _patterns(facts)
    local = facts.template.local("app_name")
    application = facts.template.expand(local[0], local[1].value, {}) if local else "pfml-api"
    for task in facts.tasks if patterns else ():
        name = task.name
        if "${" in name or any(pattern.names(name) for pattern in patterns):
            continue
        for environment in environment_names(facts.checkout):
            # As the monitor does: re.match, which does not ask for the end.
            group = f"{application}-{environment}-{name}"
            found = next((pattern for pattern in patterns if pattern.regex.match(group)), None)
            if found:
                yield Finding(
                    subject=name,
                    message=(
                        f"the failure monitor ignores {group}, which the pattern {found.text!r} ({found.place}) "
                        "matches, so nobody hears when it does not start"
                    ),
                    instead=_instead(name, found),
                    path=task.path,
                    offset=task.item.start,
                    task=name,
                )
                break


def _instead(name: str, pattern: _Pattern) -> str:
    if re.fullmatch("[a-z0-9]+", name):
        return f"Give the task a name of several words, such as run-{name}, or narrow the pattern."
    return f"End the pattern in $, or name the task {name} in the list where that is meant."


def _patterns(facts: Facts) -> list[_Pattern]:
    """The patterns of the monitor; none where there is no such list, or not all of it can be read."""
    module = facts.checkout.module(MONITOR) if _LIST.encode() in (facts.checkout.read(MONITOR) or b"") else None
    for node in module.tree.body if module else ():
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == _LIST for each in node.targets
        ):
            found = [_pattern(module, item) for item in getattr(node.value, "elts", [])] if module else []
            return [each for each in found if each is not None]
    return []


def _pattern(module: Module, node: ast.expr) -> _Pattern | None:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    try:
        return _Pattern(node.value, re.compile(node.value), f"{module.path}:{node.lineno}")
    except re.error:
        return None
