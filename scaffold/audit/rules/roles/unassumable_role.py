"""A task's role that ECS may not assume."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_reach import tasks_by_role
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import listed
from scaffold.pfml.iam.policies import Document, Statement, document_of
from scaffold.pfml.iam.rights import may_match
from scaffold.pfml.iam.roles import Roles, sets_role
from scaffold.terraform.folder import PlacedBlock

WHY = "ECS starts a task only with roles that ecs-tasks.amazonaws.com may assume, so no task with another starts."
_SERVICE, _ACTION = "ecs-tasks.amazonaws.com", "sts:AssumeRole"


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus and not any(sets_role(facts.template, task) for task in facts.tasks):
        return  # a role that all tasks have is not of these
    for label, tasks in tasks_by_role(facts).items():
        found = Roles.of(facts.template).by_label[label].placed
        attribute = found.block.attributes.get("assume_role_policy")
        if attribute is None:
            continue
        document = document_of(facts.template, found.path, attribute.value, f"aws_iam_role.{label}")
        if document and document.whole and not any(_may_assume(each) for each in document.statements):
            yield _finding(found, document, list(dict.fromkeys(tasks)), attribute.start)


def _may_assume(statement: Statement) -> bool:
    """Whether a statement lets ECS assume the role; True also where that cannot be told."""
    if statement.effect == "Deny" or not _is_about_assuming(statement):
        return False
    if not statement.principals:
        return True
    return any(
        not each.identifiers.whole or any(may_match(one.inner, _SERVICE) for one in each.identifiers.items)
        for each in statement.principals
        if each.type in ("Service", "*") or "${" in each.type
    )


def _is_about_assuming(statement: Statement) -> bool:
    actions = statement.actions
    return not actions or not actions.whole or any(may_match(one.inner, _ACTION, True) for one in actions.items)


def _finding(found: PlacedBlock, document: Document, tasks: list[str], offset: int) -> Finding:
    label = found.block.labels[1]
    services = [
        one.inner
        for statement in document.statements
        if _is_about_assuming(statement)
        for each in statement.principals
        for one in each.identifiers.items
    ]
    return Finding(
        subject=label,
        message=(
            f"the role aws_iam_role.{label} of {listed(tasks)} may be assumed by {listed(services) or 'nobody'}, "
            f"and not by {_SERVICE}, so ECS cannot start {'it' if len(tasks) == 1 else 'them'}"
        ),
        instead=f"Let {_SERVICE} assume it.",
        path=found.path,
        offset=offset,
        task=tasks[0] if len(tasks) == 1 else "",
    )
