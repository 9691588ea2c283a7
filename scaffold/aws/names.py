"""Names: length limits of AWS, and the rules for task names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

_LIMITS = {
    # Amazon EventBridge API Reference: Target (Id), PutRule (Name)
    ("aws_cloudwatch_event_target", "target_id"): 64,
    ("aws_cloudwatch_event_rule", "name"): 64,
    # IAM API Reference: CreateRole (RoleName), PutRolePolicy and CreatePolicy (PolicyName)
    ("aws_iam_role", "name"): 64,
    ("aws_iam_role_policy", "name"): 128,
    ("aws_iam_policy", "name"): 128,
    # AWS Lambda API Reference: CreateFunction (FunctionName), AddPermission (StatementId)
    ("aws_lambda_function", "function_name"): 64,
    ("aws_lambda_permission", "statement_id"): 100,
    # Amazon ECS API Reference: RegisterTaskDefinition (family)
    ("aws_ecs_task_definition", "family"): 255,
    # Amazon CloudWatch API Reference: PutMetricAlarm (AlarmName)
    ("aws_cloudwatch_metric_alarm", "alarm_name"): 255,
    # Amazon CloudWatch Logs API Reference: CreateLogGroup (logGroupName)
    ("aws_cloudwatch_log_group", "name"): 512,
    # Amazon S3 User Guide: Bucket naming rules
    ("aws_s3_bucket", "bucket"): 63,
    # IAM API Reference: CreateInstanceProfile
    ("aws_iam_instance_profile", "name"): 128,
    # Amazon EC2 API Reference: CreateSecurityGroup
    ("aws_security_group", "name"): 255,
    # Elastic Load Balancing API Reference: CreateLoadBalancer, CreateTargetGroup
    ("aws_lb", "name"): 32,
    ("aws_lb_target_group", "name"): 32,
    # Amazon SQS API Reference: CreateQueue; AWS Step Functions API Reference: CreateStateMachine
    ("aws_sqs_queue", "name"): 80,
    ("aws_sfn_state_machine", "name"): 80,
    # Amazon SNS API Reference: CreateTopic
    ("aws_sns_topic", "name"): 256,
}

APPENDED = 26
"""Characters that Terraform appends to a prefix (Terraform Plugin SDK, `id.PrefixedUniqueId`)."""

# What the AWS provider allows if that is less: `name_prefix` in the schemas of these resources.
_PREFIX_LIMITS = {
    ("aws_cloudwatch_log_group", "name_prefix"): 483,
    ("aws_security_group", "name_prefix"): 100,
}

LIMITS: Mapping[tuple[str, str], int] = MappingProxyType(
    _LIMITS
    | {(type, f"{attribute}_prefix"): limit - APPENDED for (type, attribute), limit in _LIMITS.items()}
    | _PREFIX_LIMITS
)
"""Maximum length in characters, by Terraform resource type and attribute; a `name_prefix` has less room than a name."""

_DIGEST = 4
_TASK_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


def task_name_problem(name: str) -> str | None:
    """What is wrong with a task's name, with the rule and a valid name; None if nothing is.

    The hyphen is required because the failure monitor's ignore pattern matches every one-word name.
    """
    if _TASK_NAME.fullmatch(name):
        return None
    hint = f"for example {suggest_name(name)!r}"
    if not name.strip():
        return f"the name is empty; choose one, {hint}"
    if re.fullmatch(r"[a-z][a-z0-9]*", name):
        return (
            f"{name!r} is a single word, and the failure monitor ignores tasks with one-word names; add a second word"
            f" after a hyphen, {hint}"
        )
    return (
        f"{name!a} is not a valid task name; use lowercase ASCII letters and digits, in words separated by single"
        f" hyphens, starting with a letter, {hint}"
    )


def suggest_name(text: str) -> str:
    """The nearest valid task name."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    # exportUsers and SFTPExport are two words each
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", ascii_text)
    name = "-".join(re.findall(r"[a-z0-9]+", apart.lower()))
    if not name:
        return "my-task"
    if name[0].isdigit():
        name = f"task-{name}"
    return name if "-" in name else f"{name}-task"


def same_form(name: str, taken: str) -> bool:
    """Whether two names differ at most in case, or in hyphens and underscores: IAM refuses the one, and people confuse
    the other."""
    return slug(name).lower() == slug(taken).lower()


def slug(name: str) -> str:
    """The name with underscores, as in Terraform resources and Python modules."""
    return name.replace("-", "_")


def shorten(name: str, room: int) -> str:
    """A kebab-case name of at most `room` characters, of whole words, two if possible.

    Raises ValueError if room is below 1.
    """
    if room < 1:
        raise ValueError(f"a name needs room for at least one character, not {room}")
    words = name.split("-")
    while len(words) > 2 and len("-".join(words)) > room:
        words.pop()
    short = "-".join(words)
    if len(short) <= room:
        return short
    if len(words) == 1 or room < 3:
        return short[:room].rstrip("-")
    first, second = words
    # The second word keeps at least one letter; the first is cut.
    second = second[: max(1, room - len(first) - 1)]
    return f"{first[: room - len(second) - 1]}-{second}"


def shortened(name: str, room: int) -> Iterator[str]:
    """Shorter forms of a name that fit into the room, the nicest first; the last ones have a digest of the whole name,
    so that names with the same beginning stay different. None if there is no room."""
    import hashlib

    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    for length in range(room, max(room - 4, 0), -1):
        yield shorten(name, length)
    for length in range(room - _DIGEST - 1, 0, -1):
        yield f"{shorten(name, length)}-{digest}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; None if none is similar."""
    import difflib

    by_lowercase = {name.lower(): name for name in known}
    matches = difflib.get_close_matches(word.lower(), by_lowercase, n=1)
    return by_lowercase[matches[0]] if matches else None
