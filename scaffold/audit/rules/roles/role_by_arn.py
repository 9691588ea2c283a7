"""A role of the template that is written as an ARN or by a data source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import RoleUse, namings
from scaffold.audit.finding import Finding
from scaffold.files.edit import Edit
from scaffold.pfml.iam.roles import Roles, role_expression

WHY = (
    "Terraform does not see that the task needs the role, so it may make the task first, and a rename of the role "
    "leaves the task with one that is gone."
)


def check(facts: Facts) -> Iterator[Finding]:
    for one in namings(facts):
        label = _label(facts, one)
        if label:
            yield _finding(facts, one, label)


def _label(facts: Facts, one: RoleUse) -> str:
    """The role that it could refer to."""
    is_reference = not one.expression.startswith(('"', "data."))
    label = "" if is_reference else Roles.of(facts.template).label(one.expression)
    return label if label and "for_each" not in Roles.of(facts.template).by_label[label].placed.block.attributes else ""


def _finding(facts: Facts, one: RoleUse, label: str) -> Finding:
    how = "by a data source" if one.expression.startswith("data.") else "as an ARN"
    return Finding(
        subject=one.subject,
        message=(
            f"{one.who} names the role aws_iam_role.{label} {how}, so Terraform does not know that it needs it: "
            f"a rename or a removal of the role goes unseen"
        ),
        instead=f"Write {role_expression(facts.template, label, '')}.",
        path=one.path,
        offset=one.value.start,
        task=one.task,
        fixable=True,
    )


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    edits = []
    for one in namings(facts):
        label = _label(facts, one)
        if label and _finding(facts, one, label) in findings:
            wanted = role_expression(facts.template, label, "")
            edits.append(facts.checkout.replace(one.path, one.value.start, one.value.end, wanted, "IAM role"))
    return edits
