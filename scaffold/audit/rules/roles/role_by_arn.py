"""A role of the template that is referred to by its ARN or by a data source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import RoleUse, role_uses
from scaffold.audit.finding import Finding
from scaffold.files.edit import Edit
from scaffold.pfml.iam.roles import referable, role_expression
from scaffold.spec.part_names import ROLE

WHY = (
    "Terraform does not know that the task depends on the role, so it may create the task first, and after the role is "
    "renamed the task refers to a role that no longer exists."
)
HOW = "Refer to the role's resource: aws_iam_role.x.arn."


def check(facts: Facts) -> Iterator[Finding]:
    for use in role_uses(facts):
        label = referable(facts.template, use.expression)
        if label:
            yield _finding(facts, use, label)


def _finding(facts: Facts, use: RoleUse, label: str) -> Finding:
    how = "a data source" if use.expression.startswith("data.") else "its ARN"
    return Finding(
        subject=use.subject,
        message=(
            f"{use.who} refers to the role aws_iam_role.{label} by {how}, so Terraform does not know that it depends "
            "on the role, and does not notice if the role is renamed or removed"
        ),
        instead=f"Write {role_expression(facts.template, label, '')}.",
        path=use.path,
        offset=use.value.start,
        task=use.task,
        fixable=True,
    )


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    edits = []
    for use in role_uses(facts):
        label = referable(facts.template, use.expression)
        if label and _finding(facts, use, label) in findings:
            expression = role_expression(facts.template, label, "")
            edits.append(facts.checkout.replace(use.path, use.value.start, use.value.end, expression, ROLE))
    return edits
