"""A value that has to be an ARN and is none: a resource of an IAM policy, or the bucket of a trigger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.values import Values

WHY = "AWS refuses the policy or the permission at deploy: it takes ARNs, or * for all, and no s3:// and no bare name."
_POLICIES = ("aws_iam_policy", "aws_iam_role_policy", "aws_s3_bucket_policy")
# ARNs as they are mostly written.
_ARN = re.compile(r'^"arn:|^"\$\{[^}]*\.arn\}|\.arn$')
_RESOURCES = ("resources", "not_resources")


@dataclass(frozen=True, slots=True)
class _Value:
    """subject: the policy or the trigger. what: what has to be an ARN."""

    subject: str
    what: str
    path: str
    node: hcl.Node
    task: str


def check(facts: Facts) -> Iterator[Finding]:
    for value in _values(facts):
        found = _wrong(facts, value)
        if found:
            text, where = found[0], f" in {found[1]}" if found[1] else ""
            yield Finding(
                subject=value.subject,
                message=f"{value.what} is {text!r}{where} and has to be an ARN, so AWS refuses it at deploy",
                instead="Give the ARN, such as aws_s3_bucket.x.arn.",
                path=value.path,
                offset=value.node.start,
                task=value.task,
            )


def _values(facts: Facts) -> Iterator[_Value]:
    for start in facts.triggers:
        argument = start.placed.block.attributes.get("s3_bucket_arn")
        if argument and (not facts.focus or facts.task_name(start) in facts.focus):
            what = f"the s3_bucket_arn of the trigger {start.name}"
            yield _Value(start.name, what, start.placed.path, argument.value, facts.task_name(start))
    if facts.focus:
        return
    for found in facts.template.blocks("data", "aws_iam_policy_document"):
        for statement in found.block.blocks:
            for name in _RESOURCES if statement.type == "statement" else ():
                attribute = statement.attributes.get(name)
                if attribute and isinstance(attribute.value, hcl.Tuple):
                    yield from _of_policy(found, attribute.value)
    for type in _POLICIES:
        for found in facts.template.blocks("resource", type, containing="jsonencode"):
            for node in found.block.walk():
                if isinstance(node, hcl.Item) and facts.template.text(found.path, node.key).strip('"') == "Resource":
                    yield from _of_policy(found, node.value)


def _of_policy(found: PlacedBlock, node: hcl.Node) -> Iterator[_Value]:
    label = found.block.labels[1]
    for one in node.items if isinstance(node, hcl.Tuple) else (node,):
        yield _Value(label, f"a resource of the policy {label}", found.path, one, "")


def _wrong(facts: Facts, value: _Value) -> tuple[str, str] | None:
    """What it comes to and is no ARN, and the environment, "" for all."""
    written = facts.template.text(value.path, value.node)
    if not isinstance(value.node, hcl.Template | hcl.Reference) or _ARN.search(written):
        return None
    text = Values(facts.template, {}).of(value.path, value.node)
    if _is_wrong(text):
        return text, ""
    for environment in environments(facts.checkout) if text.startswith("${var.") else ():
        text = environment.values.of(value.path, value.node)
        if _is_wrong(text):
            return text, environment.name
    return None


def _is_wrong(text: str) -> bool:
    """Whether it begins as no ARN does; what only deploy knows may be one."""
    known = text.partition("${")[0]
    return known not in ("", "null") and not known.startswith(("*", "arn:"[: len(known)]))
