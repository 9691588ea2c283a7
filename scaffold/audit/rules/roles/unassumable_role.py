"""A role that the service of its task, target, step function or Lambda may not assume."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.service_roles import ServiceRole, service_roles
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import listed
from scaffold.pfml.iam.policies import Document, Statement, document_of
from scaffold.pfml.iam.rights import may_match
from scaffold.pfml.iam.roles import sets_role

WHY = (
    "AWS services can only use roles that they may assume: a task with another role cannot start, and a target with "
    "another role starts nothing."
)
HOW = "Name the service in the principals of the role's assume_role_policy, or use the role that is meant for it."
_ACTION = "sts:AssumeRole"


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus and not any(sets_role(facts.template, task) for task in facts.once(tasks_in_focus)):
        return  # a role that all tasks have is not specific to these
    for role in service_roles(facts):
        attribute = role.placed.block.attributes.get("assume_role_policy")
        if attribute is None:
            continue
        document = document_of(role.folder, role.placed.path, attribute.value, f"aws_iam_role.{role.label}")
        if document and not _lets_assume(document, role.service):
            yield _finding(role, document)


def _lets_assume(document: Document, service: str) -> bool:
    """Whether a policy lets a service assume the role; also True if that is unknown."""
    return not document.is_complete or any(_may_assume(statement, service) for statement in document.statements)


def _may_assume(statement: Statement, service: str) -> bool:
    """Whether a statement lets a service assume the role; also True if that is unknown."""
    if statement.effect == "Deny" or not _is_about_assuming(statement):
        return False
    if not statement.principals:
        return True
    return any(
        not principal.identifiers.is_complete
        or any(may_match(text.inner, service) for text in principal.identifiers.texts)
        for principal in statement.principals
        if principal.type in ("Service", "*") or "${" in principal.type
    )


def _is_about_assuming(statement: Statement) -> bool:
    actions = statement.actions
    return not actions or not actions.is_complete or any(may_match(text.inner, _ACTION, True) for text in actions.texts)


def _finding(role: ServiceRole, document: Document) -> Finding:
    services = [
        text.inner
        for statement in document.statements
        if _is_about_assuming(statement)
        for principal in statement.principals
        for text in principal.identifiers.texts
    ]
    user = f"the {role.noun} {role.names[0]}" if role.noun else listed(role.names)
    allow = f"Allow {role.service} to assume it"
    return Finding(
        subject=role.subject,
        message=(
            f"the role aws_iam_role.{role.label} of {user} may be assumed by {listed(services) or 'nobody'} "
            f"but not by {role.service}, so {role.consequence}"
        ),
        instead=f"{allow}." if not role.noun else f"{allow}, or use another role.",
        path=role.path,
        offset=role.offset,
        task=role.task,
    )
