"""A task whose @background_task has another name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.edit import Edit
from scaffold.pfml.entrypoints import Decoration
from scaffold.pfml.tasks import Task

WHY = "The task's logs and its transaction in New Relic stand under a name by which nobody looks for them."
# Dashboards and alarms may go by the name that is there.
SELECTED_ONLY = True
_PART = "entrypoint"


@dataclass(frozen=True, slots=True)
class _Mismatch:
    task: Task
    name: str
    script: str
    decoration: Decoration


def check(facts: Facts) -> Iterator[Finding]:
    for found in _mismatches(facts):
        yield _finding(facts, found)


def _mismatches(facts: Facts) -> Iterator[_Mismatch]:
    for task in facts.tasks:
        name, script = task.name, task.script(facts.template)
        target = facts.target(script)
        decoration = target.decoration if target else None
        if decoration and decoration.name is not None and decoration.name not in (name, script):
            yield _Mismatch(task, name, script, decoration)


def _finding(facts: Facts, found: _Mismatch) -> Finding:
    start, _ = _span(found.decoration)
    return Finding(
        subject=found.name,
        message=(
            f'the task {found.name} is decorated as "{found.decoration.name}", so its logs and its transaction in New '
            "Relic stand under that name"
        ),
        instead=f'Write "{found.name}".',
        path=found.decoration.module.path,
        offset=start,
        task=found.name,
        fixable=_is_literal(found.decoration) and _serves_one(facts, found),
    )


def _is_literal(decoration: Decoration) -> bool:
    return isinstance(decoration.node, ast.Constant) and decoration.node.lineno == decoration.node.end_lineno


def _serves_one(facts: Facts, found: _Mismatch) -> bool:
    """Whether no other task stands under the same name."""
    scripts = [task.script(facts.template) for task in facts.all_tasks if task is not found.task]
    targets = [facts.target(script) for script in scripts]
    return all(target is None or not _same(target.decoration, found.decoration) for target in targets)


def _same(one: Decoration | None, other: Decoration) -> bool:
    return one is not None and one.module.path == other.module.path and _span(one) == _span(other)


def _span(decoration: Decoration) -> tuple[int, int]:
    node, module = decoration.node, decoration.module
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return module.offset(node.lineno) + node.col_offset, module.offset(end_line) + end_column


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    edits = []
    for found in _mismatches(facts):
        if _finding(facts, found) in findings:
            path, (start, end) = found.decoration.module.path, _span(found.decoration)
            written = facts.checkout.require(path)[start : start + 1].decode("utf-8", "replace")
            quote = written if written in ("'", '"') else '"'
            edits.append(facts.checkout.replace(path, start, end, f"{quote}{found.name}{quote}", _PART))
    return edits
