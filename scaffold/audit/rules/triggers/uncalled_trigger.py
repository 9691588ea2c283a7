"""An S3 trigger that no notification calls."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.triggers import triggers
from scaffold.terraform.references import mentions

WHY = "The function that starts the task is deployed, but no S3 object ever calls it."
HOW = "Add a lambda_function with the trigger to the notification of its bucket, or remove the trigger."


def check(facts: Facts) -> Iterator[Finding]:
    starts = [start for start in triggers(facts.checkout) if facts.in_focus(start.task_name)]
    if not starts or not facts.complete():
        return
    for start in starts:
        if not _is_called(facts, start.label):
            yield Finding(
                subject=start.name,
                message=f"nothing in {TEMPLATE} calls module.{start.label}, so no S3 object ever starts the task",
                instead="Add a lambda_function to the bucket's notification, or remove the module.",
                path=start.path,
                offset=start.block.start,
                task=start.task_name,
            )


def _is_called(facts: Facts, label: str) -> bool:
    word = f"module.{label}".encode()
    paths = [path for path in facts.template.files if word in facts.checkout.require(path)]
    return any(
        (mention.kind, mention.name) == ("module", label)
        for path in paths
        for mention in facts.checkout.once(mentions, path)
    )
