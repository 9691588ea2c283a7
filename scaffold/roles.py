"""IAM roles of the ECS tasks: which there are, what they may read, and how an expression names one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.edits import Edit
from scaffold.environment_values import Values
from scaffold.errors import unknown
from scaffold.rights import RoleRights, may_read
from scaffold.spec import NEW, Subject
from scaffold.tasks import find_task
from scaffold.terraform import Folder, Found

DEFAULT_EXECUTION_ROLE = "aws_iam_role.task_executor.arn"
_ROLE = re.compile(r"aws_iam_role\.([\w-]+)(\[\w+\])?\.")


def default_of(folder: Folder, attribute: str) -> str:
    """What the task definition takes for an attribute that an entry lacks: the third argument of its `lookup`."""
    found = folder.block("resource", "aws_ecs_task_definition", "ecs_tasks")
    for node in found.block.walk() if found else ():
        is_lookup = isinstance(node, hcl.Call) and node.name == "lookup" and len(node.arguments) == 3
        if found and is_lookup and folder.text(found.path, node.children()[1]) == f'"{attribute}"':
            return folder.text(found.path, node.children()[2])
    return ""


def default_size(folder: Folder) -> tuple[int, int]:
    """CPU units and MiB of memory of a task that says neither."""
    cpu, memory = (default_of(folder, name).strip('"') for name in ("cpu", "memory"))
    return (int(cpu), int(memory)) if cpu.isdigit() and memory.isdigit() else (1024, 2048)


def default_execution_role(folder: Folder) -> str:
    return default_of(folder, "execution_role") or DEFAULT_EXECUTION_ROLE


def role_resource(expression: str) -> str:
    """The `aws_iam_role` that an expression such as `aws_iam_role.x.arn` names, "" where it names none."""
    match = _ROLE.match(expression)
    return match[1] if match else ""


def role_named(folder: Folder, expression: str) -> str:
    """The `aws_iam_role` of an expression that may also be an ARN in a string, "" where there is none such."""
    if not expression.startswith('"'):
        return role_resource(expression)
    name = folder.expand_text(expression.strip('"'), {}).rpartition(":role/")[2]
    for found in folder.blocks("resource", "aws_iam_role"):
        written = found.block.attributes.get("name")
        if name and written and folder.expand(found.path, written.value, {}) == name:
            return found.block.labels[1]
    return ""


def role_names(folder: Folder) -> list[str]:
    """The `aws_iam_role`s of the checkout."""
    return [found.block.labels[1] for found in folder.blocks("resource", "aws_iam_role")]


def role_expression(folder: Folder, resource: str, option: str) -> str:
    """The ARN of a role of the checkout. Raises Refusal for one that it does not have."""
    resource = role_resource(resource + ".") or resource
    found = folder.block("resource", "aws_iam_role", resource)
    if found is None:
        raise unknown("aws_iam_role", resource, role_names(folder), option=option, where=folder.path)
    index = "[0]" if "count" in found.block.attributes else ""
    return f"aws_iam_role.{resource}{index}.arn"


def assume_role_policy(folder: Folder) -> str:
    """How the roles of this checkout let ECS assume them: as the default execution role says it."""
    found = folder.block("resource", "aws_iam_role", role_resource(default_execution_role(folder)))
    written = folder.attribute_text(found, "assume_role_policy") if found else ""
    return written or "data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json"


@dataclass(frozen=True, slots=True)
class Links:
    """What gives a role its rights: expressions of inline policies, and of the ARNs of attached ones."""

    policies: tuple[str, ...]
    attachments: tuple[str, ...]


def links(folder: Folder, resource: str) -> Links:
    policies = [folder.attribute_text(found, "policy") for found in _of_role(folder, "aws_iam_role_policy", resource)]
    attached = [
        folder.attribute_text(found, "policy_arn")
        for found in _of_role(folder, "aws_iam_role_policy_attachment", resource)
    ]
    return Links(tuple(policies), tuple(attached))


def links_of(folder: Folder, resource: str) -> list[Found]:
    """The blocks that give a role its rights."""
    types = ("aws_iam_role_policy", "aws_iam_role_policy_attachment")
    return [found for type in types for found in _of_role(folder, type, resource)]


def _of_role(folder: Folder, type: str, resource: str) -> Iterator[Found]:
    for found in folder.blocks("resource", type, containing=resource):
        if role_resource(folder.attribute_text(found, "role")) == resource:
            yield found


def unreadable(folder: Folder, resource: str, secrets: list[str], environments: list[str]) -> list[tuple[str, str]]:
    """The SSM paths, as they are written, that a role may not read, each with the first environment where it may not.

    AWS: ECS reads a task's secrets with the execution role ("Amazon ECS task execution IAM role", secrets).
    """
    grants = RoleRights(folder).of(resource)
    refused = []
    for secret in secrets:
        for environment in environments or [""]:
            values = Values(folder, {"environment_name": environment} if environment else {})
            if not may_read(grants, secret, values):
                refused.append((secret, environment))
                break
    return refused


@dataclass(frozen=True, slots=True)
class TaskRoles:
    """The roles that a task has once the command is done, as Terraform; task is "" where it has none.

    changed: whether the task was there and had others.
    """

    task: str
    execution: str
    new_task: bool
    new_execution: bool
    changed: bool


def roles_of(spec: Subject, folder: Folder) -> TaskRoles:
    """What was asked for, else what the task has, else the defaults; a triggered task always has a task role."""
    task = find_task(folder, spec.name)
    had = {name: task.text(folder, name) if task else "" for name in ("task_role", "execution_role")}
    had = {name: "" if text == "null" else text for name, text in had.items()}
    wants_new = spec.task_role == NEW or (
        spec.trigger is not None and not (spec.task_role or spec.task_role_expression or had["task_role"])
    )
    task_role = spec.task_role_expression or had["task_role"]
    if wants_new:
        task_role = f"aws_iam_role.{task_role_resource(spec)}.arn"
    elif spec.task_role:
        task_role = role_expression(folder, spec.task_role, "--task-role")
    execution = spec.execution_role_expression or had["execution_role"] or default_execution_role(folder)
    if spec.execution_role == NEW:
        execution = f"aws_iam_role.{execution_role_resource(spec)}.arn"
    elif spec.execution_role:
        execution = role_expression(folder, spec.execution_role, "--execution-role")
    had_execution = had["execution_role"] or default_execution_role(folder)
    changed = task is not None and (task_role, execution) != (had["task_role"], had_execution)
    return TaskRoles(task_role, execution, wants_new, spec.execution_role == NEW, changed)


def pass_on(folder: Folder, found: Found, roles: TaskRoles, part: str) -> list[Edit]:
    """Have a schedule or a trigger pass on the task's own roles."""
    checkout, attributes = folder.checkout, found.block.attributes
    edits = []
    for name, wanted in (("ecs_task_executor_role", roles.execution), ("ecs_task_role", roles.task)):
        has = folder.attribute_text(found, name)
        if has and wanted and has != wanted:
            value = attributes[name].value
            edits.append(checkout.replace(found.path, value.start, value.end, wanted, part))
    if roles.task and "ecs_task_role" not in attributes:
        edits += insert_task_role(folder, found, roles.task, part)
    return edits


def insert_task_role(folder: Folder, found: Found, wanted: str, part: str) -> list[Edit]:
    """The task role that a schedule or a trigger lacks, below the execution role and in its column."""
    before = found.block.attributes.get("ecs_task_executor_role")
    if before is None:
        return []
    data = folder.checkout.require(found.path)
    line = data.rfind(b"\n", 0, before.start) + 1
    indent = before.start - line
    column = data.index(b"=", before.start) - line
    text = f"\n{' ' * indent}{'ecs_task_role':<{column - indent}}= {wanted}"
    # Behind a comment that stands on the line.
    end = data.find(b"\n", before.end)
    end = len(data) if end < 0 else end - data[:end].endswith(b"\r")
    return [folder.checkout.insert(found.path, end, text, part)]


def task_role_resource(spec: Subject) -> str:
    return f"{spec.slug}_task_role"


def execution_role_resource(spec: Subject) -> str:
    return f"{spec.slug}_execution_role"
