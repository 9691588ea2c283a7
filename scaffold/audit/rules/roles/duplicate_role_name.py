"""Two roles or policies with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.roles import aws_name, role_resource
from scaffold.terraform.conditions import decide_all, gate
from scaffold.terraform.folder import PlacedBlock

WHY = (
    "AWS rejects a second role or policy with the same name, so the deploy fails. A second inline policy with the same "
    "name on a role replaces the first."
)
HOW = "Give each role and each policy a name of its own."
_TYPES = ("aws_iam_role", "aws_iam_policy", "aws_iam_role_policy")


def check(facts: Facts) -> Iterator[Finding]:
    for type in _TYPES:
        named: dict[tuple[str, str], list[PlacedBlock]] = {}
        for resource in facts.template.blocks("resource", type):
            key = _key(facts, resource)
            if key[0] and "for_each" not in resource.block.attributes:
                named.setdefault(key, []).append(resource)
        for same in named.values():
            for number, later in enumerate(same[1:], 1):
                if earlier := next((resource for resource in same[:number] if _both(facts, resource, later)), None):
                    yield _finding(facts, earlier, later)


def _key(facts: Facts, resource: PlacedBlock) -> tuple[str, str]:
    """The name, and for an inline policy also its role, since inline policies of different roles do not conflict."""
    name = aws_name(facts.template, resource)
    if resource.block.labels[0] != "aws_iam_role_policy":
        return name, ""
    role = role_resource(facts.template.attribute_text(resource, "role"))
    return (name, role) if role else ("", "")


def _both(facts: Facts, earlier: PlacedBlock, later: PlacedBlock) -> bool:
    """Whether some environment certainly has both."""
    gates = [gate(facts.template, resource) for resource in (earlier, later)]
    conditions = [condition[0] for condition in gates if condition]
    return any(decide_all(conditions, values) for values in values_by_environment(facts.checkout).values())


def _finding(facts: Facts, earlier: PlacedBlock, later: PlacedBlock) -> Finding:
    address, first = (".".join(resource.block.labels) for resource in (later, earlier))
    name = aws_name(facts.template, later)
    effect = "so the deploy fails"
    if later.block.labels[0] == "aws_iam_role_policy":
        effect = "and both belong to the same role, so one replaces the other"
    return Finding(
        subject=later.block.labels[1],
        message=f"the resource {address} has the name {name}, as does {first}, {effect}",
        instead="Choose another name.",
        path=later.path,
        offset=later.block.attributes["name"].start,
    )
