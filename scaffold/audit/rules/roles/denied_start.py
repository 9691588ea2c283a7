"""An EventBridge target or step function whose role may not start what it names.

Sources: Step Functions Developer Guide, "IAM policies for calling Amazon ECS/AWS Fargate"; EventBridge User Guide, "IAM
roles for sending events to targets".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.declarations.unused import extended_elsewhere
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.starters import starters_in_focus
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import environments_phrase
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.event_targets import event_targets
from scaffold.pfml.iam.policies import Statement
from scaffold.pfml.iam.rights import Grants, RoleRights, may_allow
from scaffold.pfml.iam.roles import Roles
from scaffold.pfml.iam.starters import RUN_TASK
from scaffold.pfml.starts import gates
from scaffold.pfml.state_machines import MACHINE
from scaffold.pfml.tasks import full_name
from scaffold.terraform.conditions import decide_all
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.values import Values

WHY = "AWS denies each start, so the task or step function never runs."
HOW = (
    "Allow ecs:RunTask on the task's definition, or states:StartExecution on the step function, in a policy of the "
    "role, or use the role that is meant for it."
)
_START = "states:StartExecution"
_MACHINE = re.compile(r"aws_sfn_state_machine\.([\w-]+)(?:\[[^\]]*\])?\.(?:arn|id)")
_DEFINITION = re.compile(r'aws_ecs_task_definition\.ecs_tasks\["(.*?)"\]\.(family|arn|arn_without_revision)')
_REFERENCE = re.compile(r"\$\{([^{}]*)\}")
_FAMILY, _STATE_MACHINE = "arn:aws:ecs:::task-definition/{}", "arn:aws:states:::stateMachine:{}"


class _Start(NamedTuple):
    """kind: of what starts. target: what is started, in words. arns: those it has in an environment. task: its name, ""
    for a step function."""

    kind: str
    placed: PlacedBlock
    role: str
    action: str
    target: str
    arns: tuple[str, ...]
    task: str = ""


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus or not facts.complete():
        return
    denied: dict[tuple[hcl.Block, str], tuple[_Start, list[str]]] = {}
    for environment, values in values_by_environment(facts.checkout).items():
        of_roles: dict[str, Grants] = {}
        for start in (*_of_tasks(facts, environment), *_of_machines(facts, values)):
            if start.role not in of_roles:
                of_roles[start.role] = _grants(facts, start.role, environment)
            exists = decide_all(gates(facts.template, start.placed), values) is not False
            if exists and not may_allow(of_roles[start.role], start.action, start.arns, values):
                denied.setdefault((start.placed.block, start.target), (start, []))[1].append(environment)
    for start, where in denied.values():
        if not extended_elsewhere(facts, start.role):
            yield _finding(facts, start, where)


def _of_tasks(facts: Facts, environment: str) -> Iterator[_Start]:
    for starter in facts.once(starters_in_focus):
        task = starter.task.name
        if starter.kind != "role" and "${" not in task:
            arn = _FAMILY.format(full_name(facts.template, environment, task))
            arns = (arn, f"{arn}:1")
            yield _Start(starter.kind, starter.placed, starter.role, RUN_TASK, f"the task {task}", arns, task)


def _of_machines(facts: Facts, values: Values) -> Iterator[_Start]:
    folder = facts.template
    for target in event_targets(folder):
        match = _MACHINE.fullmatch(folder.attribute_text(target, "arn"))
        machine = folder.block("resource", MACHINE, match[1]) if match else None
        label = Roles.of(folder).label(target.text(target.role)) if machine else ""
        if match and machine and label:
            name = machine.block.attributes.get("name")
            names = [match[1], *([values.of(machine.path, name.value)] if name else [])]
            arns = tuple(map(_STATE_MACHINE.format, names))
            yield _Start("EventBridge target", target, label, _START, f"the step function {match[1]}", arns)


def _grants(facts: Facts, label: str, environment: str) -> Grants:
    """The policies of a role, with references to task definitions and step functions by what is compared."""
    grants = RoleRights.of(facts.template).grants(label)
    resolve = partial(_resolved, facts, environment)
    resolved = []
    for grant in grants.grants:
        statements = tuple(_with_references(statement, resolve) for statement in grant.document.statements)
        resolved.append(grant._replace(document=grant.document._replace(statements=statements)))
    return Grants(tuple(resolved), grants.is_complete)


def _with_references(statement: Statement, resolve: Callable[[re.Match[str]], str]) -> Statement:
    if statement.resources is None:
        return statement
    texts = tuple(text._replace(inner=_REFERENCE.sub(resolve, text.inner)) for text in statement.resources.texts)
    return statement._replace(resources=statement.resources._replace(texts=texts))


def _resolved(facts: Facts, environment: str, reference: re.Match[str]) -> str:
    """A reference to a step function or to the definition of a task by what is compared; any other as it is."""
    if machine := _MACHINE.fullmatch(reference[1]):
        return _STATE_MACHINE.format(machine[1])
    definition = _DEFINITION.fullmatch(reference[1])
    task = facts.once(_names_by_key).get(definition[1]) if definition else None
    if definition is None or task is None:
        return reference[0]
    family = full_name(facts.template, environment, task)
    arn = _FAMILY.format(family)
    return {"family": family, "arn": f"{arn}:1"}.get(definition[2], arn)


def _names_by_key(facts: Facts) -> dict[str, str]:
    return {task.key: task.name for task in facts.once(known_tasks)}


def _finding(facts: Facts, start: _Start, where: list[str]) -> Finding:
    name = start.placed.block.labels[1]
    return Finding(
        subject=name,
        message=(
            f"the {start.kind} {name} starts {start.target}, but its role aws_iam_role.{start.role} may not use "
            f"{start.action} on it{environments_phrase(facts, where)}, so AWS denies each start"
        ),
        instead=f"Allow that in the policy of aws_iam_role.{start.role}.",
        path=start.placed.path,
        offset=start.placed.offset_of("role_arn"),
        task=start.task,
    )
