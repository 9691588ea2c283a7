"""A role of a task that ECS may not assume."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_reach import tasks_by_role
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import listed
from scaffold.pfml.iam.policies import Document, Statement, document_of
from scaffold.pfml.iam.rights import may_match
from scaffold.pfml.iam.roles import Roles, sets_role
from scaffold.terraform.folder import PlacedBlock

WHY = "ECS can only use roles that ecs-tasks.amazonaws.com may assume, so tasks with another role cannot start."
HOW = "Use the policy document that lets ecs-tasks.amazonaws.com assume the role as its assume_role_policy."
_SERVICE, _ACTION = "ecs-tasks.amazonaws.com", "sts:AssumeRole"


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus and not any(sets_role(facts.template, task) for task in facts.once(tasks_in_focus)):
        return  # a role that all tasks have is not specific to these
    for label, tasks in tasks_by_role(facts).items():
        role = Roles.of(facts.template).by_label[label].placed
        attribute = role.block.attributes.get("assume_role_policy")
        if attribute is None:
            continue
        document = document_of(facts.template, role.path, attribute.value, f"aws_iam_role.{label}")
        if document and document.is_complete and not any(map(_may_assume, document.statements)):
            yield _finding(role, document, list(dict.fromkeys(tasks)), attribute.start)


def _may_assume(statement: Statement) -> bool:
    """Whether a statement lets ECS assume the role; also True if that is unknown."""
    if statement.effect == "Deny" or not _is_about_assuming(statement):
        return False
    if not statement.principals:
        return True
    return any(
        not principal.identifiers.is_complete
        or any(may_match(text.inner, _SERVICE) for text in principal.identifiers.texts)
        for principal in statement.principals
        if principal.type in ("Service", "*") or "${" in principal.type
    )


def _is_about_assuming(statement: Statement) -> bool:
    actions = statement.actions
    return not actions or not actions.is_complete or any(may_match(text.inner, _ACTION, True) for text in actions.texts)


def _finding(role: PlacedBlock, document: Document, tasks: list[str], offset: int) -> Finding:
    label = role.block.labels[1]
    services = [
        text.inner
        for statement in document.statements
        if _is_about_assuming(statement)
        for principal in statement.principals
        for text in principal.identifiers.texts
    ]
    return Finding(
        subject=label,
        message=(
            f"the role aws_iam_role.{label} of {listed(tasks)} may be assumed by {listed(services) or 'nobody'} "
            f"but not by {_SERVICE}, so ECS cannot start the task{'' if len(tasks) == 1 else 's'}"
        ),
        instead=f"Allow {_SERVICE} to assume it.",
        path=role.path,
        offset=offset,
        task=tasks[0] if len(tasks) == 1 else "",
    )
