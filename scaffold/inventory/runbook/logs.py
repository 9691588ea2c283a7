"""Where a task's logs are, and where it is said why it did not start."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.files.checkout import Checkout
from scaffold.inventory.runbook.starts import attribute_text
from scaffold.pfml.documentation import links
from scaffold.pfml.environments import environment_names
from scaffold.pfml.references import infra_files
from scaffold.terraform.folder import Folder
from scaffold.terraform.values import Values

_NEW_RELIC = re.compile(r"https://(?!docs\.)(?:[\w-]+\.)*newrelic\.com/")
_OF_TASKS = re.compile(r"\becs\b", re.IGNORECASE)
_CHANNEL = re.compile(rb"SLACK_CHANNEL\w*\s*=\s*[\w.]+\[\"([\w-]+)\"\]")
_DECODE_LOG = "api/massgov/pfml/util/logging/decodelog.py"


def log_values(environment: str, values: Values) -> dict[str, object]:
    checkout = values.folder.checkout
    log_group = _log_group(values)
    groups = list(_log_groups(environment, checkout))
    events = [name for name in groups if name.endswith("/events")]
    views = [link for link in links(checkout) if _NEW_RELIC.match(link.address) and _OF_TASKS.search(link.text)]
    view = next((link for link in views if not _of_another(link.text, environment, checkout)), None)
    return {
        "log_group": log_group,
        "events": next((name for name in events if name.startswith(log_group)), events[0] if events else ""),
        "api_log_group": next((name for name in groups if name == log_group.rpartition("/")[0]), ""),
        "has_decode_log": checkout.read(_DECODE_LOG) is not None,
        "view": view.text if view else "",
        "view_address": view.address if view else "",
        "cluster": _cluster(values),
        "channel": _channel(checkout),
    }


def _of_another(text: str, environment: str, checkout: Checkout) -> bool:
    """Whether the text of a link names other environments, but not this one."""
    words = set(re.findall(r"[a-z0-9-]+", text.lower()))
    return environment not in words and not words.isdisjoint(environment_names(checkout))


def _log_group(values: Values) -> str:
    """The log group that the containers write to."""
    groups = list(values.folder.blocks("resource", "aws_cloudwatch_log_group"))
    groups.sort(key=lambda group: group.block.labels[1:] != ("ecs_tasks",))
    return next((name for group in groups if (name := attribute_text(values, group, "name"))), "")


def _log_groups(environment: str, checkout: Checkout) -> Iterator[str]:
    """The names of all log groups, which can be defined in any folder; without those that are not known."""
    for path in infra_files(checkout):
        if b"aws_cloudwatch_log_group" in checkout.require(path):
            folder = Folder.of(checkout, path.rpartition("/")[0])
            values = Values(folder, {"environment_name": environment})
            for group in folder.blocks("resource", "aws_cloudwatch_log_group"):
                if group.path == path and (name := attribute_text(values, group, "name")):
                    yield name


def _cluster(values: Values) -> str:
    """The name of the ECS cluster, "" if it is not known."""
    clusters = values.folder.blocks("data", "aws_ecs_cluster")
    return next((name for cluster in clusters if (name := attribute_text(values, cluster, "cluster_name"))), "")


def _channel(checkout: Checkout) -> str:
    """The Slack channel that the monitor of tasks that fail to start posts to, "" if there is none."""
    for path in infra_files(checkout):
        if (match := _CHANNEL.search(data := checkout.require(path))) and (b"ecs" in data or "ecs" in path):
            return match[1].decode()
    return ""
