"""A schedule or a trigger that passes other roles than its task has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts import Facts, Start
from scaffold.audit.finding import Finding, Severity
from scaffold.edits import Edit
from scaffold.roles import insert_task_role, role_expression

SEVERITY = Severity.ERROR
WHY = (
    "What starts a task may pass on only the roles that its module was given, so with others each start is refused, "
    "and nothing runs."
)
_ARGUMENTS = {"ecs_task_executor_role": "execution_role", "ecs_task_role": "task_role"}


@dataclass(frozen=True, slots=True)
class _Mismatch:
    start: Start
    argument: str
    node: hcl.Attribute | None
    passed: str
    own: str


def check(facts: Facts) -> Iterator[Finding]:
    for mismatch in _mismatches(facts):
        yield _finding(facts, mismatch)


def _mismatches(facts: Facts) -> Iterator[_Mismatch]:
    for start in (*facts.schedules, *facts.triggers):
        for argument, attribute in _ARGUMENTS.items():
            passed = facts.template.attribute_text(start.found, argument)
            passed = "" if passed == "null" else passed
            own = facts.role_text(start.task, attribute) if start.task else ""
            # A task without a role passes none, whatever its schedule could.
            if own and not _same(facts, passed, own):
                yield _Mismatch(start, argument, start.found.block.attributes.get(argument), passed, own)


def _same(facts: Facts, passed: str, own: str) -> bool:
    if not passed:
        return False
    identities = {facts.role_identity(passed), facts.role_identity(own)}
    return None in identities or len(identities) == 1


def _finding(facts: Facts, found: _Mismatch) -> Finding:
    start, task = found.start, facts.task_name(found.start)
    return Finding(
        subject=start.name,
        message=(
            f"the {start.kind} {start.name} passes {found.passed or 'no role'} as {found.argument}, and the task "
            f"{task} has {found.own}, so each start is refused"
        ),
        instead=f"Pass on {_wanted(facts, found)}.",
        path=start.found.path,
        offset=found.node.start if found.node else start.found.block.start,
        task=task,
        mends=found.node is not None or "ecs_task_executor_role" in start.found.block.attributes,
    )


def _wanted(facts: Facts, found: _Mismatch) -> str:
    label = facts.role_of(found.own)
    return role_expression(facts.template, label, "") if label else found.own


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    edits = []
    for found in _mismatches(facts):
        if _finding(facts, found) not in findings:
            continue
        path, wanted = found.start.found.path, _wanted(facts, found)
        if found.node:
            value = found.node.value
            edits.append(facts.checkout.replace(path, value.start, value.end, wanted, found.start.kind))
        else:
            edits += insert_task_role(facts.template, found.start.found, wanted, found.start.kind)
    return edits
