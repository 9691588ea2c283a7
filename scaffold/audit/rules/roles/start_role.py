"""A schedule or a trigger that passes other roles than its task has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.model import Start
from scaffold.audit.facts.roles.passed_roles import Passed, missing_name, passed_roles
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import environments_phrase
from scaffold.changes.parts.infra.start import insert_task_role
from scaffold.files.edit import Edit
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.roles import Roles, role_expression
from scaffold.terraform.values import Values

WHY = (
    "What starts a task may pass on only the roles that its module was given, so with others each start is refused, "
    "and nothing runs."
)


def check(facts: Facts) -> Iterator[Finding]:
    for one, where in _mismatches(facts):
        yield _finding(facts, one, where)


def _mismatches(facts: Facts) -> Iterator[tuple[Passed, list[str]]]:
    """What is passed wrongly, and the environments where it is. Without all roles, or of a task that is not certain, or
    whose own role is wrong, nothing can be said."""
    for one in passed_roles(facts) if facts.complete() else ():
        if _is_of_two(facts, one.start) or missing_name(facts, one.own):
            continue
        where = [name for name, values in values_by_environment(facts.checkout).items() if _differs(facts, one, values)]
        if not where and one.own and Roles.of(facts.template).is_no_arn(one.passed):
            where = list(values_by_environment(facts.checkout))
        if where:
            yield one, where


def _is_of_two(facts: Facts, start: Start) -> bool:
    """Whether it has the ARN of one task and the family of another, which mixed-task says."""
    arguments = ("ecs_task_definition_arn", "ecs_task_definition_family")
    return len({found for name in arguments if (found := facts.definition(start.placed, name))}) > 1


def _differs(facts: Facts, one: Passed, values: Values) -> bool:
    """Whether the two are certainly not one role. A task without a role passes none, whatever its schedule could."""
    passed, own = (Roles.of(facts.template).identity(text, values) for text in (one.passed, one.own))
    return bool(own) and passed is not None and passed != own


def _finding(facts: Facts, one: Passed, where: Sequence[str]) -> Finding:
    start = one.start
    return Finding(
        subject=start.name,
        message=(
            f"the {start.kind} {start.name} passes {one.passed or 'no role'} as {one.argument}, and the task "
            f"{one.task} has {one.own}{environments_phrase(facts, where)}, so each start is refused"
        ),
        instead=f"Pass on {_wanted(facts, one)}.",
        path=one.path,
        offset=one.offset,
        task=facts.task_name(start),
        fixable=_can_mend(facts, one),
    )


def _can_mend(facts: Facts, one: Passed) -> bool:
    """Whether the task's own role is certain, and there is a place for it."""
    if "\n" in one.own or (one.own.startswith('"') and not Roles.of(facts.template).label(one.own)):
        return False
    return bool(one.node or "ecs_task_executor_role" in one.start.placed.block.attributes)


def _wanted(facts: Facts, one: Passed) -> str:
    """The task's own expression, or for an ARN and a data source of a role of the template a reference to it."""
    label = Roles.of(facts.template).label(one.own) if one.own.startswith(('"', "data.")) else ""
    if not label or "for_each" in Roles.of(facts.template).by_label[label].placed.block.attributes:
        return one.own
    return role_expression(facts.template, label, "")


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    edits = []
    for one, where in _mismatches(facts):
        if _finding(facts, one, where) not in findings:
            continue
        wanted = _wanted(facts, one)
        if one.node:
            value = one.node.value
            edits.append(facts.checkout.replace(one.path, value.start, value.end, wanted, one.start.kind))
        else:
            edits += insert_task_role(facts.template, one.start.placed, wanted, one.start.kind)
    return edits
