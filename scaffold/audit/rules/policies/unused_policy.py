"""A policy or a policy document that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.commented_out import or_restore
from scaffold.audit.facts.declarations.unused import unmentioned, unreferenced
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.terraform.folder import PlacedBlock

WHY = "It grants nothing: either it is left over, or a role does not have the permissions that it should have."
HOW = "Attach the policy to the role that needs it, or remove it."


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.complete():
        return
    policies = list(facts.template.blocks("resource", "aws_iam_policy"))
    for policy in unmentioned(facts, unreferenced(facts, "aws_iam_policy", policies)):
        yield _finding(facts, policy, "policy", "is not attached to a role")
    documents = list(facts.template.blocks("data", "aws_iam_policy_document"))
    for document in unreferenced(facts, "data.aws_iam_policy_document", documents):
        yield _finding(facts, document, "data source", "is not used in a policy")


def _finding(facts: Facts, placed: PlacedBlock, kind: str, problem: str) -> Finding:
    address = ".".join(placed.block.labels)
    return Finding(
        subject=placed.block.labels[1],
        message=f"the {kind} {address} {problem}",
        instead=or_restore(facts, "Use it for the role that needs it, or remove it.", address),
        path=placed.path,
        offset=placed.block.start,
    )
