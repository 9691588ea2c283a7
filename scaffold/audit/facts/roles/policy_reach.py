"""The policies of the template, each with the roles and the tasks that have it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.pfml.iam.policies import Document, Statement, document_of, read
from scaffold.pfml.iam.rights import RoleRights
from scaffold.pfml.iam.roles import ATTRIBUTES, Roles, role_of
from scaffold.terraform.folder import PlacedBlock

_HOLDERS = ("policy", "assume_role_policy")


class Reached(NamedTuple):
    """A policy, the labels of the roles that have it, and the names of the tasks with one of these roles."""

    document: Document
    roles: tuple[str, ...]
    tasks: tuple[str, ...]

    @property
    def task(self) -> str:
        """The only task that has it; "" if several or none have it."""
        return self.tasks[0] if len(self.tasks) == 1 else ""

    @property
    def subject(self) -> str:
        """Its label."""
        return self.document.address.rpartition(".")[2]


def tasks_by_role(facts: Facts) -> dict[str, list[str]]:
    """The names of the tasks that have a role, by the role's label."""
    result: dict[str, list[str]] = {}
    for task in facts.once(tasks_in_focus):
        for attribute in ATTRIBUTES:
            label = Roles.of(facts.template).label(role_of(facts.template, task, attribute))
            if label:
                result.setdefault(label, []).append(task.name)
    return result


def new_statements(facts: Facts, reached: Reached) -> Iterator[Statement]:
    """The statements of a policy; for a plan only those that it writes into."""
    for statement in reached.document.statements:
        listed = (statement.actions, statement.not_actions, statement.resources)
        strings = (text for texts in listed if texts for text in texts.texts)
        if any(facts.is_new(text.path, text.start, text.start + 1) for text in strings):
            yield statement


def reached_policies(facts: Facts) -> tuple[Reached, ...]:
    """The policies of all roles and of other resources; with a focus only those of its tasks' roles."""
    return tuple(_reached_policies(facts))


def _reached_policies(facts: Facts) -> Iterator[Reached]:
    tasks = tasks_by_role(facts)
    documents: dict[tuple[str, int], Document] = {}
    roles: dict[tuple[str, int], list[str]] = {}
    audited = tasks if facts.focus else Roles.of(facts.template).by_label
    for label in audited:
        for document in _of_role(facts, label):
            key = (document.path, document.start)
            documents.setdefault(key, document)
            roles.setdefault(key, []).append(label)
    if not facts.focus:
        for document in _of_folder(facts):
            documents.setdefault((document.path, document.start), document)
    for key, document in documents.items():
        labels = roles.get(key, [])
        names = dict.fromkeys(name for label in labels for name in tasks.get(label, ()))
        yield Reached(document, tuple(labels), tuple(names))


def _of_role(facts: Facts, label: str) -> Iterator[Document]:
    yield from (grant.document for grant in RoleRights.of(facts.template).grants(label).grants)
    role = Roles.of(facts.template).by_label.get(label)
    if role:
        yield from _held(facts, role.placed)


def _of_folder(facts: Facts) -> Iterator[Document]:
    for data_source in facts.template.blocks("data", "aws_iam_policy_document"):
        yield read(facts.template, data_source)
    for resource in facts.template.blocks("resource"):
        yield from _held(facts, resource)


def _held(facts: Facts, resource: PlacedBlock) -> Iterator[Document]:
    """The policies in a resource's own attributes, and in the inline policies of a role."""
    for block in (resource.block, *resource.block.blocks):
        for name in _HOLDERS:
            attribute = block.attributes.get(name)
            if attribute:
                address = ".".join(resource.block.labels)
                document = document_of(facts.template, resource.path, attribute.value, address)
                if document:
                    yield document
