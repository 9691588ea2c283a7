"""Two roles or policies of one name."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.roles import aws_name, role_resource
from scaffold.terraform.conditions import decide_all, gate
from scaffold.terraform.folder import PlacedBlock

WHY = (
    "AWS refuses a second role or policy of a name, so the deploy fails, and of two inline policies of one name on one "
    "role the later replaces the other."
)
_TYPES = ("aws_iam_role", "aws_iam_policy", "aws_iam_role_policy")


def check(facts: Facts) -> Iterator[Finding]:
    for type in _TYPES:
        named: dict[tuple[str, str], list[PlacedBlock]] = {}
        for found in facts.template.blocks("resource", type):
            key = _key(facts, found)
            if key[0] and "for_each" not in found.block.attributes:
                named.setdefault(key, []).append(found)
        for same in named.values():
            for number, found in enumerate(same[1:], 1):
                if other := next((one for one in same[:number] if _both(facts, one, found)), None):
                    yield _finding(facts, other, found)


def _key(facts: Facts, found: PlacedBlock) -> tuple[str, str]:
    """The name, and for an inline policy the role: only on one role do two of them meet."""
    name = aws_name(facts.template, found)
    if found.block.labels[0] != "aws_iam_role_policy":
        return name, ""
    role = role_resource(facts.template.attribute_text(found, "role"))
    return (name, role) if role else ("", "")


def _both(facts: Facts, one: PlacedBlock, other: PlacedBlock) -> bool:
    """Whether there certainly is an environment that has both."""
    gates = [gate(facts.template, found) for found in (one, other)]
    conditions = [made[0] for made in gates if made]
    return any(decide_all(conditions, values) for values in values_by_environment(facts.checkout).values())


def _finding(facts: Facts, other: PlacedBlock, found: PlacedBlock) -> Finding:
    address, first = (".".join(one.block.labels) for one in (found, other))
    name = aws_name(facts.template, found)
    effect = "so the deploy fails"
    if found.block.labels[0] == "aws_iam_role_policy":
        effect = "and both are of one role, so one replaces the other"
    return Finding(
        subject=found.block.labels[1],
        message=f"the resource {address} is named {name} like {first}, {effect}",
        instead="Give it a name of its own.",
        path=found.path,
        offset=found.block.attributes["name"].start,
    )
