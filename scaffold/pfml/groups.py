"""Groups of environment variables: lists such as `local.db_access`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.spec.specs import Subject
from scaffold.terraform.folder import Folder

_GROUP = re.compile(r"local\.(\w[\w-]*)")


def groups_in(text: str) -> list[str]:
    import re

    return re.findall(r"local\.(\w+)", text)


def group_paths(folder: Folder, group: str) -> list[str]:
    """The SSM paths of a group's secrets, as they are written."""
    secrets = [entry.value for entry in group_entries(folder, group) if entry.secret]
    return [value[1:-1] if value.startswith('"') else folder.expand_text(f"${{{value}}}", {}) for value in secrets]


def secret_paths(spec: Subject, folder: Folder) -> list[str]:
    """The SSM paths that the execution role has to read for the options, as they are written."""
    groups = [*spec.groups, *(word for text in spec.group_expressions for word in groups_in(text))]
    return [
        *(secret.path for secret in spec.secrets),
        *(path for group in groups for path in group_paths(folder, group)),
    ]


# --- groups


@dataclass(frozen=True, slots=True)
class Entry:
    """An environment variable of a list: `value` or, for a secret, `source` is Terraform as it is written."""

    name: str
    value: str
    secret: bool
    path: str
    start: int


def group_names(folder: Folder) -> list[str]:
    """The locals that are lists of environment variables, without `common`, which every task gets anyway."""
    names = [attribute.name for _, attribute in folder.locals() if attribute.name not in ("common", "tasks")]
    return [name for name in names if any(True for _ in group_entries(folder, name))]


def group_entries(folder: Folder, name: str, seen: frozenset[str] = frozenset()) -> Iterator[Entry]:
    """The variables of a group, those of the groups that it is made from included."""
    found = folder.local(name)
    if found is None or name in seen:
        return
    yield from entries_of(folder, found[0], found[1].value, seen | {name})


def entries_of(folder: Folder, path: str, node: hcl.Node, seen: frozenset[str] = frozenset()) -> Iterator[Entry]:
    """The variables in an expression: a list, a `concat`, a condition, a name of a group."""
    if isinstance(node, hcl.Object):
        entry = _entry(folder, path, node)
        if entry:
            yield entry
    elif isinstance(node, hcl.Reference):
        match = _GROUP.fullmatch(folder.text(path, node))
        if match:
            yield from group_entries(folder, match[1], seen)
    elif isinstance(node, hcl.Conditional):
        yield from entries_of(folder, path, node.yes, seen)
        yield from entries_of(folder, path, node.no, seen)
    else:
        for child in node.children():
            yield from entries_of(folder, path, child, seen)


def _entry(folder: Folder, path: str, node: hcl.Object) -> Entry | None:
    values = {folder.text(path, item.key).strip('"'): item.value for item in node.items}
    name = values.get("name")
    if name is None or not isinstance(name, hcl.Template):
        return None
    secret = "value" not in values
    value = values.get("valueFrom" if secret else "value")
    text = folder.text(path, value) if value else ""
    return Entry(folder.text(path, name).strip('"'), text, secret, path, node.start)
