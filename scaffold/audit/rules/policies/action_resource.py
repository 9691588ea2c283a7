"""An action that applies to none of the resources of its statement, such as one that only takes `*`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import extended_elsewhere
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_reach import Reached, new_statements, reached_policies
from scaffold.audit.finding import Finding
from scaffold.aws.resources import may_cover, may_cover_all, needed_formats
from scaffold.aws.s3 import BUCKET, OBJECT, SERVICE, covered, needed
from scaffold.hcl import HclError, split_template
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.policies import Statement, Text
from scaffold.pfml.iam.rights import RoleRights, expand, may_match
from scaffold.terraform.values import Values

WHY = (
    "An action on the wrong kind of resource is never allowed: a bucket and its objects are different resources, and "
    "actions such as logs:DescribeLogGroups or ec2:DescribeSubnets only take *."
)
HOW = (
    "Add the resource that the action needs: the bucket's ARN for an action on the bucket, the ARN followed by /* for "
    "an action on its objects; move an action that only takes * to a statement with that resource."
)
_ARN = re.compile(r"\$\{(?:data\.)?aws_s3_bucket\.[\w-]+(?:\[[^\]]*\])?\.arn\}")
_ANY_ARN = re.compile(r"\$\{(?:data\.)?aws_\w+\.[\w-]+(?:\[[^\]]*\])?\.arn\}")
_NAME = re.compile(r"\$\{(?:data\.)?aws_s3_bucket\.[\w-]+(?:\[[^\]]*\])?\.(?:id|bucket)\}")
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_SHOWN = {
    BUCKET: "the ARN of a bucket, without a slash",
    OBJECT: "the ARN of objects, such as bucket/*",
    SERVICE: '"*"',
}


def check(facts: Facts) -> Iterator[Finding]:
    values = next(iter(values_by_environment(facts.checkout).values()))
    for reached in facts.once(reached_policies):
        if not reached.roles:
            continue
        for statement in new_statements(facts, reached):
            if statement.effect == "Allow" and statement.actions and statement.actions.is_complete:
                for text in statement.actions.texts:
                    if _never_fits(statement, text.inner, values) and not _given(facts, reached, text.inner, values):
                        yield _finding(facts, reached, statement, text)


def _never_fits(statement: Statement, action: str, values: Values) -> bool:
    """Whether an action certainly applies to none of a statement's resources."""
    resources = statement.resources
    if resources is None or not resources.is_complete or not resources.texts:
        return False
    kinds = needed(action)
    if kinds is not None:
        return all((covers := _covered(text, values)) is not None and not kinds & covers for text in resources.texts)
    formats = needed_formats(action)
    return formats is not None and not any(_may_be_one(text, action, formats, values) for text in resources.texts)


def _may_be_one(text: Text, action: str, formats: tuple[str, ...], values: Values) -> bool:
    """Whether a resource may be `*`, or an ARN of one of the formats."""
    try:
        pattern = expand(text, values)
    except HclError:
        return True
    literal = "".join(literal for literal, _ in split_template(pattern))
    if not literal.strip("*") and not _ANY_ARN.fullmatch(pattern):
        return True
    if not pattern.startswith("arn:"):
        return bool(formats)
    return any(may_cover(pattern, arn) for arn in formats) or (not formats and may_cover_all(pattern, action))


def _covered(text: Text, values: Values) -> frozenset[str] | None:
    try:
        pattern = expand(text, values)
    except HclError:
        return None
    return covered(_NAME.sub("bucket", _ARN.sub("arn:aws:s3:::bucket", pattern)))


def _given(facts: Facts, reached: Reached, action: str, values: Values) -> bool:
    """Whether another statement of one of the roles allows the action, or may allow it."""
    for label in reached.roles:
        grants = RoleRights.of(facts.template).grants(label)
        statements = [statement for grant in grants.grants for statement in grant.document.statements]
        if not grants.is_complete or any(_gives(statement, action, values) for statement in statements):
            return True
    return any(extended_elsewhere(facts, label) for label in reached.roles)


def _gives(statement: Statement, action: str, values: Values) -> bool:
    actions = statement.actions
    if statement.effect == "Deny" or (actions and actions.is_complete and not _names(statement, action)):
        return False
    return not _never_fits(statement, action, values)


def _names(statement: Statement, action: str) -> bool:
    actions = statement.actions.texts if statement.actions else ()
    return any(may_match(text.inner, action, any_case=True) for text in actions)


def _finding(facts: Facts, reached: Reached, statement: Statement, text: Text) -> Finding:
    needs = _needs(text.inner)
    return Finding(
        subject=reached.subject,
        message=(
            f"the action {text.inner} applies to none of the resources of its statement, so it is never allowed; it "
            f"needs {' or '.join(needs)}"
        ),
        instead="Add that resource." if len(needs) == 1 else "Add one of them.",
        path=text.path,
        offset=text.start,
        task=reached.task,
    )


def _needs(action: str) -> list[str]:
    """The resources that an action applies to, in words."""
    kinds, formats = needed(action), needed_formats(action) or ()
    if kinds is not None:
        return [_SHOWN[kind] for kind in sorted(kinds)]
    return ['"*"'] if not formats or "*" in action else [_PLACEHOLDER.sub(_placeholder, arn) for arn in formats]


def _placeholder(match: re.Match[str]) -> str:
    known = {"Partition": "aws", "Region": "*", "Account": "*"}
    return known.get(match[1], f"<{match[1]}>")
