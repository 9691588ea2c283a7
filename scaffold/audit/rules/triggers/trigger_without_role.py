"""A trigger for a task that has no task role."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import passed_roles
from scaffold.audit.finding import Finding
from scaffold.pfml.triggers import MODULE, triggers
from scaffold.terraform.folder import Folder

WHY = "The trigger's module writes the role into a policy, in which Terraform rejects a null, so the deploy fails."
HOW = "Give the task a task role, and pass it to the trigger."
_ARGUMENT = "ecs_task_role"


def check(facts: Facts) -> Iterator[Finding]:
    if not triggers(facts.checkout) or not _puts_null(facts):
        return
    for role in passed_roles(facts):
        nothing = role.argument == _ARGUMENT and not role.passed and not role.own
        if nothing and role.start.kind == "trigger":
            yield Finding(
                subject=role.start.name,
                message=(
                    f"the trigger {role.start.name} passes no {_ARGUMENT}, since the task {role.task} has no task "
                    "role, but the trigger's module writes it into a policy, so the deploy fails"
                ),
                instead="Give the task a role, and pass it.",
                path=role.path,
                offset=role.offset,
                task=role.start.task_name,
            )


def _puts_null(facts: Facts) -> bool:
    """Whether the module writes the variable into a list of resources unchanged: it has no default, and no `compact` or
    condition around it."""
    folder = Folder.of(facts.checkout, f"infra/modules/{MODULE}")
    variable = folder.block("variable", _ARGUMENT)
    if variable is None or folder.attribute_text(variable, "default") not in ("", "null"):
        return False
    documents = list(folder.blocks("data", "aws_iam_policy_document", containing=f"var.{_ARGUMENT}"))
    return any(_lists(folder, placed.path, statement) for placed in documents for statement in placed.block.blocks)


def _lists(folder: Folder, path: str, statement: hcl.Block) -> bool:
    resources = statement.attributes.get("resources")
    return (
        statement.type == "statement"
        and resources is not None
        and isinstance(resources.value, hcl.Tuple)
        and any(folder.text(path, element) == f"var.{_ARGUMENT}" for element in resources.value.items)
    )
