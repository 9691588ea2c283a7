"""A Lambda in a VPC whose role lacks the rights to its network interfaces.

Source: AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC", "Required IAM
permissions".
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import extended_elsewhere
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.folders import complete_folders_with
from scaffold.audit.facts.roles.service_roles import LAMBDA
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import listed
from scaffold.pfml.iam.rights import RoleRights, may_allow
from scaffold.pfml.iam.roles import Roles
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values

WHY = "AWS does not create a function in a VPC if its role may not create, describe and delete network interfaces."
HOW = (
    "Attach arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole to the function's role, or remove the "
    "function's vpc_config."
)
_VPC = "vpc_config"
_NEEDED = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
_RESOURCES = ("*", "arn:aws:ec2:::network-interface/eni-0123456789abcdef0")


def check(facts: Facts) -> Iterator[Finding]:
    for folder in () if facts.focus else complete_folders_with(facts, _VPC):
        for function in folder.blocks("resource", LAMBDA, containing=_VPC):
            label = Roles.of(folder).label(folder.attribute_text(function, "role"))
            missing = _missing(folder, label) if label and function.block.find(_VPC) else []
            if missing and not extended_elsewhere(facts, label, folder):
                yield _finding(function, label, missing)


def _missing(folder: Folder, label: str) -> list[str]:
    """The actions that a role certainly lacks."""
    grants, values = RoleRights.of(folder).grants(label), Values(folder, {})
    return [action for action in _NEEDED if not may_allow(grants, action, _RESOURCES, values)]


def _finding(function: PlacedBlock, label: str, missing: list[str]) -> Finding:
    name = function.block.labels[1]
    return Finding(
        subject=name,
        message=(
            f"the Lambda {name} is in a VPC, but its role aws_iam_role.{label} may not use {listed(missing)}, so AWS "
            "does not create it"
        ),
        instead="Attach the AWS policy AWSLambdaVPCAccessExecutionRole to the role.",
        path=function.path,
        offset=function.offset_of("role"),
    )
