"""A schedule or trigger that passes different roles than its task has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import Passed, missing_name, passed_roles
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import environments_phrase
from scaffold.files.edit import Edit
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.roles import Roles, role_expression
from scaffold.pfml.starts import Start
from scaffold.terraform.values import Values

WHY = (
    "A schedule or trigger may pass only the roles that its module was given, so if the task has different roles, AWS "
    "denies each start, and the task never runs."
)
HOW = "Pass the roles that the task has."


def check(facts: Facts) -> Iterator[Finding]:
    for role, where in _mismatches(facts):
        yield _finding(facts, role, where)


def _mismatches(facts: Facts) -> Iterator[tuple[Passed, list[str]]]:
    """The roles that are passed wrongly, and in which environments. Cases that are not certain are skipped: a template
    that does not parse, a schedule of two tasks, a task whose own role does not exist."""
    if not facts.complete():
        return
    in_environments = values_by_environment(facts.checkout)
    for role in passed_roles(facts):
        if _is_of_two(facts, role.start) or missing_name(facts, role.own):
            continue
        where = [name for name, values in in_environments.items() if _differs(facts, role, values)]
        if not where and role.own and Roles.of(facts.template).is_no_arn(role.passed):
            where = list(in_environments)
        if where:
            yield role, where


def _is_of_two(facts: Facts, start: Start) -> bool:
    """Whether it has the ARN of one task and the family of another, which mixed-task reports."""
    arguments = ("ecs_task_definition_arn", "ecs_task_definition_family")
    definitions = (start.definition(name) for name in arguments)
    return len({definition for definition in definitions if definition}) > 1


def _differs(facts: Facts, role: Passed, values: Values) -> bool:
    """Whether the two are certainly different roles. A task without a role needs none to be passed."""
    passed, own = (Roles.of(facts.template).identity(text, values) for text in (role.passed, role.own))
    return bool(own) and passed is not None and passed != own


def _finding(facts: Facts, role: Passed, where: Sequence[str]) -> Finding:
    start = role.start
    return Finding(
        subject=start.name,
        message=(
            f"the {start.kind} {start.name} passes {role.passed or 'no role'} as {role.argument}, but the task "
            f"{role.task} has {role.own}{environments_phrase(facts, where)}, so AWS denies each start"
        ),
        instead=f"Pass {_expected(facts, role)}.",
        path=role.path,
        offset=role.offset,
        task=start.task_name,
        fixable=_is_fixable(facts, role),
    )


def _is_fixable(facts: Facts, role: Passed) -> bool:
    """Whether the task's own role is certain, and there is a place to write it."""
    if "\n" in role.own or (role.own.startswith('"') and not Roles.of(facts.template).label(role.own)):
        return False
    return bool(role.node or "ecs_task_executor_role" in role.start.block.attributes)


def _expected(facts: Facts, role: Passed) -> str:
    """The expression in the task's entry, or if that is an ARN or a data source of a role of the template, a reference
    to the role."""
    label = Roles.of(facts.template).label(role.own) if role.own.startswith(('"', "data.")) else ""
    if not label or "for_each" in Roles.of(facts.template).by_label[label].placed.block.attributes:
        return role.own
    return role_expression(facts.template, label, "")


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    from scaffold.changes.parts.infra.start import insert_task_role

    edits = []
    for role, where in _mismatches(facts):
        if _finding(facts, role, where) not in findings:
            continue
        expected = _expected(facts, role)
        if role.node:
            value = role.node.value
            edits.append(facts.checkout.replace(role.path, value.start, value.end, expected, role.start.kind))
        else:
            edits += insert_task_role(facts.template, role.start, expected, role.start.kind)
    return edits
