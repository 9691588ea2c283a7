"""The environment variables of a task as docker-compose.yml takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.pfml.groups import Entry, entries_of
from scaffold.pfml.tasks import Task
from scaffold.rendering.literals import shell
from scaffold.terraform.values import Values, is_known, literal

# Without a space, so that neither `: ` nor ` #` can be in it.
_PLAIN_YAML = re.compile(r"\w+=(?:[\w@./:,+=%?&(){}$-]*[\w/=}])?")


@dataclass(frozen=True, slots=True)
class ComposeVariable:
    """A line of a list in docker-compose.yml. `already`: that file sets it. `source`: what only Terraform knows.
    `command`: what reads a secret."""

    line: str
    already: bool
    source: str
    command: str


@dataclass(frozen=True, slots=True)
class ComposeGroup:
    label: str
    variables: tuple[ComposeVariable, ...]


def groups_of(task: Task, values: Values, compose: str) -> list[ComposeGroup]:
    """The task's variables by where they come from, each once."""
    seen: set[str] = set()
    already = set(re.findall(r"^\s+(?:-\s+)?[\"']?([A-Z_][A-Z0-9_]*)\s*[=:]", compose, re.MULTILINE))
    groups: dict[str, list[ComposeVariable]] = {}
    for label, entry in _labelled_entries(task, values):
        if entry.name not in seen:
            seen.add(entry.name)
            groups.setdefault(label, []).append(_variable(entry, values, entry.name in already))
    return [ComposeGroup(label, tuple(variables)) for label, variables in groups.items()]


def _labelled_entries(task: Task, values: Values) -> Iterator[tuple[str, Entry]]:
    folder = values.folder
    item = task.attribute(folder, "env")
    value = item.value if item else None
    parts = value.children() if isinstance(value, hcl.Tuple) else [value] if value else []
    for part in parts:
        node = values.chosen(task.path, part)
        label = "" if isinstance(node, hcl.Object) else " ".join(folder.text(task.path, node).split())
        for entry in entries_of(folder, task.path, node):
            yield label, entry
    common = folder.local("common")
    if common:
        for entry in entries_of(folder, common[0], common[1].value):
            yield "local.common", entry


def _variable(entry: Entry, values: Values, already: bool) -> ComposeVariable:
    value = values.of_text(entry.value)
    placeholder = _yaml(f"{entry.name}=${{{entry.name}}}")
    source = " ".join(entry.value.split()) if not is_known(value) else ""
    if entry.secret:
        return ComposeVariable(placeholder, already, source, "" if source else _secret_command(entry.name, value))
    if source:
        return ComposeVariable(placeholder, already, source, "")
    return ComposeVariable(_yaml(f"{entry.name}={literal(value).replace('$', '$$')}"), already, "", "")


def _secret_command(name: str, source: str) -> str:
    """What reads a secret: a path or ARN of the parameter store, or an ARN of the secrets manager."""
    if source.startswith("arn:") and ":secretsmanager:" in source:
        read = ["aws", "secretsmanager", "get-secret-value", "--secret-id", source, "--query", "SecretString"]
    else:
        read = ["aws", "ssm", "get-parameter", "--with-decryption", "--name", source, "--query", "Parameter.Value"]
    return f'export {shell(name)}="$({shell(*read)} --output text)"'


def _yaml(assignment: str) -> str:
    """An item of a YAML list, in quotes where it would mean something else without."""
    return assignment if _PLAIN_YAML.fullmatch(assignment) else json.dumps(assignment, ensure_ascii=False)
