"""A value that must be an ARN but isn't: a resource of an IAM policy, or the bucket of a trigger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.pfml.triggers import triggers
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.values import Values

WHY = "AWS rejects the policy or the permission at deploy: it must be an ARN or *, not an s3:// address or a bare name."
HOW = "Use the ARN of the resource, such as aws_s3_bucket.x.arn, or * where all resources are meant."
_POLICIES = ("aws_iam_policy", "aws_iam_role_policy", "aws_s3_bucket_policy")
# ARNs as they are usually written.
_ARN = re.compile(r'^"arn:|^"\$\{[^}]*\.arn\}|\.arn$')
_RESOURCES = ("resources", "not_resources")


class _Value(NamedTuple):
    """A value that must be an ARN. subject: the policy or the trigger. what: the value in words."""

    subject: str
    what: str
    path: str
    node: hcl.Node
    task: str


def check(facts: Facts) -> Iterator[Finding]:
    for value in _values(facts):
        wrong = _wrong(facts, value)
        if wrong:
            text, where = wrong[0], f" in {wrong[1]}" if wrong[1] else ""
            yield Finding(
                subject=value.subject,
                message=f"{value.what} is {text!r}{where} but must be an ARN, so AWS rejects it at deploy",
                instead="Use the ARN, such as aws_s3_bucket.x.arn.",
                path=value.path,
                offset=value.node.start,
                task=value.task,
            )


def _values(facts: Facts) -> Iterator[_Value]:
    for start in triggers(facts.checkout):
        argument = start.block.attributes.get("s3_bucket_arn")
        if argument and facts.in_focus(start.task_name):
            what = f"the s3_bucket_arn of the trigger {start.name}"
            yield _Value(start.name, what, start.path, argument.value, start.task_name)
    if facts.focus:
        return
    for document in facts.template.blocks("data", "aws_iam_policy_document"):
        for statement in document.block.blocks:
            if statement.type == "statement":
                for attribute in filter(None, map(statement.attributes.get, _RESOURCES)):
                    if isinstance(attribute.value, hcl.Tuple):
                        yield from _of_policy(document, attribute.value)
    for type in _POLICIES:
        for policy in facts.template.blocks("resource", type, containing="jsonencode"):
            for node in policy.block.walk():
                if isinstance(node, hcl.Item) and node.name(facts.checkout.require(policy.path)) == "Resource":
                    yield from _of_policy(policy, node.value)


def _of_policy(policy: PlacedBlock, node: hcl.Node) -> Iterator[_Value]:
    label = policy.block.labels[1]
    resources = node.items if isinstance(node, hcl.Tuple) else (node,)
    for resource in resources:
        yield _Value(label, f"a resource of the policy {label}", policy.path, resource, "")


def _wrong(facts: Facts, value: _Value) -> tuple[str, str] | None:
    """The value if it is not an ARN, and its environment, "" for all."""
    written = facts.template.text(value.path, value.node)
    if not isinstance(value.node, hcl.Template | hcl.Reference) or _ARN.search(written):
        return None
    text = Values(facts.template, {}).of(value.path, value.node)
    if _is_wrong(text):
        return text, ""
    if not text.startswith("${var."):
        return None
    for environment in environments(facts.checkout):
        text = environment.values.of(value.path, value.node)
        if _is_wrong(text):
            return text, environment.name
    return None


def _is_wrong(text: str) -> bool:
    """Whether a value starts like no ARN; one that is known only at deploy may be an ARN."""
    known = text.partition("${")[0]
    return known not in ("", "null") and not known.startswith(("*", "arn:"[: len(known)]))
