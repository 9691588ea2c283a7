"""AWS's limits on names, computed from the checkout's own modules, environments and constants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from scaffold.aws import names
from scaffold.errors import Refusal
from scaffold.pfml.environments import environment_names
from scaffold.terraform.folder import Folder

KINDS = {
    "aws_cloudwatch_event_target": "EventBridge target",
    "aws_cloudwatch_event_rule": "EventBridge rule",
    "aws_iam_role": "IAM role",
    "aws_iam_role_policy": "IAM role policy",
    "aws_iam_policy": "IAM policy",
    "aws_lambda_function": "Lambda function",
    "aws_lambda_permission": "Lambda permission",
    "aws_cloudwatch_log_group": "log group",
    "aws_ecs_task_definition": "task definition",
    "aws_cloudwatch_metric_alarm": "alarm",
    "aws_s3_bucket": "bucket",
    "aws_iam_instance_profile": "instance profile",
    "aws_security_group": "security group",
    "aws_lb": "load balancer",
    "aws_lb_target_group": "target group",
    "aws_sqs_queue": "queue",
    "aws_sfn_state_machine": "state machine",
    "aws_scheduler_schedule": "EventBridge schedule",
    "aws_sns_topic": "topic",
    "aws_iam_user": "IAM user",
    "aws_iam_group": "IAM group",
    "aws_kms_alias": "alias",
    "aws_ssm_parameter": "parameter",
    "aws_secretsmanager_secret": "secret",
    "aws_ecr_repository": "repository",
    "aws_dynamodb_table": "table",
    "aws_cloudtrail": "trail",
    "aws_cloudwatch_dashboard": "dashboard",
    "aws_ecs_cluster": "cluster",
}


def check_folder(
    folder: Folder,
    name: str,
    variables: Mapping[str, str],
    option: str,
    accepted: Callable[[str], bool] = lambda name: True,
) -> None:
    """Raise Refusal if a name makes the name of a resource of this folder too long in some environment."""
    check(folder, _limited(folder), name, variables, option, accepted)


def fits_folder(folder: Folder, name: str, variables: Mapping[str, str]) -> bool:
    """Whether a name makes no name of a resource of this folder too long in any environment."""
    tightest = _tightest(folder, _limited(folder), name, variables)
    return tightest is None or tightest.room >= len(name)


def _limited(folder: Folder) -> list[tuple[str, str, int]]:
    limited = []
    for resource in folder.blocks("resource"):
        type = resource.block.labels[0]
        for (limited_type, attribute), limit in names.LIMITS.items():
            if limited_type == type and attribute in resource.block.attributes:
                limited.append((folder.attribute_text(resource, attribute).strip('"'), type, limit))
    return limited


class _Tightest(NamedTuple):
    """The longer name with the least room for a name, and where."""

    room: int
    text: str
    type: str
    environment: str
    limit: int


def _tightest(
    folder: Folder, limited: Iterable[tuple[str, str, int]], name: str, variables: Mapping[str, str]
) -> _Tightest | None:
    tightest: _Tightest | None = None
    for inner, type, limit in limited:
        for environment in environment_names(folder.checkout) or ("",):
            text = folder.expand_text(inner, {**variables, "environment_name": environment})
            room = limit - (len(text) - len(name))
            if name in text and (tightest is None or room < tightest.room):
                tightest = _Tightest(room, text, type, environment, limit)
    return tightest


def check(
    folder: Folder,
    limited: Iterable[tuple[str, str, int]],
    name: str,
    variables: Mapping[str, str],
    option: str,
    accepted: Callable[[str], bool] = lambda name: True,
) -> None:
    """Raise Refusal if a name makes a longer name that contains it too long in some environment.

    limited: the inside of a quoted string, the type of the resource that it names, and AWS's limit in characters. The
    message is about the tightest one, so that the name that it suggests fits in all of them. accepted: whether a
    shorter name could be used.
    """
    tightest = _tightest(folder, limited, name, variables)
    if tightest is None or tightest.room >= len(name):
        return
    room, text, type, environment, limit = tightest
    fitting = next((shorter for shorter in names.shortened(name, room) if accepted(shorter)), "")
    raise Refusal(
        f"too long by {len(name) - room}: the {KINDS.get(type, type)} would be {text!r} in {environment} "
        f"({len(text)} characters), but AWS allows {limit}, so there is room for {room}",
        option=option,
        value=name,
        instead=f"Use {fitting}, for example." if fitting else "",
    )
