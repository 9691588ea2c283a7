"""A reference to a role that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import meant, missing_name, role_uses
from scaffold.audit.facts.tasks.entries import task_at
from scaffold.audit.finding import Finding
from scaffold.hcl import split_template
from scaffold.pfml.iam.roles import Roles

WHY = "A reference to a missing role fails at deploy, and a task with the ARN of a missing role cannot start."
HOW = "Correct the reference, or create the role."
_ROLE = re.compile(r"(?<![\w.-])(data\.)?aws_iam_role\.([A-Za-z_][\w-]*)")
_ANY = re.compile(rb"aws_iam_role\.([A-Za-z_][\w-]*)")
_MOVES = ("moved", "removed", "import")


def check(facts: Facts) -> Iterator[Finding]:
    named = [path for path in facts.template.files if _ANY.search(facts.new_text(path))]
    if named and facts.complete():
        yield from _undeclared(facts, named)
    if facts.complete():
        yield from _unmade(facts)


def _undeclared(facts: Facts, paths: Sequence[str]) -> Iterator[Finding]:
    """References to resources and data sources that the template does not declare."""
    for path in paths:
        data = facts.checkout.require(path)
        # Most files have no such reference, and the exact pattern is slow.
        if set(_ANY.findall(data)) <= {label.encode() for label in Roles.of(facts.template).by_label}:
            continue
        mentioned = {(match[1] or "", match[2]) for match in _ROLE.finditer(data.decode("utf-8", "replace"))}
        missing = {f"{kind}aws_iam_role.{name}" for kind, name in mentioned if not _declared(facts, kind, name)}
        if missing:
            yield from _places(facts, path, missing)


def _declared(facts: Facts, kind: str, name: str) -> bool:
    if kind:
        return facts.template.block("data", "aws_iam_role", name) is not None
    return name in Roles.of(facts.template).by_label


def _places(facts: Facts, path: str, missing: set[str]) -> Iterator[Finding]:
    seen = set()
    for block in facts.checkout.terraform(path).blocks:
        if block.type in _MOVES:
            continue
        for node in block.walk():
            for match in (match for text in _code(facts, path, node) for match in _ROLE.finditer(text)):
                if match[0] in missing and (match[0], block.start) not in seen:
                    seen.add((match[0], block.start))
                    yield _finding(facts, path, node, match[0])


def _code(facts: Facts, path: str, node: hcl.Node) -> list[str]:
    """The expressions in a node itself, without its children."""
    text = facts.template.text(path, node)
    if isinstance(node, hcl.Reference):
        return [text]
    if isinstance(node, hcl.Template):
        try:
            return [expression for _, expression in split_template(text)]
        except hcl.HclError:
            return []
    return []


def _finding(facts: Facts, path: str, node: hcl.Node, address: str) -> Finding:
    task = task_at(facts, path, node.start)
    return Finding(
        subject=address,
        message=f"the role {address} does not exist in {facts.template.path}, so the deploy fails",
        instead=_instead(facts, address.rpartition(".")[2]),
        path=path,
        offset=node.start,
        task=task.name if task else "",
    )


def _unmade(facts: Facts) -> Iterator[Finding]:
    """Roles that a task, a schedule or a trigger refers to by name, and that nothing creates."""
    for use in role_uses(facts):
        name = missing_name(facts, use.expression)
        if name:
            yield Finding(
                subject=use.subject,
                message=f"{use.who} has the role {name}, which nothing in infra/ creates, so no task can use it",
                instead=_instead(facts, name),
                path=use.path,
                offset=use.value.start,
                task=use.task,
            )


def _instead(facts: Facts, name: str) -> str:
    label = meant(facts, name)
    return f"Did you mean aws_iam_role.{label}?" if label else "Create the role, or use another."
