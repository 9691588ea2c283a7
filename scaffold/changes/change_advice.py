"""What there is to say about a change: where what it changes is on, warnings, and the commands to run next."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.changes import advice, rights
from scaffold.changes.outcome import outcome_of
from scaffold.changes.parameters import put_own_parameters, put_parameters
from scaffold.changes.parts.api.completion import instructions
from scaffold.changes.parts.change.code import task_spec
from scaffold.changes.parts.paths import module_path
from scaffold.changes.parts.requests import Modification
from scaffold.changes.start_states import StartState, environments_on
from scaffold.changes.terraform_plan import example_environment, terraform_plan
from scaffold.files.plan import Plan
from scaffold.pfml.all_starts import starts_of
from scaffold.pfml.enabled import where_enabled
from scaffold.pfml.iam.roles import own_role, role_resource
from scaffold.python.module import Module
from scaffold.rendering.literals import shell
from scaffold.spec.specs import NEW


def states(asked: Modification, plan: Plan) -> list[StartState]:
    """The schedule and the trigger that change, as they are after the plan."""
    labels = {(start.kind, start.label) for start in asked.starts}
    return [state for state, label in _all_states(asked, plan) if (state.kind, label) in labels]


def _all_states(asked: Modification, plan: Plan) -> list[tuple[StartState, str]]:
    """All schedules and triggers of the task after the plan, each with its label."""
    starts = starts_of(outcome_of(plan, asked.checkout), asked.task.key)
    return [(StartState(start.kind, start.name, where_enabled(start), ""), start.label) for start in starts]


def warnings(asked: Modification, plan: Plan) -> list[str]:
    lines = advice.warnings(asked.addition, plan)
    spec = task_spec(asked)
    if spec:
        lines += instructions(spec, Module(asked.checkout, module_path(spec.module)))
    had = own_role(asked.folder, asked.task, "task_role")
    if asked.spec.subject.task_role == NEW and had and plan.paths:
        role = role_resource(had) or had
        lines.append(f"the task may no longer do what the role {role} allows; add what it needs to the new role.")
    return lines


def notes(asked: Modification, plan: Plan, shown: Sequence[StartState]) -> list[str]:
    """What a plan decides, and what the task's role may no longer do, if that was asked for."""
    takes_back = asked.spec.trigger is not None and asked.spec.trigger.write is False
    lost = rights.taken_back(asked.addition, plan) if takes_back else []
    return [*advice.notes(asked.addition, plan, shown), *lost]


def next_steps(asked: Modification, plan: Plan, shown: Sequence[StartState]) -> list[str]:
    """Commands to copy, to be run at the root of the checkout."""
    tests = [path.removeprefix("api/") for path in plan.paths if path.startswith("api/tests/")]
    steps = [f"(cd api && poetry run pytest {shell(*tests)})"] if tests else []
    if not any(path.startswith("infra/") for path in plan.paths):
        return steps
    secrets = asked.spec.subject.secrets
    if secrets:
        states = [state for state, _ in _all_states(asked, plan)]
        enabled = environments_on(states) or [example_environment(asked.checkout)]
        steps += put_parameters(secrets, enabled, asked.checkout)
    others = [*asked.spec.removed_secrets, *(secret.name for secret in secrets)]
    steps += put_own_parameters(asked.task, environments_on(shown), asked.checkout, others)
    return [*steps, terraform_plan(asked.checkout, environments_on(shown))]
