"""The variables and secrets in a list of environment variables, such as a task's `env` or `local.db_access`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.pfml.tasks import Task, task_definition
from scaffold.terraform.conditions import negated, one_line
from scaffold.terraform.folder import Folder

if TYPE_CHECKING:
    from scaffold.spec.specs import Subject

COMMON = "common"
_GROUP = re.compile(r"\blocal\.([\w-]+)")
_JOINS = ("concat", "flatten", "tolist")


class Entry(NamedTuple):
    """An environment variable of a list. value: Terraform as written; the `valueFrom` of a secret."""

    name: str
    value: str
    secret: bool
    path: str
    start: int

    @property
    def inner(self) -> str:
        """Its value as the inside of a quoted string."""
        return self.value[1:-1] if self.value.startswith('"') else f"${{{self.value}}}"


class Given(NamedTuple):
    """An environment variable in a list.

    groups: the locals that lead to it, the outermost first. conditions: all of them have to hold. within: the functions
    and other expressions around it that may change or leave out elements. path and offset: where the outermost list
    names the variable or its group.
    """

    entry: Entry
    groups: tuple[str, ...]
    conditions: tuple[str, ...]
    within: tuple[str, ...]
    path: str
    offset: int


class _Way(NamedTuple):
    """How an expression is reached from the outermost list; place: its path and offset there, once they are known."""

    groups: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    place: tuple[str, int] | None = None


def given_by(folder: Folder, path: str, node: hcl.Node) -> Iterator[Given]:
    """The variables in an expression: a list, a `concat`, a condition, the name of a group."""
    return _given(folder, _objects(folder, path, node, _Way()))


def given_by_elements(folder: Folder, path: str, node: hcl.Node) -> Iterator[Given]:
    """The same with the places of the list's elements that the variables are in."""
    if isinstance(node, hcl.Tuple):
        for element in node.items:
            yield from _given(folder, _objects(folder, path, element, _Way(place=(path, element.start))))
    else:
        yield from given_by(folder, path, node)


class ListedObject(NamedTuple):
    """An object in a list of environment variables, whatever its keys are. groups: the locals that lead to it."""

    node: hcl.Object
    path: str
    groups: tuple[str, ...]


def elements_of(folder: Folder, path: str, node: hcl.Node, groups: tuple[str, ...] = ()) -> Iterator[ListedObject]:
    """The objects in an expression that its list surely has, also under a condition."""
    return (element for element, way in _objects(folder, path, node, _Way(groups)) if not way.within)


def given_to(folder: Folder, task: Task) -> Iterator[Given]:
    """The variables of an entry's own `env`."""
    attribute = task.attribute(folder, "env")
    return given_by(folder, task.path, attribute.value) if attribute else iter(())


def given_to_all(folder: Folder) -> tuple[Given, ...]:
    """The variables that the task definition adds to every entry: those of the group `common`."""
    return folder.once(_given_to_all)


def _given_to_all(folder: Folder) -> tuple[Given, ...]:
    definition = task_definition(folder)
    if definition is None or f"local.{COMMON}" not in folder.text(definition.path, definition.block):
        return ()
    return tuple(_given(folder, _objects_of_group(folder, COMMON, _Way(place=definition.location))))


def _given(folder: Folder, objects: Iterator[tuple[ListedObject, _Way]]) -> Iterator[Given]:
    """Those of the objects that are variables."""
    for (node, path, _), way in objects:
        entry = folder.checkout.once(_entry, folder, path, node)
        if entry:
            yield Given(entry, way.groups, way.conditions, way.within, *(way.place or (path, node.start)))


def _objects(folder: Folder, path: str, node: hcl.Node, way: _Way) -> Iterator[tuple[ListedObject, _Way]]:
    """The objects in an expression, each with the way to it."""
    if isinstance(node, hcl.Object):
        yield ListedObject(node, path, way.groups), way
    elif isinstance(node, hcl.Reference):
        match = _GROUP.fullmatch(folder.text(path, node))
        if match:
            yield from _objects_of_group(folder, match[1], way._replace(place=way.place or (path, node.start)))
    elif isinstance(node, hcl.Conditional):
        condition = one_line(folder.text(path, node.condition))
        for branch, holds in ((node.yes, condition), (node.no, negated(condition))):
            yield from _objects(folder, path, branch, way._replace(conditions=(*way.conditions, holds)))
    else:
        inner = way if _keeps_elements(node) else way._replace(within=(*way.within, _name(node)))
        for child in node.children():
            yield from _objects(folder, path, child, inner)


def _objects_of_group(folder: Folder, name: str, way: _Way) -> Iterator[tuple[ListedObject, _Way]]:
    local = folder.local(name)
    if local is not None and name not in way.groups:
        yield from _objects(folder, local.path, local.value, way._replace(groups=(*way.groups, name)))


def _keeps_elements(node: hcl.Node) -> bool:
    if isinstance(node, hcl.Call):
        return node.name in _JOINS
    return isinstance(node, hcl.Tuple | hcl.Parentheses)


def _name(node: hcl.Node) -> str:
    return node.name if isinstance(node, hcl.Call) else "expression"


def _entry(checkout: Checkout, folder: Folder, path: str, node: hcl.Object) -> Entry | None:
    values = {key: entry.value for key, entry in folder.entries(path, node).items()}
    name = values.get("name")
    if name is None or not isinstance(name, hcl.Template):
        return None
    secret = "value" not in values
    value = values.get("valueFrom" if secret else "value")
    text = folder.text(path, value) if value else ""
    return Entry(folder.text(path, name).strip('"'), text, secret, path, node.start)


def entries_of(folder: Folder, path: str, node: hcl.Node) -> Iterator[Entry]:
    """The variables in an expression, including those that a condition or a loop may leave out."""
    return (given.entry for given in given_by(folder, path, node))


# --- groups


def group_names(folder: Folder) -> list[str]:
    """The locals that are lists of environment variables, except `common`, which every task gets anyway."""
    names = [local.attribute.name for local in folder.locals() if local.attribute.name not in (COMMON, "tasks")]
    return [name for name in names if any(True for _ in group_entries(folder, name))]


def given_by_group(folder: Folder, name: str) -> Iterator[Given]:
    """The variables of a group, including those of the groups that it includes."""
    return _given(folder, _objects_of_group(folder, name, _Way()))


def group_entries(folder: Folder, name: str) -> Iterator[Entry]:
    """The same without the way to each."""
    return (given.entry for given in given_by_group(folder, name))


def group_expressions(folder: Folder, task: Task) -> list[str]:
    """The elements of an entry's `env` that are not variables, as written: names of groups, conditions and the like."""
    attribute = task.attribute(folder, "env")
    elements = attribute.value.children() if attribute else ()
    return [folder.text(task.path, element) for element in elements if not isinstance(element, hcl.Object)]


def groups_in(text: str) -> list[str]:
    """The groups that an expression names, each once."""
    return list(dict.fromkeys(_GROUP.findall(text)))


def group_paths(folder: Folder, group: str) -> list[str]:
    """The SSM paths of a group's secrets, as written."""
    secrets = [entry.value for entry in group_entries(folder, group) if entry.secret]
    return [value[1:-1] if value.startswith('"') else folder.expand_text(f"${{{value}}}", {}) for value in secrets]


def secret_paths(spec: Subject, folder: Folder) -> list[str]:
    """The SSM paths that the execution role has to read because of the options, as written."""
    groups = [*spec.groups, *(group for text in spec.group_expressions for group in groups_in(text))]
    return [
        *(secret.path for secret in spec.secrets),
        *(path for group in groups for path in group_paths(folder, group)),
    ]
