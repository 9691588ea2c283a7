"""Policies named after a different role than the one that they are attached to.

Only an unambiguous name counts: the label, or the name without its prefix, has to be that of another role or task of
the checkout, followed only by words such as `policy` and `extras`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_reach import tasks_by_role
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.pfml.iam.rights import RoleRights
from scaffold.pfml.iam.roles import Roles
from scaffold.pfml.tasks import Task
from scaffold.terraform.folder import PlacedBlock

_SUFFIX = re.compile(r"_(?:ecs_)?(?:(?:tasks?|execution|executor)_)?role$")
_PREFIX = re.compile(r"^(?:ecs_tasks?_)")
_WORDS = frozenset(
    {"access", "assume", "assumed", "attachment", "bucket", "doc", "document", "ecs", "execution", "executor", "extra"}
    | {"extras", "fineos", "iam", "inline", "kms", "lambda", "permission", "permissions", "policies", "policy", "read"}
    | {"reader", "rights", "role", "s3", "secret", "secrets", "ses", "sns", "sqs", "ssm", "task", "tasks", "write"}
)


class Misattached(NamedTuple):
    """A policy or an attachment. role: the label of its role. named_after: the label of the role in its
    label or its name.

    by: what is named after it: the label, the name or both. start: the byte of the first of them. lost: whether the
    other role has tasks and no policy at all. task: the only task of that role, "" if there is no such task.
    """

    placed: PlacedBlock
    role: str
    named_after: str
    by: tuple[str, ...]
    start: int
    lost: bool
    task: str

    @property
    def address(self) -> str:
        return ".".join(self.placed.block.labels)

    @property
    def role_start(self) -> int:
        """The byte of the `role` that it is attached to."""
        return self.placed.offset_of("role")


def misattached(facts: Facts) -> Iterator[Misattached]:
    owners = _Owners(facts)
    linked: list[Misattached] = []
    for role, links in RoleRights.of(facts.template).links.items():
        if role in Roles.of(facts.template).by_label:
            for link in links:
                linked += owners.compared(link, role) if link.block.type == "resource" else ()
    yield from linked
    # Do not report a policy if its attachment has the same problem.
    reported = {(policy.role, policy.named_after) for policy in linked}
    for policy, roles in _managed(facts):
        if len(roles) == 1:
            compared = owners.compared(policy, roles[0])
            yield from (owned for owned in compared if (owned.role, owned.named_after) not in reported)


def task_named(facts: Facts, role: str) -> Task | None:
    """The task that a role is named after, by its label or by its name."""
    name = Roles.of(facts.template).by_label[role].name
    stems = {_SUFFIX.sub("", text) for text in (role, _slug(name))}
    return next((task for task in facts.once(tasks_in_focus) if task.name.replace("-", "_") in stems), None)


def _managed(facts: Facts) -> Iterator[tuple[PlacedBlock, list[str]]]:
    """The policies that can be attached, each with the roles that have it."""
    attached: dict[str, list[str]] = {}
    for role, links in RoleRights.of(facts.template).links.items():
        for link in links:
            match = re.match(r"aws_iam_policy\.([\w-]+)", facts.template.attribute_text(link, "policy_arn"))
            if match:
                attached.setdefault(match[1], []).append(role)
    by_label = Roles.of(facts.template).by_label
    for policy in facts.template.blocks("resource", "aws_iam_policy"):
        yield policy, [role for role in attached.get(policy.block.labels[1], []) if role in by_label]


class _Owners:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.stems: dict[str, set[str]] = {}
        for label, role in Roles.of(facts.template).by_label.items():
            for text in {label, _slug(role.name)}:
                if text:
                    self.stems.setdefault(text, set()).add(label)
                    self.stems.setdefault(_SUFFIX.sub("", text), set()).add(label)
        self.tasks = tasks_by_role(facts)
        # Any role of a task may be named after the task, including the default execution role.
        self.of_tasks: dict[str, set[str]] = {}
        for label, tasks in self.tasks.items():
            for task in tasks:
                self.of_tasks.setdefault(task.replace("-", "_"), set()).add(label)

    def compared(self, placed: PlacedBlock, role: str) -> Iterator[Misattached]:
        said: dict[str, list[tuple[str, int]]] = {}
        for by, text, start in self._texts(placed):
            if named_after := self.said(text, role):
                said.setdefault(named_after, []).append((by, start))
        for named_after, ways in said.items():
            tasks, grants = self.tasks.get(named_after, []), RoleRights.of(self.facts.template).grants(named_after)
            has_nothing = grants.is_complete and not grants.grants
            lost = bool(tasks) and has_nothing and len(ways) == len(list(self._texts(placed)))
            task = tasks[0] if len(set(tasks)) == 1 else ""
            yield Misattached(placed, role, named_after, tuple(by for by, _ in ways), ways[0][1], lost, task)

    def _texts(self, placed: PlacedBlock) -> Iterator[tuple[str, str, int]]:
        yield "label", placed.block.labels[1], placed.block.start
        name = placed.block.attributes.get("name")
        if name:
            yield "name", _slug(self.facts.template.expand(placed.path, name.value, {})), name.start

    def said(self, text: str, role: str) -> str:
        """The other role that a label or a name is named after; "" if it is none, several, or the right one."""
        text = text.replace("-", "_").lower()
        matching = sorted((stem for stem in {*self.stems, *self.of_tasks} if self._is_about(text, stem)), key=len)
        if not matching:
            return ""
        by_name, by_task = (which.get(matching[-1], set()) for which in (self.stems, self.of_tasks))
        labels = by_name or by_task
        return next(iter(labels)) if len(labels) == 1 and role not in by_name | by_task else ""

    @staticmethod
    def _is_about(text: str, stem: str) -> bool:
        rest = text.removeprefix(stem)
        return text.startswith(stem) and (not rest or rest[0] == "_") and set(filter(None, rest.split("_"))) <= _WORDS


def _slug(name: str) -> str:
    """A name as a label, without the prefix of all names."""
    tail = name.rpartition("}")[2] if "}" in name else name
    return _PREFIX.sub("", tail.strip("-").replace("-", "_").lower())
