"""What a role may do with the objects of a bucket, as far as its policies can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from scaffold.aws.wildcards import matches
from scaffold.pfml.buckets import name_in, written_name
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.policies import Condition, Statement, Text, Texts
from scaffold.pfml.iam.rights import Grants, RoleRights, may_match, with_wildcards
from scaffold.terraform.conditions import decide_all
from scaffold.terraform.folder import Folder
from scaffold.terraform.values import Values, is_known, unescaped

LIST, GET, PUT, DELETE = "s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"
READ, WRITE = (LIST, GET), (PUT, DELETE)
_ARN = re.compile(r"\$\{((?:data\.)?aws_s3_bucket\.[\w-]+)(?:\[\w+\])?\.arn\}")


class Objects(NamedTuple):
    """The objects of a bucket whose keys have a prefix and a suffix. bucket: `data.aws_s3_bucket.x` or
    `aws_s3_bucket.x`. prefix and suffix: the text of the keys as the inside of a quoted string."""

    bucket: str
    prefix: str
    suffix: str = ""


class Rights(NamedTuple):
    """The actions that a role may certainly perform in all environments, and those that it certainly may not in one of
    them; what is in neither is unknown."""

    allowed: frozenset[str]
    refused: tuple[str, ...]


def rights(folder: Folder, role: str, objects: Objects, actions: Iterable[str]) -> Rights:
    """What a role, by its label, may do with the objects."""
    grants = RoleRights.of(folder).grants(role)
    everywhere = list(values_by_environment(folder.checkout).values())
    allowed, refused = [], []
    for action in actions:
        answers = [_answer(grants, action, objects, values) for values in everywhere]
        if all(answers):
            allowed.append(action)
        elif any(answer is False for answer in answers):
            refused.append(action)
    return Rights(frozenset(allowed), tuple(refused))


def _answer(grants: Grants, action: str, objects: Objects, values: Values) -> bool | None:
    """Whether an action is allowed in an environment; None if that is unknown."""
    name = name_in(values, objects.bucket)
    if not is_known(name):
        return None
    arn = f"arn:aws:s3:::{name}"
    prefix, suffix = (values.of_template(text) for text in (objects.prefix, objects.suffix))
    # Any key with the prefix and suffix; the bucket itself for an action on it.
    resource = arn if action == LIST else f"{arn}/{prefix}x{suffix}"
    decided = [(grant, decide_all(grant.conditions, values)) for grant in grants.grants]
    answers = [
        _statement_answer(statement, action, resource, prefix, values)
        for grant, holds in decided
        if holds is not False
        for statement in grant.document.statements
    ]
    gated = any(holds is None for _, holds in decided)
    denies = any(statement.effect != "Allow" for grant in grants.grants for statement in grant.document.statements)
    if any(answers):
        return None if gated or denies else True
    return None if None in answers or not grants.is_complete else False


def _statement_answer(statement: Statement, action: str, arn: str, prefix: str, values: Values) -> bool | None:
    if statement.effect == "Deny":
        return False
    parts = [
        _names(statement.actions, action),
        _covers(statement.resources, arn, values),
        *(_holds(condition, prefix, values) for condition in statement.conditions),
    ]
    if False in parts:
        return False
    return None if None in parts or not statement.effect else True


def _names(actions: Texts | None, action: str) -> bool | None:
    if actions is None:
        return None
    named = any(may_match(text.inner, action, any_case=True) for text in actions.texts)
    return named if actions.is_complete and all(is_known(text.inner) for text in actions.texts) else None


def _covers(resources: Texts | None, arn: str, values: Values) -> bool | None:
    if resources is None:
        return None
    patterns = [_pattern(text, values) for text in resources.texts]
    if any(is_known(pattern) and matches(pattern, arn) for pattern in patterns):
        return True
    unknown = (with_wildcards(pattern) for pattern in patterns if not is_known(pattern))
    return None if not resources.is_complete or any(matches(pattern, arn) for pattern in unknown) else False


def _pattern(text: Text, values: Values) -> str:
    """The ARN in an environment, also for `${data.aws_s3_bucket.x.arn}`."""

    def arn(match: re.Match[str]) -> str:
        written = written_name(values.folder, match[1])
        return f"arn:aws:s3:::{values.of(*written)}" if written else match[0]

    return unescaped(values.of_template(_ARN.sub(arn, text.inner)))


def _holds(condition: Condition, prefix: str, values: Values) -> bool | None:
    """Whether a request for the keys with the prefix meets a condition."""
    if condition.variable.inner != "s3:prefix" or condition.test.inner not in ("StringLike", "StringEquals"):
        return None
    patterns = [_pattern(text, values) for text in condition.values.texts]
    return True if any(is_known(pattern) and matches(pattern, prefix) for pattern in patterns) else None
