"""A trigger of a task that has no task role."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import passed_roles
from scaffold.audit.finding import Finding
from scaffold.pfml.triggers import MODULE
from scaffold.terraform.folder import Folder

WHY = "The trigger's module puts the role into a policy as it is, where Terraform refuses a null, so the deploy fails."
_ARGUMENT = "ecs_task_role"


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.triggers or not _puts_null(facts):
        return
    for one in passed_roles(facts):
        nothing = one.argument == _ARGUMENT and not one.passed and not one.own
        if nothing and one.start.kind == "trigger":
            yield Finding(
                subject=one.start.name,
                message=(
                    f"the trigger {one.start.name} passes no {_ARGUMENT}, since the task {one.task} has no task role, "
                    "and the trigger's module puts the null into a policy, so the deploy fails"
                ),
                instead="Give the task a role, and pass it on.",
                path=one.path,
                offset=one.offset,
                task=facts.task_name(one.start),
            )


def _puts_null(facts: Facts) -> bool:
    """Whether the module writes the variable into a list of resources as it is: without `compact`, a condition or the
    like around it, and without a default of its own."""
    folder = Folder.of(facts.checkout, f"infra/modules/{MODULE}")
    variable = folder.block("variable", _ARGUMENT)
    if variable is None or folder.attribute_text(variable, "default") not in ("", "null"):
        return False
    documents = list(folder.blocks("data", "aws_iam_policy_document", containing=f"var.{_ARGUMENT}"))
    return any(_lists(folder, found.path, statement) for found in documents for statement in found.block.blocks)


def _lists(folder: Folder, path: str, statement: hcl.Block) -> bool:
    resources = statement.attributes.get("resources")
    return (
        statement.type == "statement"
        and resources is not None
        and isinstance(resources.value, hcl.Tuple)
        and any(folder.text(path, item) == f"var.{_ARGUMENT}" for item in resources.value.items)
    )
