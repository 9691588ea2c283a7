"""The roles that tasks, schedules and triggers name, and whether they exist."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import own_definitions
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.similar import nearest
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.policies import inner_of
from scaffold.pfml.iam.rights import may_match
from scaffold.pfml.iam.roles import Roles, role_of
from scaffold.pfml.references import infra_files
from scaffold.pfml.starts import Start
from scaffold.terraform.folder import Folder
from scaffold.terraform.references import mentions
from scaffold.terraform.values import Values

ARGUMENTS = {"ecs_task_executor_role": "execution_role", "ecs_task_role": "task_role"}

_ACCOUNT = re.compile(rb":(\d{12}):")
_OWN_ACCOUNT = re.compile(r"\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}")


class RoleUse(NamedTuple):
    """An expression of a role. who: what has it, such as `the task x` or `the schedule y`. task: the name of the task,
    "" for a task outside of locals.tasks."""

    expression: str
    path: str
    value: hcl.Node
    subject: str
    who: str
    task: str


def role_uses(facts: Facts) -> Iterator[RoleUse]:
    folder = facts.template
    for task in facts.once(tasks_in_focus):
        for name in ARGUMENTS.values():
            if entry := task.attribute(folder, name):
                text, who = folder.text(task.path, entry.value), f"the task {task.name}"
                yield RoleUse(text, task.path, entry.value, task.name, who, task.name)
    for start in all_starts(facts.checkout):
        own = start.task_name
        if not facts.in_focus(own):
            continue
        for name in ARGUMENTS:
            attribute = start.block.attributes.get(name)
            if attribute:
                text, who = folder.text(start.path, attribute.value), f"the {start.kind} {start.name}"
                yield RoleUse(text, start.path, attribute.value, start.name, who, own)
    if facts.focus:
        return
    for definition in facts.once(own_definitions):
        for name in ARGUMENTS.values():
            attribute = definition.block.attributes.get(f"{name}_arn")
            if attribute:
                label = definition.block.labels[1]
                text, who = folder.text(definition.path, attribute.value), f"the task definition {label}"
                yield RoleUse(text, definition.path, attribute.value, label, who, "")


def missing_name(facts: Facts, expression: str) -> str:
    """The name, in the first environment, of a role that an ARN or a data source names and that is certainly not in the
    checkout; "" for any other role.

    Roles can also be created by hand or in other accounts. So only a role of this account that is named like the
    template's own roles is expected to be in the checkout.
    """
    named = Roles.of(facts.template).named(Roles.of(facts.template).followed(expression))
    if named is None or not _is_own(facts, named[0]):
        return ""
    for values in values_by_environment(facts.checkout).values():
        name = Roles.of(facts.template).identity(expression, values)
        if name and not name.startswith("aws_iam_role.") and _begins_as_ours(facts, name, values):
            return "" if any(may_match(pattern, name) for pattern in names_elsewhere(facts)) else name
    return ""


def meant(facts: Facts, name: str) -> str:
    """The label of the role that a missing label or name probably means, "" for none."""
    roles = Roles.of(facts.template)
    known = {label: label for label in roles.by_label}
    known |= {full.rpartition("}-")[2]: label for full, label in roles.by_name.items()}
    near = nearest(name, known, 0.7) or next((similar for similar in known if similar in name or name in similar), "")
    return known[near] if near else ""


def meant_roles(facts: Facts) -> frozenset[str]:
    """The labels of the roles that references to missing roles probably mean."""
    known = Roles.of(facts.template).by_label
    references = (mention for path in facts.template.files for mention in facts.checkout.once(mentions, path))
    missing = {mention.name for mention in references if mention.kind == "aws_iam_role" and mention.name not in known}
    missing |= {missing_name(facts, use.expression) for use in role_uses(facts)} - {""}
    return frozenset(meant(facts, name) for name in missing)


def _is_own(facts: Facts, account: str) -> bool:
    """Whether an account is that of this checkout: the one in most ARNs of the template."""
    if not account or _OWN_ACCOUNT.fullmatch(account):
        return True
    accounts = Counter(
        match for path in facts.template.files for match in _ACCOUNT.findall(facts.checkout.require(path))
    ).most_common(1)
    return bool(accounts) and accounts[0][0].decode() == account and accounts[0][1] > 2


def _begins_as_ours(facts: Facts, name: str, values: Values) -> bool:
    """Whether a name has the prefix of most of the template's roles, up to what differs between environments."""
    prefixes = Counter(text[: text.index("}") + 1] for text in Roles.of(facts.template).by_name if "}" in text)
    common = prefixes.most_common(1)
    return bool(common) and name.startswith(values.folder.expand_text(common[0][0], values.variables))


def names_elsewhere(facts: Facts) -> list[str]:
    """The names of the roles in other folders of infra/, with `*` for what is unknown."""
    result = []
    for path in infra_files(facts.checkout):
        folder = path.rpartition("/")[0]
        if folder == TEMPLATE or b'"aws_iam_role"' not in (facts.checkout.read(path) or b""):
            continue
        elsewhere = Folder.of(facts.checkout, folder)
        for block in facts.checkout.terraform(path).blocks:
            name = block.attributes.get("name") or block.attributes.get("name_prefix")
            if block.labels[:1] == ("aws_iam_role",):
                text = elsewhere.expand_text(inner_of(elsewhere, path, name.value), {}) if name else "*"
                result.append(text + ("*" if name and name.name == "name_prefix" else ""))
    return result


class Passed(NamedTuple):
    """An argument of a module that starts a task, and the expression that it passes, "" for none.

    own: the task's expression, "" for none. task: the name of the task, or of the task definition outside of
    locals.tasks.
    """

    start: Start
    argument: str
    passed: str
    own: str
    task: str

    @property
    def node(self) -> hcl.Attribute | None:
        return self.start.block.attributes.get(self.argument)

    @property
    def path(self) -> str:
        return self.start.path

    @property
    def offset(self) -> int:
        return self.node.start if self.node else self.start.block.start


def passed_roles(facts: Facts) -> Iterator[Passed]:
    """The roles that schedules and triggers with a known task pass."""
    for start in all_starts(facts.checkout):
        name = start.task_name
        if not facts.in_focus(name):
            continue
        for argument, attribute in ARGUMENTS.items():
            own = _own(facts, start, attribute)
            if own is not None:
                text = facts.template.attribute_text(start, argument)
                passed = "" if text == "null" else text
                yield Passed(start, argument, passed, "" if own == "null" else own, name or _definition(facts, start))


def _own(facts: Facts, start: Start, attribute: str) -> str | None:
    if start.task:
        return role_of(facts.template, start.task, attribute)
    label = _definition(facts, start)
    labelled = (definition for definition in facts.once(own_definitions) if definition.block.labels[1] == label)
    definition = next(labelled, None)
    return facts.template.attribute_text(definition, f"{attribute}_arn") if definition else None


def _definition(facts: Facts, start: Start) -> str:
    definition = start.task_definition
    return definition.resource if definition and not definition.key else ""
