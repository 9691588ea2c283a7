"""The roles that AWS services assume: ECS for tasks, others for EventBridge targets, step functions and Lambdas.

Sources: Amazon ECS Developer Guide, "Amazon ECS task IAM role"; EventBridge User Guide, "IAM roles for sending events
to targets"; EventBridge Scheduler User Guide, "Setting up Amazon EventBridge Scheduler"; Step Functions Developer
Guide, "Creating an IAM role for your state machine"; AWS Lambda Developer Guide, "Defining Lambda function permissions
with an execution role".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.folders import folders_with
from scaffold.audit.facts.roles.policy_reach import tasks_by_role
from scaffold.pfml.event_targets import RULE_TARGET, SCHEDULE_TARGET
from scaffold.pfml.iam.roles import Roles
from scaffold.pfml.state_machines import MACHINE
from scaffold.terraform.folder import Folder, PlacedBlock

LAMBDA = "aws_lambda_function"


class _Kind(NamedTuple):
    """A type of resource, the attribute with its role, and the service that assumes it."""

    type: str
    attribute: str
    service: str
    noun: str
    consequence: str


_KINDS = (
    _Kind(RULE_TARGET, "role_arn", "events.amazonaws.com", "EventBridge target", "EventBridge cannot start anything"),
    _Kind(SCHEDULE_TARGET, "role_arn", "scheduler.amazonaws.com", "EventBridge schedule", "nothing is started"),
    _Kind(MACHINE, "role_arn", "states.amazonaws.com", "step function", "it cannot be created"),
    _Kind(LAMBDA, "role", "lambda.amazonaws.com", "Lambda", "it cannot be created"),
)


class ServiceRole(NamedTuple):
    """A role of a folder and the service that has to assume it.

    noun and names: what has it, without a noun for tasks. consequence: what happens otherwise. task: the only task that
    has it. subject, path and offset: where it is used, for a task's role where it is defined.
    """

    folder: Folder
    label: str
    service: str
    noun: str
    names: tuple[str, ...]
    consequence: str
    task: str
    subject: str
    path: str
    offset: int

    @property
    def placed(self) -> PlacedBlock:
        return Roles.of(self.folder).by_label[self.label].placed


def service_roles(facts: Facts) -> Iterator[ServiceRole]:
    """Those of the tasks in focus; without a focus also those of all other resources in infra/."""
    yield from _of_tasks(facts)
    if not facts.focus:
        for kind in _KINDS:
            for folder in folders_with(facts, kind.type):
                yield from _of_kind(folder, kind)


def _of_tasks(facts: Facts) -> Iterator[ServiceRole]:
    for label, names in tasks_by_role(facts).items():
        tasks = tuple(dict.fromkeys(names))
        task, plural = tasks[0] if len(tasks) == 1 else "", "" if len(tasks) == 1 else "s"
        consequence = f"ECS cannot start the task{plural}"
        role = Roles.of(facts.template).by_label[label].placed
        place = (label, role.path, role.offset_of("assume_role_policy"))
        yield ServiceRole(facts.template, label, "ecs-tasks.amazonaws.com", "", tasks, consequence, task, *place)


def _of_kind(folder: Folder, kind: _Kind) -> Iterator[ServiceRole]:
    for placed in folder.blocks("resource", kind.type):
        attribute = _role(placed, kind.attribute)
        label = Roles.of(folder).label(folder.text(placed.path, attribute.value)) if attribute else ""
        if attribute and label:
            name = placed.block.labels[1]
            place = (name, placed.path, attribute.start)
            yield ServiceRole(folder, label, kind.service, kind.noun, (name,), kind.consequence, "", *place)


def _role(placed: PlacedBlock, name: str) -> hcl.Attribute | None:
    """The attribute with its role, also in a block such as `target` of a schedule."""
    blocks = [placed.block, *placed.block.blocks]
    return next((block.attributes[name] for block in blocks if name in block.attributes), None)
