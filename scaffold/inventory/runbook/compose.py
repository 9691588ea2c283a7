"""The environment variables of a task as lines for docker-compose.yml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.pfml.groups import COMMON, Entry, entries_of, group_entries
from scaffold.pfml.tasks import Task
from scaffold.rendering.literals import shell
from scaffold.terraform.values import Values, is_known, literal

# It has no spaces, so neither `: ` nor ` #`.
_PLAIN_YAML = re.compile(r"\w+=(?:[\w@./:,+=%?&(){}$-]*[\w/=}])?")


@dataclass(frozen=True, slots=True)
class ComposeVariable:
    """A line of a list in docker-compose.yml. already: whether that file sets the variable. source: the expression that
    only Terraform can evaluate, "" if the value is known. command: the shell command that reads a secret. parameter:
    the name of a secret in the parameter store."""

    name: str
    line: str
    already: bool
    source: str
    command: str = ""
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class ComposeGroup:
    label: str
    variables: tuple[ComposeVariable, ...]


def groups_of(task: Task, values: Values, compose: str) -> list[ComposeGroup]:
    """The task's variables, each once, grouped by the expression that gives them."""
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
    attribute = task.attribute(folder, "env")
    value = attribute.value if attribute else None
    elements = value.children() if isinstance(value, hcl.Tuple) else [value] if value else []
    for element in elements:
        node = values.chosen(task.path, element)
        label = "" if isinstance(node, hcl.Object) else " ".join(folder.text(task.path, node).split())
        for entry in entries_of(folder, task.path, node):
            yield label, entry
    for entry in group_entries(folder, COMMON):
        yield f"local.{COMMON}", entry


def _variable(entry: Entry, values: Values, already: bool) -> ComposeVariable:
    value = values.of_text(entry.value)
    placeholder = _yaml(f"{entry.name}=${{{entry.name}}}")
    source = " ".join(entry.value.split()) if not is_known(value) else ""
    if entry.secret:
        command, parameter = ("", "") if source else (_secret_command(entry.name, value), _parameter(value))
        return ComposeVariable(entry.name, placeholder, already, source, command, parameter)
    if source:
        return ComposeVariable(entry.name, placeholder, already, source)
    return ComposeVariable(entry.name, _yaml(f"{entry.name}={literal(value).replace('$', '$$')}"), already, "")


def _parameter(source: str) -> str:
    """The name of a parameter of the parameter store that a path or an ARN refers to, "" for another source."""
    if source.startswith("arn:"):
        _, is_parameter, name = source.partition(":parameter/")
        return (f"/{name}" if "/" in name else name) if is_parameter else ""
    return source


def _secret_command(name: str, source: str) -> str:
    """The command that reads a secret from the parameter store (path or ARN) or from Secrets Manager (ARN)."""
    if source.startswith("arn:") and ":secretsmanager:" in source:
        read = ["aws", "secretsmanager", "get-secret-value", "--secret-id", source, "--query", "SecretString"]
    else:
        read = ["aws", "ssm", "get-parameter", "--with-decryption", "--name", source, "--query", "Parameter.Value"]
    return f'export {shell(name)}="$({shell(*read)} --output text)"'


def _yaml(assignment: str) -> str:
    """An entry of a YAML list, in quotes if it needs them."""
    return assignment if _PLAIN_YAML.fullmatch(assignment) else json.dumps(assignment, ensure_ascii=False)
