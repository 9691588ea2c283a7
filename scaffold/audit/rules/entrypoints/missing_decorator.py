"""A task whose entrypoint has no @background_task."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.entrypoints import BACKGROUND_TASK, DECORATOR, ScriptTarget, reference
from scaffold.python.lookup import Binding

WHY = "Without it neither the logging nor New Relic is set up, so nobody sees what the task does or that it fails."


def check(facts: Facts) -> Iterator[Finding]:
    # It came in 2021; before, each entrypoint set up what it needed.
    if facts.checkout.read(BACKGROUND_TASK) is None:
        return
    for task in facts.tasks:
        name, script = task.name, task.script(facts.template)
        target = facts.target(script)
        function = target.function if target else None
        if target is None or function is None or target.decoration is not None or _may_decorate(facts, target):
            continue
        yield Finding(
            subject=name,
            message=(
                f"the entrypoint of the task {name} has no @background_task, so neither logging nor New Relic is set up"
            ),
            instead=f'Write @background_task("{name}") above it.',
            path=function.module.path,
            offset=function.module.offset(function.node.lineno),
            task=name,
        )


def _may_decorate(facts: Facts, target: ScriptTarget) -> bool:
    """Whether a decorator of the API's own, or a function around it, may do the same."""
    function, definition = target.function, target.definition
    if function is None or definition is None:
        return False
    decorators = [
        each.func if isinstance(each, ast.Call) else each for each in getattr(function.node, "decorator_list", [])
    ]
    found = [reference(each, function.module, facts.lookup) for each in decorators]
    return any(isinstance(each, Binding) and DECORATOR.encode() in each.module.data for each in found)
