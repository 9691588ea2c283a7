"""A task whose @background_task has a different name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import known_tasks, tasks_in_focus
from scaffold.audit.facts.tasks.scripts import entrypoint_of
from scaffold.audit.finding import Finding
from scaffold.files.edit import Edit
from scaffold.pfml.entrypoints import Decoration
from scaffold.pfml.tasks import Task
from scaffold.spec.part_names import ENTRYPOINT

WHY = "The task's logs and its New Relic transaction are under a name that nobody looks for."
HOW = "Use the task's name in @background_task."
# Dashboards and alarms may use the existing name.
SELECTED_ONLY = True


class _Mismatch(NamedTuple):
    task: Task
    name: str
    script: str
    decoration: Decoration


def check(facts: Facts) -> Iterator[Finding]:
    for mismatch in _mismatches(facts):
        yield _finding(facts, mismatch)


def _mismatches(facts: Facts) -> Iterator[_Mismatch]:
    for task in facts.once(tasks_in_focus):
        name, script = task.name, task.script(facts.template)
        target = entrypoint_of(script, facts.checkout)
        decoration = target.decoration if target else None
        if decoration and decoration.name is not None and decoration.name not in (name, script):
            yield _Mismatch(task, name, script, decoration)


def _finding(facts: Facts, mismatch: _Mismatch) -> Finding:
    name, decoration = mismatch.name, mismatch.decoration
    start, _ = _span(decoration)
    return Finding(
        subject=name,
        message=(
            f'the task {name} has @background_task("{decoration.name}"), so its logs and its New Relic transaction '
            "are under that name"
        ),
        instead=f'Write "{name}".',
        path=decoration.module.path,
        offset=start,
        task=name,
        fixable=_is_literal(decoration) and _serves_one(facts, mismatch),
    )


def _is_literal(decoration: Decoration) -> bool:
    return isinstance(decoration.node, ast.Constant) and decoration.node.lineno == decoration.node.end_lineno


def _serves_one(facts: Facts, mismatch: _Mismatch) -> bool:
    """Whether no other task runs the decorated function."""
    scripts = [task.script(facts.template) for task in facts.once(known_tasks) if task is not mismatch.task]
    targets = [entrypoint_of(script, facts.checkout) for script in scripts]
    return all(target is None or not _same(target.decoration, mismatch.decoration) for target in targets)


def _same(first: Decoration | None, second: Decoration) -> bool:
    return first is not None and first.module.path == second.module.path and _span(first) == _span(second)


def _span(decoration: Decoration) -> tuple[int, int]:
    node, module = decoration.node, decoration.module
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return module.offset(node.lineno) + node.col_offset, module.offset(end_line) + end_column


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    edits = []
    for mismatch in _mismatches(facts):
        if _finding(facts, mismatch) in findings:
            path, (start, end) = mismatch.decoration.module.path, _span(mismatch.decoration)
            first = facts.checkout.require(path)[start : start + 1].decode("utf-8", "replace")
            quote = first if first in ("'", '"') else '"'
            edits.append(facts.checkout.replace(path, start, end, f"{quote}{mismatch.name}{quote}", ENTRYPOINT))
    return edits
