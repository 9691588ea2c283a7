"""A policy or a policy document that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import unmeant, unreferenced
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.terraform.folder import PlacedBlock

WHY = "What it says is given to nobody, so either it is left over, or a role lacks what was meant for it."


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.complete():
        return
    policies = list(facts.template.blocks("resource", "aws_iam_policy"))
    for found in unmeant(facts, unreferenced(facts, "aws_iam_policy", policies)):
        yield _finding(found, "attached to no role")
    documents = list(facts.template.blocks("data", "aws_iam_policy_document"))
    for found in unreferenced(facts, "data.aws_iam_policy_document", documents):
        yield _finding(found, "part of no policy")


def _finding(found: PlacedBlock, what: str) -> Finding:
    kind = "data source" if found.block.type == "data" else "policy"
    return Finding(
        subject=found.block.labels[1],
        message=f"the {kind} {'.'.join(found.block.labels)} is {what}",
        instead="Give it to the role that needs it, or take it away.",
        path=found.path,
        offset=found.block.start,
    )
