"""A task whose entrypoint has no @background_task."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.facts.tasks.scripts import entrypoint_of, lookup
from scaffold.audit.finding import Finding
from scaffold.pfml.entrypoints import BACKGROUND_TASK, DECORATOR, Entrypoint, reference
from scaffold.python.lookup import Binding

WHY = "Without it, logging and New Relic are not set up, so nobody sees what the task does or that it fails."
HOW = "Add @background_task with the task's name to the entrypoint."


def check(facts: Facts) -> Iterator[Finding]:
    # The decorator was added in 2021. Before that, each entrypoint set up what it needed.
    if facts.checkout.read(BACKGROUND_TASK) is None:
        return
    for task in facts.once(tasks_in_focus):
        name, script = task.name, task.script(facts.template)
        target = entrypoint_of(script, facts.checkout)
        function = target.function if target else None
        if target is None or function is None or target.decoration is not None or _may_decorate(facts, target):
            continue
        yield Finding(
            subject=name,
            message=(
                f"the entrypoint of the task {name} has no @background_task, so logging and New Relic are not set up"
            ),
            instead=f'Add @background_task("{name}") to it.',
            path=function.module.path,
            offset=function.module.offset(function.node.lineno),
            task=name,
        )


def _may_decorate(facts: Facts, target: Entrypoint) -> bool:
    """Whether another decorator from the API, or a function that wraps it, may do the same."""
    function, definition = target.function, target.definition
    if function is None or definition is None:
        return False
    decorators = [
        decorator.func if isinstance(decorator, ast.Call) else decorator
        for decorator in getattr(function.node, "decorator_list", [])
    ]
    targets = [reference(decorator, function.module, lookup(facts.checkout)) for decorator in decorators]
    return any(isinstance(target, Binding) and DECORATOR.encode() in target.module.data for target in targets)
