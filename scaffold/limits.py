"""AWS's limits on names, computed from the checkout's own modules, environments and constants."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.aws import names
from scaffold.errors import Refusal
from scaffold.terraform import Folder, environments

KINDS = {
    "aws_cloudwatch_event_target": "EventBridge target",
    "aws_cloudwatch_event_rule": "EventBridge rule",
    "aws_iam_role": "IAM role",
    "aws_iam_role_policy": "IAM role policy",
    "aws_lambda_function": "Lambda function",
    "aws_lambda_permission": "Lambda permission",
    "aws_cloudwatch_log_group": "log group",
    "aws_ecs_task_definition": "task definition",
}


def check_folder(folder: Folder, name: str, variables: Mapping[str, str], option: str, value: str = "") -> None:
    """Refuse a name that has no room in a resource of this folder, in some environment of the checkout."""
    for found in folder.blocks("resource"):
        type = found.block.labels[0]
        for (limited, attribute), limit in names.LIMITS.items():
            if limited == type and attribute in found.block.attributes:
                inner = folder.attribute_text(found, attribute).strip('"')
                check(folder, inner, type, limit, name, variables, option, value)


def check(
    folder: Folder,
    inner: str,
    type: str,
    limit: int,
    name: str,
    variables: Mapping[str, str],
    option: str,
    value: str = "",
) -> None:
    """Refuse a name that has no room in the quoted string `inner`, in some environment of the checkout."""
    longest, where = "", ""
    for environment in environments(folder.checkout) or [""]:
        text = folder.expand_text(inner, {**variables, "environment_name": environment})
        if len(text) > len(longest):
            longest, where = text, environment
    if len(longest) > limit:
        room = limit - (len(longest) - len(name))
        kind = KINDS.get(type, type)
        fitting = names.shorten(name, room) if room > 2 else ""
        raise Refusal(
            f"too long by {len(longest) - limit}: the {kind} would be {longest!r} in {where}, {len(longest)} characters, "
            f"and AWS allows {limit}; there is room for {room}",
            option=option,
            value=value or name,
            instead=f"Use for example {option.replace('NAME', '')} {fitting}.".replace("  ", " "),
        )
