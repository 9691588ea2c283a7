"""A role that starts a task, but may not pass the task's roles."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import extended_elsewhere
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.machines_elsewhere import RunElsewhere, runs_elsewhere
from scaffold.audit.facts.roles.passed_roles import missing_name
from scaffold.audit.facts.roles.starters import starters_in_focus
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import environments_phrase
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.passing import PassedRole, may_pass, passed_role
from scaffold.pfml.iam.roles import ATTRIBUTES, role_of
from scaffold.pfml.iam.starters import Starter, TaskName
from scaffold.terraform.conditions import decide_all
from scaffold.terraform.values import Values

WHY = "AWS requires iam:PassRole for both roles of a task from whoever starts it, and denies the start otherwise."
HOW = (
    "Add the ARNs of both of the task's roles to the resources of iam:PassRole in the policy of the role that starts "
    "it."
)


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.complete():
        return
    tasks = {task.key: task for task in facts.once(tasks_in_focus)}
    for starter in facts.once(starters_in_focus):
        if not extended_elsewhere(facts, starter.role):
            for attribute in ATTRIBUTES:
                own = role_of(facts.template, tasks[starter.task.key], attribute)
                where = _denied_in(facts, starter, own)
                if where and not missing_name(facts, own):
                    yield _finding(facts, starter, attribute, own, where)
    if not facts.focus:
        yield from _elsewhere(facts)


def _elsewhere(facts: Facts) -> Iterator[Finding]:
    """The same for step functions whose definition is elsewhere, one finding for each role of a task."""
    denied: dict[tuple[str, str, str, str], tuple[RunElsewhere, list[str]]] = {}
    in_environments = values_by_environment(facts.checkout)
    for run in runs_elsewhere(facts):
        for attribute in ATTRIBUTES if run.environment in in_environments else ():
            own = role_of(facts.template, run.task, attribute)
            if own and not missing_name(facts, own) and _is_denied(facts, run, own, in_environments[run.environment]):
                key = (run.role, run.task.name, attribute, own)
                denied.setdefault(key, (run, []))[1].append(run.environment)
    for (role, task, attribute, own), (run, where) in denied.items():
        if not extended_elsewhere(facts, role, run.folder):
            starter = Starter("step function", run.machine, role, TaskName(run.task.key, task))
            yield _finding(facts, starter, attribute, own, list(dict.fromkeys(where)))


def _is_denied(facts: Facts, run: RunElsewhere, own: str, values: Values) -> bool:
    """Whether a step function's role certainly may not pass a task's role, which another folder knows by its name."""
    passed = passed_role(facts.template, own, values)
    if passed is None or not passed.arn:
        return False
    if run.folder.path == TEMPLATE:
        return not may_pass(run.folder, run.role, passed, values)
    named = PassedRole(passed.arn.rpartition("/")[2], passed.arn)
    return not may_pass(run.folder, run.role, named, Values(run.folder, {"environment_name": run.environment}))


def _denied_in(facts: Facts, starter: Starter, own: str) -> list[str]:
    """The environments in which the starter exists and certainly may not pass a role."""
    denied = []
    for environment, values in values_by_environment(facts.checkout).items():
        passed = passed_role(facts.template, own, values)
        exists = decide_all(starter.conditions(facts.template), values) is not False
        if passed and exists and not may_pass(facts.template, starter.role, passed, values):
            denied.append(environment)
    return denied


def _finding(facts: Facts, starter: Starter, attribute: str, own: str, where: list[str]) -> Finding:
    role = f"its role aws_iam_role.{starter.role}" if starter.kind != "role" else "it"
    return Finding(
        subject=starter.name,
        message=(
            f"the {starter.kind} {starter.name} starts the task {starter.task.name}, but {role} may not pass the "
            f"{attribute.replace('_', ' ')} {own}{environments_phrase(facts, where)}, so AWS denies each start"
        ),
        instead=f"Add {own} to the resources of iam:PassRole in the policy of aws_iam_role.{starter.role}.",
        path=starter.placed.path,
        offset=starter.placed.block.start,
        task=starter.task.name,
    )
