"""iam:PassRole: whoever starts a task has to be allowed to pass its roles, so a new role is added to their policies."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from scaffold import hcl
from scaffold.changes.parts.requests import Addition
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.passing import PASS_ROLE, may_pass, passed_role
from scaffold.pfml.iam.policies import Document, Statement, Text, document_of, read
from scaffold.pfml.iam.rights import RoleRights
from scaffold.pfml.iam.roles import ATTRIBUTES, default_execution_role, own_role, role_of, role_resource
from scaffold.pfml.iam.runners import runners
from scaffold.pfml.iam.starters import Starter, TaskName, starters
from scaffold.pfml.lookups import families
from scaffold.terraform.conditions import decide_all
from scaffold.terraform.folder import Folder
from scaffold.terraform.items import add_items, remove_items

_JSON_STRING = re.compile(rb'"(?:\$\{[^}]*\}|[^"\\]|\\.)*"')


class _Listed(NamedTuple):
    """An element of a literal list of resources. tuple: the list, None for JSON text."""

    text: Text
    tuple: hcl.Tuple | None


def add(addition: Addition, new_names: Mapping[str, str], part: str) -> list[Edit]:
    """Let those who start the task pass its new roles, if they may not.

    new_names: the names of the roles that the command creates, by their labels. A policy that has no list of roles to
    pass is left as it is; the rule `unpassable-role` then refuses the plan.
    """
    folder, tasks = addition.folder, [TaskName(addition.key, addition.spec.name)]
    wanted: dict[tuple[str, int], dict[str, _Listed]] = {}
    for role in _new_roles(addition):
        denied = [starter.role for starter in starters(folder, tasks) if _is_denied(folder, starter, role, new_names)]
        for label in dict.fromkeys([*denied, *_runners_denied(addition, role, new_names)]):
            listed = _last_listed(folder, label)
            if listed:
                wanted.setdefault((listed.text.path, listed.text.start), {})[role] = listed
    edits: list[Edit] = []
    for roles in wanted.values():
        edits += _insert(folder.checkout, next(iter(roles.values())), list(roles), part)
    return edits


def _runners_denied(addition: Addition, role: str, new_names: Mapping[str, str]) -> Iterator[str]:
    """The roles of the template that may run the task with its present roles, and could not pass a new one.

    Raises Refusal for one that cannot be extended here.
    """
    folder, task = addition.folder, addition.task
    if task is None:
        return
    had = [role_of(folder, task, attribute) for attribute in ATTRIBUTES]
    for runner in runners(folder.checkout):
        for environment, family in families(folder, task.key).items():
            values = values_by_environment(folder.checkout)[environment]
            passed = passed_role(folder, role, values, new_names.get(role_resource(role), ""))
            before = [old for text in had if (old := passed_role(folder, text, values))]
            if (
                passed
                and runner.may_run(family, environment)
                and all(runner.may_pass(old, environment) for old in before)
                and not runner.may_pass(passed, environment)
            ):
                if runner.folder is not folder or _last_listed(folder, runner.label) is None:
                    raise Refusal(
                        f"aws_iam_role.{runner.label} may run the task, but may not pass the new role {role}, so AWS "
                        "would deny it each start",
                        place=folder.checkout.place(*runner.placed.location),
                        instead="Allow it to pass that role (iam:PassRole) first.",
                    )
                yield runner.label
                break


def remove(folder: Folder, labels: Collection[str], part: str) -> list[Edit]:
    """Take roles out of the lists of roles that others may pass, unless a list would be empty."""
    edits: list[Edit] = []
    for document in _documents(folder, labels):
        for statement in document.statements:
            texts = statement.resources.texts if statement.resources and _only_passes(statement) else ()
            removed = [text for text in texts if role_resource(text.inner[2:-1]) in labels]
            if removed and len(removed) < len(texts):
                edits += _without(folder, texts, removed, part)
    return edits


def _new_roles(addition: Addition) -> list[str]:
    """The roles that the task gets: all roles of a new task, of an existing one those that it did not have."""
    folder, task = addition.folder, addition.task
    result = []
    for attribute, role in zip(ATTRIBUTES, (addition.roles.task, addition.roles.execution), strict=True):
        default = default_execution_role(folder) if attribute == "execution_role" else ""
        if role and (task is None or role != (own_role(folder, task, attribute) or default)):
            result.append(role)
    return result


def _is_denied(folder: Folder, starter: Starter, role: str, new_names: Mapping[str, str]) -> bool:
    for values in values_by_environment(folder.checkout).values():
        passed = passed_role(folder, role, values, new_names.get(role_resource(role), ""))
        exists = decide_all(starter.conditions(folder), values) is not False
        if passed and exists and not may_pass(folder, starter.role, passed, values):
            return True
    return False


# --- the list of roles in a policy


def _last_listed(folder: Folder, label: str) -> _Listed | None:
    """The last element of the list of roles that a role may pass; None if there is no such list."""
    for grant in RoleRights.of(folder).grants(label).grants:
        for statement in grant.document.statements:
            if statement.effect == "Allow" and _only_passes(statement) and statement.resources:
                for text in reversed(statement.resources.texts):
                    listed = _list_of(folder, text)
                    if listed:
                        return listed
    return None


def _only_passes(statement: Statement) -> bool:
    actions = statement.actions
    names = [text.inner.lower() for text in actions.texts] if actions and actions.is_complete else []
    return PASS_ROLE.lower() in names and all(name.startswith("iam:") for name in names)


def _list_of(folder: Folder, text: Text) -> _Listed | None:
    """The literal list that an element is in; None if it is in none, or in one that has other uses."""
    inside = list(folder.checkout.terraform(text.path).path_to(text.start))
    if any(isinstance(node, hcl.Template) and node.heredoc for node in inside):
        return _Listed(text, None) if _is_in_json_list(folder.checkout.require(text.path), text.start) else None
    lists = [node for node in inside if isinstance(node, hcl.Tuple)]
    attribute = next((node for node in inside if isinstance(node, hcl.Attribute)), None)
    is_local = any(isinstance(node, hcl.Block) and node.type == "locals" for node in inside)
    if not lists or (is_local and attribute and _uses_of_local(folder, attribute.name) != 1):
        return None
    return _Listed(text, lists[-1])


def _uses_of_local(folder: Folder, name: str) -> int:
    pattern = re.compile(rb"(?<![\w.-])local\.%s(?![\w-])" % re.escape(name.encode()))
    return sum(len(pattern.findall(folder.checkout.require(path))) for path in folder.files)


def _is_in_json_list(data: bytes, start: int) -> bool:
    match = _JSON_STRING.match(data, start)
    return (
        match is not None
        and data[match.end() :].lstrip()[:1] in (b",", b"]")
        and (data[:start].rstrip()[-1:] in (b",", b"["))
    )


def _insert(checkout: Checkout, listed: _Listed, roles: Sequence[str], part: str) -> list[Edit]:
    data, start = checkout.require(listed.text.path), listed.text.start
    line = data.rfind(b"\n", 0, start) + 1
    indent = data[line : len(data) - len(data[line:].lstrip(b" \t"))].decode()
    if listed.tuple:
        return add_items(checkout, listed.text.path, listed.tuple, [indent + role for role in roles], part)
    match = _JSON_STRING.match(data, start)
    is_alone = not data[line:start].strip()
    text = "".join((f",\n{indent}" if is_alone else ", ") + f'"${{{role}}}"' for role in roles)
    return [checkout.insert(listed.text.path, match.end(), text, part)] if match else []


def _without(folder: Folder, texts: Sequence[Text], removed: Sequence[Text], part: str) -> Iterator[Edit]:
    places = [listed for text in removed if (listed := _list_of(folder, text))]
    for node in dict.fromkeys(place.tuple for place in places if place.tuple):
        starts = [place.text.start for place in places if place.tuple is node]
        elements = [element for element in node.items if any(element.start <= start < element.end for start in starts)]
        yield from remove_items(folder.checkout, places[0].text.path, node, elements, part)
    kept_before = False
    for text in texts:
        if any(place.text is text for place in places if place.tuple is None):
            yield _without_json(folder.checkout, text, kept_before, part)
        kept_before = kept_before or text not in removed


def _without_json(checkout: Checkout, text: Text, kept_before: bool, part: str) -> Edit:
    """Remove an element of JSON text with the comma before it, or if nothing is left there, with the one after it."""
    data = checkout.require(text.path)
    match = _JSON_STRING.match(data, text.start)
    end = match.end() if match else text.start
    if kept_before:
        return checkout.remove(text.path, len(data[: text.start].rstrip()) - 1, end, part)
    return checkout.remove(text.path, text.start, len(data) - len(data[end:].lstrip(b", \t\r\n")), part)


def _documents(folder: Folder, labels: Collection[str]) -> Iterator[Document]:
    """The policies that name one of these roles."""
    seen = set[tuple[str, int]]()
    for word in (f"aws_iam_role.{label}" for label in labels):
        for document in _containing(folder, word):
            if (document.path, document.start) not in seen:
                seen.add((document.path, document.start))
                yield document


def _containing(folder: Folder, word: str) -> Iterator[Document]:
    for data_source in folder.blocks("data", "aws_iam_policy_document"):
        if "PassRole" in folder.text(data_source.path, data_source.block):
            yield read(folder, data_source)
    for resource in folder.blocks("resource", containing=word):
        attribute = resource.block.attributes.get("policy")
        document = document_of(folder, resource.path, attribute.value, "") if attribute else None
        if document and document.path == resource.path and resource.block.start < document.start < resource.block.end:
            yield document
