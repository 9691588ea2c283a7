"""What it takes to run a task on one's own machine."""

from __future__ import annotations

import ast
import re

from scaffold.aws.names import slug
from scaffold.files.checkout import Checkout
from scaffold.files.layout import MAKEFILE
from scaffold.inventory.runbook.compose import ComposeGroup, groups_of
from scaffold.pfml.entrypoints import BACKGROUND_TASK, Entrypoint, entrypoint
from scaffold.pfml.scripts import script_reference, scripts
from scaffold.pfml.tasks import Task, takes_environment
from scaffold.terraform.folder import Folder
from scaffold.terraform.values import Values

_COMPOSE = "api/docker-compose.yml"
_CREDENTIALS = "api/docker-compose.override.yml"
_LOGGING = "api/massgov/pfml/util/logging/__init__.py"
_STARTS = re.compile(r"\.info\(\s*\"(start %s)\b")  # with the name of the task
_NAMES_PER_CALL = 10  # of GetParameters


def local_values(task: Task, environment: str, values: Values) -> dict[str, object]:
    folder, checkout = values.folder, values.folder.checkout
    attribute = task.attribute(folder, "command")
    words = attribute.value.children() if attribute else ()
    command = [values.of(task.path, word) for word in words]
    service = re.search(r"^APP_NAME\s*[:?]?=\s*(\S+)", text_of(checkout, MAKEFILE), re.MULTILINE)
    compose, credentials = text_of(checkout, _COMPOSE), text_of(checkout, _CREDENTIALS)
    mount = re.search(r"^[ \t#]*-[ \t]*(\S*\.aws:\S+)", credentials, re.MULTILINE)
    groups = groups_of(task, values, compose) if takes_environment(folder) else []
    needed = [variable for group in groups for variable in group.variables if not variable.already]
    return {
        "command": command,
        "has_script": bool(command) and command[0] in scripts(checkout),
        "messages": _messages(command[0], checkout) if command else [],
        "has_compose": bool(compose),
        "service": service[1] if compose and service and f"{service[1]}:" in compose else "",
        "has_credentials": bool(credentials),
        "credentials_mount": mount[1] if mount else "",
        "groups": groups,
        "container_template": "" if takes_environment(folder) else _container_template(task, folder),
        "some_already": any(variable.already for group in groups for variable in group.variables),
        "some_unknown": any(variable.source for variable in needed),
        "secrets": [variable.command for variable in needed if variable.command],
        **_parameters(groups, environment),
    }


def _parameters(groups: list[ComposeGroup], environment: str) -> dict[str, object]:
    """The parameters that hold the secrets, as many at a time as AWS takes, and those of this task in this environment
    alone.

    Each of the latter with a variable of the shell that no other command sets: the value of another environment must
    not end up in this one.
    """
    secrets = [
        (group.label, variable.name, variable.parameter)
        for group in groups
        for variable in group.variables
        if variable.parameter
    ]
    names = list(dict.fromkeys(parameter for _, _, parameter in secrets))
    return {
        "parameters": [names[start : start + _NAMES_PER_CALL] for start in range(0, len(names), _NAMES_PER_CALL)],
        "own_parameters": [
            (f"{name}_{slug(environment).upper()}", parameter)
            for label, name, parameter in secrets
            if not label and environment in parameter.split("/")
        ],
    }


def text_of(checkout: Checkout, path: str) -> str:
    return (checkout.read(path) or b"").decode("utf-8", "replace")


def _container_template(task: Task, folder: Folder) -> str:
    """The file with the task's variables in a checkout from before July 2021, or the folder of such files."""
    path = f"{folder.path}/json/{task.text(folder, 'containers_template').strip(chr(34)) or 'default_template.json'}"
    return path if folder.checkout.read(path) is not None else f"{folder.path}/json/"


# --- what it logs


def _messages(script: str, checkout: Checkout) -> list[str]:
    """How messages of a run begin: that of the decorator, and the first one of the entrypoint itself."""
    entry = entrypoint(script_reference(script, checkout), checkout)
    own = _first_message(entry)
    start = next(
        (match for path in (_LOGGING, BACKGROUND_TASK) if (match := _STARTS.search(text_of(checkout, path)))), None
    )
    name = entry.decoration.name if entry.decoration else None
    return [*([start[1].replace("%s", name)] if start and name else []), *([own] if own else [])]


def _first_message(entry: Entrypoint) -> str:
    """The text of the first message of the function itself, up to its first value."""
    if entry.function is None:
        return ""
    for statement in getattr(entry.function.node, "body", []):
        if isinstance(statement, ast.Expr) and isinstance(call := statement.value, ast.Call):
            method, arguments = call.func, call.args
            if isinstance(method, ast.Attribute) and method.attr == "info" and arguments:
                value = arguments[0].value if isinstance(arguments[0], ast.Constant) else ""
                return value.partition("%")[0].rstrip(" ,:") if isinstance(value, str) else ""
    return ""
