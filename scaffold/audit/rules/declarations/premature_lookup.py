"""A data source or resource that names a resource of the same configuration without depending on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.declarations.dependencies import Dependencies, address_of
from scaffold.audit.facts.declarations.named import Created, NamedResource
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.lookups import DataSource, data_sources
from scaffold.pfml.starts import gates
from scaffold.pfml.tasks import DEFINITION
from scaffold.terraform.conditions import decide_all
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.values import Values

WHY = (
    "Terraform reads or creates it before the resource, or at the same time, so the first deployment to an environment "
    "fails, and so does the one after the resource gets another name."
)
HOW = "Refer to the resource itself, such as aws_s3_bucket.x.id, so that Terraform creates it first."
# What the argument of a resource names, in the AWS provider.
_TYPES = {
    "bucket": "aws_s3_bucket",
    "function_name": "aws_lambda_function",
    "log_group_name": "aws_cloudwatch_log_group",
    "policy_arn": "aws_iam_policy",
    "role": "aws_iam_role",
    "rule": "aws_cloudwatch_event_rule",
    "task_definition": DEFINITION,
    "topic_arn": "aws_sns_topic",
}


class _Naming(NamedTuple):
    """A block that names something. types: what it can name. argument: the one that does, "" if it may be any."""

    placed: PlacedBlock
    source: DataSource | None
    types: tuple[str, ...]
    argument: str

    @property
    def address(self) -> str:
        return address_of(self.placed.block)

    def names(self, name: str, values: Values) -> bool:
        if self.source and self.source.names(name, values):
            return True
        attributes = self.placed.block.attributes
        nodes = [attributes[self.argument].value] if self.argument else [item.value for item in attributes.values()]
        texts = [values.of(self.placed.path, node) for node in nodes if self.argument or isinstance(node, hcl.Call)]
        return any(text == name or text.endswith((f":{name}", f"/{name}")) for text in texts)


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus or not facts.complete():
        return
    for naming in (*_data_sources(facts), *_resources(facts)):
        created = (named for type in naming.types for named in facts.once(Created).of_type(type))
        named = next((named for named in created if _is_meant(facts, naming, named)), None)
        if named and not facts.once(Dependencies).reaches(naming.address, named.block):
            yield _finding(naming, named)


def _data_sources(facts: Facts) -> Iterator[_Naming]:
    for source in data_sources(facts.template):
        yield _Naming(source.placed, source, source.types, "")


def _resources(facts: Facts) -> Iterator[_Naming]:
    """The resources with an argument that does not refer to another resource."""
    for resource in facts.template.blocks("resource"):
        for argument, type in _TYPES.items():
            attribute = resource.block.attributes.get(argument)
            if attribute and resource.block.labels[0] != type and _may_be_name(facts, resource.path, attribute.value):
                yield _Naming(resource, None, (type,), argument)


def _may_be_name(facts: Facts, path: str, node: hcl.Node) -> bool:
    text = facts.template.text(path, node)
    return isinstance(node, hcl.Template | hcl.Call) or text.startswith(("local.", "var."))


def _is_meant(facts: Facts, naming: _Naming, named: NamedResource) -> bool:
    conditions = (*gates(facts.template, naming.placed), *named.conditions)
    return any(
        environment in named.names
        and naming.names(named.names[environment], values)
        and decide_all(conditions, values) is not False
        for environment, values in values_by_environment(facts.checkout).items()
    )


def _finding(naming: _Naming, named: NamedResource) -> Finding:
    if naming.source and "depends_on" not in naming.placed.block.attributes:
        what = (
            f"the data source {naming.address} looks up {named.address} by its name, but Terraform reads it before it "
            "creates the resource, so"
        )
    else:
        kind = "data source" if naming.source else "resource"
        what = (
            f"the {kind} {naming.address} names {named.address} without depending on it, so Terraform may "
            f"{'read' if naming.source else 'create'} it first, and"
        )
    offset = naming.placed.block.attributes[naming.argument].start if naming.argument else naming.placed.block.start
    return Finding(
        subject=naming.placed.block.labels[1],
        message=f"{what} the first deployment to an environment fails",
        instead=f"Refer to {named.address} instead.",
        path=naming.placed.path,
        offset=offset,
    )
